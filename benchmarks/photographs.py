"""Photographs that nobody took: detail at every scale, edges and grain, the same at every run."""

import math
from pathlib import Path

import pyvips

# Cell sizes of the octaves in pixels, and how much each weighs: like a photograph, the finer the fainter.
OCTAVES = ((1024, 60.0), (256, 34.0), (64, 19.0), (16, 11.0), (4, 6.0))
# Standard deviation of the noise. It decides how much there is to decode: with this, 12 megapixels make a JPEG of
# 4 MB, as those of phones do. With 4 a WebP shrinks to a sixth of a real photograph's bytes, and what is
# measured is everything but the decoder.
GRAIN = 10.0


def photograph(width: int, height: int, seed: int = 1) -> pyvips.Image:
    """An 8-bit sRGB picture of width × height pixels; the same for the same arguments."""
    red, green, blue = (_band(width, height, seed * 10 + channel) for channel in range(3))
    return red.bandjoin(green).bandjoin(blue).cast("uchar").copy(interpretation="srgb")


def _band(width: int, height: int, seed: int) -> pyvips.Image:
    band = _edges(width, height, seed) + 118
    for cell, weight in OCTAVES:
        band = band + pyvips.Image.perlin(width, height, cell_size=cell, seed=seed + cell) * (weight * 1.4)
    return band + pyvips.Image.gaussnoise(width, height, sigma=GRAIN, seed=seed)


def _edges(width: int, height: int, seed: int) -> pyvips.Image:
    """Hard edges of all directions: two crossed gratings, as of leaves and walls."""
    places = pyvips.Image.xyz(width, height)
    slope = 0.3 + 0.1 * (seed % 10)
    waves = places[0] * (360 / (width / 23)) + places[1] * (slope * 360 / (height / 17))
    rings = ((places[0] - width / 2) ** 2 + (places[1] - height / 3) ** 2) ** 0.5 * (
        360 / (math.hypot(width, height) / 9)
    )
    return (waves.sin() > 0.2).ifthenelse(14, -14) + (rings.sin() > 0).ifthenelse(18, -18)


def write_all(folder: Path) -> dict[str, Path]:
    """The pictures of the benchmark as files in `folder`, by name."""
    twelve = photograph(4000, 3000).copy_memory()
    files = {
        "12 MP JPEG": folder / "12.jpg",
        "48 MP JPEG": folder / "48.jpg",
        "12 MP progressive JPEG": folder / "12p.jpg",
        "8 MP PNG": folder / "8.png",
        "12 MP WebP": folder / "12.webp",
    }
    twelve.jpegsave(str(files["12 MP JPEG"]), Q=90)
    twelve.jpegsave(str(files["12 MP progressive JPEG"]), Q=90, interlace=True)
    twelve.webpsave(str(files["12 MP WebP"]), Q=85, effort=2)
    photograph(8000, 6000, seed=2).jpegsave(str(files["48 MP JPEG"]), Q=90)
    photograph(3264, 2448, seed=3).pngsave(str(files["8 MP PNG"]), compression=6)
    return files
