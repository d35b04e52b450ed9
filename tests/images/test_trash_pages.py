"""What the trash shows, and in which order."""

import re
from datetime import datetime, timedelta

import pytest

from imageapp.database import writing
from imageapp.images.models import Image
from tests.authorization.people import small_picture
from tests.images.lying import put_away
from tests.images.sending import words
from tests.pages.test_gallery import NOON, fill, pages
from tests.site import JSON, Site


@pytest.mark.parametrize(
    ("after", "left"),
    [(timedelta(0), "30 days left"), (timedelta(days=5, hours=1), "25 days left"), (timedelta(days=29), "Last day")],
)
def test_the_trash_says_how_many_days_are_left(site: Site, after: timedelta, left: str) -> None:
    alice = site.member("Enterprise")
    image = alice.keep(small_picture())
    put_away(alice, image)

    with site.session() as session, writing(session):
        session.get_one(Image, image["id"]).trashed_at = site.clock() - after

    assert left in words(alice.get("/trash"))


def test_a_program_reads_when_a_picture_went_and_when_it_is_gone(site: Site) -> None:
    alice = site.member("Enterprise")
    image = alice.keep(small_picture())
    put_away(alice, image)

    (told,) = alice.get("/trash", headers=JSON).json()["images"]

    times = [datetime.fromisoformat(told[name].replace("Z", "+00:00")) for name in ("trashed_at", "gone_at")]
    assert times[1] - times[0] == timedelta(days=30)
    assert {name: told[name] for name in ("id", "name", "bytes", "width", "height", "format", "created_at")} == {
        name: image[name] for name in ("id", "name", "bytes", "width", "height", "format", "created_at")
    }


def test_a_long_trash_comes_in_pages_each_picture_once(site: Site) -> None:
    alice = site.member("Enterprise")
    ids = fill(site, alice, [NOON] * 105)
    with site.session() as session, writing(session):
        for number, one in enumerate(ids):
            # Some of one moment, as those that were put away together.
            session.get_one(Image, one).trashed_at = NOON + timedelta(seconds=number // 10)

    found = pages(alice, "/trash")
    first = alice.get("/trash").text

    assert [len(page) for page in found] == [50, 50, 5]
    assert [one for page in found for one in page] == ids[::-1]
    assert 'rel="next"' in first
    assert "This address of a page is damaged" in alice.get("/trash?after=x").text


@pytest.mark.parametrize(("path", "index"), [("/images", "ix_images_shown_by_age"), ("/trash", "ix_images_trashed")])
def test_neither_list_walks_through_the_pictures_of_the_other(site: Site, path: str, index: str) -> None:
    """One scan of one index, in its order, whatever else the owner has: the database says so."""
    alice = site.member("Enterprise")
    with site.statements() as seen:
        alice.get(path, headers=JSON)
    (statement,) = (one for one in seen if "FROM images" in one)

    plan = _plan(site, statement)

    assert f"{index} " in plan
    assert "SCAN images" not in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan


def _plan(site: Site, statement: str) -> str:
    """How the database goes about this statement, whatever its parameters are."""
    with site.session() as session:
        connection = session.connection()
        if connection.dialect.name == "sqlite":
            told = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", (1,) * statement.count("?"))
            lines = [row[3] for row in told]
        else:
            # A planner that finds a table small reads all of it.
            for way in ("seqscan", "bitmapscan", "sort"):
                connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
            given = dict.fromkeys(re.findall(r"%\((\w+)\)s", statement), 1)
            lines = [row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", given)]
        session.rollback()
    return "\n".join(lines)
