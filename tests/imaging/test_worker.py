"""The decoding process may hang, burst or be killed; the next picture is worked on all the same."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from imageapp.imaging.formats import Target
from imageapp.refusals import Busy, NotAnImage

from . import files
from .files import written
from .standing import DEADLINE, Start, Stuck, ended, size, until


def test_alice_does_not_notice_that_the_idle_worker_was_killed(start: Start, picture: Path) -> None:
    """Killed between two pictures, for instance for memory: a new one takes the next picture."""
    decoder = start()
    decoder.render(picture, [])
    first = decoder.pid
    assert first
    for _ in range(3):
        killed = decoder.pid
        assert killed
        os.kill(killed, signal.SIGKILL)

        assert size(decoder.render(picture, [])) == (40, 20)
        assert decoder.pid not in (None, killed)


def test_alice_does_not_notice_that_the_idle_worker_hangs(start: Start, picture: Path) -> None:
    """A stopped worker does not take the request up; it is replaced and the picture given to the next one."""
    decoder = start(taking_up=0.3)
    decoder.render(picture, [])
    stopped = decoder.pid
    assert stopped
    gone = ended(stopped)
    os.kill(stopped, signal.SIGSTOP)

    assert size(decoder.render(picture, [])) == (40, 20)

    assert decoder.pid != stopped
    assert gone()


def test_bob_whose_picture_kills_the_worker_is_refused_and_alice_is_not(
    start: Start, picture: Path, stuck: Stuck
) -> None:
    """Killed in the midst of a picture: that one is refused, not tried again, and the next is worked on."""
    decoder = start()
    answer = stuck.upload(decoder)
    killed = decoder.pid
    assert killed

    os.kill(killed, signal.SIGKILL)

    with pytest.raises(NotAnImage, match="damaged, or too big"):
        answer.result(DEADLINE)
    assert size(decoder.render(picture, [])) == (40, 20)


@pytest.mark.parametrize("stop", [False, True], ids=["busy for ever", "stopped"])
def test_bob_whose_picture_takes_for_ever_is_refused_and_alice_is_not(
    start: Start, picture: Path, stuck: Stuck, stop: bool
) -> None:
    """The worker that hangs is killed when its time is up."""
    decoder = start(seconds=0.5)
    answer = stuck.upload(decoder)
    hung = decoder.pid
    assert hung
    gone = ended(hung)
    if stop:
        os.kill(hung, signal.SIGSTOP)

    with pytest.raises(NotAnImage, match="took too long"):
        answer.result(DEADLINE)

    assert gone()
    assert size(decoder.render(picture, [])) == (40, 20)


def test_bob_whose_picture_needs_too_much_memory_is_refused_and_alice_is_not(
    start: Start, tmp_path: Path, picture: Path
) -> None:
    """The memory bound holds, the sentence says so, and a fresh worker takes the next picture."""
    decoder = start(memory=200 * 2**20)
    hungry = written(tmp_path, "hungry.png", files.black_png(6000, 6000, colour=files.RGBA))
    decoder.render(picture, [])
    before = decoder.pid

    with pytest.raises(NotAnImage, match=r"memory|too big"):
        decoder.render(hungry, [Target(0, 200, tmp_path / "thumbnail")])

    assert not (tmp_path / "thumbnail").exists()
    assert size(decoder.render(picture, [])) == (40, 20)
    assert decoder.pid != before


def test_a_worker_is_replaced_after_its_share_of_pictures(start: Start, picture: Path) -> None:
    """What decoders leave behind in memory does not add up for ever."""
    decoder = start(pictures=3)
    workers = []
    for _ in range(7):
        assert size(decoder.render(picture, [])) == (40, 20)
        workers.append(decoder.pid)

    # After the last of its share a worker is gone at once, so nobody is seen at every third picture.
    assert [pid is None for pid in workers] == [False, False, True, False, False, True, False]
    assert len(set(workers) - {None}) == 3


def test_the_sixth_at_once_is_told_to_come_back(start: Start, picture: Path, stuck: Stuck) -> None:
    """One picture at work, four waiting; beyond that the answer is at once, and the four are served afterwards."""
    decoder = start(seconds=DEADLINE)
    answer = stuck.upload(decoder)
    worker = decoder.pid
    assert worker
    with ThreadPoolExecutor(4) as others:
        waiting = [others.submit(decoder.render, picture, []) for _ in range(4)]
        until(lambda: decoder.waiting == 4, "four in line")

        with pytest.raises(Busy) as refused:
            decoder.render(picture, [])
        os.kill(worker, signal.SIGKILL)

        assert refused.value.retry_after > 0
        assert [size(one.result(DEADLINE)) for one in waiting] == [(40, 20)] * 4
    with pytest.raises(NotAnImage):
        answer.result(DEADLINE)


def test_whoever_waits_too_long_is_told_to_come_back(start: Start, picture: Path, stuck: Stuck) -> None:
    """Waiting in line is bounded, and leaving it does not block those behind."""
    decoder = start(waiting_seconds=0.2, seconds=DEADLINE)
    answer = stuck.upload(decoder)
    worker = decoder.pid
    assert worker

    with pytest.raises(Busy):
        decoder.render(picture, [])

    assert decoder.waiting == 0
    os.kill(worker, signal.SIGKILL)
    with pytest.raises(NotAnImage):
        answer.result(DEADLINE)
    assert size(decoder.render(picture, [])) == (40, 20)


def test_many_threads_get_each_their_own_answer(start: Start, tmp_path: Path) -> None:
    """No reply goes to the wrong caller, refused or not."""
    decoder = start(waiting=100)
    sides = range(1, 41)
    sources = [written(tmp_path, f"{side}.png", files.black_png(side, 7)) for side in sides]
    pdf = written(tmp_path, "a.pdf", b"%PDF-1.4")

    def upload(side: int) -> tuple[int, int]:
        if side % 5 == 0:
            with pytest.raises(NotAnImage, match="PDF"):
                decoder.render(pdf, [])
        return size(decoder.render(sources[side - 1], [Target(0, 5, tmp_path / f"{side}.out")]))

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(upload, sides)) == [(side, 7) for side in sides]
