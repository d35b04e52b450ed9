"""One decode of a picture makes all of its thumbnails."""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageFile

from imageapp.imaging.colours import GREY_MODES, to_srgb, workable
from imageapp.imaging.formats import OFFERED, Limits, Rendered, Target, Thumbnail, fit
from imageapp.imaging.inspect import Opened, decoding, opened, orientation

QUALITY = 80
# WebP's effort, 0 to 6: above 2 the time doubles for a few percent of the bytes.
WEBP_METHOD = 2
# What a WebP can have on a side, and what its encoder can work on within a worker's memory.
WEBP_LONGEST = 16_383
WEBP_PIXELS = 16_000_000

# A size is made from one at least this much larger. Below it, two filters in a row soften the picture visibly; above
# it, less than 0.1 dB is lost against resizing the whole picture.
GAP = 1.5

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
LYING = (5, 6, 7, 8)

Size = tuple[int, int]
Box = tuple[float, float, float, float]


@dataclass(slots=True)
class _Decoded:
    """Pixels as the file has them: not upright, in the file's colours. `box` is the part that holds the picture."""

    pixels: Image.Image
    box: Box
    turn: int
    profile: bytes | None
    grey: bool

    def upright_level(self, size: Size) -> Image.Image:
        """The whole picture at `size` pixels, upright, in sRGB."""
        stored = size[::-1] if self.turn in LYING else size
        level = self.pixels
        # Equal sizes are not resized, as that would copy a large picture for nothing.
        if level.size != stored:
            level = level.resize(stored, Image.Resampling.LANCZOS, box=self.box, reducing_gap=GAP)
        level = to_srgb(level, self.profile, grey=self.grey)
        return level.transpose(TURNS[self.turn]) if self.turn in TURNS else level


@dataclass(frozen=True, slots=True)
class _Picture:
    """What was read: the upright size, that of each thumbnail, and the pixels to make them of."""

    format: str
    size: Size
    sizes: list[Size]
    decoded: _Decoded


def render(source: Path, targets: Sequence[Target], limits: Limits, accepted: Sequence[str] = OFFERED) -> Rendered:
    """Decode the picture at `source`, of one of the `accepted` formats, in full, once, and write every target.

    Thumbnails are upright, sRGB, without any metadata, never larger than the picture; JPEG, or WebP where there is
    transparency (PNG where a WebP would be beyond WEBP_LONGEST or WEBP_PIXELS). Of an animation, the first frame.

    Raises NotAnImage, TooManyPixels, MemoryError, and OSError when a file cannot be read or written.
    """
    picture = _read(source, targets, limits, accepted)
    files = _thumbnail_files(picture.decoded, picture.sizes)
    for target, size in zip(targets, picture.sizes, strict=True):
        target.path.write_bytes(files[size][1])
    made = (Thumbnail(*size, files[size][0], len(files[size][1])) for size in picture.sizes)
    return Rendered(picture.format, *picture.size, tuple(made))


def _read(source: Path, targets: Sequence[Target], limits: Limits, accepted: Sequence[str]) -> _Picture:
    # A function of its own, so that the opened file is gone when thumbnails are made: a WebP's decoder alone holds
    # eight bytes for each pixel.
    with opened(source, limits, accepted) as file:
        turn = _turn(file)
        width, height = file.picture.size[::-1] if turn in LYING else file.picture.size
        sizes = [fit(width, height, target.width, target.height) for target in targets]
        decoded = _decoded(file, turn, max(sizes, default=(1, 1)))
        return _Picture(file.format.name, (width, height), sizes, decoded)


def _turn(file: Opened) -> int:
    if file.format.name != "JPEG":
        # A PNG may have its EXIF after the pixels, so the answer is only known when those are read.
        _load(file.picture)
    return orientation(file.picture)


def _load(picture: ImageFile.ImageFile) -> None:
    with decoding(picture.width * picture.height):
        picture.load()


def _decoded(file: Opened, turn: int, largest: Size) -> _Decoded:
    picture = file.picture
    box: Box = (0, 0, *picture.size)
    pixels = picture.width * picture.height
    if file.format.name == "JPEG":
        # Decoding at a fraction reads all of the file, so damage is found nevertheless. `draft` knows nothing of
        # orientation: it is given the size as stored.
        stored = largest[::-1] if turn in LYING else largest
        with decoding(pixels):
            drafted = picture.draft(None, (math.ceil(stored[0] * GAP), math.ceil(stored[1] * GAP)))
        box = drafted[1] if drafted else box
        _load(picture)
    grey = picture.mode in GREY_MODES
    profile = picture.info.get("icc_profile")
    with decoding(pixels):
        work = workable(picture, file.depth)
    # Pillow carries this along to every image made of this one, and comments from there into the files.
    work.info = {}
    return _Decoded(work, box, turn, profile, grey)


def _thumbnail_files(decoded: _Decoded, sizes: Sequence[Size]) -> dict[Size, tuple[str, bytes]]:
    """Format and bytes of every distinct size, made from the largest down."""
    files: dict[Size, tuple[str, bytes]] = {}
    levels: list[Image.Image] = []
    for size in sorted(set(sizes), reverse=True):
        source = next((level for level in reversed(levels) if max(level.size) >= GAP * max(size)), None)
        if source is None:
            level = decoded.upright_level(size)
        else:
            level = source.resize(size, Image.Resampling.LANCZOS, reducing_gap=GAP)
        levels.append(level)
        files[size] = _encoded(level)
    return files


def _encoded(level: Image.Image) -> tuple[str, bytes]:
    file = io.BytesIO()
    if level.mode != "RGBa":
        level.save(file, "JPEG", quality=QUALITY)
        return "JPEG", file.getvalue()
    straight = level.convert("RGBA")
    if max(level.size) > WEBP_LONGEST or level.width * level.height > WEBP_PIXELS:
        straight.save(file, "PNG", compress_level=3)
        return "PNG", file.getvalue()
    straight.save(file, "WEBP", quality=QUALITY, method=WEBP_METHOD)
    return "WEBP", file.getvalue()
