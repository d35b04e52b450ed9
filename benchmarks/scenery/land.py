"""Landscapes."""

from benchmarks.scenery.canvas import Canvas, Plane, mix, relief, smooth, within
from benchmarks.scenery.nature import firs, mirrored, ridges


def lake_at_dawn(c: Canvas) -> Plane:
    stops = [
        (0.0, (0.28, 0.42, 0.66)),
        (0.3, (0.66, 0.66, 0.76)),
        (0.48, (0.98, 0.77, 0.60)),
        (0.62, (1.0, 0.66, 0.42)),
    ]
    picture = c.sky(stops)
    clouds = smooth(c.noise(0.30, 1, stretch=4), 0.05, 0.75) * smooth(c.y, 0.62, 0.18)
    picture = mix(picture, c.plain((1.0, 0.87, 0.78)), clouds * 0.7)
    picture = c.glow(picture, 0.95, 0.50, 0.10, (1.0, 0.75, 0.42), 0.75)
    picture = mix(picture, c.plain((1.0, 0.97, 0.86)), smooth(c.far(0.95, 0.50), 0.031, 0.027))
    layers = [
        (0.50, 0.10, 0.60, (0.60, 0.55, 0.66)), (0.55, 0.07, 0.45, (0.44, 0.42, 0.56)),
        (0.60, 0.045, 0.35, (0.27, 0.29, 0.42)),
    ]  # fmt: skip
    picture = ridges(c, picture, layers, (0.98, 0.80, 0.68))
    picture = firs(c, picture, c.line(0.3, 51) * 0.012 + 0.645, 0.07, 90, (0.09, 0.12, 0.17), 1)
    return mirrored(c, picture, 0.66, (0.16, 0.22, 0.36))


def snowy_peaks(c: Canvas) -> Plane:
    picture = c.sky([(0.0, (0.12, 0.33, 0.66)), (0.55, (0.60, 0.78, 0.93)), (0.7, (0.86, 0.92, 0.96))])
    clouds = smooth(c.noise(0.25, 2, stretch=3), 0.25, 0.9) * smooth(c.y, 0.5, 0.2)
    picture = mix(picture, c.plain((1, 1, 1)), clouds * 0.8)
    for number, (place, tall, shade) in enumerate([(0.42, 0.20, 0.55), (0.55, 0.22, 0.25)]):
        edge = c.line(0.55, 10 + number, gain=0.55) * tall * -1 + place
        rock = c.noise(0.30, 20 + number, octaves=6, gain=0.50)
        lit = relief(rock + c.x * 0.001) * 0.9 + c.line(0.35, 10 + number) * 0.15
        stone = mix(c.plain((0.20, 0.25, 0.36)), c.plain((0.97, 0.97, 0.98)), smooth(lit, -0.35, 0.30))
        bare = smooth(rock + (c.y - edge) * 2.0, 0.30, 0.75) * smooth(lit, 0.6, -0.1)
        stone = mix(stone, c.plain((0.24, 0.24, 0.28)), bare * 0.75)
        stone = mix(stone, c.plain((0.62, 0.76, 0.90)), shade)
        picture = mix(picture, stone, smooth(c.y - edge, -0.001, 0.001))
    picture = mix(picture, c.plain((0.80, 0.88, 0.95)), smooth(c.y, 0.60, 0.82) * 0.55)
    return _valley(c, picture)


def _valley(c: Canvas, picture: Plane) -> Plane:
    base = c.line(0.5, 30) * 0.03 + 0.84
    picture = firs(c, picture, c.line(0.6, 31) * 0.03 + 0.78, 0.10, 170, (0.20, 0.31, 0.37), 2)
    return firs(c, picture, base, 0.15, 150, (0.07, 0.14, 0.15), 3)


def forest_in_fog(c: Canvas) -> Plane:
    picture = c.sky([(0, (0.80, 0.84, 0.82)), (1, (0.93, 0.92, 0.86))])
    picture = c.glow(picture, 0.55 * c.aspect, 0.12, 0.25, (1.0, 0.93, 0.72), 0.28)
    for layer in range(6):
        near = layer / 5
        colour = (0.70 - 0.65 * near, 0.76 - 0.65 * near, 0.74 - 0.64 * near)
        base = c.line(0.7, 60 + layer) * 0.05 + 0.36 + layer * 0.105
        picture = firs(c, picture, base, 0.22 + 0.16 * near, 52 - layer * 4, colour, 10 + layer)
        fog = smooth(c.y - base, -0.10, 0.20) * within(c.noise(0.4, 80 + layer, stretch=3) * 0.5 + 0.8)
        picture = mix(picture, c.plain((0.88, 0.90, 0.87)), fog * (0.75 - 0.45 * near))
    return picture


