"""Processes die: service goes on, nothing stays behind, and a start that cannot work ends at once."""

import os
import signal
import socket
from collections.abc import Callable

from imageapp.processes import pause_after
from tests.serve.running import Gate, Running, read_to_end, until


def test_visitor_is_served_by_a_new_process_after_one_was_killed(start: Callable[..., Running]) -> None:
    server = start(processes=1).started()
    first = server.ask()["pid"]

    os.kill(first, signal.SIGKILL)
    second = server.ask()["pid"]
    os.kill(second, signal.SIGKILL)
    third = server.ask()["pid"]

    assert len({first, second, third}) == 3
    deaths = [(line["event"], line["pid"], line["status"], line["restart_in"]) for line in server.log()]
    assert deaths == [("web_process_died", first, -9, 0.0), ("web_process_died", second, -9, 0.5)]


def test_only_the_visitors_of_a_process_notice_its_death(start: Callable[..., Running], gate: Gate) -> None:
    server = start(processes=2, threads=1).started()
    with server.client() as unlucky:
        unlucky.send(f"GET /hold?gate={gate.port} HTTP/1.1")
        doomed = gate.arrival()
        with server.client() as lucky:
            lucky.send(f"GET /hold?gate={gate.port} HTTP/1.1")
            other = gate.arrival()

            os.kill(doomed, signal.SIGKILL)
            replacement = server.ask()["pid"]
            cut = unlucky.stream.read(1)
            gate.release()
            status, _, body = lucky.answer()

    assert len({doomed, other, replacement}) == 3
    assert cut == b""
    assert status == 200
    assert f'"pid": {other}' in body.decode()


def test_pauses_between_deaths_grow_to_half_a_minute() -> None:
    assert [pause_after(deaths) for deaths in (1, 2, 3, 4, 8, 9, 5_000)] == [0.0, 0.5, 1.0, 2.0, 30.0, 30.0, 30.0]


def test_no_process_and_no_port_stays_when_the_master_is_killed(start: Callable[..., Running]) -> None:
    server = start().started()
    with server.client() as idle:
        idle.get("/")

        server.signal(signal.SIGKILL)
        server.ended()

        # Every process holds the same stdout: its end is the end of the last of them.
        assert read_to_end(server.stdout.fileno()) == b""
    with socket.create_server(("127.0.0.1", server.port)) as free:
        assert free.getsockname()[1] == server.port


def test_port_is_free_though_upkeep_outlives_the_master(start: Callable[..., Running], gate: Gate) -> None:
    server = start({"upkeep_gate": gate.port, "upkeep_every": 0.1}).started()
    gate.arrival()

    server.signal(signal.SIGKILL)
    server.ended()

    until(lambda: not listens(server.port), "the web processes have gone")
    with socket.create_server(("127.0.0.1", server.port)) as free:
        assert free.getsockname()[1] == server.port


def listens(port: int) -> bool:
    """Whether connections to the port are taken."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except ConnectionRefusedError:
        return False
    except ConnectionResetError:
        return True
    return True


def test_visitor_is_served_whole_when_the_master_is_killed(start: Callable[..., Running], gate: Gate) -> None:
    server = start().started()
    with server.client() as slow:
        slow.send(f"GET /hold?gate={gate.port} HTTP/1.1")
        pid = gate.arrival()
        server.signal(signal.SIGKILL)
        server.ended()

        gate.release()
        status, _, body = slow.answer()

    assert status == 200
    assert f'"pid": {pid}' in body.decode()
    assert read_to_end(server.stdout.fileno()) == b""


def test_operator_sees_why_the_app_cannot_be_made_and_the_program_ends(start: Callable[..., Running]) -> None:
    server = start({"fail_to_make": True})

    assert server.ended() == 1
    assert read_to_end(server.stdout.fileno()) == b""
    failures = [line for line in server.log() if line["event"] == "process_failed"]
    assert failures
    assert failures[0]["exception"] == "RuntimeError"
    assert failures[0]["traceback"].endswith("RuntimeError: this app cannot be made\n")
    assert "web_process_did_not_start" in [line["event"] for line in server.log()]


def test_operator_sees_why_the_preparation_failed_and_nothing_is_served(start: Callable[..., Running]) -> None:
    server = start({"fail_to_prepare": True})

    assert server.ended() == 1
    assert read_to_end(server.stdout.fileno()) == b""
    sentence, line = server.errors.read_text().splitlines()
    assert sentence == "The schema of this database is newer than this program."
    assert '"event":"preparation_failed","status":1' in line


def test_visitor_is_served_while_upkeep_runs_and_upkeep_never_runs_twice_at_once(
    start: Callable[..., Running], gate: Gate
) -> None:
    server = start({"upkeep_gate": gate.port, "upkeep_every": 0.1, "upkeep_status": 3}).started()
    first = gate.arrival()

    until(lambda: "upkeep_still_running" in server.errors.read_text(), "the next upkeep is due")
    answered = server.ask()
    gate.release()
    second = gate.arrival()
    server.signal(signal.SIGTERM)

    assert server.ended() == 0
    assert len({first, second, answered["pid"], server.process.pid}) == 4
    assert {line["event"] for line in server.log()} == {"upkeep_still_running", "upkeep_failed"}
    assert [line["status"] for line in server.log() if line["event"] == "upkeep_failed"] == [3]
    assert read_to_end(server.stdout.fileno()) == b"", "what upkeep says is nobody's business"
