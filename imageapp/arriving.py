"""Files on their way in: written once, hashed and counted as they come, in a folder that goes when the request ends."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from imageapp.storage.store import StoreDown


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that was sent: where it lies, how long it is, its SHA-256 in hexadecimal digits.

    Of one that is longer than it may be, and of one that could not be written (`fault` says why), nothing lies there;
    `bytes` counts what had come until then.
    """

    path: Path
    bytes: int
    sha256: str
    fault: str = ""


class Parcel:
    """The files of one upload, in a folder of their own in `spool`, each of up to `most` bytes."""

    def __init__(self, spool: Path, most: int) -> None:
        self._spool = spool
        self._most = most
        self._folder: Path | None = None
        self._count = 0

    def take(self, pieces: Iterable[bytes | memoryview]) -> Arrived:
        """Write the next file. Raises StoreDown when no folder can be made."""
        if self._folder is None:
            try:
                self._folder = Path(tempfile.mkdtemp(dir=self._spool, prefix="upload-"))
            except OSError as error:
                raise StoreDown(str(error)) from error
        self._count += 1
        return arrived(pieces, self._folder / str(self._count), self._most)

    def discard(self) -> None:
        """Remove the folder and all that is still in it."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def arrived(pieces: Iterable[bytes | memoryview], path: Path, most: int) -> Arrived:
    """Write the pieces to a new file, which nobody else may read, until there are more than `most` bytes of them."""
    digest, size, fault = hashlib.sha256(), 0, ""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            for piece in pieces:
                size += len(piece)
                if size > most:
                    break
                digest.update(piece)
                file.write(piece)
    except OSError as error:  # no room left, as a rule
        fault = str(error)
    if fault or size > most:
        path.unlink(missing_ok=True)
    return Arrived(path, size, digest.hexdigest(), fault)
