"""Which files are accepted, and the plain values that go in and out of this room.

FORMATS is the one list of formats: what decodes, names, checks, offers and refuses them reads it here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from imageapp.imaging.facts import NOTHING, Facts
from imageapp.imaging.magic import Matches, compatible, is_bmp, riff, starts
from imageapp.sentences import Listing, Sentence, say


@dataclass(frozen=True, slots=True)
class Format:
    """One format that can be read.

    `opened_as` are Pillow's names for it, `matches` tells it by a file's first bytes. `whole` says that it is decoded
    in full, whatever is made of it, which is what its limit of pixels goes by; `pixel_bytes` how much memory that takes
    at most for each pixel, as was measured; `animates` that a file may hold an animation that can be read; `offered`
    that it is accepted unless an operator says so; `shown` that browsers show it.
    """

    name: str
    label: str
    mime: str
    extensions: tuple[str, ...]
    opened_as: tuple[str, ...]
    matches: Matches
    pixel_bytes: int
    whole: bool = True
    animates: bool = False
    offered: bool = True
    shown: bool = True

    @property
    def extension(self) -> str:
        """The usual one, with its dot."""
        return self.extensions[0]

    @property
    def accept(self) -> str:
        """As in the `accept` attribute of a form."""
        return ",".join((self.mime, *self.extensions))

    @property
    def words(self) -> Sentence:
        """As in a sentence: "a PNG picture"."""
        if self.label[0] in "AEIOU":
            return say("an %(label)s picture", label=self.label)
        return say("a %(label)s picture", label=self.label)


FORMATS: dict[str, Format] = {
    f.name: f
    for f in (
        Format(
            name="JPEG",
            label="JPEG",
            mime="image/jpeg",
            extensions=(".jpg", ".jpeg", ".jpe"),
            # Pillow calls a phone's JPEG with a second picture inside "MPO"; the first one is the photograph.
            opened_as=("JPEG", "MPO"),
            matches=starts(b"\xff\xd8\xff"),
            pixel_bytes=1,
            whole=False,
        ),
        Format(
            name="PNG",
            label="PNG",
            mime="image/png",
            extensions=(".png", ".apng"),
            opened_as=("PNG",),
            matches=starts(b"\x89PNG"),
            pixel_bytes=6,
            animates=True,
        ),
        Format(
            name="GIF",
            label="GIF",
            mime="image/gif",
            extensions=(".gif",),
            opened_as=("GIF",),
            matches=starts(b"GIF8"),
            pixel_bytes=6,
            animates=True,
        ),
        Format(
            name="WEBP",
            label="WebP",
            mime="image/webp",
            extensions=(".webp",),
            opened_as=("WEBP",),
            matches=riff(b"WEBP"),
            pixel_bytes=17,
            animates=True,
        ),
        Format(
            name="AVIF",
            label="AVIF",
            mime="image/avif",
            extensions=(".avif", ".avifs"),
            opened_as=("AVIF",),
            matches=compatible(b"avif", b"avis"),
            pixel_bytes=17,
            animates=True,
        ),
        Format(
            name="HEIC",
            label="HEIC",
            mime="image/heic",
            extensions=(".heic", ".heif"),
            opened_as=("HEIF",),
            # Several pictures in one file are a burst or an album, no animation: the main one is the picture.
            matches=compatible(b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"),
            pixel_bytes=9,
            shown=False,
        ),
        # These two can hold almost anything, and their decoders have had more faults than all of the others'.
        Format(
            name="TIFF",
            label="TIFF",
            mime="image/tiff",
            extensions=(".tif", ".tiff"),
            opened_as=("TIFF",),
            matches=starts(b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"),
            pixel_bytes=12,
            offered=False,
            shown=False,
        ),
        Format(
            name="BMP",
            label="BMP",
            mime="image/bmp",
            extensions=(".bmp",),
            opened_as=("BMP",),
            matches=is_bmp,
            pixel_bytes=6,
            offered=False,
        ),
    )
}
# Names of formats: all that can be read, and those that are accepted unless an operator says so.
EVERY = tuple(FORMATS)
OFFERED = tuple(f.name for f in FORMATS.values() if f.offered)


def extra_formats(text: str) -> tuple[str, ...]:
    """The names in a text, with commas between them, of formats that are not OFFERED.

    Raises ValueError, which says what would do.
    """
    names = text.upper().replace(",", " ").split()
    others = [name for name in EVERY if name not in OFFERED]
    if not set(names) <= set(others):
        raise ValueError(f"{' or '.join(others)}, or both with a comma between them")
    return tuple(name for name in others if name in names)


def offered_and(extra: Sequence[str]) -> tuple[str, ...]:
    """The names of all formats that are OFFERED or among the extra ones."""
    return tuple(name for name in EVERY if name in OFFERED or name in extra)


def labels(names: Sequence[str]) -> Listing:
    """These formats as people read them: `JPEG, PNG or GIF`.

    >>> labels(["JPEG", "PNG", "GIF"])
    'JPEG, PNG or GIF'
    """
    return Listing([FORMATS[name].label for name in names], "or")


@dataclass(frozen=True, slots=True)
class Limits:
    """What is decoded at most, in pixels; both are read from the header, before any decoding."""

    max_pixels: int = 64_000_000
    max_pixels_whole: int = 40_000_000
    max_side: int = 30_000


@dataclass(frozen=True, slots=True)
class Target:
    """A thumbnail to make: fits inside width × height pixels (0 = that side is free), written to `path`."""

    width: int
    height: int
    path: Path


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A thumbnail that was made, in the order of the targets. `format` is a key of FORMATS, `bytes` its file size.

    `frames` are those of the picture that it shows: all of an animation, or 1, the first.
    """

    width: int
    height: int
    format: str
    bytes: int
    frames: int = 1


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a picture is (upright width and height, `format` a key of FORMATS) and the thumbnails made of it.

    `frames` are those of an animation, 1 for a still. `placeholder` is a WebP of at most PLACEHOLDER_BYTES, `colour`
    the dominant one as `#rrggbb`; None where there is none.
    """

    format: str
    width: int
    height: int
    thumbnails: tuple[Thumbnail, ...]
    frames: int = 1
    facts: Facts = NOTHING
    placeholder: bytes | None = None
    colour: str | None = None


class Decoder(Protocol):
    """Reads hostile files, somewhere where that hurts nobody."""

    def render(self, source: Path, targets: Sequence[Target], accepted: Sequence[str] = OFFERED) -> Rendered:
        """One decode of `source`, in one of the `accepted` formats (their names), makes every target.

        Without `accepted` it is those that are accepted unless an operator says so.

        Raises the refusals NotAnImage, TooManyPixels, and Busy when too many wait already.
        """
        ...

    def close(self) -> None:
        """End the worker, if one was started."""
        ...


def fit(width: int, height: int, box_width: int, box_height: int) -> tuple[int, int]:
    """The size in pixels at which width × height fits inside the box (0 = free side), aspect kept, never enlarged.

    >>> fit(4000, 3000, 0, 200)
    (267, 200)
    """
    scale = min(
        1.0,
        box_width / width if box_width else 1.0,
        box_height / height if box_height else 1.0,
    )
    return max(1, round(width * scale)), max(1, round(height * scale))
