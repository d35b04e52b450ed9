"""Planes of light, and what landscapes are mixed from: noise, gradients, soft edges.

All planes are float images of one size. Places run from 0 to 1 from top to bottom, and from 0 to the aspect from left
to right; light runs from 0 to 1 in each of red, green and blue, as sRGB has it. libvips' sine takes degrees.
"""

from collections.abc import Sequence
from itertools import pairwise

import pyvips

Plane = pyvips.Image
Colour = tuple[float, float, float]


class Canvas:
    """What scenes of one size are made of."""

    def __init__(self, width: int, height: int, seed: int) -> None:
        places = Plane.xyz(width, height).copy_memory()
        self.width, self.height, self.seed = width, height, seed
        self.x, self.y = places[0] / height, places[1] / height
        self.aspect = width / height

    def noise(self, cell: float, seed: int, *, octaves: int = 5, stretch: float = 1.0, gain: float = 0.5) -> Plane:
        """Clouds, about -1 to 1: the largest are `cell` of the height, and `stretch` times as wide as tall."""
        wide, tall = max(8, round(self.width / stretch)), self.height
        total, weight, size = Plane.black(wide, tall), 1.0, cell * self.height
        for octave in range(octaves):
            if size < 2:
                break
            one = Plane.perlin(wide, tall, cell_size=max(2, round(size)), seed=self.seed * 1000 + seed * 10 + octave)
            total, weight, size = total + one * weight, weight * gain, size / 2
        return total.resize(self.width / wide, vscale=1).crop(0, 0, self.width, tall).copy_memory()

    def line(self, cell: float, seed: int, *, octaves: int = 6, gain: float = 0.5) -> Plane:
        """The same along a line, for a ridge: every row alike."""
        row = self.noise(cell, seed, octaves=octaves, gain=gain).crop(0, self.height // 3, self.width, 1)
        return row.zoom(1, self.height).copy_memory()

    def plain(self, colour: Colour) -> Plane:
        """One colour all over."""
        return (Plane.black(self.width, self.height, bands=3) + list(colour)).copy_memory()

    def sky(self, stops: Sequence[tuple[float, Colour]], along: Plane | None = None) -> Plane:
        """Colours from top to bottom, or along another plane, each at its place."""
        along = self.y if along is None else along
        picture = self.plain(stops[0][1])
        for (start, _), (end, colour) in pairwise(stops):
            picture = mix(picture, self.plain(colour), smooth(along, start, end))
        return picture

    def far(self, x: float, y: float, squeeze: float = 1.0) -> Plane:
        """The distance from a place, in heights of the picture."""
        return ((self.x - x) ** 2 + ((self.y - y) * squeeze) ** 2) ** 0.5

    def glow(self, picture: Plane, x: float, y: float, size: float, colour: Colour, strength: float = 1.0) -> Plane:
        """A light and what it does to the air around it."""
        halo = (self.far(x, y) * (-1 / size)).exp() * strength
        return picture + (self.plain(colour) * halo)


def smooth(value: Plane, start: float, end: float) -> Plane:
    """From 0 at `start` to 1 at `end`, without a corner at either."""
    part = within((value - start) / (end - start))
    return part * part * (part * -2 + 3)


def within(value: Plane) -> Plane:
    """No less than 0 and no more than 1."""
    value = (value < 0).ifthenelse(0, value)
    return (value > 1).ifthenelse(1, value)


def mix(one: Plane, other: Plane, share: Plane | float) -> Plane:
    """`one` where the share is 0, `other` where it is 1. In memory, as chains of hundreds of steps are slow to run."""
    return (one + (other - one) * share).copy_memory()


def relief(surface: Plane) -> Plane:
    """How light falls on a surface from the upper left, about -1 to 1."""
    slope = surface.conv(Plane.new_from_array([[-1, -1, 0], [-1, 0, 1], [0, 1, 1]]))
    return slope * 9
