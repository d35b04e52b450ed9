"""What tests stand on: running sites, test pictures, and the rule that nothing is skipped in CI."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.site import Site, new_postgres_database

POSTGRES_URL = os.environ.get("IMAGEAPP_TEST_POSTGRES_URL")
IN_CI = os.environ.get("CI") == "true"
TESTDATA = Path(__file__).parents[1] / "../shared/testdata"


# Nothing but our own site is to be asked for anything, and a browser in a container has no sandbox of its own.
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--no-first-run", "--disable-dev-shm-usage"),
]


def unavailable(what: str) -> None:
    """Skip a test for a missing tool; in CI, where nothing may be missing, fail it."""
    if IN_CI:
        pytest.fail(f"{what} is missing, and CI is true")
    pytest.skip(f"{what} is missing")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one site run in one worker, so that each worker starts few servers."""
    for item in items:
        callspec = getattr(item, "callspec", None)
        backend = callspec.params.get("running_site") if callspec else None
        if backend and not any(item.iter_markers("xdist_group")):
            item.add_marker(pytest.mark.xdist_group(f"site-{backend}"))


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """A PostgreSQL server that tests may make databases on."""
    if POSTGRES_URL is None:
        unavailable("PostgreSQL (IMAGEAPP_TEST_POSTGRES_URL)")
    return str(POSTGRES_URL)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser process for all tests of a worker: a second one cannot be driven from the same thread."""
    program = shutil.which("chromium")
    if program is None:
        unavailable("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def worker_name() -> str:
    """What tells the databases of parallel test processes apart."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def running_site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_name: str
) -> Iterator[Site]:
    """One site for all tests of a worker, on each of the two databases."""
    url = None
    if request.param == "postgresql":
        url = new_postgres_database(request.getfixturevalue("postgres_url"), f"imageapp_{worker_name}")
    site = Site(tmp_path_factory.mktemp(request.param), url)
    yield site
    site.close()


@pytest.fixture
def site(running_site: Site) -> Iterator[Site]:
    """The shared site, at the real time. Tests make people and plans of their own and count on no others."""
    running_site.clock.reset()
    yield running_site
    running_site.clock.reset()


@pytest.fixture
def start_site(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """Start a site of the test's own on SQLite, with its own settings: start_site(max_files=2)."""
    sites: list[Site] = []

    def start(**settings: Any) -> Site:
        sites.append(Site(tmp_path / f"site{len(sites)}", **settings))
        return sites[-1]

    yield start
    for site in sites:
        site.close()


@pytest.fixture(scope="session")
def testdata() -> Path:
    """The public test images, beside the checkout."""
    if not TESTDATA.is_dir():
        unavailable("the folder of test images beside the checkout")
    return TESTDATA


@pytest.fixture(scope="session")
def photo(testdata: Path) -> Path:
    """A real photograph."""
    return testdata / "pillow" / "flower.jpg"
