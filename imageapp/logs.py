"""Log lines: one JSON object each, on stderr, whole between processes and unable to be forged.

`log = events(__name__)` gives a module its log; `log.info("sign_in_failed", username=name)` writes a line with the keys
`time` (RFC 3339, UTC), `level`, `event` (a constant name), `request_id` while a request is served, and the fields. What
other libraries log goes through the same handler, as the event `log`. Secrets never belong in a field; the token of an
expiring link, which libraries repeat in paths, is masked everywhere.
"""

import contextlib
import json
import logging
import os
import re
import select
import stat
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType

# Bytes with the newline. Lines of up to PIPE_BUF (4,096 on Linux) are written whole or not at all, longer ones tear.
LONGEST = 3_500
# How long a full pipe is waited for, once, before lines are given up: nobody may be reading at its other end.
PATIENCE = 0.5  # seconds

# The id of the request that this thread serves, set and reset by whoever serves it.
request_id: ContextVar[str | None] = ContextVar("request_id", default=None)

_LINK = re.compile(r"/l/[^\s\"'?#<>]+")
_FIRST_KEYS = ("time", "level", "event", "request_id")
_CUT_FROM_FRONT = frozenset({"traceback"})  # its end names the fault
_MARK = "…"
# ASCII only, so that every control, direction and line separator character is escaped.
_ENCODE = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode


class Events:
    """The log of one module."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)

    def info(self, event: str, /, **fields: object) -> None:
        """Something that happened as it should."""
        if _lines is not None:  # one comes with every request: it goes straight to where the others go in the end
            _lines.put(_fitted(_event_entry(time.time(), "info", event, fields)))
        else:
            self._logger.info(event, extra={"fields": fields})

    def warning(self, event: str, /, **fields: object) -> None:
        """Something that an operator may want to look at."""
        self._logger.warning(event, extra={"fields": fields})

    def error(self, event: str, /, **fields: object) -> None:
        """Something that did not work."""
        self._logger.error(event, extra={"fields": fields})

    def exception(self, event: str, /, **fields: object) -> None:
        """Like `error`, with the type and the traceback of the exception that is being handled."""
        self._logger.error(event, exc_info=True, extra={"fields": fields})


def events(name: str) -> Events:
    """The log of the module `name`."""
    return Events(name)


def configure(fd: int = 2) -> None:
    """Send every log, warning and uncaught exception of this process to `fd` as lines. A second call does nothing."""
    global _lines  # noqa: PLW0603 - one for each process, as the root logger is
    if _lines is not None:
        return
    _lines = Lines(fd)
    root = logging.getLogger()
    root.addHandler(_lines)
    root.setLevel(logging.INFO)
    logging.raiseExceptions = False  # a fault in logging would print a traceback between the lines
    # No line shows these, and every line would pay for finding them out.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None
    logging.captureWarnings(True)
    logging.getLogger("waitress").setLevel(logging.WARNING)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a line per waiting request helps nobody
    logging.getLogger("sqlalchemy").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    sys.excepthook = _uncaught
    threading.excepthook = lambda fault: _uncaught(fault.exc_type, fault.exc_value, fault.exc_traceback)


def _uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if error is None or issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger(__name__).critical("uncaught", exc_info=(kind, error, trace), extra={"fields": {}})


class Lines(logging.Handler):
    """Writes each record with one write(). When nobody reads, lines are lost and counted: the app goes on."""

    def __init__(self, fd: int) -> None:
        super().__init__()
        self._fd = _without_waiting(fd)
        self._may_block = self._fd == fd
        self._room = select.poll()
        self._room.register(self._fd, select.POLLOUT)
        self._lost = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record's line."""
        self.put(line(record))

    def put(self, written: bytes) -> None:
        """Write this line, after a line that says how many could not be written before."""
        self.acquire()
        try:
            if self._lost:
                gap = _event_entry(time.time(), "warning", "log_lines_lost", {"lines": self._lost})
                written = _fitted(gap) + written  # together still less than PIPE_BUF
            self._lost = 0 if self._write(written) else self._lost + 1
        finally:
            self.release()

    def _write(self, written: bytes) -> bool:
        """Whether it is out. A full pipe is waited for, unless the line before this one waited in vain."""
        patience = 0.0 if self._lost else PATIENCE
        deadline = 0.0
        while True:
            try:
                # After a loss a page must be free: into the rest of the last one a short line would still fit, and
                # the next long one would wait again.
                if (self._may_block or self._lost) and not self._room.poll(patience * 1_000):
                    return False
                os.write(self._fd, written)
            except BlockingIOError:
                now = time.monotonic()
                deadline = deadline or now + patience
                if now >= deadline or not self._room.poll((deadline - now) * 1_000):
                    return False
            except OSError:
                return False
            else:
                return True


