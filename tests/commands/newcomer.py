"""A newcomer's copy of the checkout, in which the commands of the Makefile are typed."""

import os
import queue
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pytest

CHECKOUT = Path(__file__).parents[2]
INTERPRETER = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
DEADLINE = 60.0  # seconds; far above what any of this takes, so that a busy machine fails no test


@dataclass
class Running:
    """A `make run` that goes on. `lines` is all that it has said so far."""

    make: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)
    heard: "queue.Queue[str | None]" = field(default_factory=queue.Queue)

    def listen(self, stream: IO[str]) -> None:
        for line in stream:
            self.heard.put(line)
        self.heard.put(None)

    def wait_for(self, pattern: str) -> re.Match[str]:
        """The first line that matches, said already or within the deadline. Fails with all that was said instead."""
        for line in self.lines:
            if match := re.search(pattern, line):
                return match
        while True:
            try:
                line = self.heard.get(timeout=DEADLINE)
            except queue.Empty:
                line = None
            if line is None:
                pytest.fail(f"never said {pattern!r}, but:\n{''.join(self.lines)}")
            self.lines.append(line)
            if match := re.search(pattern, line):
                return match

    def hear_the_rest(self) -> str:
        """All that it says until it ends."""
        while (line := self.heard.get(timeout=DEADLINE)) is not None:
            self.lines.append(line)
        return "".join(self.lines)

    @property
    def address(self) -> str:
        return self.wait_for(r"http://127\.0\.0\.1:\d+").group()

    @property
    def server(self) -> int:
        """The process that `make` started in its own place of the recipe's shell."""
        table = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        children = [int(pid) for pid, parent in map(str.split, table.splitlines()) if int(parent) == self.make.pid]
        assert len(children) == 1, children
        return children[0]

    def anyone_left(self) -> bool:
        """Whether a process of this `make run`, however deep, is still there."""
        table = subprocess.run(["ps", "-A", "-o", "sid=,stat="], capture_output=True, text=True, check=True).stdout
        rows = [line.split() for line in table.splitlines()]
        return any(int(session) == self.make.pid and not state.startswith("Z") for session, state in rows)


@dataclass(frozen=True)
class Copy:
    """A copy of the checkout with its own history, and what was installed for these tests laid under its `.venv`."""

    folder: Path

    def environment(self, **extra: str) -> dict[str, str]:
        """This environment without the settings, coverage and make of the run that these tests belong to."""
        ours = ("IMAGEAPP_", "COV", "MAKE", "MFLAGS", "PYTEST", "VENV", "PYTHON", "PORT", "HOST", "CI")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return kept | {"PYTHON": str(INTERPRETER), "PYTHONUNBUFFERED": "1"} | extra

    def make(self, *words: str, **extra: str) -> "subprocess.CompletedProcess[str]":
        """Types `make WORDS` and waits for its end."""
        return subprocess.run(
            ["make", *words],
            cwd=self.folder,
            env=self.environment(**extra),
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
        )

    @contextmanager
    def run(self) -> Iterator[Running]:
        """Types `make run`, on a free port, and ends whatever of it is left afterwards."""
        make = subprocess.Popen(
            ["make", "run"],
            cwd=self.folder,
            env=self.environment(PORT="0"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        assert make.stdout
        running = Running(make)
        listener = threading.Thread(target=running.listen, args=(make.stdout,), daemon=True)
        listener.start()
        try:
            yield running
        finally:
            if running.anyone_left():
                os.killpg(make.pid, signal.SIGKILL)
            make.wait(DEADLINE)
            listener.join(DEADLINE)
            make.stdout.close()

    def changes(self) -> str:
        """What `git status` would show."""
        return git(self.folder, "status", "--porcelain")


def git(folder: Path, *words: str) -> str:
    who = ("-c", "user.name=alice", "-c", "user.email=alice@example.org")
    return subprocess.run(["git", *who, *words], cwd=folder, capture_output=True, text=True, check=True).stdout
