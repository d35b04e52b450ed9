"""A short line before something that does few things at a time."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from threading import Condition

from imageapp.refusals import Busy
from imageapp.sentences import say

BUSY = say("Too many pictures are being worked on right now. Try again in 10 seconds.")


class Turns:
    """First come, first served, `at_once` at a time; at most `waiting` stand in line, each for at most `seconds`."""

    def __init__(self, waiting: int, seconds: float, at_once: int = 1) -> None:
        self._waiting = waiting
        self._seconds = seconds
        self._at_once = at_once
        self._line: deque[object] = deque()
        self._moved = Condition()

    @property
    def waiting(self) -> int:
        """How many stand in line behind those whose turn it is."""
        with self._moved:
            return max(0, len(self._line) - self._at_once)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait in line; the context is the turn. Raises Busy when the line is full or does not move in time."""
        ticket = object()
        with self._moved:
            # Those at the head are at work, not waiting.
            if len(self._line) >= self._at_once + self._waiting:
                raise busy()
            self._line.append(ticket)
        try:
            with self._moved:
                if not self._moved.wait_for(lambda: self._is_at_head(ticket), self._seconds):
                    raise busy()
            yield
        finally:
            with self._moved:
                self._line.remove(ticket)
                self._moved.notify_all()

    def _is_at_head(self, ticket: object) -> bool:
        return any(one is ticket for one in islice(self._line, self._at_once))


def busy() -> Busy:
    """The refusal of whoever would wait too long, or behind too many."""
    return Busy(BUSY, retry_after=10)
