"""Colour profiles that are built on the spot, of published numbers alone."""

import struct
from collections.abc import Mapping, Sequence

Row = tuple[float, float, float]

D50: Row = (0.9642, 1.0, 0.8249)
# What full red, green and blue are under D50, as the three spaces' own standards and profiles tell.
DISPLAY_P3 = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))
ADOBE_RGB = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
PROPHOTO = ((0.79767, 0.28804, 0.0), (0.13519, 0.71187, 0.0), (0.03134, 0.00009, 0.82491))
# sRGB's curve, which Display P3 shares: exponent, and the straight piece near black (IEC 61966-2-1).
SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


def rgb(primaries: Sequence[Row], curve: bytes) -> bytes:
    """A profile of three primaries and one curve."""
    tags = {kind: _xyz(row) for kind, row in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries, strict=True)}
    return _profile(b"mntr", b"RGB ", tags | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve))


def grey(curve: bytes) -> bytes:
    """A profile of one curve, from grey to light."""
    return _profile(b"mntr", b"GRAY", {b"kTRC": curve})


def parametric(*numbers: float) -> bytes:
    """A curve by its formula: an exponent alone, or all five numbers of one that starts straight."""
    kind = {1: 0, 5: 3}[len(numbers)]
    return b"para" + struct.pack(f">IHH{len(numbers)}i", 0, kind, 0, *(round(number * 65536) for number in numbers))


def dot_gain(most: float) -> bytes:
    """The curve of paper on which dots swell: an area of ink a becomes a + 4·most·a·(1 - a), and its rest is light."""
    inks = [1 - step / 255 for step in range(256)]
    lights = [1 - (ink + 4 * most * ink * (1 - ink)) for ink in inks]
    return b"curv" + struct.pack(">II256H", 0, 256, *(round(light * 65535) for light in lights))


def _xyz(row: Row) -> bytes:
    return b"XYZ " + struct.pack(">Iiii", 0, *(round(part * 65536) for part in row))


def _profile(kind: bytes, space: bytes, tags: Mapping[bytes, bytes]) -> bytes:
    table, data = b"", b""
    start = 128 + 4 + 12 * (len(tags) + 1)
    for name, content in {b"wtpt": _xyz(D50), **tags}.items():
        table += name + struct.pack(">II", start + len(data), len(content))
        data += content + bytes(-len(content) % 4)
    header = struct.pack(">I4x4s4s4s4s12x4s", start + len(data), b"\x04\x30\x00\x00", kind, space, b"XYZ ", b"acsp")
    header += bytes(28) + _xyz(D50)[8:]
    return header.ljust(128, b"\x00") + struct.pack(">I", len(tags) + 1) + table + data
