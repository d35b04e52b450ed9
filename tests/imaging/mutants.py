"""Sound pictures of every format, and what becomes of them when bytes are flipped, cut off, spliced and swapped."""

import io
import struct
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pillow_heif
from hypothesis import strategies as st
from PIL import Image

from imageapp.imaging.formats import FORMATS

SMALL = 9_000  # bytes; a larger file makes a case dear, and most flips harmless
Mutation = Callable[[bytes], bytes]


def seeds(folder: Path, name: str) -> list[bytes]:
    """Small pictures of a format: those among the public test pictures, and some that are made here."""
    found = []
    for path in sorted(folder.glob("*/*")):
        if path.is_file() and path.stat().st_size <= SMALL:
            data = path.read_bytes()
            if FORMATS[name].matches(data[:64]):
                found.append(data)
    return found + _made(name)


def _made(name: str) -> list[bytes]:
    pillow_heif.register_heif_opener()
    first = Image.linear_gradient("L").resize((40, 30)).convert("RGB")
    second = first.transpose(Image.Transpose.ROTATE_180)
    through = first.convert("RGBA")
    through.putalpha(second.convert("L"))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Kodak"
    kind = FORMATS[name].opened_as[0]
    made = [_saved(first, kind, **({} if name in ("GIF", "BMP") else {"exif": exif}))]
    if name not in ("JPEG", "BMP"):
        made.append(_saved(through, kind))
    if FORMATS[name].animates:
        made.append(_saved(first, kind, save_all=True, append_images=[second, first], duration=40))
    if name == "TIFF":
        made += [_saved(first, kind, compression=how) for how in ("tiff_lzw", "jpeg", "packbits", "tiff_deflate")]
    return made


def _saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def mutants(sound: list[bytes]) -> st.SearchStrategy[bytes]:
    """One of these files after one to four mutations."""
    place = st.floats(0, 1, exclude_max=True)
    flips = st.builds(_flipped, place, st.integers(1, 255))
    numbers = st.builds(_overwritten, place, st.sampled_from(NUMBERS))
    cuts = st.builds(_cut, place)
    splices = st.builds(_spliced, st.sampled_from(sound), place, place, place)
    swaps = st.builds(_swapped, st.integers(0, 30), st.integers(0, 30))
    repeats = st.builds(_repeated, st.integers(0, 30), st.integers(1, 3))
    several = st.lists(st.one_of(flips, flips, numbers, cuts, splices, swaps, repeats), min_size=1, max_size=4)
    return st.builds(_after, st.sampled_from(sound), several)


# What lengths, offsets and counts are overwritten with.
NUMBERS = tuple(
    struct.pack(order + size, number)
    for order in "<>"
    for size, numbers in (("H", (0, 1, 0x7FFF, 0xFFFF)), ("I", (0, 1, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)))
    for number in numbers
)


def _after(data: bytes, mutations: list[Mutation]) -> bytes:
    for mutate in mutations:
        data = mutate(data)
    return data


def _flipped(place: float, mask: int) -> Mutation:
    def mutate(data: bytes) -> bytes:
        at = int(place * len(data))
        return data[:at] + bytes(byte ^ mask for byte in data[at : at + 1]) + data[at + 1 :]

    return mutate


def _overwritten(place: float, number: bytes) -> Mutation:
    def mutate(data: bytes) -> bytes:
        at = int(place * len(data))
        return data[:at] + number + data[at + len(number) :]

    return mutate


def _cut(place: float) -> Mutation:
    return lambda data: data[: int(place * len(data))]


def _spliced(other: bytes, place: float, start: float, end: float) -> Mutation:
    """A part of another file in this one."""
    part = other[int(min(start, end) * len(other)) : int(max(start, end) * len(other))]

    def mutate(data: bytes) -> bytes:
        at = int(place * len(data))
        return data[:at] + part + data[at:]

    return mutate


def _swapped(one: int, other: int) -> Mutation:
    """Two chunks in each other's place."""

    def mutate(data: bytes) -> bytes:
        parts = chunks(data)
        left, right = one % len(parts), other % len(parts)
        parts[left], parts[right] = parts[right], parts[left]
        return b"".join(parts)

    return mutate


def _repeated(one: int, times: int) -> Mutation:
    """A chunk several times."""

    def mutate(data: bytes) -> bytes:
        parts = chunks(data)
        at = one % len(parts)
        return b"".join(parts[:at] + [parts[at]] * (1 + times) + parts[at + 1 :])

    return mutate


def chunks(data: bytes) -> list[bytes]:
    """The file in the pieces that its format is made of, as far as they can be told; at least one."""
    if data[:4] == b"\x89PNG":
        ends = _ends(data, 8, lambda at: 12 + int.from_bytes(data[at : at + 4], "big"))
    elif data[:4] == b"RIFF":
        ends = _ends(data, 12, lambda at: 8 + (int.from_bytes(data[at + 4 : at + 8], "little") + 1) // 2 * 2)
    elif data[:2] == b"\xff\xd8":
        ends = _ends(data, 2, lambda at: 2 + int.from_bytes(data[at + 2 : at + 4], "big") if data[at] == 0xFF else 0)
    elif data[4:8] == b"ftyp":
        ends = _ends(data, 0, lambda at: int.from_bytes(data[at : at + 4], "big"))
    else:
        ends = list(range(16, len(data), 16))
    edges = [0, *ends, len(data)]
    return [data[start:end] for start, end in pairwise(edges)]


def _ends(data: bytes, start: int, length: Callable[[int], int]) -> list[int]:
    ends = [start] if start else []
    at = start
    while at < len(data) and (step := length(at)) > 0 and len(ends) < 100:
        at += step
        ends.append(min(at, len(data)))
    return ends
