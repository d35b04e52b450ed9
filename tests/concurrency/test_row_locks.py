"""Two who want the same rows of PostgreSQL, each in the middle of a deed: both get through, neither is thrown out."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, select, text

from imageapp.accounts.models import User
from imageapp.images.models import Image
from tests.concurrency.crowd import keys_in_tables, noise
from tests.concurrency.decoders import DEADLINE
from tests.site import Client, Site

# On SQLite there is one writer at a time, and no row to wait for.
pytestmark = pytest.mark.parametrize("running_site", ["postgresql"], indirect=True)

WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


@contextmanager
def holding(site: Site, image_id: str) -> Iterator[Callable[[int], None]]:
    """Keep the row of a picture locked. Yields what waits until so many others of this site want some lock."""
    engine = create_engine(site.settings.database)
    try:
        # Who waits is asked outside of any transaction: inside, PostgreSQL goes on answering what it did at first.
        with engine.connect() as watcher, engine.connect() as holder, holder.begin():
            watcher.execution_options(isolation_level="AUTOCOMMIT")
            holder.execute(select(Image.id).where(Image.id == image_id).with_for_update())
            yield lambda count: _wait_for(watcher, count)
    finally:
        engine.dispose()


def _wait_for(watcher: Connection, count: int) -> None:
    end = time.monotonic() + DEADLINE
    waiting = 0
    while waiting < count:
        assert time.monotonic() < end, f"{waiting} of {count} wait for a lock"
        waiting = watcher.scalar(WAITING)


def test_alice_deletes_her_picture_while_an_admin_deletes_her(
    site: Site, at_once: Callable[..., list[Future[Any]]]
) -> None:
    """She has it first and goes on to her counter; the admin, on the way to both, must not hold that one already."""
    admin, alice = site.admin(), site.member()
    image, other = alice.keep(noise(60, 50)), alice.keep(noise(60, 50))
    alice_id = _id_of(site, alice)
    alice.submit(f"/images/{image['id']}/delete")

    with holding(site, image["id"]) as wait_for:
        (hers,) = at_once(1, lambda _: alice.submit("/trash/delete", {"id": image["id"]}, as_json=True))
        wait_for(1)
        (theirs,) = at_once(1, lambda _: admin.submit("/admin/user/delete/", {"id": alice_id}))
        wait_for(2)
    deleted, gone = hers.result(), theirs.result()

    assert deleted.json() == {"deleted": [image["id"]]}
    assert (gone.status_code, gone.headers.get("Location")) == (303, "/admin/user/")
    assert _id_of(site, alice) is None
    assert admin.get(other["links"]["self"]).status_code == 404
    assert site.files() == keys_in_tables(site)


def _id_of(site: Site, person: Client) -> int | None:
    with site.session() as session:
        found = session.scalar(select(User.id).where(User.username == person.username))
        session.rollback()
    return found