_lines: Lines | None = None  # once configured


def _without_waiting(fd: int) -> int:
    """A descriptor for the same pipe that never blocks, or `fd` itself where there is none.

    O_NONBLOCK on `fd` would hold for every program that shares it, a shell's terminal for one; opening the pipe anew
    through /proc makes a description of our own.
    """
    with contextlib.suppress(OSError):
        if stat.S_ISFIFO(os.fstat(fd).st_mode):
            return os.open(f"/proc/self/fd/{fd}", os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    return fd


def line(record: logging.LogRecord) -> bytes:
    """The record as a line of JSON in ASCII, at most LONGEST bytes with its newline: long values are cut and marked."""
    fields = record.__dict__.get("fields")
    if isinstance(fields, dict):
        entry = _event_entry(record.created, record.levelname.lower(), record.msg, fields)
    else:
        heard = {"logger": record.name, "message": _message(record)}
        entry = _event_entry(record.created, record.levelname.lower(), "log", heard)
    if record.exc_info and record.exc_info[0] is not None:
        entry["exception"] = record.exc_info[0].__qualname__
        entry["traceback"] = _text("".join(traceback.format_exception(*record.exc_info)), from_front=True)
    return _fitted(entry)


def _event_entry(at: float, level: str, event: object, fields: Mapping[str, object]) -> dict[str, object]:
    """What the line of an event says; `at` is in seconds since 1970."""
    written = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    entry: dict[str, object] = {"time": written, "level": level, "event": _text(event)}
    if (served := request_id.get()) is not None:
        entry["request_id"] = _text(served)
    for key, value in fields.items():
        entry[f"{key}_" if key in _FIRST_KEYS else str(key)] = _plain(value)
    return entry


def _message(record: logging.LogRecord) -> str:
    try:
        return _text(record.getMessage())
    except Exception:  # a library's message and arguments need not fit
        return _text(record.msg)


def _plain(value: object) -> object:
    """The value as JSON knows it; what it does not know, as text."""
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return int(value)
    if isinstance(value, float) and abs(value) < float("inf"):
        return float(value)
    return _text(value)


def _text(value: object, *, from_front: bool = False) -> str:
    try:
        text = value if isinstance(value, str) else str(value)
    except Exception:  # any object may come here, and its __str__ may fail
        text = f"<{type(value).__name__} without text>"
    if "/l/" in text:  # before any cut, which could part a token from what gives it away
        text = _LINK.sub("/l/" + _MARK, text)
    if len(text) > LONGEST:
        return _MARK + text[-LONGEST:] if from_front else text[:LONGEST] + _MARK
    return text


def _encoded(value: object) -> bytes:
    return _ENCODE(value).replace("\x7f", "\\u007f").encode("ascii")  # the one control character that JSON leaves


def _fitted(entry: dict[str, object]) -> bytes:
    """The entry's line, its longest texts cut until it fits."""
    while len(encoded := _encoded(entry)) >= LONGEST:
        sizes = {key: len(_encoded(value)) for key, value in entry.items() if isinstance(value, str)}
        longest = max(sizes, key=lambda key: sizes[key])
        if sizes[longest] < 64:  # many small fields: the last ones go
            entry.pop(next(key for key in reversed(entry) if key != "cut"))
            entry["cut"] = True
            continue
        front = longest in _CUT_FROM_FRONT
        text = str(entry[longest]).removeprefix(_MARK) if front else str(entry[longest]).removesuffix(_MARK)
        excess = len(encoded) - LONGEST + 16
        # A character takes 1 to 12 bytes; at most half goes at a time, so that two long values share the loss.
        drop = min(len(text) // 2 + 1, excess * len(text) // sizes[longest] + 1)
        entry[longest] = _MARK + text[drop:] if front else text[:-drop] + _MARK
    return encoded + b"\n"
