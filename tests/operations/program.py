"""The real programs, started as an operator starts them."""

import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.site import Client

CHECKOUT = Path(__file__).resolve().parents[2]
DOT = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")  # a GIF
DEADLINE = 60.0  # seconds; on an idle machine a start takes two


def environment(**settings: str) -> dict[str, str]:
    """This process's environment without settings of its own, and with these: instance="/data" …"""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("IMAGEAPP_")}
    given = {f"IMAGEAPP_{key.upper()}": value for key, value in settings.items()}
    return {**kept, "PYTHONPATH": str(CHECKOUT), **given}


def start(module: str, **settings: str) -> subprocess.Popen[str]:
    """`python -m module`, on its way."""
    return subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=CHECKOUT,
        env=environment(**settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """The exit status, and what was written to stdout and stderr."""
    try:
        out, err = process.communicate(timeout=DEADLINE)
    finally:
        process.kill()
    return process.returncode, out, err


def run(module: str, **settings: str) -> tuple[int, str, str]:
    """`python -m module` to its end."""
    return finished(start(module, **settings))


class Served:
    """`python -m imageapp.serve` with one process on a free port, until `close`. `said` is what it prints at start."""

    def __init__(self, instance: Path, *, module: str = "imageapp.serve", **settings: str) -> None:
        self.instance = instance
        self._log = instance.with_name(f"{instance.name}.log")
        given = {"instance": str(instance), "port": "0", "processes": "1", **settings}
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", module],
                cwd=CHECKOUT,
                env=environment(**given),
                stdout=subprocess.PIPE,
                stderr=log,
            )
        assert self._process.stdout is not None
        self._stdout = self._process.stdout
        self.said = ""
        self.port = self._wait_for_address()
        self.root = f"http://127.0.0.1:{self.port}"

    def _wait_for_address(self) -> int:
        end = time.monotonic() + DEADLINE
        while not (found := re.search(r"http://[^ ]*?:(\d+)\)?\n", self.said)):
            ready, _, _ = select.select([self._stdout], [], [], max(0.0, end - time.monotonic()))
            piece = os.read(self._stdout.fileno(), 4_096).decode() if ready else ""
            if not piece:
                self.close()
            assert piece, f"it did not start: {self.text()}"
            self.said += piece
        return int(found[1])

    @property
    def pid(self) -> int:
        """The process id of the master."""
        return self._process.pid

    def children(self) -> list[int]:
        """The process ids of what the master has started and that still runs: the web process before all others."""
        listed = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii")
        return [int(pid) for pid in listed.split()]

    def client(self) -> Client:
        return Client(self.root)

    def text(self) -> str:
        """The whole log as it was written."""
        return self._log.read_text(encoding="utf-8")

    def log(self) -> list[dict[str, Any]]:
        """The log, line by line; fails where a line is not JSON."""
        return [json.loads(line) for line in self.text().split("\n") if line]

    def events(self, name: str) -> list[dict[str, Any]]:
        return [entry for entry in self.log() if entry["event"] == name]

    def close(self) -> None:
        """Stop it as an operator does."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(DEADLINE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._stdout.close()
