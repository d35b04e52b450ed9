"""Nothing that a file says besides its pixels is left in a thumbnail."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from imageapp.imaging.formats import Limits, Target

from . import files
from .files import written
from .standing import Render

SECRET = b"alice-lives-at-12-Elm-Street"
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + SECRET + b"</x:xmpmeta>"


def _exif() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()  # ImageDescription
    exif.get_ifd(0x8825)[29] = SECRET.decode()  # GPSDateStamp
    exif.get_ifd(0x8769)[0x927C] = SECRET  # MakerNote
    return exif.tobytes()


def _profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _jpeg() -> bytes:
    data = io.BytesIO()
    picture = Image.new("RGB", (64, 64), "teal")
    picture.save(data, "JPEG", exif=_exif(), xmp=XMP, comment=SECRET, icc_profile=_profile(), dpi=(123, 123))
    return data.getvalue()


def _png(*, alpha: bool) -> bytes:
    data = io.BytesIO()
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SECRET.decode())
    text.add_text("Packed", SECRET.decode(), zip=True)
    text.add_itxt("XML:com.adobe.xmp", XMP.decode())
    picture = Image.new("RGBA", (64, 64), (0, 128, 128, 99 if alpha else 255))
    picture.save(data, "PNG", exif=_exif(), pnginfo=text, icc_profile=_profile())
    return data.getvalue()


def _gif() -> bytes:
    data = io.BytesIO()
    Image.new("P", (64, 64)).save(data, "GIF", comment=SECRET)
    return data.getvalue()


def _webp(*, alpha: bool) -> bytes:
    data = io.BytesIO()
    picture = Image.new("RGBA", (64, 64), (0, 128, 128, 99 if alpha else 255))
    picture.save(data, "WEBP", exif=_exif(), xmp=XMP, icc_profile=_profile())
    return data.getvalue()


def _long_strip() -> bytes:
    text = files.chunk(b"tEXt", b"Comment\x00" + SECRET) + files.chunk(b"eXIf", _exif().removeprefix(b"Exif\x00\x00"))
    return files.png(17_000, 1, 8, files.RGBA, b"\x00" + b"\x01\x02\x03\x04" * 17_000, before=text)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (_jpeg(), "JPEG"),
        (_png(alpha=False), "JPEG"),
        (_png(alpha=True), "WEBP"),
        (_gif(), "JPEG"),
        (_webp(alpha=False), "JPEG"),
        (_webp(alpha=True), "WEBP"),
        (_long_strip(), "PNG"),
    ],
    ids=["JPEG", "PNG", "PNG with alpha", "GIF", "WebP", "WebP with alpha", "long PNG"],
)
def test_a_stranger_finds_nothing_of_alice_in_a_thumbnail(
    render_by_either: Render, tmp_path: Path, data: bytes, kind: str
) -> None:
    """EXIF with place and maker's note, XMP, comments, texts and the profile are gone, at full size and reduced."""
    source = written(tmp_path, "source", data)
    targets = [Target(0, 0, tmp_path / "full"), Target(0, 20, tmp_path / "small")]
    assert SECRET in data

    rendered = render_by_either(source, targets, Limits())

    assert rendered.thumbnails[0].format == kind
    for target in targets:
        found = target.path.read_bytes()
        for trace in (
            SECRET,
            b"alice",
            b"Exif",
            b"xmpmeta",
            b"ICC_PROFILE",
            b"ICCP",
            b"iCCP",
            b"tEXt",
            b"eXIf",
            b"XMP ",
        ):
            assert trace not in found
        with Image.open(target.path) as made:
            assert not {"exif", "xmp", "comment", "icc_profile", "photoshop", "Comment"} & made.info.keys()


def test_a_stranger_finds_no_place_in_the_thumbnail_of_a_real_photograph(
    render_by_either: Render, testdata: Path, tmp_path: Path
) -> None:
    """Public test pictures with GPS, comments and much XMP."""
    for name in (
        "pillow/exif_gps.jpg",
        "pillow/xmp_test.jpg",
        "libavif/paris_extended_xmp.jpg",
        "pillow/multiple_comments.gif",
    ):
        target = Target(0, 200, tmp_path / "thumbnail")

        render_by_either(testdata / name, [target], Limits())

        found = target.path.read_bytes()
        assert not any(trace in found for trace in (b"Exif", b"http://", b"xmp", b"Created with", b"Test comment"))
        with Image.open(target.path) as made:
            assert not made.getexif()
