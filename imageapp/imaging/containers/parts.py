"""What rewriting JPEG, PNG and WebP files has in common: bounded reading, and the orientation in EXIF."""

import struct
from collections.abc import Iterator
from typing import IO, TypeVar

PIECE = 1 << 17
# EXIF of a JPEG is never longer; cameras put the orientation into the first few hundred bytes.
EXIF_READ = 1 << 16
EXIF_START = b"Exif\x00\x00"

# Pictures have some thousands at most. A file of nothing but empty parts would be worked on for seconds.
MOST_PARTS = 100_000

Part = TypeVar("Part")

_ORIENTATION = 0x0112
# The kinds of whole number that TIFF has, with their sizes.
_WHOLE = {1: "B", 3: "H", 4: "I"}


class Damaged(Exception):
    """The parts of a file do not fit together."""


def exactly(source: IO[bytes], count: int) -> bytes:
    """The next `count` bytes, which must be few. Raises Damaged when there are less."""
    data = source.read(count)
    if len(data) < count:
        raise Damaged
    return data


def copy_bytes(source: IO[bytes], target: IO[bytes], count: int) -> None:
    """Copy the next `count` bytes. Raises Damaged when there are less."""
    while count:
        piece = exactly(source, min(count, PIECE))
        target.write(piece)
        count -= len(piece)


def counted(parts: Iterator[Part]) -> Iterator[Part]:
    """The parts, of which there may be MOST_PARTS. Raises Damaged when there are more."""
    for number, part in enumerate(parts):
        if number >= MOST_PARTS:
            raise Damaged
        yield part


def size_of(source: IO[bytes]) -> int:
    """The length of the file; the position stays."""
    here = source.tell()
    end = source.seek(0, 2)
    source.seek(here)
    return end


def orientation_in(exif: bytes) -> int:
    """The orientation, 1 to 8, that this EXIF (with or without its name) has in its first directory; 1 for none."""
    tiff = exif.removeprefix(EXIF_START)
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    found = 1
    try:
        if order is None:
            return 1
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for at in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind, many = struct.unpack_from(f"{order}HHI", tiff, at)
            if tag == _ORIENTATION and kind in _WHOLE and many == 1:
                (found,) = struct.unpack_from(f"{order}{_WHOLE[kind]}", tiff, at + 8)
    except struct.error:
        pass  # cut off: what was found before still holds
    return found if 1 <= found <= 8 else 1


def exif_with(orientation: int) -> bytes:
    """The shortest TIFF structure that says how to turn a picture, and nothing else."""
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, orientation, 0)
    return b"MM\x00*" + struct.pack(">IH", 8, 1) + entry + bytes(4)
