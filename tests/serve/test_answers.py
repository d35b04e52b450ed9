"""What the server lets through to the app, and what it answers by itself."""

import hashlib
import json
import resource
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.serve.running import Gate, Running

CLAIMS = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Port": "444",
    "Forwarded": "for=203.0.113.9;host=evil.example;proto=https",
}
FAULT_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "content-type": "text/plain; charset=utf-8",
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "connection": "close",
}
NOTHING = hashlib.sha256(b"").hexdigest()
CAP = 2_000_000 + 1_000_000  # bytes: the setting below and the room for what surrounds the files


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server that takes 2 MB at once, for all tests that leave it as it was."""
    server = Running(tmp_path_factory.mktemp("plain"), max_request_bytes=2_000_000, max_file_bytes=1_000_000).started()
    yield server
    server.close()


def test_quick_visitors_never_wait_behind_slow_ones(start: Callable[..., Running], gate: Gate) -> None:
    server = start(processes=2, threads=16).started()
    held: list[int] = []
    with ExitStack() as slow:
        clients = []
        for _ in range(30):
            clients.append(slow.enter_context(server.client()))
            clients[-1].send(f"GET /hold?gate={gate.port} HTTP/1.1")
            held.append(gate.arrival())

        # Nobody lets the slow ones on before the quick ones are through: one in the wrong process waits for ever.
        quick = [server.ask()["pid"] for _ in range(40)]
        gate.release()
        answers = [client.answer()[0] for client in clients]

    assert answers == [200] * 30
    assert set(quick) <= set(held)
    assert max(held.count(pid) for pid in held) <= 16


def test_forged_proxy_headers_reach_nobody_without_a_proxy(plain: Running) -> None:
    seen = plain.ask("/", CLAIMS)

    assert (seen["peer"], seen["host"], seen["scheme"]) == ("127.0.0.1", "localhost", "http")
    assert seen["forwarded"] == []


def test_forged_proxy_headers_reach_nobody_from_a_peer_that_is_not_the_proxy(start: Callable[..., Running]) -> None:
    seen = start(trusted_proxy="192.0.2.7").started().ask("/", CLAIMS)

    assert (seen["peer"], seen["host"], seen["scheme"]) == ("127.0.0.1", "localhost", "http")
    assert seen["forwarded"] == []


@pytest.mark.parametrize("proxy", ["127.0.0.1", "*"])
def test_proxy_tells_who_the_visitor_is(start: Callable[..., Running], proxy: str) -> None:
    given = {
        "X-Forwarded-For": "203.0.113.1, 203.0.113.9",
        "X-Forwarded-Host": "p.example",
        "X-Forwarded-Proto": "https",
    }

    seen = start(trusted_proxy=proxy).started().ask("/", given | {"Forwarded": "for=203.0.113.2"})

    assert (seen["peer"], seen["host"], seen["scheme"]) == ("203.0.113.9", "p.example", "https")
    assert "HTTP_FORWARDED" not in seen["forwarded"]


def test_visitor_of_a_public_https_address_gets_https_links(start: Callable[..., Running]) -> None:
    assert start(public_url="https://p.example").started().ask()["scheme"] == "https"


def test_sender_of_too_much_is_heard_out_and_the_app_sees_only_how_much_it_was(plain: Running) -> None:
    """So the app can refuse it in its own words; nothing of it is kept."""
    with plain.client() as client:
        client.send("POST /upload HTTP/1.1", {"Content-Length": "300000000"})
        # All of it is sent before the answer is looked at, as browsers do: a reset connection would lose the answer.
        for _ in range(300):
            client.socket.sendall(bytes(100_000))
        _, headers, body = client.answer()
        client.socket.shutdown(socket.SHUT_WR)

        assert client.stream.read(1) == b""
    seen = json.loads(body)
    assert (seen["length"], seen["body"]) == ("300000000", NOTHING)
    assert headers["connection"] == "close"
    assert list((plain.instance / "tmp").iterdir()) == []


def test_sender_of_too_much_without_saying_so_is_cut_at_the_limit(plain: Running) -> None:
    """The app is told of as much as had come until then."""
    piece = b"186a0\r\n" + bytes(100_000) + b"\r\n"
    with plain.client() as client:
        client.send("POST /upload HTTP/1.1", {"Transfer-Encoding": "chunked"})
        for _ in range(CAP // 100_000 + 1):
            client.socket.sendall(piece)
        _, headers, body = client.answer()

    seen = json.loads(body)
    assert CAP <= int(seen["length"]) < CAP + 1_000_000
    assert seen["body"] == NOTHING
    assert headers["connection"] == "close"
    assert list((plain.instance / "tmp").iterdir()) == []


def test_sender_of_what_the_disk_cannot_take_reads_so_and_the_next_one_is_served(start: Callable[..., Running]) -> None:
    """The system lets this process write no file beyond a megabyte, as on a full disk."""
    server = start(processes=1).started()
    pid = server.ask()["pid"]
    soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (1_000_000, hard))
    with server.client() as client:
        client.send("POST /upload HTTP/1.1", {"Content-Length": "20000000"})
        for _ in range(200):
            client.socket.sendall(bytes(100_000))
        status, headers, body = client.answer()
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))
    with server.client() as client:
        client.send("POST /upload HTTP/1.1", {"Content-Length": "20000000"}, bytes(20_000_000))
        again, _, _ = client.answer()

    assert status == 507
    assert body.startswith(b"The disk of the server is full, and nothing was kept.")
    assert {name: headers[name] for name in FAULT_HEADERS} == FAULT_HEADERS
    assert again == 200
    assert [line["level"] for line in server.log() if line["event"] == "body_not_kept"] == ["error"]
    assert list((server.instance / "tmp").iterdir()) == []


def test_sender_of_just_enough_is_heard(plain: Running) -> None:
    with plain.client() as client:
        client.send("POST /upload HTTP/1.1", {"Content-Length": str(CAP - 1)}, bytes(CAP - 1))
        status, headers, body = client.answer()

    assert status == 200
    assert len(json.loads(body)["body"]) == 64
    assert "server" not in headers


@pytest.mark.parametrize(
    ("start_line", "extra", "status", "sentence"),
    [
        ("GET / HTTP/1.1\r\nBad Header: x", {}, 400, "The request cannot be understood."),
        ("POST / HTTP/1.1", {"Content-Length": "+4"}, 400, "The request cannot be understood."),
        (
            "POST / HTTP/1.1",
            {"Transfer-Encoding": "gzip"},
            501,
            "The request uses something that this server does not know.",
        ),
        (
            "GET / HTTP/1.1",
            {"Cookie": "x" * 300_000},
            431,
            "The headers of the request are too long. Deleting this site's cookies may help.",
        ),
        ("GET /break HTTP/1.1", {}, 500, "Something went wrong on the server. Try again."),
        (
            "GET /break HTTP/1.1",
            {"Accept-Language": "pl-PL, en;q=0.5"},
            500,
            "Coś poszło nie tak na serwerze. Spróbuj ponownie.",
        ),
    ],
)
def test_sender_of_an_odd_request_reads_one_plain_sentence(
    plain: Running, start_line: str, extra: dict[str, str], status: int, sentence: str
) -> None:
    with plain.client() as client:
        client.send(start_line, extra)
        answered, headers, body = client.answer()

    assert (answered, body.decode()) == (status, f"{sentence}\n")
    assert headers | FAULT_HEADERS == headers
    assert plain.ask()["host"] == "localhost"


def test_operator_finds_the_traceback_of_a_broken_app_in_one_line(start: Callable[..., Running]) -> None:
    server = start(processes=1).started()
    with server.client() as client:
        client.send("GET /break?/l/secret-token HTTP/1.1")
        body = client.answer()[2]

    [line] = server.log()
    assert (line["level"], line["event"], line["logger"]) == ("error", "log", "waitress")
    assert line["traceback"].endswith("RuntimeError: the app broke\n")
    assert b"RuntimeError" not in body


def test_visitors_are_served_though_nobody_reads_the_log(start: Callable[..., Running]) -> None:
    server = start({"unread": True}).started()

    answered = [server.ask("/log?bytes=2000")["host"] for _ in range(120)]

    assert answered == ["localhost"] * 120
