"""A real browser, and a site for it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.people import DESKTOP, Person
from tests.conftest import unavailable
from tests.site import Site

# Nothing but our own site is to be asked for anything, and a browser in a container has no sandbox of its own.
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--no-first-run", "--disable-dev-shm-usage"),
]

Somebody = Callable[..., Person]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser process for all tests of a worker."""
    program = shutil.which("chromium")
    if program is None:
        unavailable("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


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

    def open_window(*, width: int = DESKTOP, script: bool = True, dark: bool = False) -> Person:
        people.append(Person(browser, shop, width=width, script=script, dark=dark))
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
