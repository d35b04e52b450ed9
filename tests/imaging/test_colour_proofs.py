"""How far colours are off, pixel by pixel: from libvips, and from the browser that shows the original beside them.

The browser's colour arithmetic is of another make than that of libvips and of ours, so each also judges the other.
"""

import base64
import io
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import pyvips
from PIL import Image, ImageChops, ImageCms, ImageStat
from playwright.sync_api import Browser

from imageapp.imaging.colours import GREY_MODES, to_srgb, workable
from imageapp.imaging.engines import loaded
from imageapp.imaging.formats import Limits, Target
from imageapp.imaging.inspect import opened
from imageapp.imaging.levels import chain

from . import files, profiles
from .files import written
from .standing import Render

SIDE = 64
# The mean of one channel over all pixels, of 255.
MEAN = 2

Shown = Callable[[bytes], Image.Image]

READ_PIXELS = """async address => {
    const picture = new Image()
    picture.src = address
    await picture.decode()
    const canvas = document.createElement("canvas")
    canvas.width = picture.naturalWidth
    canvas.height = picture.naturalHeight
    const context = canvas.getContext("2d", { colorSpace: "srgb" })
    context.drawImage(picture, 0, 0)
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
    const letters = Array.from(data, byte => String.fromCharCode(byte))
    return [canvas.width, canvas.height, btoa(letters.join(""))]
}"""

PROFILES = {
    "Display P3": profiles.rgb(profiles.DISPLAY_P3, profiles.parametric(*profiles.SRGB_CURVE)),
    "Adobe RGB": profiles.rgb(profiles.ADOBE_RGB, profiles.parametric(563 / 256)),
    "ProPhoto": profiles.rgb(profiles.PROPHOTO, profiles.parametric(1.8)),
    "grey, gamma 2.2": profiles.grey(profiles.parametric(2.2)),
    "grey, gamma 1.8": profiles.grey(profiles.parametric(1.8)),
    "grey, dot gain 20 %": profiles.grey(profiles.dot_gain(0.2)),
    "grey, linear": profiles.grey(profiles.parametric(1.0)),
    "print": bytes(pyvips.Image.profile_load("cmyk")),
}


def _saved(picture: Image.Image, kind: str, profile: str | None = None, *, quality: int = 95) -> bytes:
    data = io.BytesIO()
    icc = PROFILES[profile] if profile else None
    picture.save(data, kind, icc_profile=icc, **({"quality": quality} if kind == "JPEG" else {}))
    return data.getvalue()


