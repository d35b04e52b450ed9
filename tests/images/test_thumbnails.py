"""Thumbnails as they come over the wire: upright, in proportion, never larger, and silent about their maker."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat, PngImagePlugin

from tests.site import Client, Site

SECRET = "alice-lives-at-12-Elm-Street"


def _opened(client: Client, url: str) -> Image.Image:
    picture = Image.open(BytesIO(client.get(url).content), formats=("JPEG", "WEBP"))
    picture.load()
    return picture


def _drawn(width: int, height: int) -> bytes:
    data = BytesIO()
    Image.new("RGB", (width, height), "teal").save(data, "PNG")
    return data.getvalue()


@pytest.mark.parametrize("shape", ["Landscape", "Portrait"])
def test_alice_sends_photographs_held_in_all_eight_ways_and_all_stand_upright(
    site: Site, testdata: Path, shape: str
) -> None:
    """Their thumbnails are alike, and the picture's own width and height are those of the upright picture."""
    alice = site.member("Basic")
    paths = [testdata / "exif-orientation" / f"{shape}_{turn}.jpg" for turn in range(1, 9)]

    pictures = alice.upload(*paths).json()["images"]

    assert len(pictures) == 8
    assert len({(one["width"], one["height"]) for one in pictures}) == 1
    assert (pictures[0]["width"] > pictures[0]["height"]) == (shape == "Landscape")
    upright, *turned = [_opened(alice, one["links"]["thumbnails"]["200"]).convert("RGB") for one in pictures]
    for other in turned:
        assert other.size == upright.size
        # Each was compressed anew after turning; one that lies or stands on its head differs by 40 and more.
        assert max(ImageStat.Stat(ImageChops.difference(upright, other)).mean) < 12


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [
        (1, 1, {"200": (1, 1), "300x": (1, 1), "300x200": (1, 1)}),
        (1, 5_000, {"200": (1, 200), "300x": (1, 5_000), "300x200": (1, 200)}),
        (10_000, 1, {"200": (10_000, 1), "300x": (300, 1), "300x200": (300, 1)}),
        (300, 200, {"200": (300, 200), "300x": (300, 200), "300x200": (300, 200)}),
        (301, 201, {"200": (300, 200), "300x": (300, 200), "300x200": (300, 200)}),
        (600, 200, {"200": (600, 200), "300x": (300, 100), "300x200": (300, 100)}),
        (199, 4_000, {"200": (10, 200), "300x": (199, 4_000), "300x200": (10, 200)}),
    ],
    ids=["a pixel", "a line down", "a line across", "exact", "one over", "wide", "tall"],
)
def test_thumbnails_keep_the_shape_and_never_grow(
    site: Site, width: int, height: int, expected: dict[str, tuple[int, int]]
) -> None:
    """Height, width and box: each fits inside its size, and no side is ever less than a pixel."""
    alice = site.member(_shapes(site))

    picture = alice.keep(("shape.png", _drawn(width, height)))

    sizes = {label: _opened(alice, url).size for label, url in picture["links"]["thumbnails"].items()}
    assert sizes == expected


def _shapes(site: Site) -> str:
    return site.plan((0, 200), (300, 0), (300, 200))


def _telling_files() -> dict[str, bytes]:
    """Pictures that say where their maker lives, in every way that their formats have."""
    exif = Image.Exif()
    exif[0x010E] = SECRET
    exif.get_ifd(0x8825)[29] = SECRET
    exif.get_ifd(0x8769)[0x927C] = SECRET.encode()
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{SECRET}</x:xmpmeta>".encode()
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SECRET)
    text.add_itxt("XML:com.adobe.xmp", xmp.decode())
    kinds: dict[str, dict[str, Any]] = {
        "JPEG": {"exif": exif, "xmp": xmp, "comment": SECRET.encode()},
        "PNG": {"exif": exif, "pnginfo": text},
        "GIF": {"comment": SECRET.encode()},
        "WEBP": {"exif": exif, "xmp": xmp},
    }
    files = {}
    for kind, says in kinds.items():
        data = BytesIO()
        Image.new("RGB", (640, 480), "teal").save(data, kind, **says)
        assert SECRET.encode() in data.getvalue(), f"{kind} says nothing"
        files[f"{SECRET[:5]}.{kind.lower()}"] = data.getvalue()
    return files


def test_nobody_learns_from_a_thumbnail_where_alice_lives(site: Site, testdata: Path) -> None:
    """EXIF, GPS, maker's notes, XMP, comments and texts stay in the original, which comes back as it was."""
    alice = site.member("Premium")
    files = {**_telling_files(), "gps.jpg": (testdata / "pillow" / "exif_gps.jpg").read_bytes()}

    pictures = alice.upload(*files.items()).json()["images"]

    assert len(pictures) == len(files)
    for picture in pictures:
        assert alice.get(picture["links"]["original"]).content == files[picture["name"]]
        for url in picture["links"]["thumbnails"].values():
            content = alice.get(url).content
            assert SECRET.encode() not in content, picture["name"]
            with Image.open(BytesIO(content)) as thumbnail:
                assert not thumbnail.info.keys() & {"exif", "xmp", "comment", "photoshop", "XML:com.adobe.xmp"}
                assert dict(thumbnail.getexif()) == {}
