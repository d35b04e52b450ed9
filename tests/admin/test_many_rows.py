"""With a million pictures a page of the dashboard costs what it shows: no count, no walk through all of them."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import event, insert

from imageapp.admin.walking import WINDOW
from imageapp.database import writing
from imageapp.extensions import db
from imageapp.identifiers import new_blob_key, new_id
from imageapp.images.models import Image
from tests.admin.forms import words
from tests.admin.test_users import user_id
from tests.site import Client, Site

MANY = WINDOW + 100

Asked = list[tuple[str, Any]]


def fill(site: Site, owner: str, count: int) -> None:
    """Rows of pictures; the oldest one is the only PNG, called needle, and the largest."""
    owner_id, now = user_id(site, owner), site.clock()
    rows = [
        {
            "id": new_id(),
            "owner_id": owner_id,
            "name": "straw" if at else "needle",
            "name_key": "straw" if at else "needle",
            "format": "JPEG" if at else "PNG",
            "width": 1,
            "height": 1,
            "bytes": 10 if at else 20_000_000,
            "sha256": "0" * 64,
            "blob_key": new_blob_key(),
            "created_at": now + timedelta(seconds=at),
        }
        for at in range(count)
    ]
    with site.session() as session, writing(session):
        session.execute(insert(Image), rows)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site on SQLite with more pictures than one page looks through."""
    site = Site(tmp_path_factory.mktemp("full"))
    fill(site, site.person(name="collector"), MANY)
    yield site
    site.close()


@pytest.fixture(scope="module")
def admin(full: Site) -> Client:
    return full.admin()


def asked(site: Site, client: Client, path: str, table: str = "images") -> Asked:
    """The statements about rows of this table that a page takes, with their values."""
    seen: Asked = []
    with site.app.app_context():
        engine = db.engine

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        seen.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert client.get(path).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return [(statement, parameters) for statement, parameters in seen if f"FROM {table}" in statement]


def plan(site: Site, statement: str, parameters: Any) -> str:
    """How SQLite answers it."""
    with site.session() as session:
        rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return "\n".join(row.detail for row in rows)


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("", "ix_images_created_at_id"),
        ("?sort=created_at&desc=0", "ix_images_created_at_id"),
        ("?sort=bytes", "ix_images_bytes_id"),
        ("?sort=bytes&desc=0", "ix_images_bytes_id"),
        ("?size=large&sort=bytes", "ix_images_bytes_id"),
        ("?size=large", "ix_images_created_at_id"),
        ("?format=GIF", "ix_images_format_created_at_id"),
        ("?format=GIF&from=2026-01-01&to=2026-12-31", "ix_images_format_created_at_id"),
        ("?from=2026-01-01&to=2026-12-31", "ix_images_created_at_id"),
        ("?format=GIF&sort=bytes", "ix_images_bytes_id"),
        ("?owner=collector", "ix_images_shown_by_age"),
        ("?owner=collector&format=GIF&size=small", "ix_images_shown_by_age"),
        ("?owner=collector&sort=bytes", "ix_images_shown_by_bytes"),
        ("?owner=collector&state=trash", "ix_images_trashed"),
        ("?state=trash&format=GIF", "ix_images_trashed_at"),
        ("?search=needle", "ix_images_created_at_id"),
        ('?after=[1,"0000000000000000000000"]', "ix_images_created_at_id"),
    ],
)
def test_each_list_of_pictures_follows_an_index_and_sorts_nothing(
    full: Site, admin: Client, query: str, index: str
) -> None:
    statements = asked(full, admin, f"/admin/image/{query}")

    plans = [plan(full, *one) for one in statements]

    assert plans
    for steps in plans:
        assert re.search(rf"images USING (COVERING )?INDEX {index}\b", steps), steps
        assert "count(" not in steps
        # Ids of pictures with one size or one moment are put in order, nothing else.
        assert "USE TEMP B-TREE FOR ORDER BY" not in steps, steps


def test_pictures_without_a_filter_are_walked_no_further_than_the_page(admin: Client) -> None:
    page = admin.get("/admin/image/")

    assert page.text.count('name="id"') == 50
    assert "looked through" not in words(page)


@pytest.mark.parametrize("query", ["search=needle", "size=huge", "owner=collector&size=huge", "search=needle&format="])
def test_what_no_index_finds_is_looked_for_in_steps(admin: Client, query: str) -> None:
    first = admin.get(f"/admin/image/?{query}")
    further = re.findall(r'rel="next" href="([^"]+)"', first.text)
    second = admin.get(unescape(further[0]))

    assert "Nothing found so far" in words(first)
    assert "needle" in re.findall(r"Choose (\w+)</span>", second.text)
    assert 'rel="next"' not in second.text


@pytest.mark.parametrize("query", ["format=PNG", "size=huge&sort=bytes", "sort=bytes", "sort=created_at&desc=0"])
def test_what_an_index_finds_is_there_at_once(admin: Client, query: str) -> None:
    page = admin.get(f"/admin/image/?{query}")

    assert re.findall(r"Choose (\w+)</span>", page.text)[0] == "needle"


@pytest.mark.parametrize(
    ("path", "statements"),
    [
        ("/admin/", 4),  # who asks; the days; the plans; the links
        ("/admin/user/", 3),  # who asks; the plans to choose from; the rows
        ("/admin/image/", 4),  # who asks; how far to look; the rows; their thumbnails
        ("/admin/image/?owner=collector", 4),  # the owner; nothing has to be looked for
        ("/admin/link/", 2),
        ("/admin/link/?state=live", 3),
    ],
)
def test_each_page_costs_so_many_statements_and_none_counts_pictures(
    full: Site, admin: Client, path: str, statements: int
) -> None:
    with full.statements() as seen:
        admin.get(path)

    assert len(seen) == statements, seen
    assert not [one for one in seen if "count(" in one.lower() and "FROM images" in one]


def test_lists_of_links_walk_along_their_index(full: Site, admin: Client) -> None:
    for query in ("", "?state=live", "?state=ended", "?state=revoked", "?search=x"):
        statements = asked(full, admin, f"/admin/link/{query}", "links")

        assert statements
        for one in statements:
            steps = plan(full, *one)
            assert re.search(r"links USING (COVERING )?INDEX ix_links_expires_at", steps), steps
            assert "SCAN images" not in steps
