"""Waitress as one web process runs it: it accepts only what it can serve at once, and ends without cutting anybody off.

Waitress by itself drops answers and uploads that are under way when it is told to stop, and closes a connection whose
body it refuses while the client still sends, which resets it before the answer is read.
"""

import contextlib
import fcntl
import socket
import struct
import termios
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, cast
from wsgiref.types import WSGIApplication

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher, WSGITask
from waitress.utilities import Error, RequestEntityTooLarge

from imageapp import aside
from imageapp.bodies import Incoming
from imageapp.languages import Languages
from imageapp.logs import events
from imageapp.sentences import said, say

log = events(__name__)

PATIENCE = 25.0  # seconds for what is under way when the end is asked for
IDLE = 1.0  # seconds for a kept-alive connection on which the next request may be on its way
LINGER = 10.0  # seconds in which a body that was refused is read and thrown away
MOST_ASIDE = 64  # requests of a process that only wait for others; each costs a thread that sleeps
TICK = 0.05  # seconds between two looks at what is still under way

_SENTENCES = {
    400: say("The request cannot be understood."),
    431: say("The headers of the request are too long. Deleting this site's cookies may help."),
    500: say("Something went wrong on the server. Try again."),
    501: say("The request uses something that this server does not know."),
    507: say("The disk of the server is full, and nothing was kept. Try again later, or tell the person who runs it."),
}
_FAULT_HEADERS = (
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Referrer-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
)


# Once for each process: no app is asked for what is said below it.
_languages = cache(Languages)


class Answer(WSGITask):
    """An answer of the app. It says so where the connection ends: with the server, or with a body that was left out."""

    def get_environment(self) -> dict[str, Any]:
        """What the app is told of the request, and how it may wait for another one."""
        environ = super().get_environment()
        if isinstance(self.channel.server, Server):
            environ[aside.KEY] = self.channel.server.aside
        return environ

    def build_response_header(self) -> bytes:
        """The head of the answer."""
        if _is_draining(self.channel) or (isinstance(self.channel, Channel) and self.channel.cut_short):
            self.set_close_on_finish()
        return super().build_response_header()


class Fault(ErrorTask):
    """The answer to a request that never reaches the app, with the headers that every answer has."""

    def execute(self) -> None:
        """Write the answer and let the connection end."""
        request = cast(Any, self.request)  # the published types take it for an error
        fault: Error = request.error
        # Where the app failed this is one that waitress made up; the one that came is still the channel's.
        came = self.channel.requests[0] if self.channel.requests else request
        language = _languages().of(None, came.headers.get("ACCEPT_LANGUAGE", ""))
        sentence = said(_SENTENCES.get(fault.code, fault.reason), language)
        body = f"{sentence}\n".encode()
        self.status = f"{fault.code} {fault.reason}"
        self.response_headers = [*self.response_headers, *_FAULT_HEADERS]
        self.set_close_on_finish()
        self.content_length = len(body)
        if isinstance(self.channel, Channel):
            self.channel.cut_short = True
        self.write(body)


class Channel(HTTPChannel):
    """One connection. Where the client may still be sending, or the server ends, it is closed in two steps."""

    parser_class = Incoming
    task_class = Answer
    error_task_class = Fault
    cut_short = False  # an answer was given before the whole request was read
    lingering_until = 0.0  # set once our side is closed

    def service(self) -> None:
        """Answer one request. Of one with a body over the limit the app sees the length and no body, and refuses it."""
        request = self.requests[0]
        if isinstance(request.error, RequestEntityTooLarge):
            self.cut_short = True
            _leave_out_body(request)
        super().service()

    def handle_close(self) -> None:
        """Close the connection, in the case of a finished answer only once the client has it."""
        finished = self.will_close and self.connected and not self.total_outbufs_len
        if finished and not self.lingering_until and (self.cut_short or _is_draining(self)) and self.socket:
            self.lingering_until = time.time() + LINGER
            self.will_close = False
            with contextlib.suppress(OSError):
                self.socket.shutdown(socket.SHUT_WR)
                return
        super().handle_close()

    def received(self, data: bytes) -> bool:
        """Take what the client sent; after the last answer it is thrown away."""
        if not self.lingering_until:
            return super().received(data)
        if time.time() >= self.lingering_until:
            super().handle_close()
        return False

    def settled(self, now: float) -> bool:
        """Whether nobody would miss this connection at `now` (seconds of time.time())."""
        # In this order: a thread adds its output before it takes its request off the list.
        if self.requests or self.request is not None or self.total_outbufs_len or self.close_when_flushed:
            return False
        if self.socket is not None and _unsent(self.socket):
            return False
        return bool(self.lingering_until) or now - self.last_activity >= IDLE


