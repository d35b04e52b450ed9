"""The engine for those who install libvips: it makes JPEG, PNG and WebP smaller while it decodes them.

It takes what it does better, and leaves the rest to Pillow: other formats and kinds of pixels, animations, and pictures
that are hardly made smaller. Whatever libvips objects to, Pillow judges, so that the same files are refused with the
same sentences.
"""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyvips
from PIL import Image

from imageapp.imaging import png
from imageapp.imaging.inspect import Opened
from imageapp.imaging.levels import GAP, Decoded, Size, lying
from imageapp.imaging.named import profile_of
from imageapp.imaging.pillow_engine import ENGINE as PILLOW
from imageapp.imaging.reading import Reading

# As Pillow names them; 16 bits for a sample included where there are three or four of them.
MODES = {"JPEG": ("L", "RGB"), "PNG": ("L", "RGB", "RGBA", "P"), "WEBP": ("RGB",)}
# How many times smaller, for each side, the largest thumbnail must be at least: less is no gain, or, without any, a
# second copy of all pixels. A WebP is decoded at a fraction, which is what makes it quick.
SMALLER = {"JPEG": 1.5, "PNG": 1.5, "WEBP": 2.5}
# Decoders make pixels smaller by averaging, which softens them. At least so many times the wanted size is decoded, and
# the rest resized with a better filter: 0.1 dB are lost at most against resizing the whole picture.
JPEG_GAP = GAP
WEBP_GAP = 2.0
RESIZE_GAP = 2.0  # the same within libvips' own resizing

# By the number of bands.
_KINDS = {1: "L", 3: "RGB", 4: "RGBa"}
# What may stand behind the pixels of a PNG that tells nothing that anybody asks for.
_NEGLIGIBLE = frozenset({b"IEND", b"tEXt", b"zTXt", b"tIME"})
_LOADERS = ("VipsForeignLoadJpegFile", "VipsForeignLoadPngFile", "VipsForeignLoadWebpFile")


class VipsEngine:
    """Decodes with libvips what it takes, and with Pillow the rest."""

    def begin(self, file: Opened, source: Path) -> Reading:
        """See Engine."""
        return _VipsReading(file, source) if _takes(file, source) else PILLOW.begin(file, source)

    def confine(self) -> None:
        """Leave three loaders, and keep nothing between pictures."""
        pyvips.operation_block_set("VipsForeign", True)
        for name in _LOADERS:
            pyvips.operation_block_set(name, False)
        pyvips.cache_set_max(0)


def _takes(file: Opened, source: Path) -> bool:
    picture, name = file.picture, file.format.name
    if picture.mode not in MODES.get(name, ()) or getattr(picture, "n_frames", 1) != 1:
        return False
    if name != "PNG":
        return True
    # A colour that is named as transparent has the depth of the file, which is Pillow's to know.
    keyed = "transparency" in picture.info and picture.mode != "P"
    return not keyed and png.kinds_behind_pixels(source) <= _NEGLIGIBLE


class _VipsReading:
    """See Reading."""

    def __init__(self, file: Opened, source: Path) -> None:
        self._file = file
        self._source = source

    def decoded(self, turn: int, sizes: Sequence[Size]) -> Decoded:
        """See Reading."""
        picture = self._file.picture
        wanted = lying(_large_enough(sizes), turn)
        smaller = min(side / other for side, other in zip(picture.size, wanted, strict=True))
        if smaller >= SMALLER[self._file.format.name]:
            try:
                pixels = _pixels(self._file, self._source, wanted)
            except (pyvips.Error, _Unlike, UnicodeEncodeError):  # the last by a path that is not in UTF-8
                pass
            else:
                profile = profile_of(self._file, self._source)
                return Decoded(pixels, (0, 0, *pixels.size), turn, profile, pixels.mode == "L")
        return PILLOW.begin(self._file, self._source).decoded(turn, sizes)


class _Unlike(Exception):
    """The two libraries read different things out of one file."""


def _large_enough(sizes: Sequence[Size]) -> Size:
    """The size of which all of these can be made: the largest, or more, where another is too near to be made of it."""
    largest, *others = sorted(set(sizes), reverse=True)
    if all(max(largest) >= GAP * max(size) for size in others):
        return largest
    return math.ceil(largest[0] * GAP), math.ceil(largest[1] * GAP)


def _pixels(file: Opened, source: Path, wanted: Size) -> Image.Image:
    """The whole picture at exactly the `wanted` size, as it is stored: L, RGB, or RGBa where it has holes.

    Raises pyvips.Error and _Unlike.
    """
    image, size = _opened(file, str(source), wanted)
    if image.format == "ushort":
        image = image.cast("uchar", shift=True)
    if image.bands not in _KINDS or image.format != "uchar":
        raise _Unlike
    if image.bands == 4:
        # Whatever depth the file had, alpha ends at 255 by now.
        image = image.premultiply(max_alpha=255).rint().cast("uchar")
    across, down = (side / whole for side, whole in zip(wanted, size, strict=True))
    small = image.resize(across, vscale=down, kernel="lanczos3", gap=RESIZE_GAP)
    # What the decoder has rounded up lies beyond the picture.
    small = small.crop(0, 0, *wanted).copy_memory()
    if small.bands == 4 and small[3].min() == 255:
        small = small.extract_band(0, n=3)
    kind = _KINDS[small.bands]
    return Image.frombuffer(kind, wanted, small.write_to_memory(), "raw", kind, 0, 1)


def _opened(file: Opened, source: str, wanted: Size) -> tuple[pyvips.Image, tuple[float, float]]:
    """The picture, at a fraction of its size where that is to be had, and how large it is then, in parts of a pixel."""
    # Rows come one after the other, so that no more than some of them are ever held; damage is an error, a checksum
    # is not looked at.
    options: dict[str, Any] = {"access": "sequential", "fail_on": "truncated"}
    width, height = file.picture.size
    match file.format.name:
        case "JPEG":
            gap = min(width / wanted[0], height / wanted[1]) / JPEG_GAP
            shrink = next((times for times in (8, 4, 2) if times <= gap), 1)
            image = pyvips.Image.jpegload(source, shrink=shrink, **options)
            _require(image, (-(-width // shrink), -(-height // shrink)))
            return image, (width / shrink, height / shrink)
        case "WEBP":
            _require(pyvips.Image.webpload(source, **options), (width, height))
            scale = min(1.0, WEBP_GAP * max(wanted[0] / width, wanted[1] / height))
            image = pyvips.Image.webpload(source, scale=scale, **options)
        case _:
            image = pyvips.Image.pngload(source, **options)
            _require(image, (width, height))
    return image, (image.width, image.height)


def _require(image: pyvips.Image, size: Size) -> None:
    """Raises _Unlike where the picture is not of this size: limits were judged by the other library's reading."""
    if (image.width, image.height) != size:
        raise _Unlike


ENGINE = VipsEngine()
