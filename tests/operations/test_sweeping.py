"""A server sweeps its data folder every hour, by itself."""

import os
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from imageapp.database import writing
from imageapp.images.models import Image
from imageapp.images.trash import STAYS
from tests.authorization.people import small_picture
from tests.operations.program import Served
from tests.serve.running import until
from tests.site import Site


class Later(Served):
    """A server whose clock goes as it should until it is put ahead."""

    def __init__(self, instance: Path, ahead: Path) -> None:
        self._ahead = ahead
        self.put_ahead(0)
        super().__init__(instance, module="tests.operations.later", test_ahead=str(ahead))

    def put_ahead(self, seconds: int) -> None:
        """Beyond the real time. Nobody reads a half-written number."""
        fresh = self._ahead.with_suffix(".new")
        fresh.write_text(str(seconds), encoding="ascii")
        fresh.replace(self._ahead)

    def look_at_the_clock(self) -> None:
        """Have the master start a new web process, and with it whatever else is due by now; wait until that serves."""
        before = self.children()[0]
        os.kill(before, signal.SIGKILL)
        assert self.client().get("/healthz").status_code == 200
        assert self.children()[0] != before


@pytest.fixture
def swept(start_site: Callable[..., Site]) -> Site:
    """A site with one picture that has been in the trash for too long."""
    site = start_site()
    alice = site.member("Premium")
    alice.submit(f"/images/{alice.keep(small_picture())['id']}/delete")
    with site.session() as session, writing(session):
        session.execute(update(Image).values(trashed_at=site.clock() - STAYS - timedelta(seconds=1)))
    return site


@pytest.fixture
def server(swept: Site, tmp_path: Path) -> Iterator[Later]:
    """A server on the same data."""
    server = Later(swept.settings.instance, tmp_path / "ahead")
    yield server
    server.close()


def test_the_trash_is_emptied_once_the_server_has_run_for_an_hour_and_not_before(swept: Site, server: Later) -> None:
    server.put_ahead(3_000)
    server.look_at_the_clock()
    # In this order: what has begun is seen by its process, and what has ended by what it did.
    running, files = server.children(), swept.files()
    server.put_ahead(3_600)
    server.look_at_the_clock()
    until(lambda: not swept.files(), "the trash is emptied")

    assert len(running) == 1
    assert len(files) > 1
    assert [line for line in server.log() if line["event"] == "upkeep_failed"] == []
