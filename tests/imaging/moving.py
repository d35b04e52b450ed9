"""Animations that are made on the spot, and what a viewer shows of one."""

from pathlib import Path
from typing import Any

from PIL import Image, ImageChops, ImageSequence, ImageStat

from imageapp.imaging.formats import Limits, Rendered, Target
from imageapp.imaging.render import render

SIDES = (96, 64)
DURATIONS = [100, 250, 40, 1000, 70, 120]
TOLERANCE = 12  # of 255, the mean over a frame


def walking_square(mode: str = "RGB", count: int = len(DURATIONS)) -> list[Image.Image]:
    """A square of 32 pixels that walks over a ground, red on blue, or on nothing where there is alpha."""
    frames = []
    for number in range(count):
        frame = Image.new(mode, SIDES, (0, 0, 200, 255) if mode == "RGB" else (0, 0, 0, 0))
        left = number * 64 // max(1, count - 1)
        frame.paste((220, 30, 30, 255), (left, 16, left + 32, 48))
        frames.append(frame)
    return frames


def saved(path: Path, kind: str, frames: list[Image.Image], **options: Any) -> Path:
    """The animation as a file of this kind."""
    frames[0].save(path, kind, save_all=True, append_images=frames[1:], **options)
    return path


def rendered_at(source: Path, *heights: int) -> tuple[Rendered, list[Path]]:
    """What is said of the picture, and its thumbnails of these heights."""
    paths = [source.with_name(f"thumbnail-{height}") for height in heights]
    targets = [Target(0, height, path) for height, path in zip(heights, paths, strict=True)]
    return render(source, targets, Limits()), paths


def shown(path: Path) -> tuple[list[Image.Image], list[float], int]:
    """The frames as a viewer shows them, their milliseconds, and how often (0: for ever)."""
    with Image.open(path) as film:
        frames, durations = [], []
        for frame in ImageSequence.Iterator(film):
            frames.append(frame.convert("RGBA"))
            durations.append(frame.info["duration"])
        return frames, durations, film.info["loop"]


def assert_alike(ours: list[Image.Image], expected: list[Image.Image]) -> None:
    """Each frame like the expected one, which is resized where it is larger."""
    assert len(ours) == len(expected)
    for number, (one, other) in enumerate(zip(ours, expected, strict=True)):
        # On white, as the colour of what cannot be seen is nobody's business.
        seen, wanted = (Image.alpha_composite(Image.new("RGBA", each.size, "white"), each) for each in (one, other))
        difference = ImageChops.difference(seen.convert("RGB"), wanted.convert("RGB").resize(seen.size))
        assert max(ImageStat.Stat(difference).mean) < TOLERANCE, f"frame {number}"
