"""A PNG that ends too early is damaged, even where its packing ends as it should."""

import zlib
from pathlib import Path

import pytest
from PIL import Image

from imageapp.imaging.formats import Limits
from imageapp.imaging.render import render
from imageapp.refusals import NotAnImage

from . import files
from .files import written


def _without_last_bytes(data: bytes, dropped: int) -> bytes:
    """The PNG with its last unpacked bytes left out, packed anew with right checksums."""
    start = data.index(b"IDAT") - 4
    length = int.from_bytes(data[start : start + 4], "big")
    rows = zlib.decompress(data[start + 8 : start + 8 + length])
    return data[:start] + files.chunk(b"IDAT", zlib.compress(rows[: len(rows) - dropped])) + data[start + 12 + length :]


@pytest.mark.parametrize(
    ("depth", "colour", "width", "height"),
    [
        (1, files.GREY, 13, 9),
        (8, files.GREY, 5, 3),
        (16, files.GREY, 5, 3),
        (8, files.RGB, 40, 20),
        (16, files.RGBA, 7, 7),
    ],
)
def test_bob_whose_picture_lacks_rows_is_refused(
    tmp_path: Path, depth: int, colour: int, width: int, height: int
) -> None:
    """One missing byte suffices; a picture that is black to its end is whole all the same."""
    whole = files.black_png(width, height, depth, colour)
    row = 1 + (width * depth * files.CHANNELS[colour] + 7) // 8

    assert render(written(tmp_path, "whole.png", whole), [], Limits()).height == height
    for dropped in (row, row * (height - 1)):
        cut = written(tmp_path, "cut.png", _without_last_bytes(whole, dropped))
        with pytest.raises(NotAnImage) as refused:
            render(cut, [], Limits())
        assert refused.value.message == "The file is damaged or cut off. Export it again."


def test_bob_whose_bright_picture_lacks_rows_is_refused(tmp_path: Path) -> None:
    """What is missing is told by what the decoder leaves empty."""
    white = files.png(40, 20, 8, files.RGB, (b"\x00" + b"\xff" * 120) * 20)

    assert render(written(tmp_path, "whole.png", white), [], Limits()).height == 20
    with pytest.raises(NotAnImage):
        render(written(tmp_path, "cut.png", _without_last_bytes(white, 121)), [], Limits())


@pytest.mark.parametrize("name", ["basi0g01", "basi0g16", "basi2c08", "basi3p04", "basi6a16", "s01i3p01", "s33i3p04"])
def test_bob_whose_interlaced_picture_lacks_rows_is_refused(testdata: Path, tmp_path: Path, name: str) -> None:
    """Seven passes, of which small pictures have fewer: whole ones are kept, those that lack a byte are not."""
    whole = (testdata / "pngsuite" / f"{name}.png").read_bytes()

    assert render(written(tmp_path, "whole.png", whole), [], Limits()).format == "PNG"
    for dropped in (1, 4):
        if (cut := _without_last_bytes(whole, dropped)) != whole:
            with pytest.raises(NotAnImage):
                render(written(tmp_path, "cut.png", cut), [], Limits())


def test_alice_with_a_wrong_checksum_keeps_her_picture(testdata: Path) -> None:
    """All pixels are there, and every browser shows them."""
    rendered = render(testdata / "pngsuite/xcsn0g01.png", [], Limits())

    assert (rendered.width, rendered.height) == (32, 32)


def test_alice_s_picture_may_be_empty_below(tmp_path: Path) -> None:
    """Transparent rows at the end are rows."""
    source = tmp_path / "sticker.png"
    picture = Image.new("RGBA", (64, 64))
    picture.paste((255, 0, 0, 255), (0, 0, 64, 32))
    picture.save(source)

    assert render(source, [], Limits()).height == 64


def test_bob_whose_picture_does_not_begin_with_its_header_is_refused(tmp_path: Path) -> None:
    """A header behind another chunk, or a second one after one that makes no sense, is read by Pillow alone."""
    whole = files.black_png(4, 4)
    senseless = bytearray(whole)
    senseless[25] = 159  # the kind of colours
    late = whole[:8] + files.chunk(b"PLTE", bytes(6)) + whole[8:]
    second = bytes(senseless[:33]) + whole[8:]

    for data in (late, second):
        with pytest.raises(NotAnImage) as refused:
            render(written(tmp_path, "late.png", data), [], Limits())
        assert refused.value.message == "The file is damaged or cut off. Export it again."
