"""Landscapes that nobody took: drawn by formulas, the same at every run, for screenshots that show pictures."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pyvips

from benchmarks.scenery import land, things
from benchmarks.scenery.canvas import Canvas, Plane, smooth, within

GRAIN = 0.012  # of the light; a picture without any looks drawn

Scene = Callable[[Canvas], Plane]
# Name, scene, and the width of a picture as high as 1.
SCENES: Sequence[tuple[str, Scene, float]] = (
    ("Lake at dawn", land.lake_at_dawn, 3 / 2),
    ("Poppies", things.poppies, 4 / 3),
    ("Fog in the firs", land.forest_in_fog, 3 / 4),
    ("Shore from above", things.shore_from_above, 3 / 2),
    ("Balloons", things.balloons, 4 / 5),
    ("Snowy peaks", land.snowy_peaks, 3 / 2),
    ("Oranges", things.oranges, 5 / 4),
    ("Milky Way", land.milky_way, 3 / 4),
    ("Dunes", land.dunes, 16 / 10),
    ("City by night", things.city_by_night, 3 / 2),
    ("Tea hills", land.tea_hills, 5 / 4),
    ("Autumn leaves", things.autumn_leaves, 4 / 3),
)


def draw(scene: Scene, width: int, height: int, seed: int = 7) -> pyvips.Image:
    """The scene as an 8-bit sRGB picture, with the grain and the darker corners of a photograph."""
    c = Canvas(width, height, seed)
    picture = within(scene(c))
    corners = ((c.x - c.aspect / 2) ** 2 + (c.y - 0.5) ** 2) ** 0.5 * (1 / (c.aspect**2 + 1) ** 0.5)
    picture = picture * (smooth(corners, 0.25, 0.75) * -0.16 + 1)
    grain = Plane.gaussnoise(width, height, mean=0, sigma=GRAIN, seed=seed)
    return (within(picture + grain) * 255).cast("uchar").copy(interpretation="srgb")


def write_all(folder: Path, tall: int = 1200) -> list[Path]:
    """Every scene as a JPEG of that height in `folder`."""
    paths = []
    for name, scene, aspect in SCENES:
        paths.append(folder / f"{name}.jpg")
        draw(scene, round(tall * aspect), tall).jpegsave(str(paths[-1]), Q=88)
    return paths
