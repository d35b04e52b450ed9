"""A running program, watched while it is attacked: the memory of all its processes, and how long it takes to answer."""

import contextlib
import resource
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import requests

SAMPLE_EVERY = 0.005  # seconds
ASK_EVERY = 0.05  # seconds


class Watch:
    """From the start to the end of the context: `peak` is in bytes, `slowest` in seconds.

    Memory is the proportional set size, as the processes are forks of one: a page that several of them share is counted
    once in all, where sums of resident sets count it again and again and sums of unshared pages not at all.
    """

    def __init__(self, pid: int, root: str) -> None:
        self.peak = 0
        self.samples = 0
        self.asked = 0
        self.slowest = 0.0
        self.answers: set[int] = set()
        self._pid = pid
        self._root = root
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._weigh), threading.Thread(target=self._ask)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _weigh(self) -> None:
        while not self._over.wait(SAMPLE_EVERY):
            self.peak = max(self.peak, sum(map(_proportional_bytes, family(self._pid))))
            self.samples += 1

    def _ask(self) -> None:
        with requests.Session() as visitor:
            visitor.trust_env = False
            while not self._over.wait(ASK_EVERY):
                # In turns on the connection that there is, to a process that may be busy, and on a new one.
                self.asked += 1
                headers = {"Connection": "close" if self.asked % 2 else "keep-alive"}
                start = time.monotonic()
                self.answers.add(visitor.get(f"{self._root}/healthz", headers=headers, timeout=60).status_code)
                self.slowest = max(self.slowest, time.monotonic() - start)


def family(pid: int) -> list[int]:
    """A process and all that live below it."""
    found = [pid]
    with contextlib.suppress(OSError):  # ended meanwhile
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text(encoding="ascii").split():
                found += family(int(child))
    return found


def _proportional_bytes(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def resident_bytes(pid: int) -> int:
    """What a process has in memory, whoever else has it too; 0 when it has ended."""
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    return 0
