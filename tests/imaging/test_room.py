"""As many pictures are decoded at once as the machine has places for, in whichever process; a heavy one is alone."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from imageapp.imaging.child import HEAVY
from imageapp.imaging.formats import FORMATS, Target
from imageapp.imaging.room import Room
from imageapp.refusals import Busy, NotAnImage

from .bombs import plain_webp
from .files import black_png, written
from .standing import DEADLINE, Start, Stuck, ended, size, until

SIDE = 4_100  # of a WebP that is heavy
SHORTLY = 0.3  # seconds


@pytest.fixture
def heavy(tmp_path: Path) -> Path:
    """A picture that is decoded alone."""
    assert SIDE * SIDE * FORMATS["WEBP"].pixel_bytes > HEAVY
    return written(tmp_path, "heavy.webp", plain_webp(SIDE, SIDE))


def test_alice_need_not_wait_for_bob_whose_picture_went_to_the_same_process(
    start: Start, picture: Path, stuck: Stuck
) -> None:
    """One process has a second worker when the first is busy; in turn both pictures are worked on by one."""
    decoder = start(at_once=2)
    decoder.render(picture, [])
    first = decoder.pid
    answer = stuck.upload(decoder)

    assert size(decoder.render(picture, [])) == (40, 20)

    assert decoder.pid != first
    assert not answer.done()
    assert first
    os.kill(first, signal.SIGKILL)
    with pytest.raises(NotAnImage):
        answer.result(DEADLINE)


def test_two_processes_share_the_places_of_their_machine(
    start: Start, tmp_path: Path, picture: Path, stuck: Stuck
) -> None:
    """With one place, the other process waits, is told so when that takes too long, and is served when it is free."""
    room = Room(tmp_path, 1)
    bobs, alices = start(room=room), start(room=room, waiting_seconds=SHORTLY)
    answer = stuck.upload(bobs)

    with pytest.raises(Busy) as refused:
        alices.render(picture, [])
    assert bobs.pid
    os.kill(bobs.pid, signal.SIGKILL)
    with pytest.raises(NotAnImage):
        answer.result(DEADLINE)

    assert refused.value.retry_after > 0
    assert size(alices.render(picture, [])) == (40, 20)


def test_a_heavy_picture_waits_until_it_is_alone_and_light_ones_go_on(
    start: Start, tmp_path: Path, picture: Path, heavy: Path, stuck: Stuck
) -> None:
    """While bob's picture is worked on, alice's light one is too, and her heavy one is not."""
    room = Room(tmp_path, 2)
    bobs, alices = start(room=room), start(room=room, waiting_seconds=SHORTLY)
    answer = stuck.upload(bobs)

    light = alices.render(picture, [])
    with pytest.raises(Busy):
        alices.render(heavy, [])
    assert bobs.pid
    os.kill(bobs.pid, signal.SIGKILL)
    with pytest.raises(NotAnImage):
        answer.result(DEADLINE)
    rendered = alices.render(heavy, [Target(0, 100, tmp_path / "thumbnail")])

    assert size(light) == (40, 20)
    assert size(rendered) == (SIDE, SIDE)
    assert (tmp_path / "thumbnail").stat().st_size == rendered.thumbnails[0].bytes


def test_two_heavy_pictures_at_once_do_not_wait_for_each_other_for_ever(
    start: Start, tmp_path: Path, heavy: Path
) -> None:
    """Each holds a place and wants all of them: one goes first."""
    room = Room(tmp_path, 2)
    decoders = [start(room=room), start(room=room)]

    with ThreadPoolExecutor(4) as people:
        answers = [people.submit(decoder.render, heavy, []) for decoder in decoders * 2]
        sizes = [size(answer.result(2 * DEADLINE)) for answer in answers]

    assert sizes == [(SIDE, SIDE)] * 4


def test_a_heavy_picture_gets_the_memory_of_idle_workers(start: Start, tmp_path: Path, heavy: Path) -> None:
    """The other worker of the process ends, which holds what it needed for the last picture it read."""
    decoder = start(at_once=2)
    others = _children()
    large = written(tmp_path, "large.png", black_png(2_000, 2_000))
    with ThreadPoolExecutor(4) as people:
        for answer in [people.submit(decoder.render, large, []) for _ in range(4)]:
            answer.result(DEADLINE)
    assert len(_children() - others) == 2

    rendered = decoder.render(heavy, [])

    assert size(rendered) == (SIDE, SIDE)
    assert len(_children() - others) == 1


def _children() -> set[str]:
    """The processes that this one started and that have not ended."""
    found: set[str] = set()
    for task in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that ended meanwhile, with no child left to it
            found.update((task / "children").read_text(encoding="ascii").split())
    return found


HOLDER = """
import sys, time
from pathlib import Path
from imageapp.imaging.room import Room

with Room(Path(sys.argv[1]), 1).entered(5):
    print("in", flush=True)
    sys.stdin.readline()
"""


def test_a_place_is_free_again_when_the_process_that_held_it_was_killed(
    start: Start, tmp_path: Path, picture: Path
) -> None:
    """Nothing has to be cleared up after a crash."""
    decoder = start(room=Room(tmp_path, 1), waiting_seconds=SHORTLY)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"in\n"
        with pytest.raises(Busy):
            decoder.render(picture, [])

        gone = ended(holder.pid)
        holder.kill()
        until(gone, "the end of the process")

        assert size(decoder.render(picture, [])) == (40, 20)
