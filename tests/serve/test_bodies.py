"""Bodies wait in memory as long as there is room for them, and in files otherwise."""

import gc
from collections.abc import Iterator
from io import BytesIO

import pytest
from waitress.adjustments import Adjustments

from imageapp.bodies import Incoming, Room

SPOOLED = 524_288  # bytes from which on waitress writes a body to a file


class Small(Incoming):
    """A request in a process that holds three bodies of a million bytes, none longer."""

    room = Room(3_000_000, 1_000_000)


@pytest.fixture
def sent() -> Iterator[list[Incoming]]:
    """Requests that are under way."""
    requests: list[Incoming] = []
    yield requests
    for request in requests:
        request.close()
    requests.clear()
    gc.collect()


def _begun(sent: list[Incoming], length: int, *, come: int = SPOOLED + 1) -> BytesIO | object:
    """What the body of a new request lies in, once some of it has come."""
    sent.append(Small(Adjustments()))
    sent[-1].received(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % length)
    sent[-1].received(bytes(come))
    return sent[-1].get_body_stream()


def test_photographs_wait_in_memory_until_it_is_full(sent: list[Incoming]) -> None:
    """The fourth goes to the disk, and so does one that is too long."""
    lies = [isinstance(_begun(sent, 1_000_000), BytesIO) for _ in range(4)]
    long = _begun(sent, 1_000_001)

    assert lies == [True, True, True, False]
    assert not isinstance(long, BytesIO)


def test_place_of_a_request_that_is_gone_is_free_again(sent: list[Incoming]) -> None:
    """Whether it was answered or broke off: a sender who hangs up cannot keep it."""
    for _ in range(3):
        _begun(sent, 1_000_000)
    sent.pop().close()
    gc.collect()

    assert isinstance(_begun(sent, 1_000_000), BytesIO)
    assert not isinstance(_begun(sent, 1_000_000), BytesIO)


def test_every_byte_of_a_body_is_read_wherever_it_lay(sent: list[Incoming]) -> None:
    """In memory, at the limit of it, and in a file."""
    for length in (1, SPOOLED, 1_000_000, 1_000_001):
        content = bytes(range(251)) * (length // 251 + 1)
        sent.append(Small(Adjustments()))
        sent[-1].received(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % length)
        for start in range(0, length, 100_000):
            sent[-1].received(content[start : min(start + 100_000, length)])

        assert sent[-1].completed
        assert sent[-1].get_body_stream().read() == content[:length]
