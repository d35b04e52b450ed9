"""The master process: it starts web processes, replaces those that die, and ends with them.

It opens no database, store, thread or pool, since none of them survives a fork. Everything it waits for comes through
file descriptors: signals by the wake-up pipe, readiness by another. What it starts is forked, never executed anew, so
that modules are imported once.
"""

import contextlib
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from imageapp.logs import events

log = events(__name__)

STOPS = frozenset({signal.SIGTERM, signal.SIGINT})
HEARD = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)
LONGEST_END = 28.0  # seconds; a web process ends by itself after 25
LONGEST_PAUSE = 30.0  # seconds between two starts of a process that keeps dying
SOUND_AFTER = 60.0  # seconds of life after which a death is a first death again


@dataclass
class Place:
    """A web process that should run, and what became of it."""

    number: int
    pid: int | None = None
    has_served: bool = False
    deaths: int = 0
    started: float = 0.0  # seconds of time.monotonic()
    start_at: float = 0.0


@dataclass(frozen=True)
class Tether:
    """What a web process holds of its master. `master` ends when the master does."""

    master: socket.socket
    ready: int

    def report_ready(self) -> None:
        """Tell the master that this process serves."""
        os.write(self.ready, b"%d\n" % os.getpid())


class Master:
    """Use as a context: signals are heard from its start to its end. `stopping` turns true with the first of them."""

    def __init__(self, listener: socket.socket) -> None:
        self.stopping = False
        self._impatient = False
        self._listener = listener
        self._wake_read, self._wake_write = os.pipe()
        self._ready_read, self._ready_write = os.pipe()
        self._held, self._tether = socket.socketpair()
        self._places: list[Place] = []
        self._upkeep_pid: int | None = None

    def __enter__(self) -> Self:
        for end in (self._wake_read, self._wake_write, self._ready_read):
            os.set_blocking(end, False)
        # A handler that does nothing still makes the wake-up pipe speak, also where this is process 1 of a container.
        self._old = {number: signal.signal(number, lambda *_: None) for number in HEARD}
        self._old_wakeup = signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()
        signal.set_wakeup_fd(self._old_wakeup)
        for number, handler in self._old.items():
            signal.signal(number, handler)
        for end in (self._wake_read, self._wake_write, self._ready_read, self._ready_write):
            os.close(end)
        self._held.close()
        self._tether.close()

    def once(self, run: Callable[[], object]) -> tuple[int, str]:
        """Call `run` in a process of its own and wait. Returns its exit status and what it wrote to stdout.

        The status is what `run` gave to sys.exit, 0 when it returned, 1 when it raised, minus the signal that ended it.
        """
        output, end = os.pipe()
        pid = self._fork(run, stdout=end)
        os.close(end)
        said = b""
        with os.fdopen(output, "rb", buffering=0) as pipe:
            while True:
                heard, _, _ = select.select([pipe, self._wake_read], [], [])
                if self._wake_read in heard and self._hear():
                    os.kill(pid, signal.SIGTERM)
                if pipe in heard:
                    piece = pipe.read(65_536)
                    if not piece:
                        break
                    said += piece
        _, status = os.waitpid(pid, 0)
        return os.waitstatus_to_exitcode(status), said.decode(errors="replace")

    def keep(
        self,
        processes: int,
        web: Callable[[int, Tether], None],
        *,
        on_serving: Callable[[], None],
        upkeep: Callable[[], object] | None,
        upkeep_every: float,
    ) -> int:
        """Keep `processes` running `web(number, tether)` until a signal says stop. Returns the exit status, 0 or 1.

        `on_serving` is called once, when all have reported that they are ready. A process that dies before it has ever
        been ready ends everything: another try would fail like the first. `upkeep` runs every `upkeep_every` seconds.
        """
        self._places = [Place(number) for number in range(processes)]
        announced = False
        upkeep_at = time.monotonic() + upkeep_every
        while not self.stopping:
            now = time.monotonic()
            self._start_due(web, now)
            if upkeep is not None and now >= upkeep_at:
                upkeep_at = now + upkeep_every
                self._start_upkeep(upkeep)
            due = [upkeep_at, *(place.start_at for place in self._places if place.pid is None)]
            self._wait(max(0.0, min(due) - now))
            if not self._reap():
                return 1
            if not announced and all(place.has_served for place in self._places):
                announced = True
                on_serving()
        return 0

    def _start_due(self, web: Callable[[int, Tether], None], now: float) -> None:
        tether = Tether(self._tether, self._ready_write)
        for place in self._places:
            if place.pid is None and place.start_at <= now:
                place.started = now
                place.pid = self._fork(partial(web, place.number, tether), serves=True)

    def _start_upkeep(self, upkeep: Callable[[], object]) -> None:
        if self._upkeep_pid is not None:
            log.warning("upkeep_still_running", pid=self._upkeep_pid)
            return
        with Path(os.devnull).open("wb") as nowhere:
            self._upkeep_pid = self._fork(upkeep, stdout=nowhere.fileno())

    def _fork(self, run: Callable[[], object], *, stdout: int | None = None, serves: bool = False) -> int:
        """The id of a new process that calls `run` and ends; it holds nothing of the master's that it does not need."""
        _flush()
        # Held back around the fork: else a signal could run in the child what was meant for the master.
        signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)
        try:
            if pid := os.fork():
                return pid
            status = 1
            try:
                self._become_child(stdout)
                if not serves:
                    self._listener.close()  # or the port would stay taken while this process outlives the others
                status = _called(run)
            finally:
                _flush()
                os._exit(status)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)

    def _become_child(self, stdout: int | None) -> None:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for number in (signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)
        self._held.close()  # or this process itself would keep its brothers from seeing the master's end
        for end in (self._wake_read, self._wake_write, self._ready_read):
            os.close(end)
        if stdout is not None:
            os.dup2(stdout, 1)

    def _wait(self, seconds: float) -> None:
        """Sleep until something is to be heard, and hear it."""
        heard, _, _ = select.select([self._wake_read, self._ready_read], [], [], seconds)
        if self._wake_read in heard:
            self._hear()
        if self._ready_read in heard:
            ready = {int(pid) for pid in os.read(self._ready_read, 65_536).split()}
            for place in self._places:
                place.has_served |= place.pid in ready

    def _hear(self) -> bool:
        """Read the signals that have come. Returns whether one of them says stop."""
        stops = [number for number in os.read(self._wake_read, 4_096) if number in STOPS]
        if stops:
            self._impatient = self.stopping and signal.SIGINT in stops
            self.stopping = True
        return bool(stops)

    def _reap(self) -> bool:
        """Take note of every process that ended. Returns false when one ended before it had ever served."""
        sound = True
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                pid, status = ended[0], os.waitstatus_to_exitcode(ended[1])
                if pid == self._upkeep_pid:
                    self._upkeep_pid = None
                    if status and not self.stopping:
                        log.error("upkeep_failed", status=status)
                # As process 1 of a container it also gets the orphans of others: they are in no place.
                for place in self._places:
                    if place.pid == pid:
                        sound = self._note_death(place, status) and sound
        return sound

    def _note_death(self, place: Place, status: int) -> bool:
        """Whether to go on after `place` lost its process."""
        pid, place.pid = place.pid, None
        if self.stopping:
            return True
        if not place.has_served:
            log.error("web_process_did_not_start", pid=pid, status=status)
            return False
        now = time.monotonic()
        place.deaths = 1 if now - place.started >= SOUND_AFTER else place.deaths + 1
        pause = pause_after(place.deaths)
        place.start_at = now + pause
        log.error("web_process_died", pid=pid, status=status, restart_in=pause)
        return True

    def _end(self) -> None:
        """Stop everything that was started, with time for what is under way, and wait for it."""
        self.stopping = True
        self._listener.close()
        for pid in self._running():
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + LONGEST_END
        while self._running() and (left := deadline - time.monotonic()) > 0 and not self._impatient:
            self._wait(left)
            self._reap()
        for pid in self._running():
            log.error("process_killed_at_end", pid=pid)
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)

    def _running(self) -> list[int]:
        pids = [place.pid for place in self._places]
        return [pid for pid in (*pids, self._upkeep_pid) if pid is not None]


def pause_after(deaths: int) -> float:
    """Seconds to wait before a process is started again after so many deaths in a row: none, then 0.5, 1, 2 … 30."""
    return 0.0 if deaths <= 1 else min(LONGEST_PAUSE, 0.5 * 2 ** min(deaths - 2, 10))


def _called(run: Callable[[], object]) -> int:
    """The exit status of a process that only calls `run`."""
    try:
        run()
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        sys.stderr.write(f"{end.code}\n")
        return 1
    except Exception:
        log.exception("process_failed")
        return 1
    return 0


def _flush() -> None:
    """Before a fork nothing may wait in a buffer, or both sides write it; at an end nothing may stay there."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # closed, or nobody reads it any more
            stream.flush()
