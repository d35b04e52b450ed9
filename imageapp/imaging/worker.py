"""Decodes in a process of its own, which may hang, burst or be killed without hurting a request but the one at fault.

The standard pools stay dead once an idle worker is killed, and hand pickles from a process that reads hostile files to
one that holds the database. This one starts a new worker whenever there is none, and passes JSON.
"""

import contextlib
import dataclasses
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from multiprocessing import Pipe
from pathlib import Path

from imageapp.imaging.facts import Facts, checked, checked_colour, checked_placeholder
from imageapp.imaging.formats import FORMATS, OFFERED, Limits, Rendered, Target, Thumbnail
from imageapp.imaging.turns import Turns
from imageapp.refusals import Busy, NotAnImage, Refusal, TooManyPixels, Unavailable

log = logging.getLogger(__name__)

GIB = 1024**3
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

TOO_SLOW = "This picture took too long to read. Save it again as JPEG or PNG, smaller if you can."
BROKE_OFF = "The file is damaged, or too big to be worked on here. Export it again, smaller if you can."
NO_WORKER = "Pictures cannot be read right now. Try again in a minute."


class _Gone(Exception):
    """The worker ended or stopped before it took the request up."""


class _Worker:
    """One child process and our end of its pipe."""

    def __init__(self, limits: Limits, seconds: float, memory: int) -> None:
        self.pictures = 0
        self._connection, theirs = Pipe()
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter, program and settings
                command(theirs.fileno(), limits, seconds, memory),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )

    def ready(self) -> None:
        """Wait until it has started. Raises _Gone."""
        self._heard(time.monotonic() + START_SECONDS)

    def idle(self) -> bool:
        """Whether it lives and has nothing to say, as it should between two requests."""
        return self.process.poll() is None and not self._connection.poll(0)

    def take_up(self, request: bytes, seconds: float) -> None:
        """Hand over a request. Raises _Gone when it is not taken up within `seconds`."""
        try:
            self._connection.send_bytes(request)
        except OSError as error:
            raise _Gone from error
        self._heard(time.monotonic() + seconds)

    def reply(self, seconds: float) -> object:
        """What it made of the request, not to be trusted. Raises NotAnImage when there is no reply in time."""
        self.pictures += 1
        try:
            if not self._connection.poll(seconds):
                raise NotAnImage(TOO_SLOW)
            return json.loads(self._connection.recv_bytes(LONGEST_REPLY))
        except (EOFError, OSError, ValueError, RecursionError) as error:
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
                raise _Gone
            self._connection.recv_bytes(LONGEST_REPLY)
        except (EOFError, OSError) as error:
            raise _Gone from error


