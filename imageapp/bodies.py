"""Where the body of a request lies until the app has read it: in memory while there is room, else in a file.

Waitress by itself writes whatever is longer than half a megabyte to a file. A photograph that waits in memory costs the
server a tenth less; but slow senders, of whom there may be many, must not fill it.
"""

import contextlib
import threading
import weakref
from typing import Any

from waitress.parser import HTTPRequestParser
from waitress.utilities import Error

from imageapp.disks import is_full
from imageapp.logs import events

log = events(__name__)

ROOM = 32_000_000  # bytes, of all bodies that a process holds in memory because of this
LONGEST = 8_000_000  # bytes of one such body


class Room:
    """So many bytes of memory, to be taken and given back by any thread."""

    def __init__(self, size: int = ROOM, longest: int = LONGEST) -> None:
        self._free = size
        self._longest = longest
        self._lock = threading.Lock()

    def take(self, size: int) -> bool:
        """Whether so many bytes may be held in memory. If so, they are to be given back."""
        with self._lock:
            if size > min(self._free, self._longest):
                return False
            self._free -= size
            return True

    def give_back(self, size: int) -> None:
        """What was taken."""
        with self._lock:
            self._free += size


class NoRoomForBody(Error):
    """The disk that bodies wait on is full."""

    code = 507
    reason = "Insufficient Storage"


class Incoming(HTTPRequestParser):
    """A request as it comes. A body that says how long it is takes its place in the process's `room`, if there is."""

    room = Room()

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head. Whatever becomes of the request, its place is free when nobody knows of it any more."""
        super().parse_header(header_plus)
        body: Any = self.body_rcv
        length = self.content_length
        if body is not None and length and self.room.take(length):
            weakref.finalize(self, self.room.give_back, length)
            body.getbuf().overflow = length + 1

    def received(self, data: bytes) -> int:
        """Take what came. Where the disk takes no more of a body, the request is over, and its answer says so."""
        try:
            return super().received(data)
        except OSError as error:
            if not is_full(error):
                raise
            log.exception("body_not_kept", received=self.body_bytes_received)
            self.error = NoRoomForBody(str(error))
            self.completed = True
            return len(data)

    def close(self) -> None:
        """Forget the body. What could not be written to its file is tried once more there, in vain."""
        with contextlib.suppress(OSError):
            super().close()
