"""What every answer says of itself, and that errors tell nothing of the inside."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from sqlalchemy import text

from imageapp.extensions import db
from tests.operations.program import DOT
from tests.site import JSON, Client, Site


@pytest.fixture(scope="module")
def answers(running_site: Site, photo: Path) -> dict[str, requests.Response]:
    """An answer of every kind that this site gives."""
    alice, stranger = running_site.member(), running_site.client()
    image = alice.keep(photo)
    link = alice.link(image)
    path = f"/images/{image['id']}"
    etag = alice.get(f"{path}/original").headers["ETag"]
    return {
        "page": alice.get("/images"),
        "json": alice.get("/images", headers=JSON),
        "sign-in": stranger.get("/login"),
        "redirect": stranger.get("/images"),
        "thumbnail": alice.get(f"{path}/thumbnails/200"),
        "original": alice.get(f"{path}/original"),
        "304": alice.get(f"{path}/original", headers={"If-None-Match": etag}),
        "206": alice.get(f"{path}/original", headers={"Range": "bytes=0-1"}),
        "416": alice.get(f"{path}/original", headers={"Range": "bytes=99999999-"}),
        "link": stranger.get(link["url"]),
        "400": alice.submit(f"{path}/links/new", {"seconds": "1"}),
        "400 csrf": alice.post(f"{path}/delete"),
        "400 host": stranger.get("/", headers={"Host": "evil.example"}),
        "401": stranger.get("/images", headers=JSON),
        "403": running_site.member("Basic").get("/admin/"),
        "404": alice.get(f"/images/{'A' * 22}"),
        "404 address": stranger.get("/nowhere"),
        "404 link": stranger.get("/l/nothing"),
        "405": alice.get(f"{path}/delete"),
        "413": alice.submit("/account", {"new_password": "x" * 100_000}),
        "415": alice.submit("/images/upload", {"name": "x"}),
        "422": alice.upload(("x.png", b"nothing")),
        "health": stranger.get("/healthz"),
        "ready": stranger.get("/readyz"),
        "style": stranger.get("/static/base.css"),
    }


def test_every_answer_says_how_it_is_to_be_treated(answers: dict[str, requests.Response]) -> None:
    for name, answer in answers.items():
        headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff", name
        assert "default-src 'none'" in policy, name
        assert "frame-ancestors 'none'" in policy, name
        assert "unsafe" not in policy, name
        assert headers["Referrer-Policy"] == ("no-referrer" if "link" in name else "same-origin"), name
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", name
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin", name
        assert headers["X-Request-Id"], name
        assert "Server" not in headers, name
        assert "Strict-Transport-Security" not in headers, name


def test_statuses_are_those_that_their_names_say(answers: dict[str, requests.Response]) -> None:
    wrong = {name: answer.status_code for name, answer in answers.items() if name[0].isdigit()}

    assert {name: str(status) for name, status in wrong.items()} == {name: name[:3] for name in wrong}


def test_only_files_of_the_site_itself_are_kept_by_others(answers: dict[str, requests.Response]) -> None:
    for name, answer in answers.items():
        kept = answer.headers["Cache-Control"]
        if name == "style":
            assert "private" not in kept
        elif name in {"thumbnail", "original", "link", "304", "206"}:
            assert kept == "private, no-cache", name
            assert "Cookie" in answer.headers["Vary"], name
        else:
            assert kept == "private, no-store", name


def test_pages_say_that_they_depend_on_who_asks_and_for_what(answers: dict[str, requests.Response]) -> None:
    for name, answer in answers.items():
        if answer.headers.get("Content-Type", "").startswith(("text/html", "application/json")):
            assert {"Accept", "Cookie"} <= set(answer.headers["Vary"].split(", ")), name


def test_refusals_are_pages_for_people_and_names_for_programs(site: Site) -> None:
    alice = site.member()

    page, program = alice.get(f"/images/{'A' * 22}"), alice.get(f"/images/{'A' * 22}", headers=JSON)
    either = alice.get(f"/images/{'A' * 22}", headers={"Accept": "*/*"})

    assert "<h1>Nothing here</h1>" in page.text
    assert program.json() == {"error": "not_found", "message": program.json()["message"]}
    assert either.headers["Content-Type"].startswith("text/html")


def test_site_on_https_tells_browsers_to_stay_there(start_site: Callable[..., Site]) -> None:
    site = start_site(public_url="https://pictures.example")

    answers = [site.client().get(path) for path in ("/login", "/nowhere", "/l/x", "/healthz")]

    assert [answer.headers["Strict-Transport-Security"] for answer in answers] == ["max-age=31536000"] * 4


def break_row(site: Site) -> Client:
    """A member whose gallery cannot be read: the row of a picture holds a text where a moment belongs."""
    alice = site.member()
    alice.keep(("dot.gif", DOT))
    with site.app.app_context(), db.engine.connect() as connection, connection.execution_options(writes=True).begin():
        connection.execute(text("UPDATE images SET created_at = 'sometime'"))
    return alice


def test_error_of_ours_shows_a_plain_page_with_an_id_and_nothing_of_the_inside(
    start_site: Callable[..., Site], caplog: pytest.LogCaptureFixture
) -> None:
    site = start_site()
    alice = break_row(site)

    page, program = alice.get("/images"), alice.get("/images", headers=JSON)
    elsewhere = alice.get("/account")

    assert (page.status_code, program.status_code) == (500, 500)
    assert "Something failed" in page.text
    assert page.headers["X-Request-Id"] in page.text
    assert json.loads(program.text)["error"] == "internal"
    for inside in (
        "Traceback",
        "TypeError",
        "ValueError",
        "sometime",
        "SELECT",
        "/imageapp/",
        str(site.settings.instance),
    ):
        assert inside not in page.text
        assert inside not in program.text
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "Traceback" in caplog.text
    assert elsewhere.status_code == 200
