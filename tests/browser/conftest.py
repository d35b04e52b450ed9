"""People at a real browser, and a site for them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.people import DESKTOP, Person
from tests.site import Site

Somebody = Callable[..., Person]


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site as it is right after its first start: the admin still has the default password."""
    site = Site(tmp_path_factory.mktemp("browser"), admin_password=None)
    yield site
    site.close()


@pytest.fixture
def somebody(browser: Browser, shop: Site) -> Iterator[Somebody]:
    """Open a window: somebody(width=390, script=False, dark=True). No page may have had an error in the end."""
    people: list[Person] = []

    def open_window(*, width: int = DESKTOP, script: bool = True, dark: bool = False, **more: Any) -> Person:
        people.append(Person(browser, shop, width=width, script=script, dark=dark, **more))
        return people[-1]

    yield open_window
    faults = [fault for person in people for fault in person.faults]
    for person in people:
        person.context.close()
    assert faults == []


@pytest.fixture(scope="session")
def broken_file(tmp_path_factory: pytest.TempPathFactory, testdata: Path) -> Path:
    """Half a photograph."""
    path = tmp_path_factory.mktemp("broken") / "half.jpg"
    whole = (testdata / "pillow" / "flower.jpg").read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path
