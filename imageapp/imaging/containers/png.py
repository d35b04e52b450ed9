"""A PNG file, chunk by chunk (W3C PNG, third edition, chapters 5 and 11)."""

import struct
import zlib
from collections.abc import Iterator
from typing import IO

from imageapp.imaging.containers.parts import (
    EXIF_READ,
    Damaged,
    copy_bytes,
    counted,
    exactly,
    exif_with,
    orientation_in,
    size_of,
)

_SIGNATURE = 8
_CHECKSUM = 4
# Pixels, animation, transparency, and the profile.
_NEEDED = frozenset((b"IHDR", b"PLTE", b"IDAT", b"tRNS", b"acTL", b"fcTL", b"fdAT", b"iCCP"))
# What else says which colours they are, and how large on paper; with the bytes that each may have.
_SHORT = {
    **{b"sRGB": 1, b"gAMA": 4, b"cHRM": 32, b"cICP": 4, b"mDCV": 24, b"cLLI": 8},
    **{b"sBIT": 4, b"bKGD": 6, b"pHYs": 9},
}


def copy_png(source: IO[bytes], target: IO[bytes]) -> None:
    """Copy the file up to its last chunk, with no note but how to turn the picture. Raises Damaged."""
    end = size_of(source)
    target.write(exactly(source, _SIGNATURE))
    pixels = False
    for kind, length in counted(_chunks(source)):
        behind = source.tell() + length + _CHECKSUM
        if behind > end:
            raise Damaged
        if kind in _NEEDED or length <= _SHORT.get(kind, -1):
            target.write(struct.pack(">I", length) + kind)
            copy_bytes(source, target, length + _CHECKSUM)
            pixels = pixels or kind == b"IDAT"
        elif kind == b"eXIf":
            orientation = orientation_in(exactly(source, min(length, EXIF_READ)))
            if orientation != 1:
                target.write(_chunk(kind, exif_with(orientation)))
        elif kind == b"IEND":
            target.write(_chunk(kind, b""))
            break
        elif not kind[0] & 0x20:
            # A decoder that does not know a chunk with a capital letter has to give up.
            raise Damaged
        source.seek(behind)
    if not pixels:
        raise Damaged


def _chunks(source: IO[bytes]) -> Iterator[tuple[bytes, int]]:
    """Kind and length of each chunk; the source stands behind them."""
    while len(head := source.read(8)) == 8:
        yield head[4:], int.from_bytes(head[:4])


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
