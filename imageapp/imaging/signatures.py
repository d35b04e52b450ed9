"""What a file that is no accepted picture is instead, told by its first bytes, so that a refusal can name it."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from imageapp.imaging.formats import FORMATS, labels
from imageapp.imaging.magic import Matches, boxed, riff, starts
from imageapp.sentences import Sentence, Words, say

HEAD_BYTES = 4096

_SVG = re.compile(rb"<svg[\s>]", re.IGNORECASE)
_HTML = re.compile(rb"<(!doctype\s+html|html|head|body|script)\b", re.IGNORECASE)


class Signature(NamedTuple):
    """A kind of file: how a person calls it, whether it is a picture, and how its first bytes tell."""

    name: Sentence
    picture: bool
    matches: Matches


SIGNATURES = (
    Signature(say("a PDF"), False, starts(b"%PDF-")),
    Signature(say("a Photoshop file"), True, starts(b"8BPS")),
    Signature(say("an icon file"), True, starts(b"\x00\x00\x01\x00", b"\x00\x00\x02\x00", b"icns")),
    Signature(say("a JPEG XL picture"), True, starts(b"\xff\x0a", b"\x00\x00\x00\x0cJXL ")),
    Signature(say("a JPEG 2000 picture"), True, starts(b"\x00\x00\x00\x0cjP  ", b"\xff\x4f\xff\x51")),
    Signature(say("a FITS file"), True, starts(b"SIMPLE  =")),
    Signature(say("a DDS texture"), True, starts(b"DDS ")),
    Signature(say("a PostScript file"), False, starts(b"%!PS", b"\xc5\xd0\xd3\xc6")),
    Signature(say("a sound file"), False, boxed(b"M4A", b"M4B")),
    # Whatever else is kept in these boxes is film: MP4, QuickTime, 3GP and their many brands.
    Signature(say("a video"), False, boxed(b"")),
    Signature(say("a video"), False, starts(b"\x1a\x45\xdf\xa3", b"FLV\x01", b"\x00\x00\x01\xba", b"\x00\x00\x01\xb3")),
    Signature(say("a video"), False, riff(b"AVI ")),
    Signature(say("a sound file"), False, riff(b"WAVE")),
    Signature(say("a sound file"), False, starts(b"ID3", b"OggS", b"fLaC")),
    Signature(say("a ZIP archive or an Office document"), False, starts(b"PK\x03\x04", b"PK\x05\x06")),
    Signature(
        say("an archive"), False, starts(b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"BZh", b"\xfd7zXZ")
    ),
    Signature(say("a program"), False, starts(b"\x7fELF", b"MZ", b"#!")),
    Signature(
        say("an SVG drawing"), False, lambda head: _SVG.search(head) is not None and b"<html" not in head.lower()
    ),
    Signature(say("a web page"), False, lambda head: _HTML.search(head) is not None),
)


DAMAGED = say("The file is damaged or cut off. Export it again.")
NOTHING_ACCEPTED = say(
    "No kind of picture is accepted here at the moment. Choose another day, or ask who runs this server."
)


def refusal_of(head: bytes, accepted: Sequence[str]) -> Sentence:
    """The sentence for a file with these first bytes that no decoder of the `accepted` formats (names) could open."""
    if not head:
        return say("This file is empty. Choose it again, or export the picture again.")
    return _other(head, accepted) if accepted else NOTHING_ACCEPTED


def _other(head: bytes, accepted: Sequence[str]) -> Sentence:
    for kind in FORMATS.values():
        if kind.matches(head):
            if kind.name in accepted:
                return DAMAGED
            return _not_accepted(kind.words, labels(accepted))
    for signature in SIGNATURES:
        if signature.matches(head):
            # The first two are those that everything can save.
            instead = labels(accepted[:2])
            if signature.picture:
                return _not_accepted(signature.name, instead)
            return say("This is %(kind)s, not a picture. Save it as %(formats)s.", kind=signature.name, formats=instead)
    return say("This file is not a picture that can be read here. Save it as %(formats)s.", formats=labels(accepted))


def _not_accepted(kind: Sentence, formats: Words) -> Sentence:
    return say("This is %(kind)s, which is not accepted here. Save it as %(formats)s.", kind=kind, formats=formats)
