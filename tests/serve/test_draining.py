"""The end of one web process, watched from inside: nobody is cut before the time, and nobody holds it up after."""

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from imageapp.draining import MasterWatch, Server
from imageapp.refusals import Busy
from tests.serve.running import DEADLINE, Client, until

MOST = 1_000_000  # bytes of a body


class Serving:
    """A Server in a thread of this process, and an app whose requests wait for the test."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.let_go = threading.Event()
        self.arrived = threading.Semaphore(0)
        self.server = Server(self.app, self.listener, {"threads": 2, "ident": None, "max_request_body_size": MOST})
        self.ended: list[bool] = []
        self.thread: threading.Thread | None = None

    def app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/hold":
            self.arrived.release()
            self.let_go.wait(DEADLINE)
        status = "413 Too Much" if int(environ.get("CONTENT_LENGTH", 0)) > MOST else "200 OK"
        start_response(status, [("Content-Length", "2")])
        return [b"ok"]

    def serve(self, patience: float) -> None:
        self.thread = threading.Thread(target=lambda: self.ended.append(self.server.serve(patience)))
        self.thread.start()

    def result(self) -> bool:
        """Whether all was ended whole."""
        assert self.thread is not None
        self.thread.join(DEADLINE)
        return self.ended[0]

    def close(self) -> None:
        self.let_go.set()
        self.server.stop()
        assert self.thread is not None
        self.thread.join(DEADLINE)
        self.server.task_dispatcher.shutdown()
        for each in list(self.server.sockets.values()):
            each.close()
        self.listener.close()


@pytest.fixture
def serving() -> Iterator[Callable[[float], Serving]]:
    started: list[Serving] = []

    def begin(patience: float) -> Serving:
        started.append(Serving())
        started[-1].serve(patience)
        return started[-1]

    yield begin
    for each in started:
        each.close()


def test_request_that_outlasts_the_patience_is_reported_as_cut(serving: Callable[[float], Serving]) -> None:
    house = serving(0.2)
    with Client(house.port) as held:
        held.send("GET /hold HTTP/1.1")
        assert house.arrived.acquire(timeout=DEADLINE)

        house.server.stop()

        assert house.result() is False


def test_person_is_asked_to_come_back_where_the_system_grants_no_further_thread(
    serving: Callable[[float], Serving], monkeypatch: pytest.MonkeyPatch
) -> None:
    house = serving(DEADLINE)

    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as short:
        short.setattr(threading.Thread, "start", refuse)
        for _ in range(3):
            with pytest.raises(Busy), house.server.aside():
                raise AssertionError("nobody does the work of this one meanwhile")
    with house.server.aside():
        pass

    # The two threads are all there are, and nobody is let in for whom there is none.
    with Client(house.port) as first, Client(house.port) as second:
        for held in (first, second):
            held.send("GET /hold HTTP/1.1")
            assert house.arrived.acquire(timeout=DEADLINE)
        assert house.server.all_busy()
        house.let_go.set()
        assert [held.answer()[2] for held in (first, second)] == [b"ok", b"ok"]


def test_end_of_the_master_ends_the_server(serving: Callable[[float], Serving]) -> None:
    house = serving(DEADLINE)
    ours, theirs = socket.socketpair()
    MasterWatch(theirs, house.server)
    house.server.pull_trigger()
    with Client(house.port) as visitor:
        visitor.send("GET / HTTP/1.1")
        before = visitor.answer()[2]

        ours.close()

        assert house.result() is True
    assert before == b"ok"


def test_server_waits_until_the_last_byte_has_reached_the_visitor(serving: Callable[[float], Serving]) -> None:
    house = serving(DEADLINE)
    with Client(house.port) as visitor:
        visitor.send("GET /hold HTTP/1.1")
        assert house.arrived.acquire(timeout=DEADLINE)
        house.server.stop()
        house.let_go.set()

        status, headers, body = visitor.answer()

        assert (status, headers["connection"], body) == (200, "close", b"ok")
        assert visitor.stream.read(1) == b""
        assert house.result() is True


def test_visitor_who_would_have_to_wait_is_left_to_another_process(serving: Callable[[float], Serving]) -> None:
    house = serving(DEADLINE)
    with Client(house.port) as one, Client(house.port) as two:
        for client in (one, two):
            client.send("GET /hold HTTP/1.1")
            assert house.arrived.acquire(timeout=DEADLINE)
        with Client(house.port) as three:
            three.send("GET / HTTP/1.1")

            house.server.handle_accept()
            wanted, taken = house.server.readable(), len(house.server.channels())
            house.let_go.set()
            answers = [client.answer()[2] for client in (one, two, three)]

    assert (wanted, taken) == (False, 2)
    assert answers == [b"ok"] * 3


def test_refused_sender_is_heard_out_so_that_the_refusal_arrives(serving: Callable[[float], Serving]) -> None:
    house = serving(DEADLINE)
    with Client(house.port) as client:
        client.send("POST / HTTP/1.1", {"Content-Length": "9000000"})
        client.socket.sendall(bytes(9_000_000))
        status, headers, _ = client.answer()
        client.socket.shutdown(socket.SHUT_WR)

        assert client.stream.read(1) == b""
    assert (status, headers["connection"]) == (413, "close")
    until(lambda: not house.server.channels(), "the connection is let go")
