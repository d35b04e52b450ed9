"""What is refused without being read is refused at once, by the server as it is run.

The times are the best of three, as whatever else the machine does may hold up any one of them.
"""

import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.imaging.files import GREY, black_png, promised_jpeg, promised_png, promised_webp
from tests.operations.program import Served
from tests.site import ADMIN_PASSWORD, JSON, Client

FLOOD_SECONDS = 0.1  # to read it as a form takes 7 s and a gigabyte
BOMB_SECONDS = 0.2  # to unpack one takes up to 5 s and a gigabyte
BOMBS = {
    "81 megapixels in 236 KB.png": black_png(9_000, 9_000),
    "177 megapixels in 21 KB.png": black_png(13_300, 13_300, depth=1, colour=GREY),
    "88 megapixels.webp": promised_webp(16_383, 5_400),
    "two thousand million rows.png": promised_png(2**31 - 1, 2**31 - 1),
    "a line of five million.png": promised_png(1, 5_000_000),
    "a strip.jpg": promised_jpeg(65_000, 2_700),
}


@pytest.fixture(scope="module")
def server(serve: Callable[..., Served]) -> Served:
    return serve(admin_password=ADMIN_PASSWORD)


@pytest.fixture(scope="module")
def mallory(server: Served) -> Client:
    """Signed in, and the process that reads pictures has been started by a first one."""
    mallory = server.client().sign_in("admin", ADMIN_PASSWORD)
    mallory.keep(("first.png", black_png(4, 4)))
    return mallory


def best_of_three(ask: Callable[[], requests.Response]) -> tuple[requests.Response, float]:
    """The last answer, and the seconds that the quickest took."""
    tries = [timed(ask) for _ in range(3)]
    return tries[-1][0], min(seconds for _, seconds in tries)


def timed(ask: Callable[[], requests.Response]) -> tuple[requests.Response, float]:
    start = time.monotonic()
    return ask(), time.monotonic() - start


def test_mallory_floods_the_sign_in_with_fields_and_is_refused_within_a_tenth_of_a_second(server: Served) -> None:
    flood = b"&".join([b"a=1"] * 7_000_000)
    stranger = server.client()

    answer, seconds = best_of_three(
        lambda: stranger.post(
            "/login", data=flood, headers={"Content-Type": "application/x-www-form-urlencoded", **JSON}
        )
    )

    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")
    assert seconds < FLOOD_SECONDS


@pytest.mark.parametrize("name", BOMBS)
def test_mallory_with_a_picture_that_unpacks_into_memory_is_refused_by_its_header_at_once(
    mallory: Client, name: str
) -> None:
    sent: dict[str, Any] = {
        "files": [("files", (name, BOMBS[name]))],
        "headers": {"X-CSRFToken": mallory.csrf(), **JSON},
    }

    answer, seconds = best_of_three(lambda: mallory.post("/images/upload", **sent))

    assert answer.status_code == 422
    assert [one["error"] for one in answer.json()["refused"]] == ["too_many_pixels"]
    assert seconds < BOMB_SECONDS
