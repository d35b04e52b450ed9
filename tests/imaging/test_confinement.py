"""The decoding process holds as little as possible, and ends when it should."""

import os
import resource
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PIL import Image

from imageapp.imaging.formats import EVERY, Limits, Target
from imageapp.imaging.process import command
from imageapp.refusals import NotAnImage, Unavailable

from .standing import DEADLINE, Start, Stuck, ended, size, until


def test_the_worker_is_bounded_and_holds_nothing_of_ours(start: Start, picture: Path) -> None:
    """1 GiB, no core file, every CPU although the caller is pinned to one, no open file of ours, no secret."""
    allowed = os.sched_getaffinity(0)
    with picture.open("rb") as ours:
        os.set_inheritable(ours.fileno(), True)
        os.environ["IMAGEAPP_SECRET_KEY"] = "not for strangers"
        os.sched_setaffinity(0, {min(allowed)})
        try:
            decoder = start()
            decoder.render(picture, [])
        finally:
            os.sched_setaffinity(0, allowed)
            del os.environ["IMAGEAPP_SECRET_KEY"]
    pid = decoder.pid
    assert pid

    assert resource.prlimit(pid, resource.RLIMIT_AS) == (2**30, 2**30)
    assert resource.prlimit(pid, resource.RLIMIT_CORE) == (0, 0)
    assert os.sched_getaffinity(pid) >= allowed
    process = Path(f"/proc/{pid}")
    opened = {int(entry.name): str(entry.readlink()) for entry in (process / "fd").iterdir()}
    assert [opened.pop(number) for number in (0, 1, 2)] == ["/dev/null"] * 3
    assert [where.split(":")[0] for where in opened.values()] == ["socket"]
    assert b"strangers" not in (process / "environ").read_bytes()


GREEDY = """
from imageapp.imaging.child import bound, confine

confine(2**30)
bound(50_000_000)
try:
    bytearray(100_000_000)
except MemoryError:
    print("refused", flush=True)
bytearray(20_000_000)
bound(None)
bytearray(100_000_000)
print("given", flush=True)
"""


def test_a_picture_that_promised_to_be_light_gets_no_more_memory_than_a_light_one() -> None:
    """Its header may lie: what it takes beyond that is refused by the system, and the next picture may have more."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}

    done = subprocess.run([sys.executable, "-c", GREEDY], capture_output=True, text=True, env=environment, check=False)

    assert (done.returncode, done.stdout.split()) == (0, ["refused", "given"]), done.stderr


STRIP_OFFSETS = 273


def test_a_hostile_file_writes_nothing_into_the_log(
    start: Start, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The TIFF library names on the standard error what it stumbles over, in the words of the file."""
    scan = tmp_path / "scan"
    Image.linear_gradient("L").save(scan, "TIFF", compression="tiff_lzw")
    broken = bytearray(scan.read_bytes())
    with Image.open(scan) as picture:
        pixels = picture.tag_v2[STRIP_OFFSETS][0]  # pyright: ignore[reportAttributeAccessIssue] - of a TIFF only
    broken[pixels + 20 : pixels + 40] = b"\xff" * 20
    scan.write_bytes(broken)

    with pytest.raises(NotAnImage):
        start().render(scan, [Target(0, 10, tmp_path / "thumbnail")], EVERY)

    assert capfd.readouterr().err == ""


def test_a_stop_for_everybody_leaves_the_picture_at_work_alone(start: Start, picture: Path) -> None:
    """An interrupt or a stop that reaches the whole group does not end the worker: its parent decides."""
    decoder = start()
    decoder.render(picture, [])
    pid = decoder.pid
    assert pid

    os.kill(pid, signal.SIGINT)
    os.kill(pid, signal.SIGTERM)

    assert size(decoder.render(picture, [])) == (40, 20)
    assert decoder.pid == pid
    assert os.getsid(pid) != os.getsid(0)


def test_the_worker_loads_no_web_application() -> None:
    """What reads hostile files has neither Flask nor the database in it, whatever the package itself imports."""
    arguments = command(0, Limits(), 20, 2**30)

    done = subprocess.run(
        [arguments[0], "-X", "importtime", *arguments[1:]],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )

    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert {"imageapp.imaging.child", "PIL.Image", "PIL.WebPImagePlugin"} <= imported
    foreign = {name for name in imported if name.split(".")[0] in {"flask", "sqlalchemy", "werkzeug"}}
    assert foreign == set()
    assert {"PIL.TiffImagePlugin", "PIL.EpsImagePlugin", "PIL.PsdImagePlugin"} & imported <= {"PIL.TiffImagePlugin"}


PARENT = """
import sys
from pathlib import Path
from imageapp.imaging.formats import EVERY, Limits, Target
from imageapp.imaging.worker import WorkerDecoder

decoder = WorkerDecoder(Limits(), seconds=float(sys.argv[2]))
decoder.render(Path(sys.argv[1]), [])
print(decoder.pid, flush=True)
sys.stdin.readline()
decoder.render(Path(sys.argv[3]), [])
"""


def _parent(picture: Path, seconds: float, then: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}
    return subprocess.Popen(
        [sys.executable, "-c", PARENT, str(picture), str(seconds), str(then)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )


def test_an_idle_worker_ends_with_its_parent(picture: Path) -> None:
    """The parent is killed; the end of the pipe tells the worker."""
    with _parent(picture, 20, picture) as parent:
        assert parent.stdout
        gone = ended(int(parent.stdout.readline()))

        parent.kill()

        until(gone, "the worker's end")


def test_a_worker_at_work_ends_by_its_own_clock_when_its_parent_is_gone(picture: Path, stuck: Stuck) -> None:
    """Nobody is left to kill it, so it has an alarm of its own."""
    with _parent(picture, 0.5, stuck.path) as parent:
        assert parent.stdout
        assert parent.stdin
        gone = ended(int(parent.stdout.readline()))
        parent.stdin.write("\n")
        parent.stdin.flush()
        other_end = os.open(stuck.path, os.O_WRONLY)

        parent.kill()

        until(gone, "the alarm")
        os.close(other_end)


def test_closing_ends_the_worker_even_one_at_work(start: Start, picture: Path, stuck: Stuck) -> None:
    """Its caller is refused, and whoever comes later is told that nothing is read any more."""
    decoder = start()
    answer = stuck.upload(decoder)
    gone = ended(decoder.pid)

    decoder.close()

    assert gone()
    assert decoder.pid is None
    with pytest.raises(NotAnImage):
        answer.result(DEADLINE)
    with pytest.raises(Unavailable):
        decoder.render(picture, [])
    decoder.close()


def test_no_thread_is_left_behind(start: Start, picture: Path) -> None:
    """The decoder needs none of its own, so a web process may fork or end as it likes."""
    before = threading.active_count()

    start().render(picture, [])

    assert threading.active_count() == before