class WorkerDecoder:
    """A Decoder for the threads of one process, with one worker, started on first use.

    A picture may take `seconds` and `memory` bytes of addresses; `waiting` callers stand in line, each for at most
    `waiting_seconds`; a worker is replaced after `pictures`. A worker that does not take a request up within
    `taking_up` seconds is replaced, and the request goes to the next one.
    """

    def __init__(
        self,
        limits: Limits,
        *,
        seconds: float = 20.0,
        memory: int = GIB,
        pictures: int = 200,
        waiting: int = 4,
        waiting_seconds: float = 30.0,
        taking_up: float = 5.0,
    ) -> None:
        self._limits = limits
        self._seconds = seconds
        self._memory = memory
        self._pictures = pictures
        self._taking_up = taking_up
        self._line = Turns(waiting, waiting_seconds)
        self._worker: _Worker | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process id of the worker, None while there is none."""
        worker = self._worker
        return worker.process.pid if worker else None

    @property
    def waiting(self) -> int:
        """How many callers stand in line."""
        return self._line.waiting

    def render(self, source: Path, targets: Sequence[Target], accepted: Sequence[str] = OFFERED) -> Rendered:
        """One decode of `source` makes every target; see Decoder.

        Raises NotAnImage, TooManyPixels, Busy when too many wait already, and Unavailable when no worker can be
        started or a file cannot be read or written.
        """
        wanted = [[target.width, target.height, _sent(target.path)] for target in targets]
        asked = {"source": _sent(source), "targets": wanted, "accepted": list(accepted)}
        request = json.dumps(asked).encode("ascii")
        with self._line.turn():
            reply = self._asked(request)
        return understood(reply, len(targets))

    def close(self) -> None:
        """End the worker, also one that is at work: its caller is refused. Nothing is rendered after this."""
        self._closed = True
        if worker := self._worker:
            worker.process.kill()
        # A line that is full consists of callers who find the decoder closed; the one at work clears up.
        with contextlib.suppress(Busy), self._line.turn():
            self._discard()

    def _asked(self, request: bytes) -> object:
        try:
            worker = self._taken_up(request)
            reply = worker.reply(self._seconds)
        except BaseException:
            # Whatever state it is in, the next caller gets a fresh one.
            self._discard()
            raise
        if worker.pictures >= self._pictures or not isinstance(reply, dict) or reply.get("spent"):
            self._discard()
        return reply

    def _taken_up(self, request: bytes) -> _Worker:
        """The worker that has taken up the request: the idle one, or else a new one, or a second new one."""
        for _ in range(3):
            if self._closed:
                break
            try:
                worker = self._living()
                worker.take_up(request, self._taking_up)
            except _Gone:
                self._discard()
            else:
                return worker
        raise Unavailable(NO_WORKER, retry_after=60)

    def _living(self) -> _Worker:
        if self._worker and not self._worker.idle():
            self._discard()
        if not self._worker:
            try:
                self._worker = _Worker(self._limits, self._seconds, self._memory)
            except OSError as error:
                raise _Gone from error
            self._worker.ready()
        return self._worker

    def _discard(self) -> None:
        if worker := self._worker:
            self._worker = None
            worker.end()


def command(pipe: int, limits: Limits, seconds: float, memory: int) -> list[str]:
    """The program and arguments that start a worker on its end of a pipe, a file descriptor; see WorkerDecoder."""
    settings = {"pipe": pipe, "limits": dataclasses.asdict(limits), "seconds": seconds, "memory": memory}
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


def _sent(path: Path) -> str:
    """The path as the child, which speaks UTF-8 whatever the locale here, will write it."""
    return os.fsencode(path.absolute()).decode("utf-8", "surrogateescape")


def understood(reply: object, targets: int) -> Rendered:
    """What a worker replied about so many targets, every part of it checked: the worker may have been taken over.

    Raises the refusal that the reply holds, or NotAnImage when it makes no sense.
    """
    match reply:
        case {"rendered": dict(made)}:
            return _rendered(made, targets)
        case {"refused": NotAnImage.error, "message": str(message)}:
            raise NotAnImage(message)
        case {"refused": TooManyPixels.error, "message": str(message)}:
            raise TooManyPixels(message)
        case {"unavailable": str(text)}:
            log.error("a picture or its thumbnails could not be read or written: %s", text)
            raise Unavailable(NO_WORKER, retry_after=60)
        case {"failed": str(text)}:
            log.error("a picture could not be worked on: %s", text)
            raise NotAnImage(BROKE_OFF)
    raise _nonsense(reply)


def _rendered(made: dict[str, object], targets: int) -> Rendered:
    match made:
        case {
            "format": str(name),
            "width": int(width),
            "height": int(height),
            "frames": int(frames),
            "thumbnails": list(thumbnails),
        } if name in FORMATS and len(thumbnails) == targets and frames > 0:
            return Rendered(name, width, height, tuple(_thumbnail(entry) for entry in thumbnails), frames, *_look(made))
    raise _nonsense(made)


def _thumbnail(entry: object) -> Thumbnail:
    match entry:
        case [int(width), int(height), str(name), int(size), int(frames)] if name in FORMATS and frames > 0:
            return Thumbnail(width, height, name, size, frames)
    raise _nonsense(entry)


def _look(made: dict[str, object]) -> tuple[Facts, bytes | None, str | None]:
    try:
        placeholder, colour = checked_placeholder(made.get("placeholder")), checked_colour(made.get("colour"))
        return checked(made.get("facts")), placeholder, colour
    except ValueError as error:
        raise _nonsense(made) from error


def _nonsense(reply: object) -> Refusal:
    log.error("the worker's reply makes no sense: %.200r", reply)
    return NotAnImage(BROKE_OFF)
