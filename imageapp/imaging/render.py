"""One decode of a picture makes all of its thumbnails."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from imageapp.imaging import animation
from imageapp.imaging.animation import Animation
from imageapp.imaging.encoding import encoded
from imageapp.imaging.exif import facts_of
from imageapp.imaging.facts import Facts
from imageapp.imaging.formats import OFFERED, Limits, Rendered, Target, Thumbnail, fit
from imageapp.imaging.inspect import opened, orientation
from imageapp.imaging.levels import Decoded, Size, chain, lying
from imageapp.imaging.pillow_engine import ENGINE as PILLOW
from imageapp.imaging.placeholder import TINY, dominant, placeholder
from imageapp.imaging.reading import Engine
from imageapp.imaging.weight import Weighed, ignored


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
    engine: Engine = PILLOW,
) -> Rendered:
    """Decode the picture at `source`, of one of the `accepted` formats, in full, once, and write every target.

    Thumbnails are upright, sRGB, without any metadata, never larger than the picture; JPEG, or WebP where there is
    transparency (see `encoded`). Those of an animation are animated WebP, or its first frame (see `animation`). What
    stands in for the picture is drawn from the smallest of them. `weighed` is called once, with the bytes that this may
    take, before it takes them; `engine` decodes.

    Raises NotAnImage, TooManyPixels, MemoryError, and OSError when a file cannot be read or written.
    """
    picture = _read(source, targets, limits, accepted, weighed, engine)
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
    source: Path, targets: Sequence[Target], limits: Limits, accepted: Sequence[str], weighed: Weighed, engine: Engine
) -> _Picture:
    # A function of its own, so that the opened file is gone when thumbnails are made: a WebP's decoder alone holds
    # eight bytes for each pixel.
    with opened(source, limits, accepted, weighed) as file:
        reading = engine.begin(file, source)
        turn = orientation(file.picture)
        facts = facts_of(file.picture)
        width, height = lying(file.picture.size, turn)
        sizes = [fit(width, height, target.width, target.height) for target in targets]
        decoded = reading.decoded(turn, sizes or [fit(width, height, TINY, TINY)])
        return _Picture(file.format.name, (width, height), sizes, decoded, animation.announced(file, source), facts)
