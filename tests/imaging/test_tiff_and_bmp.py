"""TIFF and BMP, where an operator accepts them: the kinds that people have, and a sentence for the others."""

import io
import struct
from pathlib import Path
from typing import Any

import pytest
import pyvips
from PIL import Image, ImageCms

from imageapp.imaging.formats import EVERY, Limits, Rendered, Target
from imageapp.imaging.render import render
from imageapp.refusals import NotAnImage

from .files import written

RED = (200, 60, 20)
PLAIN = Image.new("RGB", (40, 20), RED)


def _render(source: Path) -> tuple[Rendered, tuple[int, ...]]:
    """What is said of the picture, and the colour of its thumbnail."""
    target = source.with_name("thumbnail")
    rendered = render(source, [Target(0, 10, target)], Limits(), EVERY)
    with Image.open(target) as made:
        pixel = made.convert("RGB").getpixel((2, 5))
    assert isinstance(pixel, tuple)
    return rendered, pixel


def _lab() -> Image.Image:
    srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    converted = ImageCms.profileToProfile(PLAIN, srgb, lab, outputMode="LAB")
    assert converted
    return converted


@pytest.mark.parametrize("compression", [None, "tiff_lzw", "jpeg", "tiff_adobe_deflate", "packbits", "zstd", "lzma"])
def test_alice_s_scan_is_read_however_it_is_packed(tmp_path: Path, compression: str | None) -> None:
    source = tmp_path / "scan"
    PLAIN.save(source, "TIFF", compression=compression)

    rendered, colour = _render(source)

    assert (rendered.format, rendered.width, rendered.height, rendered.frames) == ("TIFF", 40, 20, 1)
    assert colour == pytest.approx(RED, abs=8)


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        (PLAIN.convert("L"), (97, 97, 97)),
        (PLAIN.convert("P"), RED),
        (PLAIN.convert("RGBA"), RED),
        (PLAIN.convert("CMYK"), RED),
        (PLAIN.convert("YCbCr"), RED),
        (_lab(), RED),
        (Image.frombytes("I;16", (40, 20), struct.pack("<H", 0x6000) * 800), (96, 96, 96)),
        (Image.frombytes("I;16B", (40, 20), struct.pack(">H", 0x6000) * 800), (96, 96, 96)),
    ],
    ids=["grey", "palette", "alpha", "CMYK", "YCbCr", "Lab", "16 bits", "16 bits, the other way round"],
)
def test_alice_s_scan_keeps_its_colours(tmp_path: Path, picture: Image.Image, expected: tuple[int, int, int]) -> None:
    """16 bits are scaled; clipped, they would be white."""
    source = tmp_path / "scan"
    picture.save(source, "TIFF")

    _, colour = _render(source)

    assert colour == pytest.approx(expected, abs=8)


def test_alice_s_scan_in_tiles_of_a_large_file_is_read(tmp_path: Path) -> None:
    """BigTIFF, tiled, 16 bits a sample, as scanners and libvips write them."""
    source = tmp_path / "scan"
    levels: Any = [level * 257 for level in RED]
    deep = (pyvips.Image.black(300, 200, bands=3) + levels).cast("ushort").copy(interpretation="rgb16")
    deep.tiffsave(str(source), tile=True, compression="lzw", bigtiff=True)

    _, colour = _render(source)

    assert colour == pytest.approx(RED, abs=4)


@pytest.mark.parametrize("number", range(1, 9))
def test_alice_s_turned_scan_stands_upright(tmp_path: Path, number: int) -> None:
    """TIFF says in a tag of its own how it lies."""
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    upright = Image.new("RGB", (80, 40), "white")
    upright.paste(RED, (0, 0, 40, 20))
    stored = upright.transpose(Image.Transpose(undo[number])) if number > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = number
    source = tmp_path / "scan"
    stored.save(source, "TIFF", exif=exif)

    rendered, _ = _render(source)

    assert (rendered.width, rendered.height) == (80, 40)
    with Image.open(tmp_path / "thumbnail") as made:
        corners = [made.convert("RGB").getpixel(place) for place in ((3, 2), (16, 2), (3, 8))]
    for corner, expected in zip(corners, (RED, (255, 255, 255), (255, 255, 255)), strict=True):
        assert corner == pytest.approx(expected, abs=25)


def test_alice_s_fax_of_many_pages_shows_the_first(tmp_path: Path) -> None:
    """Pages are no animation."""
    source = tmp_path / "fax"
    PLAIN.save(source, "TIFF", save_all=True, append_images=[Image.new("RGB", (9, 9))] * 3)

    rendered, colour = _render(source)

    assert (rendered.width, rendered.frames, rendered.thumbnails[0].format) == (40, 1, "JPEG")
    assert colour == pytest.approx(RED, abs=8)


@pytest.mark.parametrize("mode", ["F", "I"])
def test_bob_whose_file_holds_measurements_is_told_so(tmp_path: Path, mode: str) -> None:
    """Which of them is white, nobody can say."""
    source = tmp_path / "temperatures"
    Image.new(mode, (40, 20)).save(source, "TIFF")

    with pytest.raises(NotAnImage) as refused:
        _render(source)

    assert refused.value.message == "This picture holds measurements instead of colours. Save it as JPEG or PNG."


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA"])
def test_alice_s_bitmap_is_read(tmp_path: Path, mode: str) -> None:
    source = tmp_path / "bitmap"
    Image.new("RGB", (40, 20), "white").convert(mode).save(source, "BMP")

    rendered, colour = _render(source)

    assert (rendered.format, rendered.width, rendered.height) == ("BMP", 40, 20)
    assert colour == pytest.approx((255, 255, 255), abs=4)


@pytest.mark.parametrize("kind", ["TIFF", "BMP"])
def test_bob_whose_file_was_cut_off_is_refused(tmp_path: Path, kind: str) -> None:
    """At any place but behind the pixels."""
    whole = io.BytesIO()
    Image.effect_noise((64, 64), 90).save(whole, kind)
    for tenth in range(1, 10):
        cut = written(tmp_path, "cut", whole.getvalue()[: len(whole.getvalue()) * tenth // 10])

        with pytest.raises(NotAnImage, match="Export it again"):
            _render(cut)


def test_the_public_test_pictures_are_read(testdata: Path, tmp_path: Path) -> None:
    """The same photograph as in the other formats."""
    for name, kind in (("hopper.tif", "TIFF"), ("hopper.bmp", "BMP")):
        rendered = render(testdata / "pillow" / name, [Target(0, 64, tmp_path / "thumbnail")], Limits(), EVERY)

        assert (rendered.format, rendered.width, rendered.height) == (kind, 128, 128)
