"""How many pictures are decoded at once on one machine, whichever of its processes they were sent to.

Workers of several web processes know nothing of each other. Locks on files do: one ends with the process that holds it,
however that ends, so no place is ever lost.
"""

import contextlib
import fcntl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from imageapp.filelock import STEP, locked
from imageapp.imaging.turns import BUSY, busy


class Place:
    """What one picture holds while it is decoded: one of the places, or all of them."""

    def __init__(self, door: Path, places: Sequence[Path]) -> None:
        self._door = door
        self._places = places
        self._held = contextlib.ExitStack()

    def take_one(self, seconds: float) -> None:
        """Wait for one of the places. Raises Busy after so many seconds."""
        deadline = time.monotonic() + seconds
        with locked(self._door, seconds, BUSY):
            while not any(self._took(path) for path in self._places):
                _pause(deadline)

    def take_all(self, seconds: float) -> None:
        """Wait until nobody else has a place, and let nobody in. Raises Busy after so many seconds."""
        # Two who each held one and waited for the other's would wait for ever.
        self.leave()
        deadline = time.monotonic() + seconds
        # The door stays shut meanwhile, or pictures that need one place would go first again and again.
        with locked(self._door, seconds, BUSY):
            for path in self._places:
                while not self._took(path):
                    _pause(deadline)

    def leave(self) -> None:
        """Give back what is held."""
        self._held.close()

    def _took(self, path: Path) -> bool:
        with contextlib.ExitStack() as opened:
            file = opened.enter_context(path.open("ab"))
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            self._held.push(opened.pop_all())
            return True


class Room:
    """So many places, as files in `folder`, that the processes of a machine share."""

    def __init__(self, folder: Path, places: int) -> None:
        # Named as the other locks in the spool, which the sweep leaves alone.
        self._door = folder / "making-room"
        self._places = [folder / f"making-place-{number}" for number in range(places)]

    @contextmanager
    def entered(self, seconds: float) -> Iterator[Place]:
        """Inside, one place is held. Raises Busy when none comes free within so many seconds, OSError as files do."""
        place = Place(self._door, self._places)
        try:
            place.take_one(seconds)
            yield place
        finally:
            place.leave()


def _pause(deadline: float) -> None:
    if time.monotonic() > deadline:
        raise busy()
    time.sleep(STEP)
