"""Deeds that many ask for at the same moment and that one of them does, in one process."""

from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock

from imageapp.aside import Aside, too_many

MOST_WAITING = 64  # of one process, for whatever deeds


class Once:
    """Whoever asks for a deed first does it; those who ask meanwhile wait for how it ends, and share that."""

    def __init__(self, most_waiting: int = MOST_WAITING) -> None:
        self._most = most_waiting
        self._waiting = 0
        self._under_way: dict[Hashable, Future[None]] = {}
        self._lock = Lock()

    def do(self, key: Hashable, deed: Callable[[], None], seconds: float, aside: Aside) -> None:
        """Do what `key` names, or wait for at most so many seconds until whoever does it has.

        Raises what the deed raises, in all who asked for it, and Busy where that takes longer or too many wait.
        """
        ours: Future[None] = Future()
        with self._lock:
            theirs = self._under_way.setdefault(key, ours)
            if theirs is not ours:
                if self._waiting >= self._most:
                    raise too_many()
                self._waiting += 1
        if theirs is ours:
            self._lead(key, deed, ours)
        else:
            self._follow(theirs, seconds, aside)

    def _lead(self, key: Hashable, deed: Callable[[], None], ours: Future[None]) -> None:
        try:
            deed()
        except BaseException as error:
            self._end(key)
            ours.set_exception(error)
            raise
        self._end(key)
        ours.set_result(None)

    def _end(self, key: Hashable) -> None:
        """Whoever comes from now on finds it done, or does it anew."""
        with self._lock:
            del self._under_way[key]

    def _follow(self, theirs: Future[None], seconds: float, aside: Aside) -> None:
        try:
            with aside():
                theirs.result(seconds)
        except TimeoutError:
            raise too_many() from None
        finally:
            with self._lock:
                self._waiting -= 1
