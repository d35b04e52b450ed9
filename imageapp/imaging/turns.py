"""A short line before something that does one thing at a time."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

from imageapp.refusals import Busy


class Turns:
    """First come, first served; at most `waiting` stand in line, each for at most `seconds`."""

    def __init__(self, waiting: int, seconds: float) -> None:
        self._waiting = waiting
        self._seconds = seconds
        self._line: deque[object] = deque()
        self._moved = Condition()

    @property
    def waiting(self) -> int:
        """How many stand in line behind the one whose turn it is."""
        with self._moved:
            return max(0, len(self._line) - 1)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait in line; the context is the turn. Raises Busy when the line is full or does not move in time."""
        ticket = object()
        with self._moved:
            # The one at the head is at work, not waiting.
            if len(self._line) > self._waiting:
                raise self._busy()
            self._line.append(ticket)
        try:
            with self._moved:
                if not self._moved.wait_for(lambda: self._line[0] is ticket, self._seconds):
                    raise self._busy()
            yield
        finally:
            with self._moved:
                self._line.remove(ticket)
                self._moved.notify_all()

    def _busy(self) -> Busy:
        return Busy("Too many pictures are being worked on right now. Try again in 10 seconds.", retry_after=10)
