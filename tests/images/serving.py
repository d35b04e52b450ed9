"""The whole program, `python -m imageapp.serve`, as an operator starts it."""

import os
import re
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self

from tests.site import ADMIN_PASSWORD, Client

CHECKOUT = Path(__file__).parents[2]
DEADLINE = 60.0  # seconds for a start on a busy machine


class Program:
    """A running imageapp with these settings, in processes of its own; `before` goes before the command."""

    def __init__(self, folder: Path, *before: str, **settings: object) -> None:
        self.instance = folder / "instance"
        given = {"INSTANCE": self.instance, "PORT": 0, "PROCESSES": 1, "ADMIN_PASSWORD": ADMIN_PASSWORD} | settings
        self._log = (folder / "log").open("wb")
        self.process = subprocess.Popen(
            [*before, sys.executable, "-m", "imageapp.serve"],
            stdout=subprocess.PIPE,
            stderr=self._log,
            cwd=CHECKOUT,
            env=os.environ | {f"IMAGEAPP_{name}": str(value) for name, value in given.items()},
            start_new_session=True,
        )
        assert self.process.stdout is not None
        self._said = self.process.stdout
        self.port = 0

    def __enter__(self) -> Self:
        ready, _, _ = select.select([self._said], [], [], DEADLINE)
        found = re.search(rb"http://[^ ]*:(\d+)", self._said.readline()) if ready else None
        assert found, Path(str(self._log.name)).read_text()
        self.port = int(found[1])
        return self

    def __exit__(self, *_: object) -> None:
        # The whole group: a tracer that is told to end would leave the traced behind.
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self._said.close()
        self._log.close()

    def admin(self) -> Client:
        """The first admin, signed in."""
        return Client(f"http://127.0.0.1:{self.port}").sign_in("admin", ADMIN_PASSWORD)