def dunes(c: Canvas) -> Plane:
    picture = c.sky([(0, (0.30, 0.56, 0.80)), (0.45, (0.83, 0.87, 0.86)), (0.55, (0.97, 0.89, 0.76))])
    for number, (place, tall) in enumerate([(0.40, 0.06), (0.47, 0.09), (0.56, 0.12), (0.74, 0.17)]):
        wave = c.line(0.8, 5 + number, octaves=2, gain=0.25)
        edge = wave * tall + place
        crest = c.line(1.1, 15 + number, octaves=2, gain=0.3) * 0.25 + (c.y - edge) * 1.4 + c.x * 0.35 - 0.45
        shade = smooth(crest + c.noise(0.5, 25 + number, octaves=2) * 0.10, -0.02, 0.03 + 0.05 * number)
        ripple = ((c.y * 160 + c.noise(0.2, 35 + number, octaves=3) * 9 + c.x * 60) * 57.3).sin() * 0.014 * number
        lit = c.sky([(0, (0.98, 0.76, 0.47)), (0.9, (0.90, 0.60, 0.32))])
        body = mix(lit, c.plain((0.55, 0.31, 0.20)), shade * 0.85) + ripple
        body = mix(body, c.plain((0.96, 0.85, 0.70)), 0.45 - number * 0.15)
        picture = mix(picture, body, smooth(c.y - edge, -0.0008, 0.0012))
    return picture


def tea_hills(c: Canvas) -> Plane:
    picture = c.sky([(0, (0.70, 0.84, 0.90)), (0.4, (0.95, 0.95, 0.88))])
    picture = ridges(
        c, picture, [(0.26, 0.06, 0.6, (0.62, 0.74, 0.76)), (0.33, 0.05, 0.5, (0.46, 0.62, 0.58))], (0.90, 0.93, 0.88)
    )
    for number, (place, tall, colour) in enumerate(
        [(0.42, 0.09, (0.42, 0.58, 0.30)), (0.56, 0.13, (0.30, 0.52, 0.20)), (0.78, 0.16, (0.18, 0.42, 0.13))]
    ):
        edge = c.line(0.8, 5 + number, octaves=2, gain=0.3) * tall + place
        depth = (c.y - edge) * (1.6 - 0.3 * number) + c.noise(0.7, 15 + number, octaves=2) * 0.05
        rows = ((depth * (58 - 14 * number) + c.x * (3 + number)) * 360).sin() if number else (depth * 70 * 360).sin()
        leaves = c.noise(0.03, 25 + number, octaves=5, gain=0.7)
        body = c.plain(colour) * (smooth(rows, -0.9, 0.5) * 0.55 + 0.50) + leaves * 0.06
        body = body + relief(c.noise(0.6, 35 + number, octaves=2)) * 0.12
        body = mix(body, c.plain((0.86, 0.91, 0.80)), 0.35 - 0.15 * number)
        picture = mix(picture, body, smooth(c.y - edge, -0.001, 0.002))
    return c.glow(picture, 0.9 * c.aspect, 0.1, 0.5, (1.0, 0.92, 0.66), 0.22)


def milky_way(c: Canvas) -> Plane:
    picture = c.sky(
        [(0, (0.02, 0.03, 0.09)), (0.6, (0.07, 0.11, 0.24)), (0.8, (0.28, 0.24, 0.34)), (0.9, (0.62, 0.40, 0.32))]
    )
    band = c.x * 0.62 + c.y * 0.55 - 0.34 * c.aspect - 0.25 + c.noise(0.5, 1) * 0.06
    cloud = (band * band * -18).exp() * within(c.noise(0.22, 2, octaves=7) * 0.55 + 0.62)
    dust = (band * band * -60).exp() * smooth(c.noise(0.16, 3, octaves=6), 0.0, 0.6)
    picture = picture + c.plain((0.50, 0.46, 0.58)) * cloud * smooth(c.y, 0.95, 0.4)
    picture = mix(picture, c.plain((0.06, 0.05, 0.09)), dust * 0.65)
    grain = Plane.gaussnoise(c.width, c.height, mean=0, sigma=1, seed=c.seed)
    stars = smooth(grain + cloud * 0.35, 3.0, 4.1).gaussblur(0.7) * 2.6 + smooth(grain, 4.15, 4.3).gaussblur(1.5) * 9
    picture = picture + c.plain((0.95, 0.96, 1.0)) * stars * smooth(c.y, 0.85, 0.55)
    layers = [(0.80, 0.10, 0.5, (0.12, 0.12, 0.20)), (0.88, 0.06, 0.4, (0.04, 0.045, 0.08))]
    picture = ridges(c, picture, layers, (0.20, 0.17, 0.24))
    tent_x, tent_y = 0.36 * c.aspect, 0.915
    tent = smooth((c.x - tent_x).abs() * -1.15 + (c.y - tent_y) + 0.045, -0.001, 0.001) * smooth(
        c.y, tent_y + 0.001, tent_y
    )
    picture = c.glow(picture, tent_x, tent_y - 0.01, 0.05, (1.0, 0.55, 0.20), 0.5)
    return mix(picture, c.sky([(0.86, (1.0, 0.80, 0.42)), (0.93, (0.95, 0.45, 0.12))]), tent * 0.95)
