"""Start small_server.py as a real program and talk to it, byte by byte where a test needs that."""

import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

HERE = Path(__file__).resolve().parent
DEADLINE = 60.0  # seconds after which a wait has failed; on an idle machine nothing here takes a tenth of it


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait until `holds()`; fail with `what` after the deadline."""
    end = time.monotonic() + DEADLINE
    pause = threading.Event()
    while not holds():
        assert time.monotonic() < end, f"waited in vain: {what}"
        pause.wait(0.02)


def read_to_end(fd: int) -> bytes:
    """All that comes until every process that holds the other end is gone."""
    end = time.monotonic() + DEADLINE
    said = b""
    while True:
        ready, _, _ = select.select([fd], [], [], max(0.0, end - time.monotonic()))
        assert ready, f"somebody still holds the pipe, which said {said!r}"
        piece = os.read(fd, 65_536)
        if not piece:
            return said
        said += piece


class Gate:
    """Where the app waits until the test lets it on."""

    def __init__(self) -> None:
        self._door = socket.create_server(("127.0.0.1", 0))
        self._door.settimeout(DEADLINE)
        self.port: int = self._door.getsockname()[1]
        self.waiting: list[socket.socket] = []

    def arrival(self) -> int:
        """Wait until somebody waits here; their process id."""
        guest, _ = self._door.accept()
        guest.settimeout(DEADLINE)
        self.waiting.append(guest)
        return int(guest.makefile("rb").readline())

    def release(self) -> None:
        """Let everybody on."""
        for guest in self.waiting:
            guest.close()
        self.waiting.clear()

    def close(self) -> None:
        self.release()
        self._door.close()


class Client:
    """One connection that speaks HTTP."""

    def __init__(self, port: int, *, receive_buffer: int | None = None) -> None:
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(DEADLINE)
        self.socket.connect(("127.0.0.1", port))
        self.stream = self.socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()
        self.socket.close()

    def send(self, start: str, headers: dict[str, str] | None = None, body: bytes = b"") -> None:
        """Send a request, or its beginning where the Content-Length promises more than `body`."""
        lines = [start, *(f"{key}: {value}" for key, value in ({"Host": "localhost"} | (headers or {})).items())]
        self.socket.sendall("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)

    def head(self) -> tuple[int, dict[str, str]]:
        """The status and the headers of the answer, their names in lower case."""
        status = int(self.stream.readline().split()[1])
        headers: dict[str, str] = {}
        while (row := self.stream.readline().strip()) != b"":
            name, _, value = row.decode("latin-1").partition(": ")
            headers[name.lower()] = value
        return status, headers

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        """The whole answer."""
        status, headers = self.head()
        body = self.stream.read(int(headers["content-length"]))
        assert len(body) == int(headers["content-length"]), "the answer was cut"
        return status, headers, body

    def get(self, path: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
        """What the small app answers to GET `path`."""
        self.send(f"GET {path} HTTP/1.1", headers)
        status, _, body = self.answer()
        assert status == 200, body
        return json.loads(body)


class Running:
    """The small server, running. `does` is for small_server.py, the rest are settings."""

    def __init__(self, folder: Path, does: dict[str, Any] | None = None, **settings: object) -> None:
        self.prepared = folder / "prepared"
        self.errors = folder / "stderr"
        self.instance = folder / "instance"
        doing = {"prepared": str(self.prepared)} | (does or {})
        given = {"instance": str(self.instance), "port": 0, "processes": 2, "does": doing} | settings
        root = str(HERE.parents[1])
        with self.errors.open("wb") as errors:
            self.process = subprocess.Popen(
                [sys.executable, str(HERE / "small_server.py"), json.dumps(given)],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE if doing.get("unread") else errors,
                cwd=root,
                env=os.environ | {"PYTHONPATH": root},
            )
        assert self.process.stdout is not None
        self.stdout = self.process.stdout
        self.port = 0

    def started(self) -> Self:
        """Wait for the line with the address."""
        ready, _, _ = select.select([self.stdout], [], [], DEADLINE)
        words = self.stdout.readline().decode() if ready else ""
        found = re.search(r"http://[^ ]*:(\d+)", words)
        assert found, f"the server did not start: {words!r} {self.errors.read_text()}"
        self.port = int(found[1])
        return self

    def client(self, **options: int) -> Client:
        return Client(self.port, **options)

    def ask(self, path: str = "/", headers: dict[str, str] | None = None) -> dict[str, Any]:
        """One request on a connection of its own."""
        with self.client() as client:
            return client.get(path, headers)

    def log(self) -> list[dict[str, Any]]:
        """Everything on stderr; fails where a line is not JSON."""
        return [json.loads(line) for line in self.errors.read_text(encoding="utf-8").splitlines()]

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ended(self) -> int:
        """Wait for the end of the master; its exit status."""
        return self.process.wait(30)

    def close(self) -> None:
        """Leave nothing behind, whatever the test did."""
        if self.process.poll() is None:
            self.signal(signal.SIGINT)
            self.signal(signal.SIGINT)
            try:
                self.process.wait(DEADLINE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.stdout.close()
        if self.process.stderr is not None:
            self.process.stderr.close()
