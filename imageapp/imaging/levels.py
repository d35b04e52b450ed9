"""The pixels of a picture at the sizes of its thumbnails, each size made from the one above it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from imageapp.imaging.colours import to_srgb

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


def lying(size: Size, turn: int) -> Size:
    """An upright size as it is stored, or a stored one as it is upright, in a picture that is to be turned so."""
    return (size[1], size[0]) if turn in LYING else size


@dataclass(slots=True)
class Decoded:
    """Pixels as the file has them: not upright, in the file's colours. `box` is the part that holds the picture."""

    pixels: Image.Image
    box: Box
    turn: int
    profile: bytes | None
    grey: bool

    def upright_level(self, size: Size) -> Image.Image:
        """The whole picture at `size` pixels, upright, in sRGB: L, RGB or RGBa."""
        stored = lying(size, self.turn)
        level = self.pixels
        # Equal sizes are not resized, as that would copy a large picture for nothing.
        if level.size != stored:
            level = level.resize(stored, Image.Resampling.LANCZOS, box=self.box, reducing_gap=GAP)
        level = to_srgb(level, self.profile, grey=self.grey)
        return level.transpose(TURNS[self.turn]) if self.turn in TURNS else level


def chain(decoded: Decoded, sizes: Sequence[Size]) -> dict[Size, Image.Image]:
    """The picture at every distinct one of these upright sizes, largest first."""
    levels: dict[Size, Image.Image] = {}
    for size in sorted(set(sizes), reverse=True):
        source = next((level for level in reversed(levels.values()) if max(level.size) >= GAP * max(size)), None)
        if source is None:
            levels[size] = decoded.upright_level(size)
        else:
            levels[size] = source.resize(size, Image.Resampling.LANCZOS, reducing_gap=GAP)
    return levels
