"""A GIF whose frames leave part of its screen alone: what is not drawn on is open, as in a browser."""

import io
import struct
from pathlib import Path
from typing import NamedTuple

import pytest
from PIL import Image

from tests.imaging.moving import rendered_at, shown

SCREEN = (60, 40)
PALETTE = bytes([255, 0, 0, 0, 160, 0, 0, 0, 255, 255, 255, 255])
GREEN, BLUE = 1, 2
COLOURS = {GREEN: (0, 160, 0), BLUE: (0, 0, 255), None: None}
STAYS, CLEARED, TAKEN_BACK = 1, 2, 3

WHOLE = (0, 0, *SCREEN)
LEFT, MIDDLE = (0, 0, 20, 40), (20, 0, 20, 40)
IN_LEFT, IN_MIDDLE, IN_RIGHT = (10, 20), (30, 20), (50, 20)


class Frame(NamedTuple):
    place: tuple[int, int, int, int]  # left, top, width, height
    colour: int
    then: int = STAYS


def gif(path: Path, *frames: Frame) -> Path:
    """By hand, as Pillow's encoder fills what is left: red, the first colour, is drawn by none of them."""
    parts = [b"GIF89a", struct.pack("<HHBBB", *SCREEN, 0x91, 0, 0), PALETTE]
    for left, top, width, height, colour, then in ((*one.place, one.colour, one.then) for one in frames):
        encoded = io.BytesIO()
        picture = Image.new("P", (width, height), colour)
        picture.putpalette(PALETTE + bytes(768 - len(PALETTE)))
        picture.save(encoded, "GIF", optimize=False)
        data = encoded.getvalue()
        at = data.index(b"\x2c")
        table = 3 << (data[at + 9] & 7) + 1 if data[at + 9] & 0x80 else 0
        parts.append(b"!\xf9\x04" + struct.pack("<BHBB", then << 2, 20, 0, 0))
        parts.append(b"\x2c" + struct.pack("<4HB", left, top, width, height, 0) + data[at + 10 + table : -1])
    path.write_bytes(b"".join([*parts, b";"]))
    return path


def seen(frame: Image.Image) -> list[tuple[int, int, int] | None]:
    """The colours on the left, in the middle and on the right; None where there is nothing."""
    found: list[tuple[int, int, int] | None] = []
    for place in (IN_LEFT, IN_MIDDLE, IN_RIGHT):
        *colour, alpha = frame.convert("RGBA").crop((*place, place[0] + 1, place[1] + 1)).tobytes()
        assert alpha in {0, 255}
        found.append(None if alpha == 0 else min(COLOURS_SEEN, key=lambda one: _off(one, colour)))
    return found


COLOURS_SEEN = [(255, 0, 0), (0, 160, 0), (0, 0, 255), (255, 255, 255)]


def _off(one: tuple[int, int, int], other: list[int]) -> int:
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))


def test_still_leaves_open_what_its_frame_does_not_reach(tmp_path: Path) -> None:
    rendered, [thumbnail] = rendered_at(gif(tmp_path / "a.gif", Frame(MIDDLE, GREEN)), 40)

    with Image.open(thumbnail) as picture:
        assert (rendered.thumbnails[0].format, picture.size) == ("WEBP", SCREEN)
        assert seen(picture.convert("RGBA")) == [None, COLOURS[GREEN], None]


def test_still_that_fills_its_screen_is_a_jpeg_as_ever(tmp_path: Path) -> None:
    rendered, _ = rendered_at(gif(tmp_path / "a.gif", Frame(WHOLE, GREEN)), 40)

    assert rendered.thumbnails[0].format == "JPEG"


@pytest.mark.parametrize(
    ("then", "second"),
    [(STAYS, [GREEN, BLUE, None]), (CLEARED, [None, BLUE, None]), (TAKEN_BACK, [None, BLUE, None])],
)
def test_frame_after_another_shows_what_that_one_left(tmp_path: Path, then: int, second: list[int | None]) -> None:
    source = gif(tmp_path / "a.gif", Frame(LEFT, GREEN, then), Frame(MIDDLE, BLUE))

    _, [thumbnail] = rendered_at(source, 40)

    frames, _, _ = shown(thumbnail)
    assert [seen(frame) for frame in frames] == [[COLOURS[GREEN], None, None], [COLOURS[one] for one in second]]


def test_what_a_cleared_frame_had_drawn_over_is_open_too(tmp_path: Path) -> None:
    source = gif(tmp_path / "a.gif", Frame(WHOLE, GREEN), Frame(LEFT, BLUE, CLEARED), Frame(MIDDLE, BLUE))

    _, [thumbnail] = rendered_at(source, 40)

    frames, _, _ = shown(thumbnail)
    assert [seen(frame) for frame in frames] == [
        [COLOURS[GREEN]] * 3,
        [COLOURS[BLUE], COLOURS[GREEN], COLOURS[GREEN]],
        [None, COLOURS[BLUE], COLOURS[GREEN]],
    ]
