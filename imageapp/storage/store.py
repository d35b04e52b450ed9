"""What a store of bytes does, whichever one it is."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from imageapp.disks import is_full


class Missing(Exception):
    """No bytes under this key."""


class StoreDown(Exception):
    """The store does not answer."""


class StoreFull(StoreDown):
    """The store answers, and has no room left."""


def down(error: OSError) -> StoreDown:
    """What an error of the system means for the store."""
    return StoreFull(str(error)) if is_full(error) else StoreDown(str(error))


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes on their way out: an open, seekable file, and how many bytes it holds. The taker closes the file."""

    file: BinaryIO
    size: int


@dataclass(frozen=True, slots=True)
class Stored:
    """One entry of a listing: the key, its size in bytes, and when it was written (seconds since 1970, UTC)."""

    key: str
    size: int
    written_at: float


@dataclass(frozen=True, slots=True)
class Room:
    """How much fits into a store, in bytes: what is free for us, and all of it."""

    free: int
    total: int


class Store(Protocol):
    """Keys are 32 hexadecimal digits, made by `new_blob_key()`. Every method may raise StoreDown."""

    def put(self, key: str, source: Path) -> None:
        """Take the file at `source`, which is gone afterwards. On return the bytes survive a power cut."""
        ...

    def put_all(self, files: Mapping[str, Path]) -> None:
        """Take these files, by their keys, as `put` does each; for less where the keys begin alike."""
        ...

    def open(self, key: str) -> Blob:
        """Raises Missing."""
        ...

    def as_file(self, key: str) -> AbstractContextManager[Path]:
        """A file with these bytes, for reading only, for as long as the context lasts. Raises Missing."""
        ...

    def delete(self, key: str) -> None:
        """Missing bytes are no error: they are as gone as was asked for."""
        ...

    def list(self) -> Iterator[Stored]:
        """Everything that is kept, in no order."""
        ...

    def check(self) -> None:
        """Raises StoreDown when bytes can be neither read nor written."""
        ...

    def room(self) -> Room | None:
        """How much still fits; None where a store has no end that it could tell."""
        ...
