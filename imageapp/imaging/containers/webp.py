"""A WebP file, chunk by chunk (RFC 9649)."""

import struct
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

_PICTURE = frozenset((b"VP8 ", b"VP8L"))
_CANVAS, _CANVAS_BYTES = b"VP8X", 10
# What a file with a canvas may have besides: alpha, a profile, how often an animation runs; with the bytes of each.
_ALPHA = b"ALPH"
_BESIDES = {_ALPHA: 1 << 32, b"ICCP": 1 << 32, b"ANIM": 6}
# A frame of an animation: where it lies and how long it shows, then chunks of its own.
_FRAME, _FRAME_BYTES = b"ANMF", 16
# Flags of the canvas.
_HAS_EXIF, _HAS_XMP = 0x08, 0x04


def copy_webp(source: IO[bytes], target: IO[bytes]) -> None:
    """Copy the file as far as its own length says, with no note but how to turn the picture. Raises Damaged."""
    head = exactly(source, 12)
    end = 8 + int.from_bytes(head[4:8], "little")
    if end > size_of(source):
        raise Damaged
    target.write(head)
    canvas, orientation, pictures = b"", 1, 0
    for kind, length in counted(_chunks(source, end)):
        if kind == _CANVAS and not canvas:
            canvas = exactly(source, min(length, _CANVAS_BYTES))
            _write(target, kind, canvas)
        elif (kind in _PICTURE and not pictures) or (canvas and length <= _BESIDES.get(kind, -1)):
            _copy(source, target, kind, length)
            pictures += kind in _PICTURE
        elif canvas and kind == _FRAME:
            _copy_frame(source, target, length)
            pictures += 1
        elif canvas and kind == b"EXIF":
            orientation = orientation_in(exactly(source, min(length, EXIF_READ)))
    if not pictures:
        raise Damaged
    _finish(target, canvas, orientation)


def _chunks(source: IO[bytes], end: int) -> Iterator[tuple[bytes, int]]:
    """Kind and length of each chunk before the position `end`; the source stands behind them."""
    at = source.tell()
    while at + 8 <= end:
        source.seek(at)
        kind, length = struct.unpack("<4sI", exactly(source, 8))
        at += 8 + length + length % 2
        if at - length % 2 > end:
            raise Damaged
        yield kind, length


def _copy(source: IO[bytes], target: IO[bytes], kind: bytes, length: int) -> None:
    target.write(struct.pack("<4sI", kind, length))
    copy_bytes(source, target, length)
    target.write(bytes(length % 2))


def _write(target: IO[bytes], kind: bytes, data: bytes) -> None:
    target.write(struct.pack("<4sI", kind, len(data)) + data + bytes(len(data) % 2))


def _copy_frame(source: IO[bytes], target: IO[bytes], length: int) -> None:
    """Copy one frame's head, alpha and picture."""
    end, start = source.tell() + length, target.tell()
    _write(target, _FRAME, exactly(source, min(length, _FRAME_BYTES)))
    for kind, inner in counted(_chunks(source, end)):
        if kind in _PICTURE or kind == _ALPHA:
            _copy(source, target, kind, inner)
    _patch(target, start + 4, target.tell() - start - 8)


def _finish(target: IO[bytes], canvas: bytes, orientation: int) -> None:
    """Write how to turn the picture, and what is only known at the end: the flags and the length of the file."""
    if canvas:
        flags = int.from_bytes(canvas[:4], "little") & ~(_HAS_EXIF | _HAS_XMP)
        if orientation != 1:
            _write(target, b"EXIF", exif_with(orientation))
            flags |= _HAS_EXIF
        _patch(target, 20, flags)
    _patch(target, 4, target.tell() - 8)


def _patch(target: IO[bytes], at: int, number: int) -> None:
    end = target.tell()
    target.seek(at)
    target.write(struct.pack("<I", number))
    target.seek(end)
