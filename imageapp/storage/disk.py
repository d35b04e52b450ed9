"""A folder as a store: one file a key, in 256 subfolders."""

import errno
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from imageapp.storage.store import Blob, Missing, Room, Stored, StoreDown, down

_KEY = re.compile(r"[0-9a-f]{32}")


# Says that this folder is the store, and not the empty place where its disk is not mounted.
MARKER = ".imageapp"
# Ends the name of a copy that is not whole yet. One that a crash left behind is listed under its key like any bytes.
PART = ".part"


class DiskStore:
    """Implements `Store` in `folder`, once that was laid out.

    A folder that vanishes later is never made anew: pictures that were written in its place would be hidden when its
    disk comes back, and a check would take every picture for lost.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @staticmethod
    def lay_out(folder: Path) -> None:
        """Make the folder, before the first picture is kept. Raises StoreDown."""
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (folder / MARKER).touch(mode=0o600)
        except OSError as error:
            raise down(error) from error

    def put(self, key: str, source: Path) -> None:
        """Take the file at `source`, which is gone afterwards. On return the bytes survive a power cut."""
        self.put_all({key: source})

    def put_all(self, files: Mapping[str, Path]) -> None:
        """Take these files, by their keys, as `put` does each; for less where the keys begin alike."""
        paths = {self._path(key): source for key, source in files.items()}
        self.check()
        try:
            for path, source in paths.items():
                _flush(source)
                # Renamed after its bytes are on the disk, and the folder after that: under this name there is never
                # anything but the whole file.
                self._move(source, path)
            for folder in {path.parent for path in paths}:
                _flush(folder)
            # Which may be as new, by this very call or by one beside it that is not as far yet.
            _flush(self._folder)
        except OSError as error:
            raise down(error) from error

    def open(self, key: str) -> Blob:
        """Raises Missing."""
        try:
            file = open(self._name(key), "rb")  # noqa: SIM115, PTH123 - the taker closes it; a Path costs as much again
        except FileNotFoundError as error:
            self.check()
            raise Missing(key) from error
        except OSError as error:
            raise down(error) from error
        return Blob(file, os.fstat(file.fileno()).st_size)

    @contextmanager
    def as_file(self, key: str) -> Iterator[Path]:
        """A file with these bytes, for reading only, for as long as the context lasts. Raises Missing."""
        path = self._path(key)
        if not path.is_file():
            self.check()
            raise Missing(key)
        yield path

    def delete(self, key: str) -> None:
        """Missing bytes are no error: they are as gone as was asked for."""
        try:
            path = self._path(key)
            path.unlink(missing_ok=True)
            path.with_name(key + PART).unlink(missing_ok=True)
        except OSError as error:
            raise down(error) from error

    def list(self) -> Iterator[Stored]:
        """Everything that is kept, in no order. A file that goes meanwhile is left out."""
        self.check()
        for entry in self._folder.glob("*/*"):
            try:
                status = entry.stat()
            except FileNotFoundError:
                continue
            key = entry.name.removesuffix(PART)
            if _KEY.fullmatch(key):
                yield Stored(key, status.st_size, status.st_mtime)

    def check(self) -> None:
        """Raises StoreDown when bytes can be neither read nor written."""
        if not (self._folder / MARKER).is_file() or not os.access(self._folder, os.R_OK | os.W_OK | os.X_OK):
            raise StoreDown("the folder of the pictures is not there, or cannot be read and written")

    def room(self) -> Room | None:
        """Of the disk that the folder is on. What is kept back for the system's administrator is not ours."""
        try:
            usage = shutil.disk_usage(self._folder)
        except OSError as error:
            raise down(error) from error
        return Room(usage.free, usage.total)

    def _move(self, source: Path, path: Path) -> None:
        if not path.parent.is_dir():
            path.parent.mkdir(mode=0o700, exist_ok=True)
        try:
            source.replace(path)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            # Another file system, from which nothing can be renamed: a copy beside the place does the same.
            copy = path.with_name(path.name + PART)
            shutil.copyfile(source, copy)
            _flush(copy)
            copy.replace(path)
            source.unlink()

    def _path(self, key: str) -> Path:
        return Path(self._name(key))

    def _name(self, key: str) -> str:
        if not _KEY.fullmatch(key):
            raise Missing(key)  # keys come from the database alone; nothing else becomes a path
        return f"{self._folder}/{key[:2]}/{key}"


def _flush(path: Path) -> None:
    """Have the kernel write a file, or the entries of a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
