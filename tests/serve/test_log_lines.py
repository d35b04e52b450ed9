"""A log line: what is in it, that it cannot be forged, and that it is never too long."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imageapp import logs


def record(event: object = "asked", *, args: object = (), trace: object = None, **fields: object) -> logging.LogRecord:
    """A record as `Events` makes it."""
    return logging.makeLogRecord(
        {
            "msg": event,
            "levelname": "INFO",
            "args": args,
            "fields": fields,
            "exc_info": trace,
            "created": 1_700_000_000.5,
        }
    )


def third_party(message: object, *args: object) -> logging.LogRecord:
    return logging.makeLogRecord({"name": "waitress", "msg": message, "args": args, "levelname": "WARNING"})


def written(one: logging.LogRecord) -> dict[str, Any]:
    line = logs.line(one)
    assert len(line) <= logs.LONGEST
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    return json.loads(line)


@pytest.fixture
def served() -> Iterator[None]:
    token = logs.request_id.set("r-1")
    yield
    logs.request_id.reset(token)


@pytest.mark.usefixtures("served")
def test_operator_reads_when_what_and_for_which_request() -> None:
    assert written(record("sign_in_failed", username="bob", tries=3, known=False, ratio=0.5, plan=None)) == {
        "time": "2023-11-14T22:13:20.500Z",
        "level": "info",
        "event": "sign_in_failed",
        "request_id": "r-1",
        "username": "bob",
        "tries": 3,
        "known": False,
        "ratio": 0.5,
        "plan": None,
    }


def test_line_outside_a_request_names_none() -> None:
    assert "request_id" not in written(record())


def test_mallory_cannot_forge_a_line_or_move_the_cursor_of_the_reader() -> None:
    evil = 'x\r\n{"event":"sign_in","username":"admin"}\n\x1b[2J\x7f\x85\x9b1m\u2028\u2029\u202e\ud800\x00"}'

    line = logs.line(record("sign_in_failed", username=evil))

    assert json.loads(line)["username"] == evil
    assert all(0x20 <= byte < 0x7F for byte in line[:-1])


def test_fields_never_replace_what_the_line_says_by_itself() -> None:
    entry = written(record("asked", time="yesterday", level="none", request_id="forged"))

    assert (entry["time"], entry["level"]) == ("2023-11-14T22:13:20.500Z", "info")
    assert (entry["time_"], entry["level_"], entry["request_id_"]) == ("yesterday", "none", "forged")


@settings(deadline=None)  # a busy machine is no fault of the line
@given(
    st.dictionaries(
        st.sampled_from([f"field{n}" for n in range(300)]),
        st.text() | st.text(min_size=1).map(lambda text: text * 700) | st.integers() | st.floats(),
    )
)
def test_whatever_is_logged_is_one_line_of_json(fields: dict[str, object]) -> None:
    assert written(record(**fields))["event"] == "asked"


@pytest.mark.parametrize("character", ["x", "é", "😀", "\x00", '"', "…"])
@pytest.mark.parametrize("length", [3_450, 3_500, 100_000])
def test_long_value_is_cut_at_its_end_and_marked(character: str, length: int) -> None:
    entry = written(record(name="kept", filler=character * length))

    assert entry["name"] == "kept"
    assert entry["filler"].endswith("…")
    assert entry["filler"].startswith(character * 100)
    assert len(logs.line(record(name="kept", filler=character * length))) > logs.LONGEST // 2


def test_two_long_values_share_the_room() -> None:
    entry = written(record(one="1" * 5_000, two="2" * 5_000))

    assert min(len(entry["one"]), len(entry["two"])) > 500


def test_too_many_fields_are_left_out_from_the_end_and_that_is_said() -> None:
    entry = written(record(**{f"number{n}": n for n in range(1_000)}))

    assert entry["number0"] == 0
    assert "number999" not in entry
    assert entry["cut"] is True


class Hostile:
    def __str__(self) -> str:
        raise ValueError("no text")


def test_values_that_json_does_not_know_become_text() -> None:
    entry = written(record(huge=10**30, nan=float("nan"), many={"a": 1}, hostile=Hostile(), beyond=2**5_000_0))

    assert entry["huge"] == "1" + "0" * 30
    assert entry["nan"] == "nan"
    assert entry["many"] == "{'a': 1}"
    assert entry["hostile"] == "<Hostile without text>"
    assert entry["beyond"] == "<int without text>"


def failing(depth: int) -> None:
    if depth:
        failing_again(depth)
    raise RuntimeError("at the very bottom")


def failing_again(depth: int) -> None:
    failing(depth - 1)


def test_traceback_is_cut_from_its_beginning_and_keeps_the_fault() -> None:
    with pytest.raises(RuntimeError) as raised:
        failing(100)

    entry = written(record("broke", trace=(raised.type, raised.value, raised.tb), path="/images"))

    assert (entry["event"], entry["path"], entry["exception"]) == ("broke", "/images", "RuntimeError")
    assert entry["traceback"].startswith("…")
    assert entry["traceback"].endswith("RuntimeError: at the very bottom\n")


def test_what_libraries_say_has_their_name_and_their_words() -> None:
    entry = written(third_party("queue of %d\nfor %s", 3, "x"))

    assert (entry["level"], entry["event"], entry["logger"]) == ("warning", "log", "waitress")
    assert entry["message"] == "queue of 3\nfor x"


def test_library_that_gives_the_wrong_arguments_is_heard_all_the_same() -> None:
    assert written(third_party("three of %d %d", 3))["message"] == "three of %d %d"


def test_token_of_an_expiring_link_is_never_written() -> None:
    token = "eyJ2IjoxfQ.Zm9v.c2lnbmF0dXJl"
    with pytest.raises(KeyError) as raised:
        raise KeyError(f"GET /l/{token}?x=1")

    traced = logs.line(record("broke", trace=(raised.type, raised.value, raised.tb)))
    heard = logs.line(third_party("Exception while serving %s", f"/l/{token}"))
    told = logs.line(record("asked", path=f"http://pictures.example/l/{token}"))

    assert not any(token.encode() in line for line in (traced, heard, told))
    assert json.loads(heard)["message"] == "Exception while serving /l/…"
