"""What a file that is no accepted picture is instead, told by its first bytes, so that a refusal can name it."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from imageapp.imaging.formats import FORMATS, labels
from imageapp.imaging.magic import Matches, boxed, riff, starts

HEAD_BYTES = 4096

_SVG = re.compile(rb"<svg[\s>]", re.IGNORECASE)
_HTML = re.compile(rb"<(!doctype\s+html|html|head|body|script)\b", re.IGNORECASE)


class Signature(NamedTuple):
    """A kind of file: how a person calls it, whether it is a picture, and how its first bytes tell."""

    name: str
    picture: bool
    matches: Matches


SIGNATURES = (
    Signature("a PDF", False, starts(b"%PDF-")),
    Signature("a Photoshop file", True, starts(b"8BPS")),
    Signature("an icon file", True, starts(b"\x00\x00\x01\x00", b"\x00\x00\x02\x00", b"icns")),
    Signature("a JPEG XL picture", True, starts(b"\xff\x0a", b"\x00\x00\x00\x0cJXL ")),
    Signature("a JPEG 2000 picture", True, starts(b"\x00\x00\x00\x0cjP  ", b"\xff\x4f\xff\x51")),
    Signature("a FITS file", True, starts(b"SIMPLE  =")),
    Signature("a DDS texture", True, starts(b"DDS ")),
    Signature("a PostScript file", False, starts(b"%!PS", b"\xc5\xd0\xd3\xc6")),
    Signature("a sound file", False, boxed(b"M4A", b"M4B")),
    # Whatever else is kept in these boxes is film: MP4, QuickTime, 3GP and their many brands.
    Signature("a video", False, boxed(b"")),
    Signature("a video", False, starts(b"\x1a\x45\xdf\xa3", b"FLV\x01", b"\x00\x00\x01\xba", b"\x00\x00\x01\xb3")),
    Signature("a video", False, riff(b"AVI ")),
    Signature("a sound file", False, riff(b"WAVE")),
    Signature("a sound file", False, starts(b"ID3", b"OggS", b"fLaC")),
    Signature("a ZIP archive or an Office document", False, starts(b"PK\x03\x04", b"PK\x05\x06")),
    Signature("an archive", False, starts(b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"BZh", b"\xfd7zXZ")),
    Signature("a program", False, starts(b"\x7fELF", b"MZ", b"#!")),
    Signature("an SVG drawing", False, lambda head: _SVG.search(head) is not None and b"<html" not in head.lower()),
    Signature("a web page", False, lambda head: _HTML.search(head) is not None),
)


DAMAGED = "The file is damaged or cut off. Export it again."


def refusal_of(head: bytes, accepted: Sequence[str]) -> str:
    """The sentence for a file with these first bytes that no decoder of the `accepted` formats (names) could open."""
    if not head:
        return "This file is empty. Choose it again, or export the picture again."
    if not accepted:
        return "No kind of picture is accepted here at the moment. Choose another day, or ask who runs this server."
    for kind in FORMATS.values():
        if kind.matches(head):
            if kind.name in accepted:
                return DAMAGED
            return f"This is {kind.words}, which is not accepted here. Save it as {labels(accepted)}."
    for signature in SIGNATURES:
        if signature.matches(head):
            why = "which is not accepted here" if signature.picture else "not a picture"
            # The first two are those that everything can save.
            return f"This is {signature.name}, {why}. Save it as {labels(accepted[:2])}."
    return f"This file is not a picture that can be read here. Save it as {labels(accepted)}."
