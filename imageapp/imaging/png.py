"""What a PNG consists of: whether it holds all the rows that it promises, and what stands behind them.

Pillow shows the rows that there are, and leaves the rest empty.

Checksums are not compared: pixels whose checksum is wrong may be right, and are shown everywhere.
"""

import mmap
import struct
import zlib
from collections.abc import Iterator
from itertools import dropwhile
from pathlib import Path
from typing import NamedTuple

_SIGNATURE_BYTES = 8
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # samples of a pixel, by colour type
# Where each of the seven passes of an interlaced picture begins, and its steps: x, y, across, down (PNG, 8.2).
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_UNPACKED_AT_ONCE = 1 << 20  # bytes


class _Header(NamedTuple):
    """The first chunk: sides in pixels, bits per sample, and the numbers that stand for the rest (PNG, 11.2.2)."""

    width: int
    height: int
    depth: int
    colour: int
    compression: int
    filter: int
    interlaced: int

    @property
    def unpacked_bytes(self) -> int:
        """How long its rows are together, each with the byte that names its filter."""
        if not self.interlaced:
            return self._bytes(self.width, self.height)
        # Rounded up: a pass has a last column or row wherever one begins.
        return sum(
            self._bytes(-((x - self.width) // across), -((y - self.height) // down)) for x, y, across, down in _PASSES
        )

    def _bytes(self, width: int, height: int) -> int:
        if width <= 0 or height <= 0:
            return 0
        return height * (1 + (width * self.depth * _CHANNELS[self.colour] + 7) // 8)


def has_every_row(path: Path) -> bool:
    """Whether the pixels of the PNG at `path`, unpacked, are as many as its header promises. Takes a megabyte."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        header = _Header(*struct.unpack_from(">IIBBBBB", data, _SIGNATURE_BYTES + 8))
        if header.colour not in _CHANNELS:  # and a second header that Pillow took instead
            return False
        missing = header.unpacked_bytes
        unpacker = zlib.decompressobj()
        try:
            for kind, start, end in _chunks(data):
                packed = data[start:end] if kind == b"IDAT" else b""
                while packed and missing > 0:
                    missing -= len(unpacker.decompress(packed, _UNPACKED_AT_ONCE))
                    packed = unpacker.unconsumed_tail
        except zlib.error:
            return False
        return missing <= 0


def kinds_behind_pixels(path: Path) -> set[bytes]:
    """The kinds of the chunks of the PNG at `path` that stand behind the first with pixels, other than those."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        kinds = dropwhile(lambda kind: kind != b"IDAT", (kind for kind, _, _ in _chunks(data)))
        return set(kinds) - {b"IDAT"}


def code_points(path: Path) -> tuple[int, int]:
    """Primaries and curve (ITU-T H.273) of the colour space that the PNG at `path` names in `cICP`; 0 for none."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for kind, start, end in _chunks(data):
            if kind == b"cICP" and end - start == 4:
                return data[start], data[start + 1]
            if kind == b"IDAT":
                break
    return 0, 0


def _chunks(data: mmap.mmap) -> Iterator[tuple[bytes, int, int]]:
    """Kind, and where the content starts and ends, of each whole chunk up to the last."""
    at, kind = _SIGNATURE_BYTES, b""
    while at + 12 <= len(data) and kind != b"IEND":
        length = int.from_bytes(data[at : at + 4], "big")
        kind, start, end = data[at + 4 : at + 8], at + 8, at + 8 + length
        if end + 4 > len(data):
            return
        yield kind, start, end
        at = end + 4
