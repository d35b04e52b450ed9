"""The operator stops the server: whoever is being served is served whole, and the program ends in time."""

import hashlib
import json
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

from tests.serve.running import Client, Gate, Running, read_to_end, until
from tests.serve.small_server import BIG

UPLOAD = bytes(range(256)) * 20_000  # 5 MB


def refused(port: int) -> bool:
    """Whether nobody listens there any more."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:  # in the backlog as it closed
        return False
    return False


def read_slowly(client: Client, so_far: "hashlib._Hash") -> int:
    """Read the body of the download to its end in small pieces; the bytes read."""
    length = 0
    while length < BIG:
        piece = client.stream.read1(16_384)
        assert piece, f"the download was cut after {length} bytes"
        length += len(piece)
        so_far.update(piece)
    return length


def test_uploader_downloader_and_waiting_visitor_are_all_served_whole_when_the_operator_stops(
    start: Callable[..., Running], gate: Gate, tmp_path: Path
) -> None:
    big = tmp_path / "big"
    big.write_bytes(hashlib.sha256(b"seed").digest() * (BIG // 32))
    server = start().started()
    with server.client() as up, server.client(receive_buffer=65_536) as down, server.client() as slow:
        up.send("POST /upload HTTP/1.1", {"Content-Length": str(len(UPLOAD))}, UPLOAD[:2_000_000])
        down.send(f"GET /download?file={big} HTTP/1.1")
        assert down.head()[0] == 200
        slow.send(f"GET /hold?gate={gate.port} HTTP/1.1")
        gate.arrival()
        idle = server.client()
        idle.get("/")

        stopped = time.monotonic()
        server.signal(signal.SIGTERM)
        with idle:
            assert idle.socket.recv(1) == b"", "an idle connection was given more than its end"
        until(lambda: refused(server.port), "the port is closed")
        assert server.process.poll() is None
        for at in range(2_000_000, len(UPLOAD), 100_000):
            up.socket.sendall(UPLOAD[at : at + 100_000])
        _, up_headers, uploaded = up.answer()
        gate.release()
        waited = json.loads(slow.answer()[2])
        downloaded = hashlib.sha256()
        read_slowly(down, downloaded)

    assert json.loads(uploaded)["body"] == hashlib.sha256(UPLOAD).hexdigest()
    assert up_headers["connection"] == "close"
    assert waited["pid"] != server.process.pid
    assert downloaded.hexdigest() == hashlib.sha256(big.read_bytes()).hexdigest()
    assert server.ended() == 0
    assert time.monotonic() - stopped < 30
    assert read_to_end(server.stdout.fileno()) == b""
    assert server.log() == []


def test_busy_kept_alive_connection_is_told_to_close_and_does_not_hold_up_the_end(
    start: Callable[..., Running], gate: Gate
) -> None:
    server = start(processes=1).started()
    with server.client() as chatty, server.client() as slow:
        chatty.get("/")
        slow.send(f"GET /hold?gate={gate.port} HTTP/1.1")
        gate.arrival()

        server.signal(signal.SIGTERM)
        until(lambda: refused(server.port), "the port is closed")
        chatty.send("GET / HTTP/1.1")
        status, headers, _ = chatty.answer()
        after = chatty.stream.read(1)
        gate.release()
        slow.answer()

    assert (status, headers["connection"], after) == (200, "close", b"")
    assert server.ended() == 0


def test_operator_who_interrupts_twice_does_not_wait(start: Callable[..., Running], gate: Gate) -> None:
    server = start(processes=1).started()
    with server.client() as held:
        held.send(f"GET /hold?gate={gate.port} HTTP/1.1")
        gate.arrival()

        server.signal(signal.SIGINT)
        until(lambda: refused(server.port), "the port is closed")
        server.signal(signal.SIGINT)
        status = server.ended()
        cut = held.stream.read(1)

    assert status == 0
    assert cut == b""
    assert [line["event"] for line in server.log()] == ["process_killed_at_end"]


def test_operator_who_stops_during_the_preparation_ends_it_too(start: Callable[..., Running], gate: Gate) -> None:
    server = start({"wait_in_prepare": gate.port})
    gate.arrival()

    server.signal(signal.SIGTERM)

    assert server.ended() == 0
    assert read_to_end(server.stdout.fileno()) == b""
    assert gate.waiting[0].recv(1) == b""
