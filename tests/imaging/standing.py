"""Workers caught in the midst of a picture, and how to wait for what happens to them."""

import os
import select
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from imageapp.imaging.formats import Rendered
from imageapp.imaging.worker import WorkerDecoder

DEADLINE = 20
Start = Callable[..., WorkerDecoder]
Render = Callable[..., Rendered]


class Stuck:
    """A picture that never ends: a named pipe, which the worker opens and then reads for ever."""

    def __init__(self, folder: Path, threads: ThreadPoolExecutor) -> None:
        self.path = folder / "stuck"
        os.mkfifo(self.path)
        self._threads = threads
        self._end = -1

    def upload(self, decoder: WorkerDecoder) -> Future[Rendered]:
        """Give it to the decoder; returns when the worker is in the midst of it."""
        answer = self._threads.submit(decoder.render, self.path, [])
        # Opening the other end succeeds exactly when the worker has it open.
        self._end = os.open(self.path, os.O_WRONLY)
        return answer

    def close(self) -> None:
        if self._end >= 0:
            os.close(self._end)


def until(true: Callable[[], bool], what: str) -> None:
    """Wait for a condition, which is asked again and again; fails after DEADLINE seconds."""
    deadline = time.monotonic() + DEADLINE
    while not true():
        assert time.monotonic() < deadline, f"{what} did not happen in {DEADLINE} s"
        os.sched_yield()


def ended(pid: int | None) -> Callable[[], bool]:
    """A question: has this process ended?"""
    assert pid is not None
    handle = os.pidfd_open(pid)
    return lambda: bool(select.select([handle], [], [], 0.05)[0])


def size(rendered: Rendered) -> tuple[int, int]:
    """Width and height of the picture, upright."""
    return rendered.width, rendered.height
