"""Files that are small to send and huge to unpack, through the form of the real program with its default settings."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image

from tests.concurrency.crowd import Sender
from tests.imaging.bombs import BOMBS, Bomb
from tests.operations.program import Served
from tests.operations.watching import Watch
from tests.site import ADMIN_PASSWORD, Client

pytestmark = pytest.mark.xdist_group("bombs")  # one start of the server serves all of them

MOST_BYTES = 900_000_000  # of all processes together
MOST_SECONDS = 1.0  # for an answer to whoever asks meanwhile
TOLERANCE = 12  # of 255
HEIGHTS = (200, 400)  # of the first admin's plan
MORE_THAN_MAY_WAIT = 16


@pytest.fixture(scope="module")
def server(serve: Callable[..., Served]) -> Served:
    """Two processes, as on a machine with two CPUs."""
    return serve(admin_password=ADMIN_PASSWORD, processes="2")


@pytest.fixture(scope="module")
def mallory(server: Served) -> Client:
    return server.client().sign_in("admin", ADMIN_PASSWORD)


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """The bombs by their names."""
    return {bomb.name: bomb.make() for bomb in BOMBS}


def assert_unshaken(watch: Watch) -> None:
    """The program stayed within its memory, and whoever asked it meanwhile was answered soon."""
    assert watch.samples > 10
    assert watch.peak < MOST_BYTES, f"{watch.peak / 1e6:.0f} MB"
    assert watch.answers == {200}
    assert watch.slowest < MOST_SECONDS


def assert_answered(mallory: Client, bomb: Bomb, answer: requests.Response) -> None:
    """Kept with thumbnails that show it, or refused by the name that it deserves and with a sentence."""
    if bomb.refused:
        assert answer.status_code == 422, f"{bomb.name}: {answer.text}"
        (refused,) = answer.json()["refused"]
        assert refused["error"] == bomb.refused, f"{bomb.name}: {refused}"
        assert refused["message"].endswith("."), bomb.name
        return
    assert answer.status_code == 201, f"{bomb.name}: {answer.text}"
    (image,) = answer.json()["images"]
    assert (image["width"], image["height"]) == bomb.size, bomb.name
    for height in HEIGHTS:
        assert_shown(mallory, bomb, image, height)


def assert_shown(mallory: Client, bomb: Bomb, image: dict[str, Any], height: int) -> None:
    """The thumbnail has its size, and in the middle of each quarter the colour that the picture has there."""
    content = mallory.get(image["links"]["thumbnails"][str(height)]).content
    with Image.open(BytesIO(content), formats=("JPEG", "WEBP")) as thumbnail:
        shown = min(height, bomb.size[1])
        assert thumbnail.size == (round(bomb.size[0] * shown / bomb.size[1]), shown), bomb.name
        if not bomb.colours:
            assert thumbnail.convert("RGBA").getchannel("A").getextrema() == (0, 0), bomb.name
            return
        width, height = thumbnail.size
        middles = [(width * x // 4, height * y // 4) for y in (1, 3) for x in (1, 3)]
        for place, colour in zip(middles, bomb.colours, strict=True):
            seen = thumbnail.convert("RGB").getpixel(place)
            assert isinstance(seen, tuple)
            assert max(abs(one - other) for one, other in zip(seen, colour, strict=True)) <= TOLERANCE, bomb.name


def test_mallory_sends_one_bomb_after_another_and_the_site_lives_on(
    server: Served, mallory: Client, files: dict[str, bytes], photo: Path
) -> None:
    """Each is answered as it deserves, nobody else waits, and the next photograph is kept."""
    senders = {bomb.name: Sender(mallory, (bomb.name, files[bomb.name])) for bomb in BOMBS}
    assert len(senders) == 17

    with Watch(server.pid, server.root) as watch:
        for bomb in BOMBS:
            assert_answered(mallory, bomb, senders[bomb.name].send())

    assert_unshaken(watch)
    assert mallory.keep(photo)["format"] == "JPEG"


def test_mallory_sends_bombs_where_libvips_decodes_and_the_site_lives_on(
    serve: Callable[..., Served], files: dict[str, bytes], photo: Path
) -> None:
    """The same answers within the same memory, one after another and two of each at once."""
    server = serve(admin_password=ADMIN_PASSWORD, processes="2", imaging_engine="vips")
    mallory = server.client().sign_in("admin", ADMIN_PASSWORD)
    two_of_each = [bomb for bomb in BOMBS for _ in range(2)]
    senders = {bomb.name: Sender(mallory, (bomb.name, files[bomb.name])) for bomb in BOMBS}

    with Watch(server.pid, server.root) as watch, ThreadPoolExecutor(2) as hands:
        one_by_one = [senders[bomb.name].send() for bomb in BOMBS]
        at_once = list(hands.map(lambda bomb: senders[bomb.name].send(), two_of_each))

    assert_unshaken(watch)
    for bomb, answer in zip([*BOMBS, *two_of_each], [*one_by_one, *at_once], strict=True):
        assert_answered(mallory, bomb, answer)
    assert mallory.keep(photo)["format"] == "JPEG"


def test_mallory_sends_four_bombs_at_once_and_the_site_lives_on(
    server: Served, mallory: Client, files: dict[str, bytes], photo: Path
) -> None:
    """Four of each, in every order that they come to be in; none is sent away, as so few may wait."""
    four_of_each = [bomb for bomb in BOMBS for _ in range(4)]
    senders = {bomb.name: Sender(mallory, (bomb.name, files[bomb.name])) for bomb in BOMBS}

    with Watch(server.pid, server.root) as watch, ThreadPoolExecutor(4) as hands:
        answers = list(hands.map(lambda bomb: senders[bomb.name].send(), four_of_each))

    assert_unshaken(watch)
    for bomb, answer in zip(four_of_each, answers, strict=True):
        assert_answered(mallory, bomb, answer)
    assert mallory.keep(photo)["format"] == "JPEG"


def test_mallory_sends_more_large_pictures_than_may_wait_and_is_told_to_come_back(
    server: Served, mallory: Client, files: dict[str, bytes], photo: Path
) -> None:
    """Each is kept or sent away with the time to come back, while pages are answered as ever."""
    bomb = next(bomb for bomb in BOMBS if bomb.size == (6_300, 6_300))
    sender = Sender(mallory, (bomb.name, files[bomb.name]))

    with Watch(server.pid, server.root) as watch, ThreadPoolExecutor(MORE_THAN_MAY_WAIT) as hands:
        answers = list(hands.map(sender.send, range(MORE_THAN_MAY_WAIT)))

    assert_unshaken(watch)
    kept = [answer for answer in answers if answer.status_code == 201]
    sent_away = [answer for answer in answers if answer.status_code != 201]
    assert kept
    assert sent_away
    for answer in sent_away:
        assert answer.status_code == 503
        assert [one["error"] for one in answer.json()["refused"]] == ["busy"]
        assert int(answer.headers["Retry-After"]) > 0
    assert_answered(mallory, bomb, kept[-1])
    assert mallory.keep(photo)["format"] == "JPEG"
    assert {entry["status"] for entry in server.events("request") if entry["status"] >= 500} <= {503}
