"""Answers per second and server CPU per answer, ours against less than an app, on the same server set-up.

Both sides run at the same time, pinned to the same CPUs, and are asked in turns (A B A B …) by the same client.
"""

import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.photographs import photograph
from benchmarks.processes import cpu_below
from benchmarks.site import CHECKOUT, Visitor, prepared, running
from benchmarks.table import Row

ROUNDS = 7
SECONDS = 1.5  # of one run
CONNECTIONS = 16
PICTURES = 24  # a page of the gallery
PHOTOGRAPH_QUALITY = 90  # which makes a file of 3 MB
READY = 30  # seconds for a server to start


@dataclass(frozen=True, slots=True)
class Target:
    """An address under test: the port and the master process of its server, the path, and the cookie to send."""

    port: int
    pid: int
    path: str
    cookie: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run showed."""

    rate: float  # answers per second
    cpu: float  # microseconds of the web processes' CPU per answer


@contextmanager
def opponent(name: str, file: Path | None = None, processes: int | None = None) -> Iterator[Target]:
    """Run `hello` or `bare` (which serves `file`) as a program of its own while the context lasts."""
    count = processes or len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as instance:
        arguments = [name, instance, str(count), *([str(file)] if file else [])]
        with subprocess.Popen(
            [sys.executable, "-m", "benchmarks.opponents", *arguments], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
        ) as server:
            try:
                assert server.stdout is not None
                found = re.search(r":(\d+)$", server.stdout.readline())
                if found is None:
                    raise RuntimeError(f"the {name} server did not start")
                yield Target(int(found[1]), server.pid, "/")
            finally:
                server.terminate()
                server.wait(READY)


def measure(target: Target, seconds: float = SECONDS) -> Run:
    """One run of the client against the target."""
    before = cpu_below(target.pid)
    rate = _rate(target, seconds)
    return Run(rate, (cpu_below(target.pid) - before) / (rate * seconds) * 1e6)


def _rate(target: Target, seconds: float) -> float:
    arguments = [str(target.port), target.path, str(seconds), str(CONNECTIONS), target.cookie]
    said = subprocess.run(
        [sys.executable, str(CHECKOUT / "benchmarks" / "load.py"), *arguments],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        timeout=seconds + READY,
    ).stdout
    return float(said)


def _warm(target: Target, seconds: float) -> None:
    """A run that nobody counts, again until there is an answer: new rows may still be on their way to disk."""
    for _ in range(round(READY / seconds)):
        if _rate(target, seconds):
            return
    raise RuntimeError(f"no answer from {target.path} within {READY} s")


def compared(ours: Target, theirs: Target, rounds: int = ROUNDS, seconds: float = SECONDS) -> tuple[Run, Run]:
    """The medians of both, asked in turns after one short run each that nobody counts."""
    for target in (ours, theirs):
        _warm(target, seconds / 3)
    pairs = [(measure(ours, seconds), measure(theirs, seconds)) for _ in range(rounds)]
    return _median([pair[0] for pair in pairs]), _median([pair[1] for pair in pairs])


def _median(runs: list[Run]) -> Run:
    return Run(statistics.median(run.rate for run in runs), statistics.median(run.cpu for run in runs))


def rows() -> Iterator[Row]:
    """The three rows of serving, on a site where somebody has 24 photographs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "photograph.jpg"
        photograph(3520, 2640).jpegsave(str(file), Q=PHOTOGRAPH_QUALITY)
        prepared(folder / "site")
        with running(folder / "site") as visitor:
            images = [visitor.post("/images/upload", {}, file)["images"][0] for _ in range(PICTURES)]
            place = f"/images/{images[0]['id']}"
            with opponent("hello") as hello:
                thumbnail = _page(visitor, f"{place}/thumbnails/200")
                yield _row("signed-in thumbnail, against Flask hello", thumbnail, hello, 0.55)
                yield _row("gallery page of 24, against Flask hello", _page(visitor, "/images"), hello, 0.25)
            with opponent("bare", file) as bare:
                size = f"{file.stat().st_size / 1e6:.1f} MB"
                yield _row(
                    f"original of {size}, against bare waitress", _page(visitor, f"{place}/original"), bare, 0.85
                )


def _page(visitor: Visitor, path: str) -> Target:
    return Target(visitor.port, visitor.pid, path, visitor.cookie)


def _row(path: str, ours: Target, theirs: Target, limit: float) -> Row:
    mine, other = compared(ours, theirs)
    return Row(path, shown(mine), shown(other), mine.rate / other.rate, limit, "≥")


def shown(run: Run) -> str:
    """The run in a cell of the table."""
    return f"{run.rate:,.0f}/s, {run.cpu:,.0f} µs CPU"
