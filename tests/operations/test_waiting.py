"""Many who want one missing thumbnail while another process makes it, and everybody else meanwhile."""

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from imageapp.images.missing import STRIPES
from tests.operations.program import Served
from tests.site import ADMIN_PASSWORD, JSON, Client

# More than the server's threads, those for uploads included.
MANY = 24
DEADLINE = 60.0


@pytest.fixture(scope="module")
def server(serve: Callable[..., Served]) -> Served:
    """One process with one thread for pages."""
    return serve(admin_password=ADMIN_PASSWORD, threads="1")


def _forget_thumbnails(server: Served, image_id: str) -> None:
    engine = create_engine(f"sqlite:///{server.instance / 'imageapp.db'}")
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM thumbnails WHERE image_id = :id"), {"id": image_id})
    engine.dispose()


@contextlib.contextmanager
def _all_locks_held(spool: Path) -> Iterator[None]:
    """As though another process made every thumbnail there is."""
    with contextlib.ExitStack() as held:
        for stripe in range(STRIPES):
            file = held.enter_context((spool / f"making-{stripe}").open("ab"))
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _threads(server: Served) -> int:
    """Those of the web process."""
    return max(len(os.listdir(f"/proc/{pid}/task")) for pid in server.children())  # noqa: PTH208 - no Path is wanted


def _another(client: Client) -> Client:
    """Another tab of the same browser, with a connection of its own."""
    tab = Client(client.root)
    tab.cookies.update(client.cookies)
    return tab


def test_many_wait_for_one_thumbnail_and_bob_looks_at_his_gallery(server: Served, photo: Path) -> None:
    """Whoever waits leaves its thread's place to others; when the lock comes free, all have the same thumbnail."""
    alice = server.client().sign_in("admin", ADMIN_PASSWORD)
    image = alice.keep(photo)
    address = image["links"]["thumbnails"]["200"]
    expected = alice.get(address).content
    _forget_thumbnails(server, image["id"])
    before = _threads(server)

    with ThreadPoolExecutor(MANY) as tabs:
        with _all_locks_held(server.instance / "tmp"):
            waiting = [tabs.submit(_another(alice).get, address) for _ in range(MANY)]
            deadline = time.monotonic() + DEADLINE
            while _threads(server) < before + MANY:
                assert time.monotonic() < deadline, "not all of them stand aside"
                os.sched_yield()
            bob = [_another(alice).get("/images", headers=JSON, timeout=DEADLINE) for _ in range(10)]
            answered_early = [one for one in waiting if one.done()]
        answers = [one.result() for one in waiting]

    assert answered_early == []
    assert [answer.status_code for answer in bob] == [200] * 10
    assert [answer.status_code for answer in answers] == [200] * MANY
    assert {answer.content for answer in answers} == {expected}
