"""Pictures of something: flowers, fruit, leaves, balloons, houses, the sea from above."""

import random
from functools import reduce

from benchmarks.scenery.canvas import Canvas, Colour, Plane, mix, relief, smooth, within
from benchmarks.scenery.nature import mirrored, ridges

Box = tuple[float, float, float, float]  # left, top, width, height


def shore_from_above(c: Canvas) -> Plane:
    place = c.x / c.aspect * 0.9 + c.y * 0.35 + c.noise(0.6, 1, octaves=3) * 0.06
    stops = [
        (0.18, (0.02, 0.27, 0.42)), (0.42, (0.05, 0.50, 0.60)), (0.60, (0.25, 0.72, 0.73)), (0.72, (0.62, 0.87, 0.80)),
        (0.78, (0.86, 0.80, 0.64)), (0.92, (0.95, 0.87, 0.71)),
    ]  # fmt: skip
    picture = c.sky(stops, place) + relief(c.noise(0.05, 2, octaves=4)) * 0.013
    reef = smooth(c.noise(0.20, 3, octaves=6), 0.15, 0.6) * smooth(place, 0.7, 0.5)
    picture = mix(picture, c.plain((0.03, 0.30, 0.36)), reef * 0.55)
    lace = c.noise(0.06, 4, octaves=5, gain=0.6).abs()
    for at, wide, strength in ((0.745, 0.022, 1.0), (0.66, 0.018, 0.8), (0.56, 0.014, 0.55)):
        near = place + c.noise(0.14, round(at * 100), octaves=4) * 0.035 - at
        foam = (near * near * (-1 / (wide * wide))).exp()
        front = smooth(near.abs(), 0.008, 0.002)
        veil = foam * smooth(lace, 0.22, 0.02)
        picture = mix(picture, c.plain((1, 1, 1)), within(front + veil) * strength)
    wet = smooth(place, 0.74, 0.765) * smooth(place, 0.83, 0.79)
    return mix(picture, picture * 0.82, wet)


def poppies(c: Canvas) -> Plane:
    picture = c.sky([(0, (0.33, 0.60, 0.90)), (0.42, (0.80, 0.90, 0.97))])
    clouds = smooth(c.noise(0.22, 1, octaves=6, stretch=2.2), 0.10, 0.8) * smooth(c.y, 0.45, 0.25)
    picture = mix(picture, c.plain((1, 1, 1)), clouds * 0.9)
    picture = ridges(
        c, picture, [(0.40, 0.05, 0.6, (0.45, 0.60, 0.66)), (0.44, 0.03, 0.4, (0.28, 0.45, 0.36))], (0.75, 0.84, 0.85)
    )
    depth = within((c.y - 0.46) / 0.54)
    grass = c.noise(0.05, 2, octaves=6, gain=0.7) * 0.16 + c.noise(0.02, 3, octaves=3, stretch=0.25) * 0.10
    field = c.sky([(0.45, (0.55, 0.66, 0.32)), (0.7, (0.34, 0.50, 0.18)), (1, (0.16, 0.32, 0.10))]) + grass * (
        depth * 0.7 + 0.2
    )
    picture = mix(picture, field, smooth(c.y, 0.458, 0.464))
    chance = random.Random(c.seed)
    spots = sorted((0.465 + 0.56 * chance.random() ** 1.9, chance.uniform(0, c.aspect)) for _ in range(420))
    return reduce(lambda seen, spot: _poppy(c, seen, spot[1], spot[0], chance), spots, picture)


def _poppy(c: Canvas, picture: Plane, x: float, y: float, chance: random.Random) -> Plane:
    size = 0.002 + (y - 0.46) * 0.06 * chance.uniform(0.7, 1.25)
    red = (chance.uniform(0.78, 0.95), chance.uniform(0.08, 0.20), chance.uniform(0.05, 0.10))
    return _disc(c, picture, (x, y), size, red, squeeze=1.5, depth=0.45)


def _disc(
    c: Canvas,
    picture: Plane,
    place: tuple[float, float],
    size: float,
    colour: Colour,
    *,
    squeeze: float = 1.0,
    depth: float = 0.0,
    soft: float = 0.12,
) -> Plane:
    """A round thing, lit from above; `depth` says how much darker it is below."""
    x, y = place
    left, top = max(0, round((x - size * 1.3) * c.height)), max(0, round((y - size * 1.3) * c.height))
    right = min(c.width, round((x + size * 1.3) * c.height) + 1)
    bottom = min(c.height, round((y + size * 1.3) * c.height) + 1)
    if right - left < 2 or bottom - top < 2:
        return picture
    box = Plane.xyz(right - left, bottom - top)
    across, down = ((box[0] + left) / c.height - x) / size, ((box[1] + top) / c.height - y) / size * squeeze
    shape = smooth((across * across + down * down) ** 0.5, 1.0, 1.0 - soft)
    light = within(down * -0.5 + 0.5 - across * 0.12) * depth + (1 - depth * 0.72)
    there = picture.crop(left, top, right - left, bottom - top)
    body = (Plane.black(right - left, bottom - top, bands=3) + list(colour)) * light
    return picture.insert(there + (body - there) * shape, left, top).copy_memory()


