"""A multipart form (RFC 7578) taken apart as it is read: of no file is more than a piece in memory at any time."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from werkzeug.http import parse_options_header

from imageapp.refusals import TooLarge
from imageapp.sentences import say

# Bytes that are read at once. The body comes from a file or from memory, and what fits the cache of a CPU is searched,
# hashed and written in half the time of a megabyte.
PIECE = 1 << 17

_FOLD = re.compile(rb"\r\n[ \t]+")


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its field, the file's name where it is a file, and the content, which is passed over if not taken.

    Bytes of a file's name that are no UTF-8 are left out of it.
    """

    name: str
    file_name: str | None
    pieces: Iterator[memoryview]


def parts(read: Callable[[int], bytes], boundary: bytes, *, most: int, text: int) -> Iterator[Part]:
    """Every part in its order; `read` gives up to so many bytes of the body, and none at its end.

    Raises ValueError for a body that is no whole form, and TooLarge for more than `most` parts, or more than `text`
    bytes in all heads and fields together. What follows the last part is left unread.
    """
    body, allowance, delimiter = _Body(read), _Allowance(text), b"\r\n--" + boundary
    _pass_over(body.until(delimiter))
    while (found := body.take(2)) != b"--":
        most -= 1
        if found != b"\r\n":
            raise ValueError("a boundary is followed by something else than a part")
        if most < 0:
            raise _too_much()
        name, file_name = _field(b"".join(allowance.spent_on(body.until(b"\r\n\r\n"))))
        pieces = body.until(delimiter)
        yield Part(name, file_name, pieces if file_name is not None else allowance.spent_on(pieces))
        _pass_over(pieces)


class _Body:
    """What is read of the body, and the bytes of it that were read ahead."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        # As if a line had ended there, since the first boundary may stand at the very beginning.
        self._ahead = b"\r\n"

    def until(self, mark: bytes) -> Iterator[memoryview]:
        """What comes before `mark`, which is passed over. Raises ValueError where there is none."""
        ahead = self._ahead
        while (at := ahead.find(mark)) < 0:
            # The mark may have begun in the last bytes.
            if (safe := len(ahead) - len(mark) + 1) > 0:
                yield memoryview(ahead)[:safe]
                ahead = ahead[safe:]
            ahead += self._more()
        self._ahead = ahead[at + len(mark) :]
        if at:
            yield memoryview(ahead)[:at]

    def take(self, count: int) -> bytes:
        """The next `count` bytes. Raises ValueError where there are fewer."""
        while len(self._ahead) < count:
            self._ahead += self._more()
        taken, self._ahead = self._ahead[:count], self._ahead[count:]
        return taken

    def _more(self) -> bytes:
        if not (more := self._read(PIECE)):
            raise ValueError("the form ends before its last boundary")
        return more


class _Allowance:
    """So many bytes may be kept in memory, in the whole form."""

    def __init__(self, most: int) -> None:
        self._left = most

    def spent_on(self, pieces: Iterable[memoryview]) -> Iterator[memoryview]:
        """The same pieces. Raises TooLarge when they are more than is left."""
        for piece in pieces:
            self._left -= len(piece)
            if self._left < 0:
                raise _too_much()
            yield piece


def _pass_over(pieces: Iterable[memoryview]) -> None:
    for _ in pieces:
        pass


def _too_much() -> TooLarge:
    return TooLarge(say("More was sent than this form may hold. Send less."))


def _field(head: bytes) -> tuple[str, str | None]:
    """The field's and the file's name. Raises ValueError for a head without the one, or with one that is not UTF-8."""
    for line in _FOLD.sub(b" ", head).split(b"\r\n"):
        header, _, value = line.partition(b":")
        if header.strip().lower() == b"content-disposition":
            # Each byte that is no UTF-8 becomes a surrogate, which no encoder takes.
            said = parse_options_header(value.strip().decode("utf-8", "surrogateescape"))[1]
            name, file_name = said.get("name", ""), said.get("filename")
            name.encode()
            return name, None if file_name is None else _readable(file_name)
    raise ValueError("a part does not say which field it is")


def _readable(name: str) -> str:
    # Where it came percent-encoded, what is no UTF-8 was replaced already.
    return name.encode("utf-8", "ignore").decode().replace("\ufffd", "")
