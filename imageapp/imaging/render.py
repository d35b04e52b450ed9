"""One decode of a picture makes all of its thumbnails."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageFile

from imageapp.imaging import animation, png
from imageapp.imaging.animation import Animation
from imageapp.imaging.bands import workable_at
from imageapp.imaging.colours import GREY_MODES
from imageapp.imaging.encoding import encoded
from imageapp.imaging.exif import facts_of
from imageapp.imaging.facts import Facts
from imageapp.imaging.formats import OFFERED, Limits, Rendered, Target, Thumbnail, fit
from imageapp.imaging.inspect import Opened, decoding, opened, orientation
from imageapp.imaging.levels import GAP, LYING, Box, Decoded, Size, chain
from imageapp.imaging.placeholder import TINY, dominant, placeholder
from imageapp.imaging.signatures import DAMAGED
from imageapp.imaging.weight import Weighed, ignored
from imageapp.refusals import NotAnImage


@dataclass(frozen=True, slots=True)
class _Picture:
    """What was read: the upright size, that of each thumbnail, and the pixels to make them of."""

    format: str
    size: Size
    sizes: list[Size]
    decoded: Decoded
    animation: Animation
    facts: Facts


def render(
    source: Path,
    targets: Sequence[Target],
    limits: Limits,
    accepted: Sequence[str] = OFFERED,
    weighed: Weighed = ignored,
) -> Rendered:
    """Decode the picture at `source`, of one of the `accepted` formats, in full, once, and write every target.

    Thumbnails are upright, sRGB, without any metadata, never larger than the picture; JPEG, or WebP where there is
    transparency (see `encoded`). Those of an animation are animated WebP, or its first frame (see `animation`). What
    stands in for the picture is drawn from the smallest of them. `weighed` is called once, with the bytes that this may
    take, before it takes them.

    Raises NotAnImage, TooManyPixels, MemoryError, and OSError when a file cannot be read or written.
    """
    picture = _read(source, targets, limits, accepted, weighed)
    levels = chain(picture.decoded, picture.sizes or [fit(*picture.size, TINY, TINY)])
    smallest = levels[min(levels)]
    files = {size: (*encoded(levels[size]), 1) for size in picture.sizes}
    frames = picture.animation.frames
    if frames > 1:
        with opened(source, limits, (picture.format,)) as file:
            films = animation.films(file, picture.animation, picture.decoded, picture.sizes)
        files |= {size: ("WEBP", film, frames) for size, film in films.items()}
    for target, size in zip(targets, picture.sizes, strict=True):
        target.path.write_bytes(files[size][1])
    made = (Thumbnail(*size, files[size][0], len(files[size][1]), files[size][2]) for size in picture.sizes)
    look = placeholder(smallest), dominant(smallest)
    return Rendered(picture.format, *picture.size, tuple(made), frames, picture.facts, *look)


def _read(
    source: Path, targets: Sequence[Target], limits: Limits, accepted: Sequence[str], weighed: Weighed
) -> _Picture:
    # A function of its own, so that the opened file is gone when thumbnails are made: a WebP's decoder alone holds
    # eight bytes for each pixel.
    with opened(source, limits, accepted, weighed) as file:
        turn = _turn(file, source)
        facts = facts_of(file.picture)
        width, height = file.picture.size[::-1] if turn in LYING else file.picture.size
        sizes = [fit(width, height, target.width, target.height) for target in targets]
        decoded = _decoded(file, turn, max(sizes, default=fit(width, height, TINY, TINY)))
        return _Picture(file.format.name, (width, height), sizes, decoded, animation.announced(file, source), facts)


def _turn(file: Opened, source: Path) -> int:
    if file.format.name != "JPEG":
        # A PNG may have its EXIF after the pixels, so the answer is only known when those are read.
        _load(file.picture)
    if file.format.name == "PNG" and _may_lack_rows(file.picture) and not png.has_every_row(source):
        raise NotAnImage(DAMAGED)
    return orientation(file.picture)


def _may_lack_rows(picture: ImageFile.ImageFile) -> bool:
    """Whether the last row is empty, as it is where rows are missing, and elsewhere seldom. An interlaced picture may
    lack the end of any of its passes."""
    last = picture.crop((0, picture.height - 1, *picture.size)).tobytes()
    return bool(picture.info.get("interlace")) or last.count(0) == len(last)


def _load(picture: ImageFile.ImageFile) -> None:
    with decoding(picture.width * picture.height):
        picture.load()


def _decoded(file: Opened, turn: int, largest: Size) -> Decoded:
    picture = file.picture
    box: Box = (0, 0, *picture.size)
    pixels = picture.width * picture.height
    stored: Size = (largest[1], largest[0]) if turn in LYING else largest
    if file.format.name == "JPEG":
        # Decoding at a fraction reads all of the file, so damage is found nevertheless. `draft` knows nothing of
        # orientation: it is given the size as stored.
        with decoding(pixels):
            drafted = picture.draft(None, (math.ceil(stored[0] * GAP), math.ceil(stored[1] * GAP)))
        box = drafted[1] if drafted else box
        _load(picture)
    profile = picture.info.get("icc_profile")
    with decoding(pixels):
        native = _native(picture)
        work, box = workable_at(native, file.depth, box, stored)
    # Pillow carries this along to every image made of this one, and comments from there into the files.
    work.info = {}
    return Decoded(work, box, turn, profile, native.mode in GREY_MODES)


def _native(picture: Image.Image) -> Image.Image:
    """The picture with samples in the order of this machine: a TIFF's may be in the other one."""
    return picture.convert("I").convert("I;16") if picture.mode == "I;16B" else picture
