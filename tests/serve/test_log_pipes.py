"""Log lines of several processes at one pipe: whole while somebody reads, given up where nobody does."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from imageapp.logs import PATIENCE
from tests.serve.running import DEADLINE, HERE, read_to_end

ROOT = str(HERE.parents[1])
TALKERS = 4
LINES = 300

TALK = f"""
import os, sys
from imageapp import logs
logs.configure()
log = logs.events("talker")
for _ in range({TALKERS - 1}):
    if not os.fork():
        break
for number in range({LINES}):
    log.info("talked", pid=os.getpid(), number=number, filler=chr(65 + os.getpid() % 26) * (number * 40))
"""
FLOOD = """
import sys, time
from imageapp import logs
logs.configure()
log = logs.events("flood")
began = time.monotonic()
for number in range(1_000):
    log.info("flooded", number=number, filler="x" * (number % 7 * 200))
took = time.monotonic() - began
sys.stdout.write("through\\n")
sys.stdout.flush()
sys.stdin.readline()
log.info("after", took=took)
"""
UNCAUGHT = """
import threading, warnings
from imageapp import logs
logs.configure()
logs.configure()
def fail(where):
    raise ValueError(f"nobody caught this in {where}")
thread = threading.Thread(target=fail, args=("a thread",))
thread.start()
thread.join()
warnings.warn("mind the gap")
logs.events("once").info("once")
try:
    fail("a hurry")
except ValueError:
    logs.events("twice").exception("caught", where="here")
logs.events("thrice").warning("odd")
logs.events("thrice").error("wrong")
fail("the main thread")
"""


def program(
    code: str, *, stdin: int | None = None, stdout: int | None = None, stderr: int | None = None
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": ROOT, "PYTHONWARNINGS": "default"},
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
    )


@pytest.fixture
def flooding() -> Iterator[subprocess.Popen[bytes]]:
    with program(FLOOD, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        yield process


def test_lines_of_several_processes_stay_whole_at_one_pipe() -> None:
    with program(TALK, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        heard = read_to_end(process.stderr.fileno())

    lines = [json.loads(line) for line in heard.splitlines()]
    assert len(lines) == TALKERS * LINES
    assert max(len(line) for line in heard.splitlines(keepends=True)) <= 3_500
    for pid in {line["pid"] for line in lines}:
        assert [line["number"] for line in lines if line["pid"] == pid] == list(range(LINES))


def test_app_goes_on_where_nobody_reads_its_log_and_says_later_what_was_lost(
    flooding: subprocess.Popen[bytes],
) -> None:
    assert flooding.stdin is not None
    assert flooding.stdout is not None
    assert flooding.stderr is not None

    assert flooding.stdout.readline() == b"through\n"
    unread = os.read(flooding.stderr.fileno(), 1_000_000)
    flooding.stdin.write(b"go on\n")
    flooding.stdin.flush()
    rest = read_to_end(flooding.stderr.fileno())

    lines = [json.loads(line) for line in (unread + rest).splitlines()]
    numbers = [line["number"] for line in lines if line["event"] == "flooded"]
    assert numbers == list(range(len(numbers)))
    assert [line["event"] for line in lines[-2:]] == ["log_lines_lost", "after"]
    assert lines[-2]["lines"] == 1_000 - len(numbers) > 0
    assert lines[-1]["took"] < 5 * PATIENCE, "it waits for nobody more than once"
    assert flooding.wait(DEADLINE) == 0


def test_app_goes_on_where_the_reader_of_its_log_is_gone(flooding: subprocess.Popen[bytes]) -> None:
    assert flooding.stdin is not None
    assert flooding.stdout is not None
    assert flooding.stderr is not None
    flooding.stderr.close()

    assert flooding.stdout.readline() == b"through\n"
    flooding.stdin.write(b"go on\n")
    flooding.stdin.flush()
    assert flooding.wait(DEADLINE) == 0


def test_nothing_that_goes_wrong_is_written_outside_the_lines(tmp_path: Path) -> None:
    errors = tmp_path / "stderr"
    with errors.open("wb") as stream, program(UNCAUGHT, stderr=stream.fileno()) as process:
        assert process.wait(DEADLINE) == 1

    lines = [json.loads(line) for line in errors.read_text().splitlines()]
    assert [(line["level"], line["event"]) for line in lines] == [
        ("critical", "uncaught"),
        ("warning", "log"),
        ("info", "once"),
        ("error", "caught"),
        ("warning", "odd"),
        ("error", "wrong"),
        ("critical", "uncaught"),
    ]
    assert "in a thread" in lines[0]["traceback"]
    assert "mind the gap" in lines[1]["message"]
    assert (lines[3]["exception"], lines[3]["where"]) == ("ValueError", "here")
    assert lines[6]["traceback"].endswith("ValueError: nobody caught this in the main thread\n")
