"""Files on their way in: written once, hashed and counted as they come, and gone when the request ends."""

import hashlib
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from imageapp.logs import events

log = events(__name__)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that was sent: where it lies, how long it is, its SHA-256 in hexadecimal digits.

    Of one that is longer than it may be, and of one that could not be written (`fault` says why), nothing lies there;
    `bytes` counts what had come until then.
    """

    path: Path
    bytes: int
    sha256: str
    fault: OSError | None = None


class Parcel:
    """The files of one upload, each of up to `most` bytes, under names of their own in the folder `spool`."""

    def __init__(self, spool: Path, most: int) -> None:
        self._first = spool / f"upload-{secrets.token_hex(16)}"
        self._most = most
        self._paths: list[Path] = []

    def take(self, pieces: Iterable[bytes | memoryview]) -> Arrived:
        """Write the next file."""
        path = self._first.with_name(f"{self._first.name}-{len(self._paths)}")
        self._paths.append(path)
        return arrived(pieces, path, self._most)

    def discard(self) -> None:
        """Remove those that nobody has taken away."""
        for path in self._paths:
            path.unlink(missing_ok=True)


def arrived(pieces: Iterable[bytes | memoryview], path: Path, most: int) -> Arrived:
    """Write the pieces to a new file, which nobody else may read, until there are more than `most` bytes of them."""
    digest, size, fault = hashlib.sha256(), 0, None
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for piece in pieces:
                size += len(piece)
                if size > most:
                    break
                digest.update(piece)
                file.write(piece)
    except OSError as error:  # no room left, as a rule
        log.exception("file_not_written", bytes=size)
        fault = error
    if fault or size > most:
        path.unlink(missing_ok=True)
    return Arrived(path, size, digest.hexdigest(), fault)
