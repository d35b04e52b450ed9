"""A JPEG file, segment by segment (ITU-T T.81, annex B; T.871 for JFIF)."""

import re
from collections.abc import Iterator
from typing import IO

from imageapp.imaging.containers.parts import (
    EXIF_START,
    PIECE,
    Damaged,
    copy_bytes,
    counted,
    exactly,
    exif_with,
    orientation_in,
)

_EOI, _SOS = 0xD9, 0xDA
# Tables, frames and scans: all that a decoder needs.
_NEEDED = frozenset(range(0xC0, 0xE0)) - frozenset(range(0xD0, 0xDA))
_NOTES = frozenset(range(0xE0, 0xF0)) | {0xFE}
# Marks without a length, which decoders pass over where they mean nothing.
_ALONE = frozenset(range(0xD0, 0xD8)) | {0x01}

_PROFILE = b"ICC_PROFILE\x00"
# Adobe's note says how colours were coded, in so many bytes.
_ADOBE, _ADOBE_KEPT = b"Adobe", 12
# JFIF's version, unit and density stay, the small picture whose sides follow goes.
_JFIF, _JFIF_KEPT = b"JFIF\x00", 12

# Where a marker begins: 0xFF 0 is a number, and a 0xFF before another only fills; within a scan, restart marks belong
# to the pixels.
_MARKER = re.compile(rb"\xff[^\x00\xff]", re.DOTALL)
_END_OF_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)


def copy_jpeg(source: IO[bytes], target: IO[bytes]) -> None:
    """Copy the first picture of the file up to its end, with no note but how to turn it. Raises Damaged."""
    target.write(exactly(source, 2))
    scans, turned = 0, False
    for code in counted(_markers(source)):
        if code in _NEEDED:
            target.write(bytes((0xFF, code)))
            _copy_segment(source, target)
            if code == _SOS:
                _pass(source, _END_OF_SCAN, target)
                scans += 1
        elif code in _NOTES:
            note = exactly(source, _length(source))
            kept = _kept(code, note, turned=turned)
            turned = turned or note.startswith(EXIF_START)
            if kept:
                target.write(bytes((0xFF, code)) + (len(kept) + 2).to_bytes(2) + kept)
        elif code == _EOI:
            target.write(bytes((0xFF, _EOI)))
            break
        elif code not in _ALONE:
            raise Damaged
    if not scans:
        raise Damaged


def _kept(code: int, note: bytes, *, turned: bool) -> bytes:
    """What stays of a note: all of it, less, or nothing. `turned`: there was EXIF before."""
    if code == 0xE0 and note.startswith(_JFIF) and len(note) >= _JFIF_KEPT:
        return note[:_JFIF_KEPT] + bytes(2)
    if code == 0xE1 and note.startswith(EXIF_START) and not turned:
        orientation = orientation_in(note)
        return EXIF_START + exif_with(orientation) if orientation != 1 else b""
    if code == 0xEE and note.startswith(_ADOBE):
        return note[:_ADOBE_KEPT]
    return note if code == 0xE2 and note.startswith(_PROFILE) else b""


def _markers(source: IO[bytes]) -> Iterator[int]:
    """The codes of the markers up to the end of the file.

    The source stands behind each one; what decoders pass over on the way to the next is left out.
    """
    while True:
        _pass(source, _MARKER, None)
        mark = source.read(2)
        if len(mark) < 2:
            return
        yield mark[1]


def _length(source: IO[bytes]) -> int:
    """How many bytes of a segment follow its length, which counts itself."""
    length = int.from_bytes(exactly(source, 2)) - 2
    if length < 0:
        raise Damaged
    return length


def _copy_segment(source: IO[bytes], target: IO[bytes]) -> None:
    length = _length(source)
    target.write((length + 2).to_bytes(2))
    copy_bytes(source, target, length)


def _pass(source: IO[bytes], end: re.Pattern[bytes], target: IO[bytes] | None) -> None:
    """Go to where `end` is found, or to the end of the file; what lies before is copied if there is a target."""
    while piece := source.read(PIECE):
        if found := end.search(piece):
            source.seek(found.start() - len(piece), 1)
            piece = piece[: found.start()]
        elif piece.endswith(b"\xff") and len(piece) > 1:
            # Whether a marker begins here is decided by the byte behind it.
            source.seek(-1, 1)
            piece = piece[:-1]
        if target:
            target.write(piece)
        if found:
            return
