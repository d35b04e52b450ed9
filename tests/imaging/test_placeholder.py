"""What stands in for a picture is small, looks like it, and needs nothing but a browser."""

import io
import random
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from imageapp.imaging.facts import PLACEHOLDER_BYTES
from imageapp.imaging.formats import Target
from imageapp.imaging.placeholder import dominant, placeholder
from imageapp.imaging.worker import WorkerDecoder


def _shown(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data), formats=["WEBP"]) as tiny:
        return tiny.convert("RGBA")


def _noise(mode: str, width: int, height: int) -> Image.Image:
    bands = len(Image.new(mode, (1, 1)).getbands())
    noise = Image.frombytes(mode, (width, height), random.Random(7).randbytes(width * height * bands))
    return noise.convert("RGBa") if mode == "RGBA" else noise


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
@pytest.mark.parametrize("size", [(1, 1), (3, 2), (16, 16), (267, 200), (1, 5000), (4000, 3)])
def test_placeholder_of_whatever_picture_is_at_most_200_bytes(mode: str, size: tuple[int, int]) -> None:
    """Noise is what compresses worst."""
    made = placeholder(_noise(mode, *size))

    assert len(made) <= PLACEHOLDER_BYTES == 200
    assert max(_shown(made).size) <= 16


def test_alice_sees_her_photograph_blurred_until_it_is_there(testdata: Path) -> None:
    """Stretched, the few pixels are the photograph without its details, in its shape."""
    with Image.open(testdata / "pillow/flower.jpg") as flower:
        level = flower.convert("RGB").resize((267, 200))

    tiny = _shown(placeholder(level)).convert("RGB")

    assert tiny.size == (16, 12)
    apart = ImageChops.difference(tiny, level.resize(tiny.size, Image.Resampling.BOX))
    assert max(ImageStat.Stat(apart).mean) < 20


def test_alice_sees_through_the_placeholder_where_her_picture_is_clear() -> None:
    """The left half is clear, the right is red."""
    picture = Image.new("RGBA", (200, 100))
    picture.paste((255, 0, 0, 255), (100, 0, 200, 100))

    tiny = _shown(placeholder(picture.convert("RGBa")))

    assert tiny.getchannel("A").getpixel((1, 3)) == 0
    assert tiny.getpixel((14, 3)) == pytest.approx((255, 0, 0, 255), abs=12)


@pytest.mark.parametrize(
    ("mode", "colour", "expected"),
    [("RGB", (200, 60, 20), "#c83c14"), ("L", 77, "#4d4d4d"), ("RGBA", (10, 200, 30, 255), "#0ac81e")],
)
def test_colour_of_one_colour_is_that_colour(mode: str, colour: tuple[int, ...] | int, expected: str) -> None:
    """Whatever kind of pixels it has."""
    picture = Image.new(mode, (50, 40), colour)

    assert dominant(picture.convert("RGBa") if mode == "RGBA" else picture) == expected


def test_colour_is_that_of_the_larger_part_not_the_mean_of_all() -> None:
    """A blue sky over a strip of sand is blue."""
    picture = Image.new("RGB", (100, 100), (40, 90, 200))
    picture.paste((220, 200, 150), (0, 70, 100, 100))

    assert dominant(picture) == "#285ac8"


def test_colour_is_of_what_can_be_seen() -> None:
    """A small logo on nothing has the colour of the logo; nothing at all has none."""
    logo = Image.new("RGBA", (96, 96), (255, 255, 255, 0))
    logo.paste((220, 20, 60, 255), (36, 36, 60, 60))

    assert dominant(logo.convert("RGBa")) == "#dc143c"
    assert dominant(Image.new("RGBa", (30, 30))) is None


@pytest.mark.parametrize("boxes", [[], [(0, 200)], [(0, 400), (0, 200), (50, 50)]])
def test_decoder_draws_what_stands_in_for_a_picture_whatever_thumbnails_are_wanted(
    either_decoder: WorkerDecoder, testdata: Path, tmp_path: Path, boxes: list[tuple[int, int]]
) -> None:
    """Upright, in its colours, also for a plan without sizes."""
    targets = [Target(*box, tmp_path / str(at)) for at, box in enumerate(boxes)]

    upright, lying = (
        either_decoder.render(testdata / f"exif-orientation/Portrait_{turn}.jpg", targets) for turn in (1, 6)
    )

    for rendered in (upright, lying):
        assert rendered.placeholder is not None
        assert _shown(rendered.placeholder).size == (11, 16)
    pictures = [_shown(rendered.placeholder or b"").convert("RGB") for rendered in (upright, lying)]
    assert max(ImageStat.Stat(ImageChops.difference(*pictures)).mean) < 12
    assert upright.colour is not None
    assert upright.colour[0] == "#"
