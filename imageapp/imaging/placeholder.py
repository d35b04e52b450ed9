"""What stands in for a picture before it is there: a tiny copy of it, and its dominant colour."""

import io
from collections import defaultdict

from PIL import Image

from imageapp.imaging.facts import PLACEHOLDER_BYTES

# Longest side in pixels and quality, from the best down to one that fits whatever the picture. Browsers blur the few
# pixels when they stretch them.
TINY = 16
_TRIES = ((TINY, 20), (TINY, 0), (12, 0), (8, 0), (4, 0))

# Colours are counted together when they fall into the same part of so many of each channel.
_PARTS = 4


def placeholder(level: Image.Image) -> bytes:
    """A WebP of at most PLACEHOLDER_BYTES that shows `level` (L, RGB or RGBa, in sRGB) blurred, its alpha included."""
    tries = (_webp(_tiny(level, longest), quality) for longest, quality in _TRIES)
    return next(made for made in tries if len(made) <= PLACEHOLDER_BYTES)


def dominant(level: Image.Image) -> str | None:
    """The colour that covers most of `level` (L, RGB or RGBa, in sRGB), as `#rrggbb`; None where nothing can be seen.

    Of like colours the mean is taken; a pixel that is half transparent counts by half.
    """
    sums: dict[tuple[int, int, int], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])
    samples = _tiny(level, TINY).convert("RGBA").tobytes()
    for at in range(0, len(samples), 4):
        red, green, blue, alpha = samples[at : at + 4]
        total = sums[red * _PARTS >> 8, green * _PARTS >> 8, blue * _PARTS >> 8]
        for channel, sample in enumerate((red, green, blue)):
            total[channel] += sample * alpha
        total[3] += alpha
    *colour, weight = max(sums.values(), key=lambda total: total[3])
    if not weight:
        return None
    return "#" + "".join(f"{round(channel / weight):02x}" for channel in colour)


def _webp(picture: Image.Image, quality: int) -> bytes:
    file = io.BytesIO()
    picture.save(file, "WEBP", quality=quality, alpha_quality=quality, method=4)
    return file.getvalue()


def _tiny(level: Image.Image, longest: int) -> Image.Image:
    """Every pixel of `level` averaged into at most longest × longest, as RGB or RGBA."""
    scale = min(1.0, longest / max(level.size))
    size = tuple(max(1, round(side * scale)) for side in level.size)
    small = level.resize((size[0], size[1]), Image.Resampling.BOX)
    return small.convert("RGBA" if level.mode == "RGBa" else "RGB")
