"""Colours come out as they went in, whatever way the file keeps them. libvips is the judge."""

import io
import struct
from pathlib import Path

import pytest
import pyvips
from PIL import Image, ImageCms, ImageStat

from imageapp.imaging.formats import Limits, Target

from . import files
from .files import written
from .standing import Render

TOLERANCE = 12


def _thumbnail(render: Render, source: Path, height: int = 32) -> tuple[str, list[float]]:
    """The thumbnail's format, and the mean of red, green, blue (of what is opaque) and alpha, 0 to 255."""
    target = Target(0, height, source.with_name("thumbnail"))
    rendered = render(source, [target], Limits())
    with Image.open(target.path) as made:
        return rendered.thumbnails[0].format, _means(made.convert("RGBA"))


def _means(picture: Image.Image) -> list[float]:
    # Weighted by alpha: the colour of what cannot be seen is nobody's business.
    premultiplied = ImageStat.Stat(picture.convert("RGBa")).mean
    alpha = premultiplied[3]
    return [*(band * 255 / alpha if alpha else 0.0 for band in premultiplied[:3]), alpha]


def _by_vips(source: Path) -> list[float]:
    """The same means of the whole picture, read and brought to sRGB by libvips."""
    picture = pyvips.Image.thumbnail(str(source), 4096, size="down", output_profile="srgb").copy_memory()
    if picture.bands == 3:
        picture = picture.bandjoin(255)
    premultiplied = picture.premultiply()
    alpha = picture[3].avg()
    return [*(premultiplied[band].avg() * 255 / alpha if alpha else 0.0 for band in range(3)), alpha]


def _assert_alike(ours: list[float], theirs: list[float], name: str) -> None:
    assert ours == pytest.approx(theirs, abs=TOLERANCE), name


@pytest.mark.parametrize(
    "name",
    [
        *("basn0g16", "basi0g16", "oi9n0g16", "basn2c16", "basn4a08", "basn4a16", "basn6a16", "basn0g01", "basn0g02"),
        *("basn0g04", "basn3p01", "basn3p04", "basn3p08", "basi4a16", "tbbn0g04", "tbbn2c16", "tbbn3p08", "tbgn2c16"),
        *("tbrn2c08", "tbwn0g16", "tbwn3p08", "tm3n3p02", "tp0n0g08", "tp1n3p08", "bgyn6a16", "s33n3p04", "ctzn0g04"),
    ],
)
def test_alice_sees_every_kind_of_png_in_its_colours(
    render_by_either: Render, testdata: Path, tmp_path: Path, name: str
) -> None:
    """Grey, colour, palette, 1 to 16 bits, alpha channels and transparent colour keys of each depth."""
    source = written(tmp_path, "source", (testdata / "pngsuite" / f"{name}.png").read_bytes())

    _, ours = _thumbnail(render_by_either, source)

    _assert_alike(ours, _by_vips(source), name)


@pytest.mark.parametrize(
    "name",
    [
        *("pillow/i_trns.png", "pillow/hopper.gif", "pillow/dispose_bgnd.gif", "pillow/transparent.png"),
        *("pillow/iss634.webp", "pillow/icc_profile.png", "libavif/paris_icc_exif_xmp.png", "libavif/draw_points.png"),
        *("libavif/paris_exif_xmp_icc.jpg", "pillow/flower.jpg", "pillow/anim_frame1.webp"),
    ],
)
def test_alice_sees_public_test_pictures_in_their_colours(
    render_by_either: Render, testdata: Path, tmp_path: Path, name: str
) -> None:
    """GIF, WebP, profiles and rarities."""
    source = written(tmp_path, "source", (testdata / name).read_bytes())

    _, ours = _thumbnail(render_by_either, source, height=1000)

    _assert_alike(ours, _by_vips(source), name)


def test_alice_sees_a_16_bit_grey_ramp_as_a_ramp(render_by_either: Render, tmp_path: Path) -> None:
    """Dark stays dark and bright stays bright; a plain conversion would give a white picture."""
    rows = b"".join(b"\x00" + struct.pack(">H", level * 256) * 64 for level in range(64, 192, 2))
    source = written(tmp_path, "ramp.png", files.png(64, 64, 16, files.GREY, rows))
    target = Target(0, 64, tmp_path / "thumbnail")

    render_by_either(source, [target], Limits())

    with Image.open(target.path) as made:
        grey = made.convert("L")
        assert [grey.getpixel((32, row)) for row in (1, 62)] == pytest.approx([66, 188], abs=4)


