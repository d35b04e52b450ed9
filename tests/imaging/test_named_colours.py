"""Colour spaces that a file names by numbers come out as the browser shows them, or as a profile of the same does."""

import base64
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pillow_heif
import pytest
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Browser

from imageapp.imaging.engines import loaded
from imageapp.imaging.formats import Limits
from imageapp.imaging.inspect import opened
from imageapp.imaging.levels import chain
from imageapp.imaging.named import PRIMARIES

from . import files, profiles
from .files import written
from .test_colour_proofs import READ_PIXELS

P3, BT2020 = 12, 9
SCREEN, CAMERA, PQ = 13, 1, 16
Shown = Callable[[bytes, str], Image.Image]
# x and y of red, green and blue, and of the white D65 that all of them have (ITU-T H.273, table 2).
CHROMATICITIES = {
    P3: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
    BT2020: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
}


def _fields() -> Image.Image:
    """Fields of strong colours and greys: so large that halving them changes nothing inside."""
    picture = Image.new("RGB", (128, 128))
    for number in range(64):
        colour = (number % 4 * 80, number // 4 % 4 * 80, number // 16 * 80)
        picture.paste(colour, (number % 8 * 16, number // 8 * 16, number % 8 * 16 + 16, number // 8 * 16 + 16))
    return picture


def _png(primaries: int, curve: int) -> bytes:
    data = io.BytesIO()
    _fields().save(data, "PNG")
    made = data.getvalue()
    return made[:33] + files.chunk(b"cICP", bytes((primaries, curve, 0, 1))) + made[33:]


def _avif(primaries: int, curve: int) -> bytes:
    data = io.BytesIO()
    _fields().save(data, "AVIF", quality=100, subsampling="4:4:4")
    made = bytearray(data.getvalue())
    at = made.index(b"nclx")
    made[at + 4 : at + 8] = bytes((0, primaries, 0, curve))
    return bytes(made)


def _heic(primaries: int, curve: int, **more: Any) -> bytes:
    data = io.BytesIO()
    names = {"color_primaries": primaries, "transfer_characteristics": curve, "matrix_coefficients": 6}
    file = pillow_heif.from_pillow(_fields())
    file.save(data, quality=100, chroma=444, save_nclx_profile=True, full_range_flag=1, **names, **more)
    return data.getvalue()


def _thumbnail(folder: Path, data: bytes, engine: str = "pillow") -> Image.Image:
    """Half as high, before it is saved with a loss."""
    source, size = written(folder, "source", data), (64, 64)
    with opened(source, Limits()) as file:
        return chain(loaded(engine).begin(file, source).decoded(1, [size]), [size])[size]


def _cut(picture: Image.Image) -> Image.Image:
    """The middle of each field, where the thumbnail's own losses are small."""
    side = picture.width // 8
    middles = Image.new("RGB", (8, 8))
    for number in range(64):
        left, top = number % 8 * side, number // 8 * side
        inner = picture.convert("RGB").crop(
            (left + side // 4, top + side // 4, left + side * 3 // 4, top + side * 3 // 4)
        )
        middles.putpixel((number % 8, number // 8), tuple(round(mean) for mean in ImageStat.Stat(inner).mean))
    return middles


def _apart(one: Image.Image, other: Image.Image) -> tuple[float, int]:
    """The mean of the worst channel, and the worst field, of 255."""
    apart = ImageStat.Stat(ImageChops.difference(_cut(one), _cut(other)))
    return max(apart.mean), max(int(highest) for _, highest in apart.extrema)


@pytest.fixture(scope="module")
def shown(browser: Browser) -> Iterator[Shown]:
    """What a browser makes of a file of this kind: its pixels in sRGB."""
    page = browser.new_page()

    def pixels(data: bytes, kind: str) -> Image.Image:
        width, height, seen = page.evaluate(READ_PIXELS, f"data:image/{kind};base64,{base64.b64encode(data).decode()}")
        return Image.frombytes("RGBA", (width, height), base64.b64decode(seen))

    yield pixels
    page.close()


@pytest.mark.parametrize("primaries", [P3, BT2020])
@pytest.mark.parametrize(
    ("kind", "make", "curve"), [("png", _png, SCREEN), ("avif", _avif, SCREEN), ("avif", _avif, CAMERA)]
)
def test_alice_sees_the_colours_that_her_file_names_by_numbers_as_the_browser_shows_them(
    shown: Shown, tmp_path: Path, kind: str, make: Callable[[int, int], bytes], primaries: int, curve: int
) -> None:
    """A PNG's cICP and an AVIF's nclx, in the middle of large fields, before they are saved as a thumbnail."""
    data = make(primaries, curve)
    seen = shown(data, kind)

    mean, worst = _apart(_thumbnail(tmp_path, data), seen)

    assert mean <= 1, (mean, worst)
    assert worst <= 4, (mean, worst)
    assert _apart(_thumbnail(tmp_path, make(1, curve)), seen)[1] > 30, "no conversion would do as well"


def test_alice_sees_the_same_with_either_engine(tmp_path: Path) -> None:
    """The name is read beside the pixels, whoever decodes those."""
    data = _png(P3, SCREEN)

    mean, worst = _apart(_thumbnail(tmp_path, data), _thumbnail(tmp_path, data, "vips"))

    assert mean <= 1
    assert worst <= 4


def test_alice_sees_a_phones_heic_in_the_colours_that_a_profile_of_the_same_gives(tmp_path: Path) -> None:
    """No browser here reads HEIC; a Display P3 profile, made of other numbers, stands for what the name means."""
    profile = profiles.rgb(profiles.DISPLAY_P3, profiles.parametric(*profiles.SRGB_CURVE))
    data = io.BytesIO()
    _fields().save(data, "PNG", icc_profile=profile)
    plain = _thumbnail(tmp_path, _heic(1, SCREEN))

    named = _thumbnail(tmp_path, _heic(P3, SCREEN))

    expected = _thumbnail(tmp_path, data.getvalue())
    mean, worst = _apart(named, expected)
    assert mean <= 1, (mean, worst)
    assert worst <= 4, (mean, worst)
    assert _apart(plain, expected)[1] > 20


def test_alice_whose_file_names_a_space_that_is_not_known_gets_the_samples_as_they_are(tmp_path: Path) -> None:
    """High dynamic range, and numbers that mean nothing."""
    for primaries, curve in ((BT2020, PQ), (200, 200), (0, 0)):
        for make in (_png, _avif):
            mean, _ = _apart(_thumbnail(tmp_path, make(primaries, curve)), _fields())

            assert mean <= 2


@pytest.mark.parametrize("number", [P3, BT2020])
def test_primaries_are_those_of_the_standard(number: int) -> None:
    """Computed anew from their chromaticities: scaled to their white, and adapted to D50 (Bradford)."""
    columns = [(x / y, 1.0, (1 - x - y) / y) for x, y in CHROMATICITIES[number]]
    white = (0.3127 / 0.3290, 1.0, (1 - 0.3127 - 0.3290) / 0.3290)
    shares = _solved(columns, white)
    for ours, column, share in zip(PRIMARIES[number], columns, shares, strict=True):
        assert ours == pytest.approx(_adapted(tuple(part * share for part in column), white), abs=0.0005)


BRADFORD = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))


def _times(matrix: Any, vector: Any) -> list[float]:
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def _solved(columns: Any, wanted: Any) -> list[float]:
    """How much of each column makes up the wanted vector (Cramer's rule)."""

    def determinant(a: Any, b: Any, c: Any) -> float:
        return (
            a[0] * (b[1] * c[2] - b[2] * c[1]) - b[0] * (a[1] * c[2] - a[2] * c[1]) + c[0] * (a[1] * b[2] - a[2] * b[1])
        )

    whole = determinant(*columns)
    return [determinant(*(wanted if at == other else columns[other] for other in range(3))) / whole for at in range(3)]


def _adapted(colour: Any, white: Any) -> list[float]:
    cones = [
        part * to / of
        for part, to, of in zip(
            _times(BRADFORD, colour), _times(BRADFORD, profiles.D50), _times(BRADFORD, white), strict=True
        )
    ]
    return _solved(list(zip(*BRADFORD, strict=True)), cones)