def city_by_night(c: Canvas) -> Plane:
    picture = c.sky(
        [(0, (0.05, 0.08, 0.22)), (0.35, (0.20, 0.20, 0.42)), (0.55, (0.80, 0.44, 0.44)), (0.62, (1.0, 0.66, 0.42))]
    )
    clouds = smooth(c.noise(0.2, 1, stretch=5), 0.1, 0.8) * smooth(c.y, 0.66, 0.25)
    picture = mix(picture, c.plain((0.94, 0.50, 0.46)), clouds * 0.45)
    chance = random.Random(c.seed)
    for near, colour in ((0.0, (0.30, 0.24, 0.38)), (0.5, (0.17, 0.15, 0.27)), (1.0, (0.07, 0.07, 0.14))):
        x = -0.03
        while x < c.aspect:
            wide, tall = chance.uniform(0.035, 0.10), chance.uniform(0.05, 0.30 - 0.12 * near) * chance.uniform(0.5, 1)
            picture = _house(c, picture, (x, 0.68 - tall, wide, tall), colour, near, chance)
            x += wide * chance.uniform(0.75, 1.1)
    return mirrored(c, picture, 0.68, (0.05, 0.06, 0.16), ripple=0.010)


def _house(c: Canvas, picture: Plane, box: Box, colour: Colour, near: float, chance: random.Random) -> Plane:
    left, top, wide, tall = (round(one * c.height) for one in box)
    left, right = max(0, left), min(c.width, left + wide)
    if right - left < 3 or tall < 3:
        return picture
    wall = (Plane.black(right - left, tall, bands=3) + list(colour)).copy_memory()
    step = max(5, c.height // 110)
    for row in range(step, tall - step, step):
        for column in range(step, right - left - step, step):
            if chance.random() < 0.16 + 0.16 * near:
                warm = chance.uniform(0.6, 1.0)
                pane = Plane.black(step // 2, step // 2, bands=3).linear([1.0], [warm, warm * 0.78, warm * 0.42])
                wall = wall.insert(pane, column, row)
    return picture.insert(wall.copy_memory(), left, top).copy_memory()


def oranges(c: Canvas) -> Plane:
    picture = c.sky([(0, (0.22, 0.30, 0.33)), (0.55, (0.33, 0.42, 0.44)), (0.63, (0.28, 0.36, 0.38))])
    picture = c.glow(picture, 0.15, 0.1, 0.5, (0.75, 0.78, 0.70), 0.35)
    grain = c.noise(0.5, 1, octaves=6, stretch=9, gain=0.6)
    table = c.sky([(0.62, (0.60, 0.42, 0.28)), (1.0, (0.44, 0.28, 0.17))]) + grain * 0.055
    picture = mix(picture, table, smooth(c.y, 0.618, 0.624))
    middle = c.aspect / 2
    fruit = [(-0.36, 0.56, 0.15), (0.30, 0.55, 0.16), (-0.04, 0.60, 0.19), (0.52, 0.68, 0.13), (-0.30, 0.74, 0.12)]
    for x, y, size in fruit:
        shadow = smooth(c.far(middle + x + size * 0.35, y + size * 0.93, 3.4), size * 1.35, size * 0.35)
        picture = mix(picture, c.plain((0.10, 0.07, 0.06)), shadow * 0.55)
        picture = _orange(c, picture, middle + x, y, size)
    return picture


def _orange(c: Canvas, picture: Plane, x: float, y: float, size: float) -> Plane:
    across, down = (c.x - x) / size, (c.y - y) / size
    round_ = within(across * across * -1 - down * down + 1) ** 0.5
    light = within(across * -0.50 + down * -0.55 + round_ * 0.68)
    peel = relief(c.noise(0.016, 9, octaves=2)) * 0.0065 * round_
    body = c.plain((1.0, 0.53, 0.08)) * (light * 0.85 + 0.18) + peel
    body = body + smooth(light, 0.93, 1.0) * 0.33
    body = mix(body, c.plain((0.55, 0.22, 0.05)), smooth(round_, 0.45, 0.0) * 0.5)
    return mix(picture, body, smooth(c.far(x, y), size, size - 0.004))


def balloons(c: Canvas) -> Plane:
    picture = c.sky([(0, (0.36, 0.58, 0.84)), (0.5, (0.90, 0.84, 0.80)), (0.72, (1.0, 0.80, 0.58))])
    wisps = smooth(c.noise(0.25, 1, stretch=6), 0.1, 0.8) * smooth(c.y, 0.65, 0.3)
    picture = mix(picture, c.plain((1.0, 0.95, 0.92)), wisps * 0.6)
    layers = [
        (0.72, 0.07, 0.6, (0.62, 0.58, 0.66)), (0.79, 0.06, 0.5, (0.45, 0.45, 0.50)),
        (0.87, 0.05, 0.45, (0.26, 0.31, 0.30)), (0.95, 0.03, 0.4, (0.12, 0.17, 0.15)),
    ]  # fmt: skip
    picture = ridges(c, picture, layers, (0.98, 0.84, 0.70))
    flock = [
        (0.22, 0.24, 0.055, ((0.20, 0.42, 0.62), (0.92, 0.90, 0.84))),
        (0.83, 0.52, 0.038, ((0.80, 0.48, 0.14), (0.62, 0.16, 0.14))),
        (0.56, 0.36, 0.150, ((0.86, 0.24, 0.18), (0.98, 0.80, 0.34))),
    ]
    for x, y, size, colours in flock:
        picture = _balloon(c, picture, x * c.aspect, y, size, colours)
    return picture


def _balloon(c: Canvas, picture: Plane, x: float, y: float, size: float, colours: tuple[Colour, Colour]) -> Plane:
    down = (c.y - y) / size
    narrow = smooth(down, 1.75, -0.15) * 0.92 + 0.08
    across = (c.x - x) / size / narrow
    whole = within(across * across * -1 + 1) ** 0.5
    stripes = smooth(((across / (whole + 0.35)).atan() * 4.6).sin(), -0.08, 0.08)
    body = mix(c.plain(colours[0]), c.plain(colours[1]), stripes) * (
        within(across * -0.35 + whole * 0.75) * 0.75 + 0.32
    )
    upper = smooth(across * across + (down < 0).ifthenelse(down * down, 0), 1.0, 0.97)
    shape = upper * smooth(down, 1.38, 1.36)
    ropes = (
        smooth((c.x - x).abs() - size * 0.10, 0.004, 0.002) * smooth(down, 1.35, 1.4) * smooth(down, 1.62, 1.6) * 0.5
    )
    picture = mix(picture, c.plain((0.16, 0.12, 0.10)), ropes)
    basket = smooth((c.x - x).abs(), size * 0.13, size * 0.12) * smooth(down, 1.57, 1.59) * smooth(down, 1.83, 1.81)
    picture = mix(picture, c.plain((0.34, 0.21, 0.12)), basket)
    return mix(picture, body, shape)


def autumn_leaves(c: Canvas) -> Plane:
    picture = mix(
        c.plain((0.30, 0.20, 0.08)), c.plain((0.86, 0.58, 0.20)), smooth(c.noise(0.6, 1, octaves=3), -0.7, 0.8)
    )
    picture = mix(picture, c.plain((0.38, 0.42, 0.16)), smooth(c.noise(0.5, 2, octaves=2), 0.0, 0.9) * 0.7)
    chance = random.Random(c.seed)
    for _ in range(70):
        tone = (chance.uniform(0.8, 1.0), chance.uniform(0.55, 0.85), chance.uniform(0.2, 0.45))
        x, y, size = chance.uniform(0, c.aspect), chance.random(), chance.uniform(0.02, 0.075)
        there = _disc(c, picture, (x, y), size, tone, soft=0.16)
        picture = mix(picture, there, chance.uniform(0.10, 0.38))
    for _ in range(17):
        tone = (chance.uniform(0.72, 0.95), chance.uniform(0.16, 0.52), chance.uniform(0.02, 0.10))
        place = chance.uniform(0.02, 0.98) * c.aspect, chance.uniform(0.02, 0.8)
        picture = _leaf(c, picture, place, chance.uniform(0.09, 0.17), chance.uniform(20, 160), tone)
    return picture


def _leaf(c: Canvas, picture: Plane, place: tuple[float, float], size: float, turned: float, colour: Colour) -> Plane:
    turn = Plane.black(1, 1) + turned
    cos, sin = turn.cos().avg(), turn.sin().avg()
    along = ((c.x - place[0]) * cos + (c.y - place[1]) * sin) / size
    across = ((c.y - place[1]) * cos - (c.x - place[0]) * sin) / size
    outline = within(along * along * -1 + 1) * (along * -0.18 + 0.42) + (along * 1900).sin() * 0.008
    veins = ((along * 7 - across.abs() * 6) * 360 / 1.6).cos()
    light = within(across * 0.7 + 0.55) * 0.55 + 0.55
    body = c.plain(colour) * light + smooth(veins, 0.90, 1.0) * 0.09 + smooth(across.abs(), 0.022, 0.008) * 0.16
    shadow = smooth(outline - (across - 0.10).abs(), -0.16, 0.10) * (along.abs() < 1).ifthenelse(1, 0)
    picture = mix(picture, picture * 0.55, shadow * 0.6)
    return mix(picture, body, smooth(outline - across.abs(), -0.006, 0.012) * (along.abs() < 1).ifthenelse(1, 0))