@pytest.mark.parametrize(
    ("depth", "colour", "pixel", "key", "expected"),
    [
        (2, files.GREY, [2], [2], None),
        (4, files.GREY, [7], [7], None),
        (4, files.GREY, [7], [8], (119, 119, 119)),
        (8, files.GREY, [200], [200], None),
        (16, files.GREY, [0x8000], [0x8000], None),
        (16, files.GREY, [0x8001], [0x8000], (128, 128, 128)),
        (16, files.RGB, [0x1234, 0x5678, 0x9ABC], [0x1234, 0x5678, 0x9ABC], None),
        (16, files.RGB, [0x1234, 0x5678, 0x9ABC], [0xFFFF, 0x5678, 0x9ABC], (0x12, 0x56, 0x9A)),
        (8, files.RGB, [10, 20, 30], [10, 20, 30], None),
    ],
)
def test_alice_sees_through_exactly_the_key_colour(
    render_by_either: Render,
    tmp_path: Path,
    depth: int,
    colour: int,
    pixel: list[int],
    key: list[int],
    expected: tuple[int, int, int] | None,
) -> None:
    """A PNG may name one colour as transparent, in the depth of its samples; the left half is of it, the right not."""
    side = 16
    other = [0] * len(pixel)
    row = [*(pixel * (side // 2)), *(other * (side // 2))]
    bits = "".join(f"{sample:0{depth}b}" for sample in row)
    packed = int(bits, 2).to_bytes(len(bits) // 8, "big")
    before = files.chunk(b"tRNS", struct.pack(f">{len(key)}H", *key))
    source = written(tmp_path, "key.png", files.png(side, side, depth, colour, (b"\x00" + packed) * side, before))

    rendered = render_by_either(source, [Target(0, side, tmp_path / "thumbnail")], Limits())

    with Image.open(tmp_path / "thumbnail") as made:
        assert rendered.thumbnails[0].format == ("JPEG" if expected else "WEBP")
        left, right = (made.convert("RGBA").crop((x, 4, x + 4, 12)) for x in (1, 11))
    assert ImageStat.Stat(right).mean == pytest.approx([0, 0, 0, 255], abs=TOLERANCE)
    if expected:
        assert ImageStat.Stat(left).mean == pytest.approx([*expected, 255], abs=TOLERANCE)
    else:
        assert ImageStat.Stat(left).mean[3] < TOLERANCE


def test_alice_sees_print_colours_as_a_browser_shows_the_original(
    render_by_either: Render, testdata: Path, tmp_path: Path
) -> None:
    """CMYK without a profile is multiplied out, which is what browsers do with it; libvips only reads the inks."""
    source = written(tmp_path, "source", (testdata / "pillow/pil_sample_cmyk.jpg").read_bytes())
    inks = pyvips.Image.new_from_file(str(source)).copy_memory()
    paper = [(255 - inks[band]) * (255 - inks[3]) / 255 for band in range(3)]

    _, ours = _thumbnail(render_by_either, source, height=100)

    _assert_alike(ours, [*(band.avg() for band in paper), 255.0], "CMYK")


@pytest.mark.parametrize("kind", ["CMYK", "YCCK"])
def test_alice_who_exported_for_print_keeps_her_red(render_by_either: Render, tmp_path: Path, kind: str) -> None:
    """Adobe's two kinds of print JPEG, made of a known colour."""
    data = io.BytesIO()
    Image.new("CMYK", (64, 64), (20, 200, 180, 30)).save(data, "JPEG", quality=95, subsampling=0)
    source = written(tmp_path, "print.jpg", data.getvalue() if kind == "CMYK" else _ycck((20, 200, 180, 30)))
    expected = [(255 - ink) * (255 - 30) / 255 for ink in (20, 200, 180)]
    inks = pyvips.Image.new_from_file(str(source)).copy_memory()
    assert [inks[band].avg() for band in range(4)] == pytest.approx([20, 200, 180, 30], abs=3)

    _, ours = _thumbnail(render_by_either, source)

    _assert_alike(ours, [*expected, 255.0], kind)


def test_alice_whose_file_names_another_colour_space_gets_srgb(render_by_either: Render, tmp_path: Path) -> None:
    """A profile that swaps red and blue shows that profiles are obeyed, and that the thumbnail needs none."""
    plain = Image.new("RGB", (64, 64), (200, 60, 20))
    source = tmp_path / "swapped.png"
    plain.save(source, icc_profile=_swapping_profile())

    _, ours = _thumbnail(render_by_either, source)

    _assert_alike(ours, [20, 60, 200, 255], "swapped")
    assert b"ICC_PROFILE" not in (tmp_path / "thumbnail").read_bytes()


def test_alice_with_a_profile_and_transparency_keeps_both(render_by_either: Render, tmp_path: Path) -> None:
    """Colours are converted and alpha is left alone."""
    source = tmp_path / "swapped.png"
    Image.new("RGBA", (64, 64), (200, 60, 20, 128)).save(source, icc_profile=_swapping_profile())

    kind, ours = _thumbnail(render_by_either, source)

    assert kind == "WEBP"
    _assert_alike(ours, [20, 60, 200, 128], "swapped")


@pytest.mark.parametrize("profile", [b"not a profile", b""], ids=["nonsense", "empty"])
def test_alice_with_a_broken_profile_gets_the_colours_as_they_are(
    render_by_either: Render, tmp_path: Path, profile: bytes
) -> None:
    """A profile that cannot be read, or that is for other pixels, is passed over."""
    source = tmp_path / "odd.png"
    Image.new("RGB", (64, 64), (200, 60, 20)).save(source, icc_profile=profile)

    _, ours = _thumbnail(render_by_either, source)

    _assert_alike(ours, [200, 60, 20, 255], "as they are")


def test_alice_with_a_colour_profile_on_a_grey_picture_gets_the_grey(render_by_either: Render, tmp_path: Path) -> None:
    """An RGB profile says nothing about grey pixels."""
    source = tmp_path / "grey.jpg"
    Image.new("L", (64, 64), 90).save(source, icc_profile=_swapping_profile())

    _, ours = _thumbnail(render_by_either, source)

    _assert_alike(ours, [90, 90, 90, 255], "grey")


def test_alice_with_an_opaque_alpha_channel_gets_a_jpeg(render_by_either: Render, tmp_path: Path) -> None:
    """Nothing can be seen through it, so the smaller format will do."""
    source = tmp_path / "opaque.png"
    Image.new("RGBA", (64, 64), (1, 100, 200, 255)).save(source)

    kind, ours = _thumbnail(render_by_either, source)

    assert kind == "JPEG"
    _assert_alike(ours, [1, 100, 200, 255], "opaque")


def test_alice_sees_no_halo_of_hidden_colours(render_by_either: Render, tmp_path: Path) -> None:
    """What is fully transparent may have any colour in the file; none of it bleeds into the edge when resized."""
    picture = Image.new("RGBA", (512, 512), (255, 0, 255, 0))
    picture.paste((0, 160, 0, 255), (0, 0, 253, 512))
    source = tmp_path / "edge.png"
    picture.save(source)

    _, ours = _thumbnail(render_by_either, source, height=31)

    _assert_alike(ours[:3], [0, 160, 0], "edge")


def _ycck(inks: tuple[int, int, int, int]) -> bytes:
    """A one-colour YCCK JPEG: the same inks as YCbCr + K, which Pillow cannot write, so the marker is set by hand."""
    cyan, magenta, yellow, black = inks
    # The first three inks are coded as though they were red, green and blue; a decoder's inversion and Adobe's cancel.
    coded = Image.new("RGB", (1, 1), (cyan, magenta, yellow)).convert("YCbCr").getpixel((0, 0))
    assert isinstance(coded, tuple)
    data = io.BytesIO()
    # Pillow inverts what it writes.
    Image.new("CMYK", (64, 64), (*(255 - int(part) for part in coded), black)).save(
        data, "JPEG", quality=95, subsampling=0
    )
    jpeg = bytearray(data.getvalue())
    marker = jpeg.index(b"Adobe")
    jpeg[marker + 11] = 2
    return bytes(jpeg)


def _swapping_profile() -> bytes:
    """sRGB's own profile with its red and blue primaries exchanged."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    tags = {
        bytes(profile[at : at + 4]): at for at in range(132, 132 + 12 * struct.unpack_from(">I", profile, 128)[0], 12)
    }
    red, blue = tags[b"rXYZ"], tags[b"bXYZ"]
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(profile)
