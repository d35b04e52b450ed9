"""Whether the site lives and can work, as those who run it ask."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from sqlalchemy import create_engine, event, text

from imageapp.extensions import db
from tests.site import JSON, Site, new_postgres_database

ALL_WELL = {"status": "ok", "database": True, "storage": True}


def asked(site: Site) -> dict[str, requests.Response]:
    return {path: site.client().get(path) for path in ("/healthz", "/readyz")}


def test_operator_reads_that_all_is_well_without_an_account(site: Site) -> None:
    answers = asked(site)

    assert answers["/healthz"].json() == {"status": "ok"}
    assert answers["/readyz"].json() == ALL_WELL
    assert [answer.headers["Cache-Control"] for answer in answers.values()] == ["private, no-store"] * 2


def test_asking_whether_it_lives_asks_nobody_else(site: Site) -> None:
    with site.statements() as asked_of_the_database:
        answer = site.client().get("/healthz")

    assert answer.status_code == 200
    assert asked_of_the_database == []


def test_schema_of_another_version_is_not_ready(start_site: Callable[..., Site]) -> None:
    site = start_site()
    with site.app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    answer = site.client().get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable", "database": False, "storage": True})


def test_site_whose_pictures_are_away_lists_them_and_serves_again_when_they_are_back(
    start_site: Callable[..., Site], photo: Path
) -> None:
    site = start_site()
    admin = site.admin()
    image = admin.keep(photo)
    path = f"/images/{image['id']}"
    pictures, away = site.settings.pictures, site.settings.instance / "away"

    pictures.rename(away)
    pictures.write_text("no folder")
    health = asked(site)
    gallery, original = admin.get("/images", headers=JSON), admin.get(f"{path}/original", headers=JSON)
    refused = admin.upload(photo)
    pictures.unlink()
    away.rename(pictures)
    back = admin.get(f"{path}/original")

    assert (health["/healthz"].status_code, health["/readyz"].status_code) == (200, 503)
    assert health["/readyz"].json() == {"status": "unavailable", "database": True, "storage": False}
    assert health["/readyz"].headers["Retry-After"] == "10"
    assert [one["id"] for one in gallery.json()["images"]] == [image["id"]]
    assert (original.status_code, original.json()["error"]) == (503, "unavailable")
    assert int(original.headers["Retry-After"]) > 0
    assert str(pictures) not in original.text
    assert (refused.status_code, refused.json()["refused"][0]["error"]) == (503, "unavailable")
    assert back.content == photo.read_bytes()
    assert [one["id"] for one in admin.get("/images", headers=JSON).json()["images"]] == [image["id"]]


class Postgres:
    """A site on a database of PostgreSQL that can be taken away from it."""

    def __init__(self, folder: Path, server_url: str, name: str) -> None:
        self.site = Site(folder, new_postgres_database(server_url, name))
        url = server_url.replace("postgresql://", "postgresql+psycopg://")
        self._server = create_engine(url, isolation_level="AUTOCOMMIT")
        self._name = name

    def take_away(self) -> None:
        self._allow("false")
        with self._server.connect() as connection:
            connection.execute(
                text("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = :name"),
                {"name": self._name},
            )

    def give_back(self) -> None:
        self._allow("true")

    def _allow(self, allowed: str) -> None:
        with self._server.connect() as connection:
            connection.execute(text(f"ALTER DATABASE {self._name} ALLOW_CONNECTIONS {allowed}"))

    def close(self) -> None:
        self.give_back()
        self.site.close()
        self._server.dispose()


@pytest.fixture
def on_postgres(tmp_path: Path, postgres_url: str, worker_name: str) -> Iterator[Postgres]:
    database = Postgres(tmp_path / "site", postgres_url, f"imageapp_{worker_name}_away")
    yield database
    database.close()


def test_site_whose_database_has_no_room_says_so_and_still_shows_what_there_is(
    start_site: Callable[..., Site], photo: Path
) -> None:
    """SQLite may not grow, as on a full disk: sooner or later a row finds no page."""
    site = start_site()
    alice = site.member("Enterprise")
    path = f"/images/{alice.keep(photo)['id']}"
    with site.app.app_context():
        event.listen(db.engine, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count=1"))
        db.engine.dispose()

    answers = [alice.submit(f"{path}/links/new", {"seconds": 300}, as_json=True) for _ in range(200)]
    refused = next(answer for answer in answers if answer.status_code != 201)
    page = alice.submit(f"{path}/links/new", {"seconds": 300})

    assert (refused.status_code, refused.json()["error"]) == (507, "unavailable")
    assert page.status_code == 507
    assert "The disk of the server is full. Your pictures are safe" in page.text
    assert alice.get(f"{path}/original").content == photo.read_bytes()


def test_site_without_its_database_says_so_and_goes_on_when_it_is_back(on_postgres: Postgres, photo: Path) -> None:
    site = on_postgres.site
    admin = site.admin()
    image = admin.keep(photo)
    link = admin.link(image)
    paths = ["/", "/images", "/account", f"/images/{image['id']}/original", f"/images/{image['id']}/thumbnails/200"]

    on_postgres.take_away()
    start = time.monotonic()
    health = asked(site)
    pages = [admin.get(path) for path in paths]
    programs = [admin.get(path, headers=JSON) for path in ["/images", link["url"]]]
    took = time.monotonic() - start
    on_postgres.give_back()
    back = [admin.get(path).status_code for path in [*paths, "/readyz", link["url"]]]

    assert (health["/healthz"].status_code, health["/readyz"].status_code) == (200, 503)
    assert health["/readyz"].json() == {"status": "unavailable", "database": False, "storage": True}
    for answer in pages:
        assert answer.status_code == 503, answer.url
        assert "The database is not answering" in answer.text
        assert answer.headers["X-Request-Id"] in answer.text
        for secret in ("psycopg", "Traceback", "SELECT", "127.0.0.1:5", "FATAL"):
            assert secret not in answer.text
    assert [(one.status_code, one.json()["error"]) for one in programs] == [(503, "unavailable")] * 2
    assert all(int(answer.headers["Retry-After"]) == 10 for answer in pages + programs)
    assert took < 20
    assert back == [200] * 7


def test_site_whose_database_file_is_out_of_reach_says_so(tmp_path: Path) -> None:
    folder, away = tmp_path / "database", tmp_path / "away"
    folder.mkdir()
    site = Site(tmp_path / "site", f"sqlite:///{folder / 'imageapp.db'}")
    try:
        admin = site.admin()
        with site.app.app_context():
            db.engine.dispose()  # connections that are open would keep the file

        folder.rename(away)
        ready, page = site.client().get("/readyz"), admin.get("/images")
        away.rename(folder)
        back = admin.get("/images")
    finally:
        site.close()

    assert (ready.status_code, ready.json()["database"]) == (503, False)
    assert page.status_code == 503
    assert "Your pictures are safe" in page.text
    assert str(folder) not in page.text
    assert back.status_code == 200
