"""Colour spaces that a file names by numbers (ITU-T H.273) instead of a profile, as phones do.

Wide gamuts with the curves of a screen or a camera are known. Those of high dynamic range (PQ, HLG) are not: what is
brighter than white would have to be chosen. Neither is what is sRGB, or close to it, as that needs no conversion.
"""

import mmap
import struct
from functools import lru_cache
from pathlib import Path

from PIL import ImageCms

from imageapp.imaging import png
from imageapp.imaging.inspect import Opened

Row = tuple[float, float, float]

# Full red, green and blue by the number of the primaries (H.273, table 2), as XYZ under the D50 of profiles: the
# chromaticities there, adapted by Bradford's matrix.
PRIMARIES: dict[int, tuple[Row, Row, Row]] = {
    9: ((0.67346, 0.27904, -0.00193), (0.16566, 0.67534, 0.02998), (0.12510, 0.04563, 0.79716)),  # BT.2020
    12: ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407)),  # Display P3
}
# The numbers of curves (table 3) that are taken for that of sRGB. Browsers take those of cameras (BT.709, BT.601 and
# BT.2020) for it in AVIF, and for something else in PNG.
_SCREEN = 13
_CAMERAS = (1, 6, 14, 15)

_IN_BOXES = ("AVIF", "HEIC")
# More parts than this, on one floor of a container, only want to be slow.
_MOST_BOXES = 1_000


def profile_of(file: Opened, source: Path) -> bytes | None:
    """The ICC profile of the opened picture at `source`: its own, or one of the space that it names.

    In a PNG the name counts first, in HEIC and AVIF the profile (PNG, 4.3; HEIF, 6.5.5).
    """
    own = file.picture.info.get("icc_profile")
    if file.format.name == "PNG":
        primaries, curve = png.code_points(source)
        return (_profile(primaries) if curve == _SCREEN else None) or own
    if own or file.format.name not in _IN_BOXES:
        return own
    primaries, curve = _code_points(source)
    return _profile(primaries) if curve in (_SCREEN, *_CAMERAS) else None


@lru_cache(maxsize=16)
def _profile(primaries: int) -> bytes | None:
    """sRGB's own profile with other primaries; None for those that are not known."""
    if primaries not in PRIMARIES:
        return None
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    (count,) = struct.unpack_from(">I", profile, 128)
    places = {kind: at for kind, at, _ in struct.iter_unpack(">4sII", profile[132 : 132 + 12 * count])}
    for kind, row in zip((b"rXYZ", b"gXYZ", b"bXYZ"), PRIMARIES[primaries], strict=True):
        struct.pack_into(">3i", profile, places[kind] + 8, *(round(part * 65_536) for part in row))
    return bytes(profile)


def _code_points(source: Path) -> tuple[int, int]:
    """Primaries and curve that the first colour box of an ISO media file names (ISO 14496-12, 12.1.5); 0 for none."""
    with source.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        start, end = 0, len(data)
        # A `meta` has four bytes of flags before what it holds.
        for kind, flags in ((b"meta", 4), (b"iprp", 0), (b"ipco", 0)):
            found = next((place for name, *place in _boxes(data, start, end) if name == kind), None)
            if found is None:
                return 0, 0
            start, end = found[0] + flags, found[1]
        for name, first, last in _boxes(data, start, end):
            if name == b"colr" and data[first : first + 4] == b"nclx" and last - first >= 8:
                return struct.unpack_from(">HH", data, first + 4)
    return 0, 0


def _boxes(data: mmap.mmap, start: int, end: int) -> list[tuple[bytes, int, int]]:
    """Name, and where the content starts and ends, of each whole box between these places."""
    boxes: list[tuple[bytes, int, int]] = []
    while start + 8 <= end and len(boxes) < _MOST_BOXES:
        length, name = struct.unpack_from(">I4s", data, start)
        head = 8
        if length == 1 and start + 16 <= end:
            (length,) = struct.unpack_from(">Q", data, start + 8)
            head = 16
        last = start + length if length else end
        if (length and length < head) or last > end:
            break
        boxes.append((name, start + head, last))
        start = last
    return boxes
