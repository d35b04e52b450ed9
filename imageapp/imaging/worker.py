"""Decodes in processes of its own, which may hang, burst or be killed without hurting a request but the one at fault.

The standard pools stay dead once an idle worker is killed, and hand pickles from a process that reads hostile files to
one that holds the database. This one starts a new worker whenever there is none, and passes JSON.
"""

import contextlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from imageapp.imaging.engines import PILLOW
from imageapp.imaging.formats import OFFERED, Limits, Rendered, Target
from imageapp.imaging.process import Gone, Worker
from imageapp.imaging.replies import NO_WORKER, understood
from imageapp.imaging.room import Place, Room
from imageapp.imaging.turns import Turns
from imageapp.refusals import Busy, Unavailable

GIB = 1024**3
# Callers of one decoder who stand in line; whoever comes after them is told to come back.
WAITING = 4
# Workers of one web process on a machine with several CPUs: two uploads need not wait for each other because they were
# sent to the same process while another has nothing to do.
AT_ONCE = 2


class WorkerDecoder:
    """A Decoder for the threads of one process, with up to `at_once` workers, each started when one is wanted.

    A picture may take `seconds` and `memory` bytes of addresses; `waiting` callers stand in line, each for at most
    `waiting_seconds`; a worker is replaced after `pictures`. A worker that does not take a request up within
    `taking_up` seconds is replaced, and the request goes to the next one. With a `room`, a picture waits for its place
    there too, for as long again, and a heavy one until it has the room to itself. `engine` is the name of what decodes.
    """

    def __init__(
        self,
        limits: Limits,
        *,
        seconds: float = 20.0,
        memory: int = GIB,
        pictures: int = 200,
        waiting: int = WAITING,
        waiting_seconds: float = 30.0,
        taking_up: float = 5.0,
        at_once: int = 1,
        room: Room | None = None,
        engine: str = PILLOW,
    ) -> None:
        self._limits = limits
        self._seconds = seconds
        self._memory = memory
        self._pictures = pictures
        self._taking_up = taking_up
        self._waiting_seconds = waiting_seconds
        self._at_once = at_once
        self._line = Turns(waiting, waiting_seconds, at_once)
        self._room = room
        self._engine = engine
        self._lock = Lock()
        self._workers: list[Worker] = []
        self._idle: list[Worker] = []
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process id of the worker that was started last, None while there is none."""
        with self._lock:
            return self._workers[-1].process.pid if self._workers else None

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
        with self._line.turn(), self._place() as place:
            reply = self._asked(request, place)
        return understood(reply, len(targets))

    def close(self) -> None:
        """End the workers, also those at work: their callers are refused. Nothing is rendered after this."""
        with self._lock:
            self._closed = True
            for worker in self._workers:
                worker.process.kill()
        self._end_idle()
        # Whoever is at work clears up; a line that is full consists of callers who find the decoder closed.
        with contextlib.suppress(Busy), contextlib.ExitStack() as turns:
            for _ in range(self._at_once):
                turns.enter_context(self._line.turn())

    @contextmanager
    def _place(self) -> Iterator[Place | None]:
        if self._room is None:
            yield None
            return
        with contextlib.ExitStack() as held:
            try:
                place = held.enter_context(self._room.entered(self._waiting_seconds))
            except OSError as error:
                raise Unavailable(NO_WORKER, retry_after=60) from error
            yield place

    def _asked(self, request: bytes, place: Place | None) -> object:
        worker = self._taken_up(request)
        try:
            reply = worker.reply(self._seconds)
            if isinstance(reply, dict) and "heavy" in reply:
                self._make_way(place)
                worker.go_on()
                reply = worker.reply(self._seconds)
        except BaseException:
            # Whatever state it is in, the next caller gets a fresh one.
            self._discard(worker)
            raise
        if worker.pictures >= self._pictures or not isinstance(reply, dict) or reply.get("spent"):
            self._discard(worker)
        else:
            with self._lock:
                self._idle.append(worker)
        return reply

    def _make_way(self, place: Place | None) -> None:
        """Let a heavy picture have the memory that others would take."""
        if place:
            place.take_all(self._waiting_seconds)
        self._end_idle()

    def _taken_up(self, request: bytes) -> Worker:
        """The worker that has taken up the request: an idle one, or else a new one, or a second new one."""
        for _ in range(3):
            try:
                worker = self._living()
            except Gone:
                continue
            try:
                worker.take_up(request, self._taking_up)
            except BaseException as error:
                self._discard(worker)
                if not isinstance(error, Gone):
                    raise
            else:
                return worker
        raise Unavailable(NO_WORKER, retry_after=60)

    def _living(self) -> Worker:
        while worker := self._an_idle_one():
            if worker.idle():
                return worker
            self._discard(worker)
        with self._lock:
            if self._closed:
                raise Gone
            try:
                worker = Worker(self._limits, self._seconds, self._memory, self._engine)
            except OSError as error:
                raise Gone from error
            self._workers.append(worker)
        try:
            worker.ready()
        except BaseException:
            self._discard(worker)
            raise
        return worker

    def _an_idle_one(self) -> Worker | None:
        with self._lock:
            return self._idle.pop() if self._idle and not self._closed else None

    def _end_idle(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            self._discard(worker)

    def _discard(self, worker: Worker) -> None:
        with self._lock:
            self._workers.remove(worker)
        worker.end()


def _sent(path: Path) -> str:
    """The path as the child, which speaks UTF-8 whatever the locale here, will write it."""
    return os.fsencode(path.absolute()).decode("utf-8", "surrogateescape")
