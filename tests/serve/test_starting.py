"""What an operator sees and gets when the server starts."""

import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from imageapp.config import Settings
from imageapp.serve import address
from tests.serve.running import Gate, Running, read_to_end


def test_operator_reads_the_address_and_that_the_password_is_still_the_default(start: Callable[..., Running]) -> None:
    server = start({"default_password": True})
    first = server.stdout.readline().decode()
    second = server.stdout.readline().decode()
    port = int(first.rsplit(":", 1)[1])

    assert first == f"imageapp is at http://127.0.0.1:{port}\n"
    assert second == ("The admin account still has its default password (admin / admin). Sign in and change it.\n")
    server.port = port
    assert server.ask()["host"] == "localhost"


def test_operator_with_a_password_of_their_own_reads_the_address_alone(start: Callable[..., Running]) -> None:
    server = start().started()
    server.signal(signal.SIGTERM)

    assert server.ended() == 0
    assert read_to_end(server.stdout.fileno()) == b""


@pytest.mark.parametrize(
    ("host", "public_url", "words"),
    [
        ("127.0.0.1", None, "http://127.0.0.1:8000"),
        ("::1", None, "http://[::1]:8000"),
        ("0.0.0.0", None, "http://127.0.0.1:8000 and at the other addresses of this machine"),
        ("::", None, "http://[::1]:8000 and at the other addresses of this machine"),
        ("0.0.0.0", "https://pictures.example", "https://pictures.example (here: http://127.0.0.1:8000)"),
    ],
)
def test_operator_reads_an_address_that_a_browser_opens(host: str, public_url: str | None, words: str) -> None:
    settings = Settings(instance=Path("/nowhere"), host=host, public_url=public_url)

    assert address(settings, 8000) == words


def test_operator_is_told_that_the_port_is_taken_and_the_data_is_left_alone(start: Callable[..., Running]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        server = start(port=port)

        assert server.ended() == 1
    assert read_to_end(server.stdout.fileno()) == b""
    assert server.errors.read_text() == (
        f"imageapp cannot start: port {port} of 127.0.0.1 is taken by another program. "
        "Stop that one, or choose another port: PORT=8001\n"
    )
    assert not server.prepared.exists()


@pytest.mark.parametrize("host", ["no.such.host.invalid", "192.0.2.1"])
def test_operator_is_told_that_an_address_is_not_of_this_machine(start: Callable[..., Running], host: str) -> None:
    server = start(host=host)

    assert server.ended() == 1
    assert server.errors.read_text() == f"imageapp cannot start: HOST='{host}' is not an address of this machine\n"


def test_operator_is_told_that_the_data_folder_cannot_be_made(start: Callable[..., Running], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    server = start(instance=str(tmp_path / "file" / "instance"))

    assert server.ended() == 1
    assert server.errors.read_text() == (
        f"imageapp cannot start: {tmp_path}/file/instance cannot be made (Not a directory): set IMAGEAPP_INSTANCE\n"
    )


def test_nobody_is_served_before_the_data_is_prepared(start: Callable[..., Running], gate: Gate) -> None:
    with socket.create_server(("127.0.0.1", 0)) as lender:
        port = lender.getsockname()[1]
    server = start({"wait_in_prepare": gate.port}, port=port)
    gate.arrival()

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)
    gate.release()

    assert server.started().ask()["host"] == "localhost"


def test_bodies_are_received_in_the_data_folder_where_nobody_else_looks(start: Callable[..., Running]) -> None:
    server = start().started()

    spool = Path(server.ask()["tmp"])

    assert spool == server.instance / "tmp"
    assert [folder.stat().st_mode & 0o777 for folder in (spool, server.instance)] == [0o700, 0o700]


def test_each_process_keeps_to_a_cpu_of_its_own(start: Callable[..., Running], gate: Gate) -> None:
    server = start(processes=2, threads=1).started()
    with server.client() as one:
        one.send(f"GET /hold?gate={gate.port} HTTP/1.1")
        gate.arrival()
        with server.client() as two:
            two.send(f"GET /hold?gate={gate.port} HTTP/1.1")
            gate.arrival()
            gate.release()
            answers = [client.answer()[2].decode() for client in (one, two)]

    pids = {answer.split('"pid": ')[1].split(",")[0] for answer in answers}
    cpus = {answer.split('"cpus": ')[1].split("]")[0] for answer in answers}
    assert len(pids) == len(cpus) == 2
    assert all("," not in each for each in cpus)


def test_processes_run_anywhere_where_there_is_no_cpu_for_each(start: Callable[..., Running]) -> None:
    cpus = sorted(os.sched_getaffinity(0))

    seen = start(processes=len(cpus) + 1).started().ask()

    assert seen["cpus"] == cpus