def _leave_out_body(request: Any) -> None:  # noqa: ANN401 - the published types have its headers unchangeable
    request.close()  # what came of it until it was too much lies on the disk
    request.body_rcv = None
    # In pieces it came without a length: it is as long as what was received, at least.
    request.headers["CONTENT_LENGTH"] = str(max(request.content_length, request.body_bytes_received))
    request.error = None


def _is_draining(channel: HTTPChannel) -> bool:
    return isinstance(channel.server, Server) and channel.server.draining


def _unsent(connection: socket.socket) -> int:
    """Bytes that the other side's system has not confirmed. They are lost if the machine or container ends now."""
    try:
        return struct.unpack("i", fcntl.ioctl(connection, termios.TIOCOUTQ, b"\0\0\0\0"))[0]
    except OSError:
        return 0


class Threads(ThreadedTaskDispatcher):
    """Waitress' threads. One that the system does not grant is not counted among them, or another would end for it."""

    def start_new_thread(self, target: Callable[[int], object], thread_no: int) -> None:
        """Start one. Raises RuntimeError where the system grants no more."""
        try:
            super().start_new_thread(target, thread_no)
        except RuntimeError:
            self.threads.discard(thread_no)
            raise


class Server(TcpWSGIServer):
    """Serves `application` on `listener`, a bound socket that other processes share, until `stop` is called."""

    channel_class = Channel

    def __init__(self, application: WSGIApplication, listener: socket.socket, options: dict[str, Any]) -> None:
        self.draining = False
        self.sockets: dict[int, Any] = {}  # all that the loop looks at, by descriptor
        self._listener = listener.fileno()
        self._aside = 0
        self._aside_lock = threading.Lock()
        adjustments = Adjustments(sockets=[listener], **options)
        dispatcher = Threads()
        dispatcher.set_thread_count(adjustments.threads)
        super().__init__(
            application,
            map=self.sockets,
            _sock=listener,
            dispatcher=dispatcher,
            adj=adjustments,
            sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
            bind_socket=False,
        )

    def all_busy(self) -> bool:
        """Whether a request that came now would wait for a thread."""
        return sum(1 for channel in self.channels() if channel.requests) >= self.adj.threads + self._aside

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Inside, the request of this thread only waits for another: a further thread does its work meanwhile.

        Raises Busy where MOST_ASIDE requests do so, or the system grants no further thread.
        """
        self._set_aside(1)
        try:
            yield
        finally:
            self._set_aside(-1)

    def _set_aside(self, more: int) -> None:
        with self._aside_lock:
            if self._aside + more > MOST_ASIDE:
                raise aside.too_many()
            try:
                self.task_dispatcher.set_thread_count(self.adj.threads + self._aside + more)
            except RuntimeError:
                log.exception("no_further_thread")
                raise aside.too_many() from None
            self._aside += more
        if more > 0:
            self.pull_trigger()  # the loop may be waiting for one that has ended before it accepts

    def channels(self) -> list[Channel]:
        """The open connections."""
        return [channel for channel in self.sockets.values() if isinstance(channel, Channel)]

    def readable(self) -> bool:
        """Whether to accept: only what can be served at once, as another process may have a thread to spare."""
        return bool(super().readable()) and not self.all_busy()

    def handle_accept(self) -> None:
        """Accept one connection, unless the requests that came in the same turn took the last thread."""
        if self.all_busy():
            return
        super().handle_accept()
        # To the end of the map, so that each turn reads requests before it accepts.
        self.sockets[self._listener] = self.sockets.pop(self._listener)

    def stop(self) -> None:
        """Ask for the end. May be called from a signal handler."""
        self.draining = True
        self.pull_trigger()

    def serve(self, patience: float = PATIENCE) -> bool:
        """Serve until `stop`, then end what is under way. Returns whether all of it ended within `patience` seconds."""
        while not self.draining:
            wasyncore.poll2(1.0, self.sockets)
        wasyncore.dispatcher.close(self)  # the listener only: threads still need the trigger
        deadline = time.monotonic() + patience
        while (channels := self.channels()) and time.monotonic() < deadline:
            wasyncore.poll2(TICK, self.sockets)
            now = time.time()
            for channel in channels:
                if channel.settled(now):
                    HTTPChannel.handle_close(channel)
        return not channels


class MasterWatch(wasyncore.dispatcher):
    """Stops `server` when the other end of `tether` closes, which is when the master is gone, however it went."""

    def __init__(self, tether: socket.socket, server: Server) -> None:
        super().__init__(tether, map=server.sockets)
        self.connected = True
        self._server = server

    def writable(self) -> bool:
        """Never: nothing is said to the master here."""
        return False

    def handle_read(self) -> None:
        """The end, since the master says nothing."""
        self.handle_close()

    def handle_close(self) -> None:
        """Stop the server."""
        self.close()
        self._server.stop()
