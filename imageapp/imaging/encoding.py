"""How thumbnails are written: JPEG, WebP where there is transparency or movement, and nothing in them but pixels."""

import io
from collections.abc import Sequence

from PIL import Image

QUALITY = 80
# WebP's effort, 0 to 6: above 2 the time doubles for a few percent of the bytes.
WEBP_METHOD = 2
# What a WebP can have on a side, and what its encoder can work on within a worker's memory.
WEBP_LONGEST = 16_383
WEBP_PIXELS = 16_000_000

WEBP_ALPHA = 0x10  # among the flags in the header of a WebP
LONGEST_LOOP = 65_535  # times that a WebP can be shown; 0 is for ever


def encoded(level: Image.Image) -> tuple[str, bytes]:
    """Format (a key of FORMATS) and bytes of a still: L, RGB or RGBa.

    JPEG, or WebP where there is transparency (PNG where a WebP would be beyond WEBP_LONGEST or WEBP_PIXELS).
    """
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


def animated(frames: Sequence[Image.Image], milliseconds: Sequence[float], times: int) -> bytes:
    """The animated WebP of these frames (L, RGB or RGBA, all of one size) with their durations, shown so many times."""
    file = io.BytesIO()
    frames[0].save(
        file,
        "WEBP",
        save_all=True,
        append_images=frames[1:],
        duration=list(milliseconds),
        loop=times,
        background=(0, 0, 0, 0),
        quality=QUALITY,
        method=WEBP_METHOD,
    )
    film = bytearray(file.getvalue())
    if film[12:16] == b"VP8X" and any(frame.mode == "RGBA" for frame in frames):
        # Transparent borders are cropped away, and where that leaves nothing transparent inside the frames, the encoder
        # does not say that there is transparency: viewers then show black around them.
        film[20] |= WEBP_ALPHA
    return bytes(film)
