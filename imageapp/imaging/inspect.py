"""Reads a picture's header: what it is and how large, and refuses what is not to be decoded at all."""

import math
import struct
import warnings
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pillow_heif
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from imageapp.imaging.formats import FORMATS, OFFERED, Format, Limits
from imageapp.imaging.signatures import DAMAGED, HEAD_BYTES, refusal_of
from imageapp.imaging.weight import Weighed, ignored, weight
from imageapp.refusals import NotAnImage, TooManyPixels
from imageapp.sentences import say

# Without these imports, the first file would make Pillow load the decoders of every format it knows.
DECODERS = (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

# One thread each: with one for every CPU, what a picture takes of the worker's memory would grow with the machine.
AvifImagePlugin.DEFAULT_MAX_THREADS = 1
# The small copies and the depths that a file may hold besides would only be more to decode.
pillow_heif.register_heif_opener(decode_threads=1, thumbnails=False, depth_images=False, aux_images=False)

# Our own limits are stricter, know the format and name the numbers. WebP, the one format whose canvas Pillow allocates
# while opening, is measured from its header before Pillow sees it.
Image.MAX_IMAGE_PIXELS = None

ORIENTATION_TAG = 0x0112

DAMAGED_OR_TOO_BIG = say("The file is damaged, or too big to be worked on here. Export it again, smaller if you can.")

# Numbers of unknown range, as science keeps them in TIFF: nobody can say which of them is white.
MEASURED_MODES = ("I", "F")
MEASUREMENTS = say("This picture holds measurements instead of colours. Save it as JPEG or PNG.")

# From this many pixels on, a decoder that fails may as well have run out of memory: Pillow says OSError for both.
BIG_PIXELS = 16_000_000

# What Pillow 13 was seen to raise on broken files, and the bases of the same.
DECODER_ERRORS = (
    OSError,
    ValueError,
    SyntaxError,
    RuntimeError,
    LookupError,
    ArithmeticError,
    TypeError,
    AttributeError,
    AssertionError,
    EOFError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A picture whose header passed and whose pixels are not decoded yet. `depth` is bits per sample as stored."""

    picture: ImageFile.ImageFile
    format: Format
    depth: int


@contextmanager
def decoding(pixels: int = 0) -> Iterator[None]:
    """Turns whatever Pillow raises on a broken file of so many pixels into NotAnImage.

    MemoryError is let through when the pixels are many.
    """
    try:
        with warnings.catch_warnings():
            # Pillow warns about harmless faults (odd EXIF, odd palettes); the picture decides, not its notes.
            warnings.simplefilter("ignore")
            yield
    except DECODER_ERRORS as error:
        raise NotAnImage(DAMAGED_OR_TOO_BIG if pixels >= BIG_PIXELS else DAMAGED) from error
    except MemoryError as error:
        if pixels >= BIG_PIXELS:
            raise
        # So few pixels need little memory: a broken length in the file asked for it.
        raise NotAnImage(DAMAGED) from error


@contextmanager
def opened(
    path: Path,
    limits: Limits,
    accepted: Sequence[str] = OFFERED,
    weighed: Weighed = ignored,
) -> Iterator[Opened]:
    """The picture at `path`, identified by content alone, closed when the context ends.

    `weighed` is called with the bytes that it may take, before it takes them.

    Raises NotAnImage when it is of no `accepted` format (names) or its header is broken, TooManyPixels when the header
    promises more than `limits` allow, and OSError when the file itself cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if "WEBP" in accepted and (size := _webp_canvas(head)):
        check_pixels(FORMATS["WEBP"], *size, limits)
        weighed(size[0] * size[1] * FORMATS["WEBP"].pixel_bytes)
    with _identified(path, head, accepted) as picture:
        kind = next(f for f in FORMATS.values() if picture.format in f.opened_as)
        check_pixels(kind, *picture.size, limits)
        if kind.name == "PNG" and head[12:16] != b"IHDR":
            # Pillow takes it from wherever it stands; what else reads a PNG expects it here.
            raise NotAnImage(DAMAGED)
        if picture.mode in MEASURED_MODES:
            raise NotAnImage(MEASUREMENTS)
        if kind.name != "WEBP":
            weighed(weight(kind, picture))
        yield Opened(picture, kind, depth=head[24] if kind.name == "PNG" else 8)


def check_pixels(kind: Format, width: int, height: int, limits: Limits) -> None:
    """Raises TooManyPixels when width × height pixels of this format are more than `limits` allow."""
    longest = max(width, height)
    if longest > limits.max_side:
        raise TooManyPixels(
            say(
                "A side of %(longest)s pixels is over the limit of %(most)s. Save a smaller copy.",
                longest=longest,
                most=limits.max_side,
            )
        )
    allowed = limits.max_pixels_whole if kind.whole else limits.max_pixels
    if width * height > allowed:
        # Rounded up, so that a picture just over the limit never reads as equal to it.
        number, most = math.ceil(width * height / 100_000) / 10, allowed / 1_000_000
        if kind.whole:
            raise TooManyPixels(
                say(
                    "%(number)s megapixels is over the limit of %(most)s for %(format)s. Save a smaller copy.",
                    number=number,
                    most=most,
                    format=kind.label,
                )
            )
        raise TooManyPixels(
            say("%(number)s megapixels is over the limit of %(most)s. Save a smaller copy.", number=number, most=most)
        )


def orientation(picture: Image.Image) -> int:
    """How the stored pixels must be turned, 1 (upright) to 8, from EXIF alone, as browsers do; broken EXIF counts as 1.

    XMP is not asked: a browser that shows the original does not ask it either, and the two must agree.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exif = Image.Exif()
            exif.load(picture.info.get("exif", b""))
            value = exif.get(ORIENTATION_TAG)
        except DECODER_ERRORS:
            return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _identified(path: Path, head: bytes, accepted: Sequence[str]) -> ImageFile.ImageFile:
    try:
        with decoding():
            # By path, not by file object: only a file that Pillow opened itself is let go after decoding, and with it
            # the second copy that Pillow makes of a WebP's pixels.
            return Image.open(path, formats=[FORMATS[name].opened_as[0] for name in accepted])
    except NotAnImage as error:
        raise NotAnImage(refusal_of(head, accepted)) from error.__cause__


def _webp_canvas(head: bytes) -> tuple[int, int] | None:
    """Width and height that a WebP's first chunk promises (RFC 9649), or None when there is no such chunk."""
    if not FORMATS["WEBP"].matches(head) or len(head) < 30:
        return None
    match head[12:16]:
        case b"VP8X":
            return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
        case b"VP8L":
            bits = int.from_bytes(head[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", head, 26)
            return width & 0x3FFF, height & 0x3FFF
    return None
