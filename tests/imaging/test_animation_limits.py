"""An animation that would cost too much shows its first frame, and one that is broken, too."""

import io
import itertools
import struct
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from imageapp.imaging import animation, gif
from imageapp.imaging.formats import Limits, Rendered, Target
from imageapp.imaging.inspect import opened
from imageapp.imaging.levels import Decoded
from imageapp.imaging.worker import WorkerDecoder
from imageapp.refusals import NotAnImage

from . import files
from .files import written
from .moving import DURATIONS, SIDES, assert_alike, rendered_at, saved, walking_square


def _dots(frames: int) -> bytes:
    """A GIF of one pixel and many frames."""
    frame = b"!\xf9\x04\x00\x02\x00\x00\x00," + bytes(4) + b"\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00"
    return b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\x00\x00\x00\x00\xff" + frame * frames + b";"


@pytest.mark.parametrize(("frames", "shown"), [(300, 300), (301, 1), (5000, 1), (200_000, 1)])
def test_alice_with_too_many_frames_sees_the_first(
    decoder: WorkerDecoder, tmp_path: Path, frames: int, shown: int
) -> None:
    """All of them are counted, up to a hundred thousand, and that is quick."""
    source = written(tmp_path, "film.gif", _dots(frames))
    decoder.render(source, [])
    start = time.monotonic()

    rendered = decoder.render(source, [Target(0, 10, tmp_path / "thumbnail")])

    assert time.monotonic() - start < 2
    assert (rendered.frames, rendered.thumbnails[0].frames) == (min(frames, 100_000), shown)


def _large_png(frames: int) -> bytes:
    """An animated PNG of 1500 × 1500 pixels, all frames alike."""
    control = [
        files.chunk(b"fcTL", struct.pack(">5I2H2B", n, 1500, 1500, 0, 0, 1, 20, 0, 0)) for n in range(frames * 2)
    ]
    sound = files.black_png(1500, 1500)
    at = sound.index(b"IDAT") - 4
    pixels = sound[at + 8 : -16]
    later = [control[n * 2 - 1] + files.chunk(b"fdAT", struct.pack(">I", n * 2) + pixels) for n in range(1, frames)]
    before = files.chunk(b"acTL", struct.pack(">II", frames, 0)) + control[0]
    return sound[:at] + before + sound[at:-12] + b"".join(later) + sound[-12:]