def _sweep(mode: str) -> Image.Image:
    """Every channel in every combination with its neighbours, smoothly; alpha from a fifth to full."""
    grey = Image.linear_gradient("L").resize((SIDE, SIDE))
    across = grey.transpose(Image.Transpose.ROTATE_90)
    round_about = Image.radial_gradient("L").resize((SIDE, SIDE))
    alpha = across.point([51 + sample * 4 // 5 for sample in range(256)])
    black = grey.point([(255 - sample) // 3 for sample in range(256)])
    bands = {
        "L": [grey],
        "LA": [grey, alpha],
        "RGB": [grey, across, round_about],
        "RGBA": [grey, across, round_about, alpha],
        "CMYK": [grey, across, round_about, black],
    }
    return Image.merge(mode, bands[mode])


def _sixteen(colour: int) -> bytes:
    """A PNG whose samples use all of their 16 bits."""
    chosen = {files.GREY: (0,), files.RGB: (0, 1, 2), files.GREY_ALPHA: (0, 3), files.RGBA: (0, 1, 2, 3)}[colour]

    def pixel(x: int, y: int) -> bytes:
        samples = (x * 1040, y * 1040, (x * x + y * y) * 8, 65535 - min(x, y) * 600)
        return struct.pack(f">{len(chosen)}H", *(samples[band] for band in chosen))

    rows = b"".join(b"\x00" + b"".join(pixel(x, y) for x in range(SIDE)) for y in range(SIDE))
    return files.png(SIDE, SIDE, 16, colour, rows)


def _ours(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
        depth = data[24] if picture.format == "PNG" else 8
        grey, profile = picture.mode in GREY_MODES, picture.info.get("icc_profile")
        return to_srgb(workable(picture, depth), profile, grey=grey).convert("RGBA")


def _by_vips(data: bytes) -> Image.Image:
    picture = pyvips.Image.thumbnail_buffer(data, 4096, size="down", output_profile="srgb").cast("uchar")
    if picture.bands == 3:
        picture = picture.bandjoin(255)
    return Image.frombytes("RGBA", (picture.width, picture.height), picture.write_to_memory())


def _assert_near(one: Image.Image, other: Image.Image, worst: int, mean: float = MEAN) -> None:
    """At most so far apart as it shows: what can be seen through counts by as much as it covers."""
    apart = ImageStat.Stat(ImageChops.difference(one.convert("RGBa"), other.convert("RGBa")))
    assert max(apart.mean) <= mean
    assert max(highest for _, highest in apart.extrema) <= worst


@pytest.fixture(scope="module")
def shown(browser: Browser) -> Iterator[Shown]:
    """What a browser makes of a file: its pixels in sRGB."""
    page = browser.new_page()

    def pixels(data: bytes) -> Image.Image:
        kind = "png" if data.startswith(b"\x89PNG") else "jpeg"
        width, height, seen = page.evaluate(READ_PIXELS, f"data:image/{kind};base64,{base64.b64encode(data).decode()}")
        return Image.frombytes("RGBA", (width, height), base64.b64decode(seen))

    yield pixels
    page.close()


@pytest.mark.parametrize(
    ("mode", "profile", "from_vips", "from_browser"),
    [
        ("RGB", "Display P3", 1, 1),
        ("RGB", "Adobe RGB", 1, 1),
        ("RGB", "ProPhoto", 1, 1),
        # Beside alpha, colours are kept to a step of it: where one is all but beyond sRGB, its least part jumps.
        ("RGBA", "Display P3", 12, 12),
        ("RGBA", "Adobe RGB", 16, 16),
        ("RGBA", "ProPhoto", 18, 18),
        ("L", "grey, gamma 2.2", 1, 1),
        ("L", "grey, gamma 1.8", 1, 1),
        ("L", "grey, dot gain 20 %", 1, 1),
        # libvips converts grey by a table of few steps, which shows where a linear profile is dark.
        ("L", "grey, linear", 10, 1),
        ("LA", "grey, gamma 2.2", 3, 3),
        ("LA", "grey, dot gain 20 %", 4, 4),
    ],
)
def test_alice_with_a_colour_profile_sees_its_colours(
    shown: Shown, mode: str, profile: str, from_vips: int, from_browser: int
) -> None:
    """Wide-gamut and grey profiles, with and without alpha; the worst pixel is so far off, of 255."""
    data = _saved(_sweep(mode), "PNG", profile)

    ours = _ours(data)

    _assert_near(ours, _by_vips(data), from_vips)
    _assert_near(ours, shown(data), from_browser)


@pytest.mark.parametrize(("colour", "worst"), [(files.GREY, 1), (files.RGB, 1), (files.GREY_ALPHA, 2), (files.RGBA, 2)])
def test_alice_with_16_bits_sees_them_scaled(shown: Shown, colour: int, worst: int) -> None:
    """Neither clipped nor cut to the lower byte."""
    data = _sixteen(colour)

    ours = _ours(data)

    _assert_near(ours, _by_vips(data), worst)
    _assert_near(ours, shown(data), worst)


@pytest.mark.parametrize(("mode", "worst"), [("LA", 2), ("RGBA", 2), ("P", 0)])
def test_alice_without_a_profile_sees_the_samples_as_they_are(shown: Shown, mode: str, worst: int) -> None:
    """Alpha and palettes; what is not transparent loses nothing."""
    picture = _sweep("RGB").quantize(64) if mode == "P" else _sweep(mode)
    data = _saved(picture, "PNG")

    ours = _ours(data)

    _assert_near(ours, _by_vips(data), worst)
    _assert_near(ours, shown(data), worst)


def test_alice_who_names_her_printer_sees_what_comes_out_of_it(shown: Shown) -> None:
    """Print colours with a profile, as libvips converts them; a browser, which knows one intent only, is not far."""
    data = _saved(_sweep("CMYK"), "JPEG", "print")

    ours = _ours(data)

    _assert_near(ours, _by_vips(data), 1)
    _assert_near(ours, shown(data), 25, mean=5)


def test_alice_who_names_no_printer_sees_what_the_browser_shows(shown: Shown) -> None:
    """Print colours without a profile are multiplied out, as in the original beside the thumbnail."""
    data = _saved(_sweep("CMYK"), "JPEG")

    _assert_near(_ours(data), shown(data), 1)


@pytest.mark.parametrize("gamma", ["g03", "g05", "g07", "g10", "g25"])
@pytest.mark.parametrize("kind", ["n0g16", "n2c08", "n3p04"])
def test_alice_sees_the_samples_of_a_png_whatever_gamma_it_notes(testdata: Path, gamma: str, kind: str) -> None:
    """As libvips does."""
    data = (testdata / f"pngsuite/{gamma}{kind}.png").read_bytes()
    assert b"gAMA" in data

    _assert_near(_ours(data), _by_vips(data), 1)


@pytest.mark.parametrize(
    ("mode", "kind", "profile", "worst"),
    [
        ("RGB", "JPEG", "Display P3", 22),
        ("RGB", "JPEG", "Adobe RGB", 22),
        ("RGB", "PNG", "ProPhoto", 18),
        ("L", "JPEG", "grey, gamma 2.2", 16),
        ("CMYK", "JPEG", "print", 30),
    ],
)
def test_alice_gets_a_thumbnail_of_a_photograph_in_its_colours(
    render_by_either: Render, testdata: Path, tmp_path: Path, mode: str, kind: str, profile: str, worst: int
) -> None:
    """The whole way to the file that is served, JPEG's own losses included."""
    srgb = ImageCms.createProfile("sRGB")
    with Image.open(testdata / "pillow/flower.jpg") as flower:
        theirs = ImageCms.ImageCmsProfile(io.BytesIO(PROFILES[profile]))
        taken = flower.convert("L") if mode == "L" else flower
        made_there = taken if mode == "L" else ImageCms.profileToProfile(flower, srgb, theirs, outputMode=mode)
    assert made_there is not None
    data = _saved(made_there, kind, profile)
    source, target = written(tmp_path, "source", data), Target(0, 0, tmp_path / "thumbnail")

    render_by_either(source, [target], Limits())

    with Image.open(target.path) as made:
        _assert_near(made.convert("RGBA"), _by_vips(data), worst)


@pytest.mark.parametrize("profile", ["Display P3", "Adobe RGB", "ProPhoto"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_alice_gets_the_same_colours_whatever_decodes(tmp_path: Path, mode: str, profile: str) -> None:
    """Half as large, before anything is lost by saving: the engines differ by the rounding of their filters."""
    source, size = written(tmp_path, "source", _saved(_sweep(mode).resize((256, 256)), "PNG", profile)), (128, 128)
    levels = []

    for engine in ("pillow", "vips"):
        with opened(source, Limits()) as file:
            levels.append(chain(loaded(engine).begin(file, source).decoded(1, [size]), [size])[size])

    assert {level.mode for level in levels} == {"RGB" if mode == "RGB" else "RGBa"}
    # A step of 8 bits can weigh much where a colour is all but beyond sRGB, as above.
    _assert_near(*(level.convert("RGBA") for level in levels), worst=26, mean=1)
