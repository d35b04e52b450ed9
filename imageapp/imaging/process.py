"""One child process that decodes, as its parent sees it: how it is started, asked, heard and ended."""

import contextlib
import dataclasses
import json
import os
import subprocess
import sys
import time
from multiprocessing import Pipe
from pathlib import Path

from imageapp.imaging.engines import ENVIRONMENT, PILLOW
from imageapp.imaging.formats import Limits
from imageapp.imaging.replies import BROKE_OFF
from imageapp.refusals import NotAnImage
from imageapp.sentences import say

PACKAGE = Path(__file__).resolve().parents[1]

# The package's own __init__ would bring the whole web application into a process that reads hostile files; an empty
# package of the same name and place lets the imaging room be imported without it.
PROGRAM = """
import json, sys, types
package = types.ModuleType("imageapp")
package.__path__, sys.path, settings = json.loads(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3]
sys.modules["imageapp"] = package
from imageapp.imaging.child import main
main(settings)
"""
# The rest of the environment holds secrets.
PASSED_ON = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TZ")

START_SECONDS = 20.0
LONGEST_REPLY = 64 * 1024
GO_ON = b'"go on"'

TOO_SLOW = say("This picture took too long to read. Save it again as JPEG or PNG, smaller if you can.")


class Gone(Exception):
    """The worker ended or stopped before it took the request up."""


class Worker:
    """One child process and our end of its pipe."""

    def __init__(self, limits: Limits, seconds: float, memory: int, engine: str = PILLOW) -> None:
        self.pictures = 0
        self._connection, theirs = Pipe()
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter, program and settings
                command(theirs.fileno(), limits, seconds, memory, engine),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={name: os.environ[name] for name in PASSED_ON if name in os.environ} | ENVIRONMENT[engine],
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )

    def ready(self) -> None:
        """Wait until it has started. Raises Gone."""
        self._heard(time.monotonic() + START_SECONDS)

    def idle(self) -> bool:
        """Whether it lives and has nothing to say, as it should between two requests."""
        return self.process.poll() is None and not self._connection.poll(0)

    def take_up(self, request: bytes, seconds: float) -> None:
        """Hand over a request. Raises Gone when it is not taken up within `seconds`."""
        try:
            self._connection.send_bytes(request)
        except OSError as error:
            raise Gone from error
        self.pictures += 1
        self._heard(time.monotonic() + seconds)

    def reply(self, seconds: float) -> object:
        """What it made of the request, not to be trusted. Raises NotAnImage when there is no reply in time."""
        try:
            if not self._connection.poll(seconds):
                raise NotAnImage(TOO_SLOW)
            return json.loads(self._connection.recv_bytes(LONGEST_REPLY))
        except (EOFError, OSError, ValueError, RecursionError) as error:
            raise NotAnImage(BROKE_OFF) from error

    def go_on(self) -> None:
        """Let it decode the heavy picture that it asked about. Raises NotAnImage when it has ended."""
        try:
            self._connection.send_bytes(GO_ON)
        except OSError as error:
            raise NotAnImage(BROKE_OFF) from error

    def end(self) -> None:
        """Kill it. It holds nothing that could be lost."""
        self.process.kill()
        self._connection.close()
        # A process that hangs in the kernel does not end even so; the next Popen collects it.
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=5)

    def _heard(self, deadline: float) -> None:
        try:
            if not self._connection.poll(max(0.0, deadline - time.monotonic())):
                raise Gone
            self._connection.recv_bytes(LONGEST_REPLY)
        except (EOFError, OSError) as error:
            raise Gone from error


def command(pipe: int, limits: Limits, seconds: float, memory: int, engine: str = PILLOW) -> list[str]:
    """The program and arguments that start a worker on its end of a pipe, a file descriptor; see WorkerDecoder."""
    bounds = {"limits": dataclasses.asdict(limits), "seconds": seconds, "memory": memory}
    settings = {"pipe": pipe, "engine": engine, **bounds}
    return [
        # Isolated from the caller's folder and environment; paths are UTF-8 whatever the locale; Pillow's warnings
        # about odd files stay out of the log.
        *(sys.executable, "-I", "-X", "utf8", "-W", "ignore", "-c", PROGRAM),
        *(
            json.dumps([str(PACKAGE)]),
            json.dumps([entry for entry in sys.path if entry]),
            json.dumps(settings),
        ),
    ]
