"""A large picture is made workable some rows at a time: the same pixels, without a second copy of the picture."""

import io
import random
from pathlib import Path

import pytest
from PIL import Image

from imageapp.imaging.bands import LARGE, workable_at
from imageapp.imaging.colours import workable
from imageapp.imaging.formats import Limits, Target
from imageapp.imaging.inspect import opened
from imageapp.imaging.levels import GAP
from imageapp.imaging.render import render
from imageapp.imaging.weight import weight

from .bombs import zeros
from .files import GREY, GREY_ALPHA, RGB, RGBA, chunk, png, written
from .standing import Start

# Neither divides by what is averaged, nor by the rows of a band.
SIDES = (2_003, 2_111)

OURS = 60_000_000  # bytes: the interpreter, Pillow, and what a thumbnail takes
TRANSPARENT_KEY = chunk(b"tRNS", b"\0\7")


def _grain(depth: int, channels: int) -> bytes:
    """Rows of noise, a few of them over and over; the first sample of each is that of TRANSPARENT_KEY."""
    chance = random.Random(7)
    length = (SIDES[0] * depth * channels + 7) // 8
    rows = [b"\0" + b"\0\7" + chance.randbytes(length - 2) for _ in range(37)]
    return b"".join(rows[number % 37] for number in range(SIDES[1]))


@pytest.mark.parametrize(
    ("depth", "colour", "channels", "before", "mode"),
    [
        (8, RGBA, 4, b"", "RGBa"),
        (8, GREY_ALPHA, 2, b"", "RGBa"),
        (16, GREY, 1, b"", "L"),
        (16, GREY, 1, TRANSPARENT_KEY, "RGBa"),
        (1, GREY, 1, b"", "L"),
        (1, GREY, 1, chunk(b"tRNS", b"\0\1"), "RGBa"),
        (8, 3, 1, chunk(b"PLTE", bytes(range(256)) * 3), "RGB"),
        (8, 3, 1, chunk(b"PLTE", bytes(range(256)) * 3) + chunk(b"tRNS", bytes(200)), "RGBa"),
    ],
)
@pytest.mark.parametrize("wanted", [(100, 105), (1_900, 2_002)], ids=["small", "nearly as large"])
def test_alice_s_large_picture_looks_as_if_it_were_worked_on_at_once(
    tmp_path: Path, depth: int, colour: int, channels: int, before: bytes, mode: str, wanted: tuple[int, int]
) -> None:
    """Every kind of pixel, to the last bit; what is averaged is what the first step of a resize averages."""
    assert SIDES[0] * SIDES[1] > LARGE
    path = written(tmp_path, "grain.png", png(*SIDES, depth, colour, _grain(depth, channels), before=before))
    with opened(path, Limits()) as file:
        file.picture.load()
        whole = workable(file.picture, depth)
        across, down = (max(1, int(side / side_wanted / GAP)) for side, side_wanted in zip(SIDES, wanted, strict=True))

        ours, box = workable_at(file.picture, depth, (0, 0, *SIDES), wanted)

    assert ours.mode == mode
    expected = whole.reduce((across, down)) if across > 1 else whole
    assert ours.size == expected.size
    assert ours.tobytes() == expected.tobytes()
    assert box == (0, 0, SIDES[0] / across, SIDES[1] / down)


def test_alice_s_large_picture_without_a_hole_is_kept_as_jpeg(tmp_path: Path) -> None:
    """An alpha channel that hides nothing, in no band, is dropped; a single hole in the last row is not."""
    whole = Image.new("RGBA", SIDES, (200, 100, 50, 255))
    holed = whole.copy()
    holed.putpixel((SIDES[0] - 1, SIDES[1] - 1), (0, 0, 0, 0))
    formats = []
    for picture in (whole, holed):
        file = io.BytesIO()
        picture.save(file, "PNG", compress_level=1)
        source = written(tmp_path, "source.png", file.getvalue())
        formats.append(render(source, [Target(0, 200, tmp_path / "thumbnail")], Limits()).thumbnails[0].format)

    assert formats == ["JPEG", "WEBP"]


@pytest.mark.parametrize(
    ("depth", "colour"), [(16, RGBA), (8, GREY_ALPHA), (1, GREY), (8, RGB)], ids=["RGBA16", "LA", "1 bit", "RGB"]
)
def test_a_worker_takes_no_more_memory_for_a_picture_than_it_was_judged_to(
    start: Start, tmp_path: Path, depth: int, colour: int
) -> None:
    """Just under the limit of pixels, which is where pictures of a few kilobytes would take most."""
    decoder = start()
    source = written(tmp_path, "large.png", zeros(6_300, 6_300, depth, colour))

    decoder.render(source, [Target(0, 400, tmp_path / "400"), Target(0, 200, tmp_path / "200")])

    with opened(source, Limits()) as file:
        judged = weight(file.format, file.picture)
    status = Path(f"/proc/{decoder.pid}/status").read_text(encoding="ascii").splitlines()
    peak = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
    assert peak < judged + OURS
    assert judged < 256_000_000


def _weight(path: Path) -> int:
    with opened(path, Limits()) as file:
        return weight(file.format, file.picture)


def test_a_jpeg_in_passes_is_judged_to_be_heavier_than_one_that_is_read_in_one(tmp_path: Path) -> None:
    """Progressive, or one channel after the other: the decoder holds every coefficient, whatever size is wanted."""
    picture = Image.effect_noise((64, 64), 50).convert("RGB")
    baseline, progressive = tmp_path / "baseline.jpg", tmp_path / "progressive.jpg"
    picture.save(baseline)
    picture.save(progressive, progressive=True)
    scan = baseline.read_bytes().index(b"\xff\xda")
    # The first scan holds one of three channels.
    apart = baseline.read_bytes()[: scan + 2] + b"\0\x08\x01\x01\0\0\x3f\0" + baseline.read_bytes()[scan + 14 :]

    weights = [_weight(path) / 64**2 for path in (baseline, progressive, written(tmp_path, "apart.jpg", apart))]

    assert weights == [1, 6, 6]
