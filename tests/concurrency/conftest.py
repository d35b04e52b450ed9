"""A site whose decoder can be made to wait, with a thread for each of many callers; on both databases."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from tests.concurrency.decoders import Turnstile
from tests.site import Site, new_postgres_database

THREADS = 48


@pytest.fixture(scope="session")
def turnstiles() -> dict[int, Turnstile]:
    """The decoder of each running site, by its port."""
    return {}


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def running_site(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    worker_name: str,
    turnstiles: dict[int, Turnstile],
) -> Iterator[Site]:
    """One site for all tests here, in place of the one that the other tests share."""
    url = None
    if request.param == "postgresql":
        name = f"imageapp_{worker_name}_crowd"
        url = new_postgres_database(request.getfixturevalue("postgres_url"), name)
    turnstile = Turnstile()
    site = Site(tmp_path_factory.mktemp(request.param), url, decoder=turnstile, threads=THREADS)
    turnstiles[site.port] = turnstile
    yield site
    site.close()


@pytest.fixture
def turnstile(site: Site, turnstiles: dict[int, Turnstile]) -> Turnstile:
    """The decoder of this site."""
    return turnstiles[site.port]


@pytest.fixture
def at_once() -> Iterator[Callable[..., list[Future[Any]]]]:
    """Start many calls, each in a thread: `at_once(40, call)` gives their futures; call gets a number from 0 on."""
    with ThreadPoolExecutor(100) as pool:
        yield lambda times, call: [pool.submit(call, number) for number in range(times)]
