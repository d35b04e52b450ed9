"""A lock between processes of one machine that nobody waits for without end."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from imageapp.refusals import Busy

STEP = 0.002  # seconds between two looks; what is done under such a lock takes several times as long


@contextmanager
def locked(path: Path, seconds: float, sentence: str) -> Iterator[None]:
    """Inside, nobody else holds the lock on the file at `path`, which is made when it is missing and stays.

    A lock on an open file ends with its process, however that ends. Raises Busy with that sentence when it does not
    come free within `seconds`.
    """
    deadline = time.monotonic() + seconds
    with path.open("ab") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise Busy(sentence, retry_after=5) from None
                time.sleep(STEP)
        yield
