"""Two uploads at once, against one: on two CPUs neither should wait for the other."""

import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import requests

from benchmarks.photographs import photograph
from benchmarks.site import Visitor, prepared, running
from benchmarks.table import Row, interleaved

HEIGHTS = (800, 400, 200)
ROUNDS = 15  # cheap ones, of a figure that whatever else the machine does disturbs
LIMIT = 1.25


def rows() -> Iterator[Row]:
    """The one row."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "12.jpg"
        photograph(4000, 3000).jpegsave(str(file), Q=90)
        prepared(Path(name) / "site", HEIGHTS)
        with running(Path(name) / "site") as visitor, ThreadPoolExecutor(2) as hands:
            people = [visitor, _beside(visitor)]
            for _ in range(6):  # every worker that it takes, started
                _seconds(hands, people, file)
            two, one = interleaved(
                lambda: _seconds(hands, people, file), lambda: _seconds(hands, people[:1], file), ROUNDS
            )
    yield Row(
        "two uploads of a 12 MP JPEG at once, against one",
        f"{two * 1000:.0f} ms",
        f"{one * 1000:.0f} ms",
        two / one,
        LIMIT,
    )


def _beside(visitor: Visitor) -> Visitor:
    """The same person on a connection of its own."""
    browser = requests.Session()
    browser.trust_env = False
    browser.headers.update(visitor.browser.headers)
    browser.cookies.update(visitor.browser.cookies)
    return replace(visitor, browser=browser)


def _seconds(hands: ThreadPoolExecutor, people: list[Visitor], file: Path) -> float:
    start = time.perf_counter()
    for _ in hands.map(lambda person: person.post("/images/upload", {}, file), people):
        pass
    return time.perf_counter() - start
