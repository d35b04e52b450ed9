"""A lock between processes that nobody waits for without end."""

import subprocess
import sys
from pathlib import Path

import pytest

from imageapp.filelock import locked
from imageapp.refusals import Busy

HOLD = """
import fcntl, sys
with open(sys.argv[1], "ab") as file:
    fcntl.flock(file, fcntl.LOCK_EX)
    print("held", flush=True)
    sys.stdin.read()
"""


def test_whoever_waits_too_long_is_told_to_try_again_and_the_lock_ends_with_its_process(tmp_path: Path) -> None:
    path = tmp_path / "turn"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"

        with (
            pytest.raises(Busy, match="Somebody else is at it") as refusal,
            locked(path, 0.05, "Somebody else is at it"),
        ):
            pass
        other.kill()

    assert refusal.value.retry_after > 0
    with locked(path, 0.05, "Somebody else is at it"):
        assert path.exists()
