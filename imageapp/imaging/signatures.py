"""What a file that is no accepted picture is instead, told by its first bytes, so that a refusal can name it."""

import re
from collections.abc import Callable
from typing import NamedTuple

HEAD_BYTES = 4096

_SVG = re.compile(rb"<svg[\s>]", re.IGNORECASE)
_HTML = re.compile(rb"<(!doctype\s+html|html|head|body|script)\b", re.IGNORECASE)
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")


class Signature(NamedTuple):
    """A kind of file: how a person calls it, whether it is a picture, and how its first bytes tell."""

    name: str
    picture: bool
    matches: Callable[[bytes], bool]


def _starts(*magic: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(magic)


def _boxed(*brands: bytes) -> Callable[[bytes], bool]:
    return lambda head: head[4:8] == b"ftyp" and head[8:12].startswith(brands)


def _riff(kind: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(b"RIFF") and head[8:12] == kind


SIGNATURES = (
    Signature("a PDF", False, _starts(b"%PDF-")),
    Signature("a HEIC picture", True, _boxed(*_HEIC_BRANDS)),
    Signature("an AVIF picture", True, _boxed(b"avif", b"avis")),
    Signature("a TIFF picture", True, _starts(b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")),
    Signature("a BMP picture", True, lambda head: head.startswith(b"BM") and head[15:18] == bytes(3)),
    Signature("a Photoshop file", True, _starts(b"8BPS")),
    Signature("an icon file", True, _starts(b"\x00\x00\x01\x00", b"\x00\x00\x02\x00", b"icns")),
    Signature("a JPEG XL picture", True, _starts(b"\xff\x0a", b"\x00\x00\x00\x0cJXL ")),
    Signature("a JPEG 2000 picture", True, _starts(b"\x00\x00\x00\x0cjP  ", b"\xff\x4f\xff\x51")),
    Signature("a FITS file", True, _starts(b"SIMPLE  =")),
    Signature("a DDS texture", True, _starts(b"DDS ")),
    Signature("a PostScript file", False, _starts(b"%!PS", b"\xc5\xd0\xd3\xc6")),
    Signature("a sound file", False, _boxed(b"M4A", b"M4B")),
    # Whatever else is kept in these boxes is film: MP4, QuickTime, 3GP and their many brands.
    Signature("a video", False, _boxed(b"")),
    Signature("a video", False, _starts(b"\x1a\x45\xdf\xa3", b"FLV\x01", b"\x00\x00\x01\xba", b"\x00\x00\x01\xb3")),
    Signature("a video", False, _riff(b"AVI ")),
    Signature("a sound file", False, _riff(b"WAVE")),
    Signature("a sound file", False, _starts(b"ID3", b"OggS", b"fLaC")),
    Signature("a ZIP archive or an Office document", False, _starts(b"PK\x03\x04", b"PK\x05\x06")),
    Signature("an archive", False, _starts(b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"BZh", b"\xfd7zXZ")),
    Signature("a program", False, _starts(b"\x7fELF", b"MZ", b"#!")),
    Signature("an SVG drawing", False, lambda head: _SVG.search(head) is not None and b"<html" not in head.lower()),
    Signature("a web page", False, lambda head: _HTML.search(head) is not None),
)


def refusal_of(head: bytes) -> str | None:
    """The sentence that refuses a file with these first bytes, or None when nothing is known about them."""
    if not head:
        return "This file is empty. Choose it again, or export the picture again."
    for signature in SIGNATURES:
        if signature.matches(head):
            if signature.picture:
                return f"This is {signature.name}, which is not accepted here. Save it as JPEG or PNG."
            return f"This is {signature.name}, not a picture. Save it as JPEG or PNG."
    return None
