"""The process that decodes is killed, hangs or runs out of memory in the midst of a picture, in the real program."""

import os
import resource
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from tests.images.sending import form, words
from tests.imaging.bombs import zeros
from tests.imaging.files import RGBA, black_png
from tests.operations.program import DEADLINE, Served
from tests.operations.watching import Watch, family, resident_bytes
from tests.site import ADMIN_PASSWORD, Client

pytestmark = pytest.mark.xdist_group("worker-faults")  # one start of the server serves all of them

MOST_SECONDS = 1.0  # for an answer to whoever asks meanwhile
AT_ONCE = 5.0  # seconds, for a picture of a few pixels and the start of a process; a tenth of it on an idle machine
IN_THE_MIDST = 90_000_000  # bytes; the process itself takes 40 million, the large picture 160 million more
SOUND = ("sound.png", black_png(40, 20))


@pytest.fixture(scope="module")
def server(serve: Callable[..., Served]) -> Served:
    return serve(admin_password=ADMIN_PASSWORD)


@pytest.fixture(scope="module")
def large() -> tuple[str, bytes]:
    """A picture that takes a second to decode."""
    return "large.png", zeros(6_300, 6_300, 16, RGBA)


@pytest.fixture
def alice(server: Served) -> Client:
    """Signed in; a first picture has started the process that decodes."""
    alice = server.client().sign_in("admin", ADMIN_PASSWORD)
    alice.keep(SOUND)
    return alice


def worker_of(server: Served) -> int:
    """The one process that decodes."""
    _, _web, worker = family(server.pid)
    return worker


def struck_while_decoding(
    server: Served, alice: Client, picture: tuple[str, bytes], blow: signal.Signals
) -> tuple[requests.Response, Watch]:
    """The page that answers an upload whose worker got this signal in its midst."""
    worker = worker_of(server)
    with Watch(server.pid, server.root) as watch, ThreadPoolExecutor(1) as hand:
        answer = hand.submit(form, alice, picture)
        deadline = time.monotonic() + DEADLINE
        while resident_bytes(worker) < IN_THE_MIDST:
            assert time.monotonic() < deadline, "the picture was never decoded"
            assert not answer.done(), "the picture was decoded before anybody looked"
        os.kill(worker, blow)
        return answer.result(DEADLINE), watch


def assert_refused_and_the_next_is_kept(
    server: Served, alice: Client, page: requests.Response, sentence: str, before: int
) -> None:
    """She reads the sentence, nothing is kept of the file, and a new process takes the next picture at once."""
    assert page.status_code == 422
    assert sentence in words(page)
    start = time.monotonic()
    assert alice.keep(SOUND)["name"] == "sound.png"
    assert time.monotonic() - start < AT_ONCE
    assert worker_of(server) != before
    assert [path.name for path in (server.instance / "tmp").iterdir() if not path.name.startswith("making-")] == []


def test_alice_whose_picture_s_worker_is_killed_reads_that_it_could_not_be_worked_on(
    server: Served, alice: Client, large: tuple[str, bytes]
) -> None:
    worker = worker_of(server)

    page, watch = struck_while_decoding(server, alice, large, signal.SIGKILL)

    assert_refused_and_the_next_is_kept(server, alice, page, "damaged, or too big to be worked on here", worker)
    assert watch.slowest < MOST_SECONDS


def test_alice_whose_picture_s_worker_hangs_reads_that_it_took_too_long(
    server: Served, alice: Client, large: tuple[str, bytes]
) -> None:
    """After the twenty seconds that a picture may take; others are answered meanwhile."""
    worker = worker_of(server)

    page, watch = struck_while_decoding(server, alice, large, signal.SIGSTOP)

    assert_refused_and_the_next_is_kept(server, alice, page, "took too long to read", worker)
    assert watch.slowest < MOST_SECONDS
    assert watch.asked > 100
    assert not Path(f"/proc/{worker}").exists()


def test_alice_whose_picture_takes_more_memory_than_there_is_reads_what_to_do(
    server: Served, alice: Client, large: tuple[str, bytes]
) -> None:
    """The bound on addresses, which is a gigabyte, is drawn in from outside to what the process has and a little."""
    worker = worker_of(server)
    statm = Path(f"/proc/{worker}/statm").read_text(encoding="ascii").split()
    bound = int(statm[0]) * resource.getpagesize() + 60_000_000
    resource.prlimit(worker, resource.RLIMIT_AS, (bound, bound))

    with Watch(server.pid, server.root) as watch:
        page = form(alice, large)

    assert_refused_and_the_next_is_kept(server, alice, page, "Save a smaller copy.", worker)
    assert watch.slowest < MOST_SECONDS
