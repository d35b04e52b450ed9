"""What moves in the original moves in its thumbnails, alike."""

import struct
from pathlib import Path

import pytest
from PIL import Image

from .files import written
from .moving import DURATIONS, SIDES, assert_alike, rendered_at, saved, shown, walking_square

SECRET = b"alice-lives-at-12-Elm-Street"


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF"])
def test_alice_sees_her_animation_move_at_every_size(tmp_path: Path, kind: str, mode: str) -> None:
    """Each frame, for as long as in the original."""
    drawn = walking_square(mode)
    # Otherwise Pillow leaves earlier squares standing in a GIF.
    options = {"disposal": 2} if kind == "GIF" else {}
    source = saved(tmp_path / "source", kind, drawn, duration=DURATIONS, loop=0, **options)

    rendered, paths = rendered_at(source, 64, 32)

    assert (rendered.format, rendered.frames) == (kind, len(drawn))
    for path, made in zip(paths, rendered.thumbnails, strict=True):
        frames, durations, loop = shown(path)
        assert (made.format, made.frames) == ("WEBP", len(drawn))
        assert frames[0].size == (made.width, made.height)
        assert (durations, loop) == (DURATIONS, 0)
        assert_alike(frames, [frame.convert("RGBA") for frame in drawn])


@pytest.mark.parametrize(
    ("kind", "loop", "times"),
    [("GIF", None, 1), ("GIF", 0, 0), ("GIF", 2, 3), ("GIF", 65_535, 65_535), ("PNG", 1, 1), ("PNG", 70_000, 65_535)],
)
def test_alice_sees_it_as_often_as_the_original(tmp_path: Path, kind: str, loop: int | None, times: int) -> None:
    """A GIF counts what follows the first time; 0 is for ever."""
    source = saved(tmp_path / "source", kind, walking_square(), duration=DURATIONS, loop=loop)

    _, (path,) = rendered_at(source, 32)

    assert shown(path)[2] == times


@pytest.mark.parametrize(("milliseconds", "expected"), [(0, 100), (10, 100), (20, 20)])
def test_alice_s_hasty_frames_are_shown_as_long_as_by_browsers(
    tmp_path: Path, milliseconds: int, expected: int
) -> None:
    """They take 10 ms and less for a mistake, and show 100."""
    source = saved(tmp_path / "source", "GIF", walking_square(), duration=milliseconds, loop=0)

    _, (path,) = rendered_at(source, 32)

    assert shown(path)[1] == [expected] * len(DURATIONS)


def _patch(colour: int, left: int, disposal: int) -> bytes:
    """A GIF frame of 16 × 16 pixels in one colour of four, at the left, and what becomes of it afterwards."""
    control = b"!\xf9\x04" + struct.pack("<BHB", disposal << 2 | 1, 10, 3) + b"\x00"
    descriptor = b"," + struct.pack("<4HB", left, 0, 16, 16, 0)
    # LZW with codes of three bits, cleared before each pixel, so that codes never grow.
    bits = "".join(f"{code:03b}"[::-1] for _ in range(256) for code in (4, colour)) + f"{5:03b}"[::-1]
    packed = bytes(int(bits[at : at + 8][::-1], 2) for at in range(0, len(bits), 8))
    blocks = b"".join(bytes([len(part)]) + part for part in _parts(packed))
    return control + descriptor + b"\x02" + blocks + b"\x00"


def _parts(data: bytes) -> list[bytes]:
    return [data[at : at + 255] for at in range(0, len(data), 255)]


def test_alice_sees_what_earlier_frames_leave_behind(tmp_path: Path) -> None:
    """A frame may stay, be cleared, or give way to what was there before it; a GIF built byte by byte."""
    red, green, blue, nothing = (255, 0, 0, 255), (0, 255, 0, 255), (0, 0, 255, 255), (0, 0, 0, 0)
    screen = b"GIF89a" + struct.pack("<HHBBB", 48, 16, 0xF1, 0, 0) + bytes([*red[:3], *green[:3], *blue[:3], 0, 0, 0])
    stay, clear, go_back = 1, 2, 3
    frames = [_patch(0, 0, stay), _patch(1, 16, go_back), _patch(2, 32, clear), _patch(1, 16, stay)]
    source = written(tmp_path, "source", screen + b"".join(frames) + b";")

    _, (path,) = rendered_at(source, 16)

    seen = [[frame.getpixel((left + 8, 8)) for left in (0, 16, 32)] for frame in shown(path)[0]]
    expected = [[red, nothing, nothing], [red, green, nothing], [red, nothing, blue], [red, green, nothing]]
    for frame, wanted in zip(seen, expected, strict=True):
        for pixel, colour in zip(frame, wanted, strict=True):
            assert isinstance(pixel, tuple)
            assert pixel[3] == colour[3]
            assert not colour[3] or pixel == pytest.approx(colour, abs=30)


def test_alice_s_turned_animation_stands_upright(tmp_path: Path) -> None:
    """EXIF says how, once for all frames."""
    drawn = walking_square()
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = [frame.transpose(Image.Transpose.ROTATE_90) for frame in drawn]
    source = saved(tmp_path / "source", "WEBP", lying, duration=DURATIONS, exif=exif, lossless=True)

    rendered, (path,) = rendered_at(source, 64)

    assert (rendered.width, rendered.height) == SIDES
    assert_alike(shown(path)[0], [frame.convert("RGBA") for frame in drawn])


def test_a_stranger_finds_nothing_of_alice_in_an_animated_thumbnail(tmp_path: Path) -> None:
    """EXIF, XMP, comments and the profile are gone."""
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    for kind, options in {
        "WEBP": {"exif": exif, "xmp": SECRET, "icc_profile": SECRET},
        "PNG": {"exif": exif, "icc_profile": SECRET},
        "GIF": {"comment": SECRET},
    }.items():
        source = saved(tmp_path / kind, kind, walking_square("RGBA"), duration=DURATIONS, **options)
        assert kind == "PNG" or SECRET in source.read_bytes()

        rendered, (path,) = rendered_at(source, 32)

        assert rendered.thumbnails[0].frames == len(DURATIONS)
        assert not [trace for trace in (SECRET, b"alice", b"EXIF", b"XMP ", b"ICCP") if trace in path.read_bytes()]


def test_alice_sees_the_film_and_not_the_picture_for_old_viewers(tmp_path: Path) -> None:
    """An animated PNG may show something else to viewers that know no animation; that is no frame of the film."""
    drawn = walking_square()
    other = Image.new("RGB", SIDES, "white")
    source = saved(tmp_path / "source", "PNG", [other, *drawn], duration=DURATIONS, default_image=True)

    rendered, (path,) = rendered_at(source, 64)

    assert rendered.frames == len(drawn)
    assert_alike(shown(path)[0], [frame.convert("RGBA") for frame in drawn])
