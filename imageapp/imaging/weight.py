"""How much memory a picture may take, judged before it takes any."""

import struct
from collections.abc import Callable

from PIL import ImageFile

from imageapp.imaging.formats import Format

# Told how many bytes a picture may take; may wait until there is room for them.
Weighed = Callable[[int], None]

# Of a JPEG in several passes the decoder holds every coefficient until the last of them.
COEFFICIENT_BYTES = 2


def ignored(_weight: int) -> None:
    """For whoever has room in any case."""


def weight(kind: Format, picture: ImageFile.ImageFile) -> int:
    """The most bytes that decoding the opened picture takes."""
    each = kind.pixel_bytes
    if kind.name == "JPEG" and _in_passes(picture):
        each = COEFFICIENT_BYTES * len(picture.getbands())
    return picture.width * picture.height * each


def _in_passes(picture: ImageFile.ImageFile) -> bool:
    """Whether a JPEG is progressive, or has its channels one after the other."""
    if picture.info.get("progressive") or picture.fp is None:
        return True
    # Pillow has read to the end of the first scan's header: its mark, its length, and how many channels it holds.
    channels = len(picture.getbands())
    length = 6 + 2 * channels
    end = picture.fp.tell()
    picture.fp.seek(max(0, end - length - 2))
    header = picture.fp.read(5)
    picture.fp.seek(end)
    return header != struct.pack(">HHB", 0xFFDA, length, channels)
