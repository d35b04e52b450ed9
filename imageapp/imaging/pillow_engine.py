"""The engine that is always there, and knows every format."""

import math
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageFile

from imageapp.imaging import png
from imageapp.imaging.bands import workable_at
from imageapp.imaging.colours import GREY_MODES
from imageapp.imaging.drawn import Drawn
from imageapp.imaging.inspect import Opened, decoding
from imageapp.imaging.levels import GAP, Box, Decoded, Size, lying
from imageapp.imaging.named import profile_of
from imageapp.imaging.signatures import DAMAGED
from imageapp.refusals import NotAnImage


class PillowEngine:
    """Decodes with Pillow: a JPEG at a fraction of its size, everything else whole."""

    def begin(self, file: Opened, source: Path) -> "PillowReading":
        """See Engine."""
        if file.format.name != "JPEG":
            # A PNG may have its EXIF after the pixels, so all is only known when those are read.
            _load(file.picture)
        if file.format.name == "PNG" and _may_lack_rows(file.picture) and not png.has_every_row(source):
            raise NotAnImage(DAMAGED)
        return PillowReading(file, source)

    def confine(self) -> None:
        """Nothing: `inspect` loads no decoder that is not needed."""


class PillowReading:
    """See Reading."""

    def __init__(self, file: Opened, source: Path) -> None:
        self._file = file
        self._source = source

    def decoded(self, turn: int, sizes: Sequence[Size]) -> Decoded:
        """See Reading."""
        picture = self._file.picture
        box: Box = (0, 0, *picture.size)
        pixels = picture.width * picture.height
        stored = lying(max(sizes), turn)
        if self._file.format.name == "JPEG":
            # Decoding at a fraction reads all of the file, so damage is found nevertheless. `draft` knows nothing of
            # orientation: it is given the size as stored.
            with decoding(pixels):
                drafted = picture.draft(None, (math.ceil(stored[0] * GAP), math.ceil(stored[1] * GAP)))
            box = drafted[1] if drafted else box
            _load(picture)
        profile = profile_of(self._file, self._source)
        with decoding(pixels):
            native = Drawn().cut(_native(picture))
            work, box = workable_at(native, self._file.depth, box, stored)
        # Pillow carries this along to every image made of this one, and comments from there into the files.
        work.info = {}
        return Decoded(work, box, turn, profile, native.mode in GREY_MODES)


def _load(picture: ImageFile.ImageFile) -> None:
    with decoding(picture.width * picture.height):
        picture.load()


def _may_lack_rows(picture: ImageFile.ImageFile) -> bool:
    """Whether the last row is empty, as it is where rows are missing, and elsewhere seldom. An interlaced picture may
    lack the end of any of its passes."""
    last = picture.crop((0, picture.height - 1, *picture.size)).tobytes()
    return bool(picture.info.get("interlace")) or last.count(0) == len(last)


def _native(picture: Image.Image) -> Image.Image:
    """The picture with samples in the order of this machine: a TIFF's may be in the other one."""
    return picture.convert("I").convert("I;16") if picture.mode == "I;16B" else picture


ENGINE = PillowEngine()
