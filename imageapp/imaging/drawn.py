"""Where no frame of a GIF has drawn there is nothing: browsers leave it open, Pillow shows a colour of the palette."""

from PIL import GifImagePlugin, Image, ImageChops

# Of a larger screen the copies that this takes are not worth it. An animation is never as large.
MOST_PIXELS = 10_000_000

_NOTHING, _DRAWN = 0, 255
# What becomes of a frame before the next one is drawn (GIF89a, 23: disposal method).
_CLEARED, _TAKEN_BACK = 2, 3


class Drawn:
    """What of the screen of one GIF is drawn on. Its frames are shown to this in their order, each once, decoded."""

    def __init__(self) -> None:
        self._before: Image.Image | None = None  # the screen before the frame that comes

    def cut(self, picture: Image.Image) -> Image.Image:
        """The frame that `picture` is at: itself, or a copy that is open where nothing was drawn."""
        if not isinstance(picture, GifImagePlugin.GifImageFile) or picture.width * picture.height > MOST_PIXELS:
            return picture
        extent = picture.dispose_extent or (0, 0, *picture.size)
        before = self._before or Image.new("L", picture.size, _NOTHING)
        now = before.copy()
        now.paste(_DRAWN, extent)
        self._before = _next(picture.disposal_method, before, now, extent)
        if now.getextrema()[0] == _DRAWN:
            return picture
        frame = picture.convert("RGBA")
        frame.putalpha(ImageChops.darker(frame.getchannel("A"), now))
        return frame


def _next(disposal: int, before: Image.Image, now: Image.Image, extent: tuple[int, int, int, int]) -> Image.Image:
    if disposal == _TAKEN_BACK:
        return before
    if disposal != _CLEARED:
        return now
    cleared = now.copy()
    cleared.paste(_NOTHING, extent)
    return cleared
