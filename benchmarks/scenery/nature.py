"""What landscapes have in common: hills, woods, and water that mirrors them."""

import random
from collections.abc import Sequence

from benchmarks.scenery.canvas import Canvas, Colour, Plane, mix, smooth, within


def ridges(c: Canvas, picture: Plane, layers: Sequence[tuple[float, float, float, Colour]], mist: Colour) -> Plane:
    """Hills behind hills: the place of each, how high it goes, how wide its waves are, and its colour; mist between."""
    for number, (place, tall, cell, colour) in enumerate(layers):
        edge = c.line(cell, 40 + number) * tall + place
        body = mix(c.plain(colour), c.plain(mist), smooth(c.y - edge, 0.02, 0.24) * 0.6)
        picture = mix(picture, body, smooth(c.y - edge, -0.001, 0.0015))
    return picture


def mirrored(c: Canvas, picture: Plane, shore: float, tint: Colour, ripple: float = 0.006) -> Plane:
    """What lies above the shore once more in the water below it, moved by small waves."""
    depth = within((c.y - shore) / (1 - shore))
    waves = c.noise(0.05, 70, octaves=4, stretch=14) * (depth * 6 + 0.6)
    from_x = within((c.x + waves * ripple * 0.6) / c.aspect) * (c.width - 2)
    from_y = (c.y * -1 + 2 * shore + waves * ripple * 2.2) * c.height
    inside = within(from_y / c.height) * (c.height - 2)
    seen = picture.mapim(from_x.bandjoin(inside), extend="copy")
    water = mix(seen * 0.86, c.plain(tint), depth * 0.42 + 0.10) + waves * depth * 0.02
    return mix(picture, water, smooth(c.y, shore - 0.001, shore + 0.001))


def firs(c: Canvas, picture: Plane, base: Plane, tall: float, count: int, colour: Colour, seed: int) -> Plane:
    """A row of firs along a line."""
    chance = random.Random(c.seed * 100 + seed)
    wood = Plane.black(c.width, c.height)
    ground = base.crop(0, 0, c.width, 1)
    for _ in range(count):
        x, size = chance.uniform(-0.02, c.aspect + 0.02), tall * chance.uniform(0.55, 1.15)
        foot = ground.getpoint(min(c.width - 1, max(0, round(x * c.height))), 0)[0] + 0.01
        left = max(0, round((x - size * 0.25) * c.height))
        right = min(c.width, round((x + size * 0.25) * c.height))
        top, bottom = max(0, round((foot - size) * c.height)), min(c.height, round((foot + 0.05) * c.height))
        if right - left < 2 or bottom - top < 2:
            continue
        box = Plane.xyz(right - left, bottom - top)
        across, down = ((box[0] + left) / c.height - x).abs(), (box[1] + top) / c.height - (foot - size)
        boughs = (down * (9 / size) - (down * (9 / size)).floor()) * 0.45 + 0.55
        wide = down * 0.19 * boughs + 0.001
        tree = smooth(across * -1 + wide, -0.0012, 0.0012) * (down > 0).ifthenelse(1, 0)
        there = wood.crop(left, top, right - left, bottom - top)
        wood = wood.insert((tree > there).ifthenelse(tree, there), left, top).copy_memory()
    below = smooth(c.y - base, 0, 0.01)
    return mix(picture, c.plain(colour), (wood > below).ifthenelse(wood, below))
