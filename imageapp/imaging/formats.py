"""Which files are accepted, and the plain values that go in and out of this room."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Format:
    """One accepted format. `opened_as` are Pillow's names for it; `whole` says that Pillow decodes it in full."""

    name: str
    label: str
    mime: str
    extension: str
    opened_as: tuple[str, ...]
    whole: bool


FORMATS: dict[str, Format] = {
    f.name: f
    for f in (
        # Pillow calls a phone's JPEG with a second picture inside "MPO"; the first one is the photograph.
        Format("JPEG", "JPEG", "image/jpeg", ".jpg", ("JPEG", "MPO"), whole=False),
        Format("PNG", "PNG", "image/png", ".png", ("PNG",), whole=True),
        Format("GIF", "GIF", "image/gif", ".gif", ("GIF",), whole=True),
        Format("WEBP", "WebP", "image/webp", ".webp", ("WEBP",), whole=True),
    )
}


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
    """A thumbnail that was made, in the order of the targets. `format` is a key of FORMATS, `bytes` its file size."""

    width: int
    height: int
    format: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a picture is (upright width and height, `format` a key of FORMATS) and the thumbnails made of it."""

    format: str
    width: int
    height: int
    thumbnails: tuple[Thumbnail, ...]


class Decoder(Protocol):
    """Reads hostile files, somewhere where that hurts nobody."""

    def render(self, source: Path, targets: Sequence[Target]) -> Rendered:
        """One decode of `source` makes every target.

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