def _large_webp(frames: int) -> bytes:
    """The same as WebP."""
    still = io.BytesIO()
    Image.new("RGB", (1500, 1500)).save(still, "WEBP", lossless=True)
    pixels = still.getvalue()[12:]
    side = (1499).to_bytes(3, "little")
    frame = bytes(6) + side * 2 + (50).to_bytes(3, "little") + b"\x02" + pixels
    parts = [(b"VP8X", b"\x02" + bytes(3) + side * 2), (b"ANIM", bytes(6)), *[(b"ANMF", frame)] * frames]
    body = b"WEBP" + b"".join(kind + struct.pack("<I", len(data)) + data for kind, data in parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize("make", [_large_png, _large_webp], ids=["PNG", "WebP"])
@pytest.mark.parametrize(("frames", "shown"), [(60, 1), (20, 20)])
def test_mallory_s_sixty_large_frames_are_answered_within_two_seconds(
    decoder: WorkerDecoder, tmp_path: Path, make: Callable[[int], bytes], frames: int, shown: int
) -> None:
    """135 megapixels in a few kilobytes: the first frame has to do. A third of them are shown."""
    source = written(tmp_path, "source", make(frames))
    start = time.monotonic()

    rendered = decoder.render(source, [Target(0, 200, tmp_path / "thumbnail")])

    assert shown > 1 or time.monotonic() - start < 2
    assert (rendered.frames, rendered.thumbnails[0].frames) == (frames, shown)


def test_alice_with_a_long_film_sees_it_move_where_it_is_small(tmp_path: Path) -> None:
    """Each size is judged by itself: 280 frames are too many at 300 × 200, and not at 150 × 100."""
    frames = [Image.new("L", (300, 200), number % 2 * 200) for number in range(280)]
    source = saved(tmp_path / "source", "GIF", frames, duration=50)

    rendered, (large, small) = rendered_at(source, 200, 100)

    assert [made.frames for made in rendered.thumbnails] == [1, 280]
    assert [made.format for made in rendered.thumbnails] == ["JPEG", "WEBP"]
    with Image.open(large) as still, Image.open(small) as film:
        assert (still.size, film.size) == ((300, 200), (150, 100))


def _film(
    source: Path, *sizes: tuple[int, int], seconds: list[float], held: int = animation.MOST_HELD
) -> dict[tuple[int, int], bytes]:
    """The films of these sizes while the clock goes as given, and then stands still."""
    ticks = itertools.chain(seconds, itertools.repeat(seconds[-1]))
    with opened(source, Limits()) as file:
        still = Decoded(file.picture.copy().convert("RGB"), (0, 0, *SIDES), 1, None, grey=False)
        announced = animation.announced(file, source)
    with opened(source, Limits()) as file:
        return animation.films(file, announced, still, sizes, lambda: next(ticks), held)


def test_alice_on_a_busy_server_gets_what_was_ready_in_time(tmp_path: Path) -> None:
    """The smallest film first; what is not begun in time stays still."""
    source = saved(tmp_path / "source", "GIF", walking_square(), duration=DURATIONS)
    sizes, late = [(96, 64), (48, 32)], animation.SECONDS
    reading = [0.0] * (1 + len(DURATIONS))

    assert set(_film(source, *sizes, seconds=[0.0])) == set(sizes)
    assert set(_film(source, *sizes, seconds=[*reading, 0.0, late])) == {(48, 32)}
    assert _film(source, *sizes, seconds=[0.0, 0.0, late]) == {}


def test_alice_with_a_plan_of_many_sizes_gets_every_film(tmp_path: Path) -> None:
    """What is held at a time is bounded, so they may take several passes, which make the same as one."""
    source = saved(tmp_path / "source", "GIF", walking_square(), duration=DURATIONS)
    sizes = [(96, 64), (90, 60), (48, 32)]

    assert _film(source, *sizes, seconds=[0.0], held=1) == {
        size: film for one in sizes for size, film in _film(source, one, seconds=[0.0]).items()
    }


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF"])
def test_bob_whose_film_was_cut_off_gets_its_first_frame_or_a_sentence(
    decoder: WorkerDecoder, tmp_path: Path, kind: str
) -> None:
    """Never half a film, and never a fault."""
    drawn = walking_square()
    whole = saved(tmp_path / "whole", kind, drawn, duration=DURATIONS).read_bytes()
    target = Target(0, 64, tmp_path / "thumbnail")
    kept = 0
    for tenth in range(3, 10):
        cut = written(tmp_path, "cut", whole[: len(whole) * tenth // 10])
        reply = _reply(decoder, cut, target)
        if isinstance(reply, str):
            assert reply == "The file is damaged or cut off. Export it again."
            continue
        kept += 1
        with Image.open(target.path) as still:
            assert_alike([still.convert("RGBA")], [drawn[0].convert("RGBA")])
            assert (getattr(still, "n_frames", 1) > 1) == (reply.thumbnails[0].frames > 1)
    # The parts of a GIF or PNG follow each other as they are shown; the other two say first how long they are.
    assert (kept > 0) == (kind in ("GIF", "PNG"))


def _reply(decoder: WorkerDecoder, source: Path, target: Target) -> Rendered | str:
    try:
        return decoder.render(source, [target])
    except NotAnImage as refusal:
        return refusal.message


def test_mallory_who_promises_more_frames_than_there_are_gets_the_first(tmp_path: Path) -> None:
    """An animated PNG says in its header how many follow."""
    honest = saved(tmp_path / "source.png", "PNG", walking_square(), duration=DURATIONS).read_bytes()
    at = honest.index(b"acTL")
    for promised, counted in ((9, 9), (2**31, 100_000)):
        lie = files.chunk(b"acTL", struct.pack(">II", promised, 0))
        source = written(tmp_path, "lie.png", honest[: at - 4] + lie + honest[at - 4 + len(lie) :])

        rendered, (path,) = rendered_at(source, 64)

        assert (rendered.frames, rendered.thumbnails[0].frames) == (counted, 1)
        with Image.open(path) as still:
            assert still.format == "JPEG"


def test_mallory_whose_frame_claims_a_screen_of_four_gigapixels_costs_nothing(
    decoder: WorkerDecoder, tmp_path: Path
) -> None:
    """A GIF's later frames may lie anywhere; decoders enlarge the screen for them, and fill it before they read on."""
    sound = _dots(1)[:-1]
    huge = b"!\xf9\x04\x08\x02\x00\x00\x00," + struct.pack("<4HB", 0, 0, 65_535, 65_535, 0) + b"\x02\x02\x44\x01\x00"
    source = written(tmp_path, "film.gif", sound + huge * 3 + b";")
    worker = decoder.pid

    rendered = decoder.render(source, [Target(0, 10, tmp_path / "thumbnail")])

    assert (rendered.width, rendered.height, rendered.frames) == (1, 1, 4)
    assert rendered.thumbnails[0].frames == 1
    assert worker in (None, decoder.pid)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (_dots(3), (3, True)),
        (_dots(3)[:-1], (3, True)),
        (_dots(3)[:-4], (3, False)),
        (_dots(3) + b"and more,", (3, True)),
        (_dots(0), (0, True)),
        (b"GIF89a", (0, False)),
        (_dots(1)[:-1] + b"!\xfe" + b"\x01x" * 1_100_000 + b"\x00" + _dots(1)[19:], (1, False)),
    ],
    ids=["whole", "no end", "cut", "more behind", "none", "no header", "chopped into crumbs"],
)
def test_frames_are_counted_without_being_decoded(tmp_path: Path, data: bytes, expected: tuple[int, bool]) -> None:
    """From block to block, and no further than a picture that somebody made would need."""
    assert gif.count(written(tmp_path, "film.gif", data)) == expected
