"""Large pictures made workable some rows at a time, so that no second copy of all their pixels is ever held."""

from PIL import Image

from imageapp.imaging.colours import eight_bits, has_holes, is_workable, workable
from imageapp.imaging.levels import GAP, Box, Size

# A smaller picture is not worth the trouble.
LARGE = 4_000_000  # pixels
ROWS = 256  # of a band, about


def workable_at(picture: Image.Image, depth: int, box: Box, size: Size) -> tuple[Image.Image, Box]:
    """The decoded `picture` as `workable` makes it, and where in that its `box` is now.

    `size` is the largest that will be made of it, which tells how many pixels may be averaged into one: as many as in
    the first step of a resize with GAP.
    """
    if picture.width * picture.height < LARGE or is_workable(picture):
        return workable(picture, depth), box
    across, down = (max(1, int(side / wanted / GAP)) for side, wanted in zip(picture.size, size, strict=True))
    small = _reduced(picture, depth, across, down)
    left, top, right, bottom = box
    return small, (left / across, top / down, right / across, bottom / down)


def _reduced(picture: Image.Image, depth: int, across: int, down: int) -> Image.Image:
    width, height = picture.size
    kind = _band(picture, depth, 0, 1).mode
    small = Image.new("RGBa" if kind == "RGBA" else kind, (-(-width // across), -(-height // down)))
    holes = False
    rows = max(1, ROWS // down) * down
    for top in range(0, height, rows):
        band = _band(picture, depth, top, min(height, top + rows))
        if band.mode == "RGBA":
            holes = holes or has_holes(band)
            band = band.convert("RGBa")
        small.paste(band.reduce((across, down)) if (across, down) != (1, 1) else band, (0, top // down))
    return small if small.mode != "RGBa" or holes else small.convert("RGBA").convert("RGB")


def _band(picture: Image.Image, depth: int, top: int, bottom: int) -> Image.Image:
    return eight_bits(picture.crop((0, top, picture.width, bottom)), depth)
