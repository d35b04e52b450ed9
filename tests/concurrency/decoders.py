"""A decoder that counts what it makes and can keep its callers until a test lets them go on."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Condition

from imageapp.imaging.formats import OFFERED, Decoder, Limits, Rendered, Target
from imageapp.imaging.worker import WorkerDecoder

DEADLINE = 60.0  # seconds after which a wait has failed


class Turnstile:
    """The real decoder; whoever has a picture made waits at the exit while it is closed."""

    def __init__(self, decoder: Decoder | None = None) -> None:
        self._decoder = decoder or WorkerDecoder(Limits(), waiting=200, waiting_seconds=DEADLINE)
        self._moved = Condition()
        self._closed = False
        self._of: int | None = None
        self._waiting = 0
        self.made = 0

    def render(self, source: Path, targets: Sequence[Target], accepted: Sequence[str] = OFFERED) -> Rendered:
        """As the decoder inside does it."""
        rendered = self._decoder.render(source, targets, accepted)
        with self._moved:
            self.made += 1
            if self._of not in {None, len(targets)}:
                return rendered
            self._waiting += 1
            self._moved.notify_all()
            let_go = self._moved.wait_for(lambda: not self._closed, DEADLINE)
            self._waiting -= 1
            assert let_go, "nobody opened the turnstile"
        return rendered

    def close(self) -> None:
        """End the worker."""
        self._decoder.close()

    @contextmanager
    def shut(self, of: int | None = None) -> Iterator[None]:
        """Keep everybody who has had a picture made, or `of` so many thumbnails alone, until the end of the context."""
        with self._moved:
            self._closed, self._of = True, of
        try:
            yield
        finally:
            with self._moved:
                self._closed, self._of = False, None
                self._moved.notify_all()

    def wait_for(self, callers: int) -> None:
        """Wait until so many are kept; fails after the deadline."""
        with self._moved:
            assert self._moved.wait_for(lambda: self._waiting >= callers, DEADLINE), f"{self._waiting} came"
