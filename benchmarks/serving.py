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

from benchmarks.table import Row

CHECKOUT = Path(__file__).resolve().parent.parent
ROUNDS = 7
SECONDS = 1.5  # of one run
CONNECTIONS = 16
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
    before = web_cpu(target.pid)
    arguments = [str(target.port), target.path, str(seconds), str(CONNECTIONS), target.cookie]
    said = subprocess.run(
        [sys.executable, str(CHECKOUT / "benchmarks" / "load.py"), *arguments],
        check=True,
        capture_output=True,
        text=True,
        timeout=seconds + READY,
    ).stdout
    rate = float(said)
    return Run(rate, (web_cpu(target.pid) - before) / (rate * seconds) * 1e6)


def web_cpu(master: int) -> float:
    """Seconds of CPU that the web processes of this master have taken so far."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text(encoding="ascii").split()
    ticks = 0
    for pid in children:
        # The name in parentheses may hold spaces; user and system time are the 12th and 13th field after it.
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def compared(ours: Target, theirs: Target, rounds: int = ROUNDS, seconds: float = SECONDS) -> tuple[Run, Run]:
    """The medians of both, asked in turns after one short run each that nobody counts."""
    for target in (ours, theirs):
        measure(target, seconds / 3)
    pairs = [(measure(ours, seconds), measure(theirs, seconds)) for _ in range(rounds)]
    return _median([pair[0] for pair in pairs]), _median([pair[1] for pair in pairs])


def _median(runs: list[Run]) -> Run:
    return Run(statistics.median(run.rate for run in runs), statistics.median(run.cpu for run in runs))


def row(path: str, ours: Target, theirs: Target, limit: float) -> Row:
    """A row of the table: answers per second of both and their ratio, which must be at least `limit`."""
    mine, other = compared(ours, theirs)
    return Row(path, _shown(mine), _shown(other), mine.rate / other.rate, limit, at_least=True)


def _shown(run: Run) -> str:
    return f"{run.rate:,.0f}/s, {run.cpu:,.0f} µs CPU"


def serving_rows(site: Target, *, thumbnail: str, original: str, gallery: str, photograph: Path) -> Iterator[Row]:
    """The three rows of a running site. `site` has the cookie of somebody whose pictures the paths name; `photograph`
    is the file behind `original`. Must run on a machine where nothing else does."""

    def on_site(path: str) -> Target:
        return Target(site.port, site.pid, path, site.cookie)

    with opponent("hello") as hello:
        yield row("signed-in thumbnail, against Flask hello", on_site(thumbnail), hello, 0.55)
        yield row("gallery page of 24, against Flask hello", on_site(gallery), hello, 0.25)
    with opponent("bare", photograph) as bare:
        yield row("3 MB original, against bare waitress", on_site(original), bare, 0.85)
