"""The short way and the long one: nobody may see by the answer which of them it took."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast
from wsgiref.types import WSGIEnvironment

import pytest
from flask import Response

from imageapp.application import Application
from imageapp.images.models import Image
from tests.authorization.people import small_picture
from tests.site import Client, Site

OWN_EACH_TIME = {"date", "x-request-id", "connection", "keep-alive"}


@contextmanager
def only_the_long_way(site: Site) -> Iterator[None]:
    """Every request goes through Flask while this lasts."""
    app = cast(Application, site.app)
    short_way, app.short_way = app.short_way, None
    yield
    app.short_way = short_way


def token_of(page: str) -> str:
    """The token of the forms on a page."""
    return re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]


@contextmanager
def watched(site: Site) -> Iterator[list[int | None]]:
    """For each request, the status of the short way's answer, None where it had none."""
    app = cast(Application, site.app)
    short_way, answers = app.short_way, []
    assert short_way is not None

    def watching(environ: WSGIEnvironment) -> Response | None:
        answer = short_way(environ)
        answers.append(answer.status_code if answer else None)
        return answer

    app.short_way = watching
    yield answers
    app.short_way = short_way


def told(client: Client, method: str, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    """What comes back: the status, the headers and the body, but for what is another one each time."""
    answer = client.request(method, path, headers=headers)
    kept = {name.lower(): value for name, value in answer.headers.items() if name.lower() not in OWN_EACH_TIME}
    request_id = answer.headers["X-Request-Id"]
    assert re.fullmatch(r"[0-9a-f]{16}", request_id)
    return answer.status_code, kept, answer.content.replace(request_id.encode(), b"REQUEST")


@pytest.mark.parametrize("kind", ["original", "thumbnails/200"])
@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {}, 200),
        ("HEAD", {}, 200),
        ("GET", {"Range": "bytes=0-9"}, 206),
        ("GET", {"Range": "bytes=-10"}, 206),
        ("GET", {"Range": "bytes=5-2"}, 416),
        ("GET", {"Range": "bytes=0-9", "If-Range": '"another"'}, 200),
        ("GET", {"If-None-Match": "ETAG"}, 304),
        ("HEAD", {"If-None-Match": "ETAG"}, 304),
        ("GET", {"If-None-Match": 'W/ETAG, "another"'}, 200),
        ("GET", {"If-None-Match": "*"}, 304),
        ("GET", {"If-None-Match": '"another"'}, 200),
        ("GET", {"Accept": "application/json"}, 200),
        ("POST", {}, 405),
        ("GET", {"Host": "elsewhere.example"}, 400),
    ],
)
def test_alice_is_answered_alike_on_either_way(
    site: Site, photo: Path, kind: str, method: str, headers: dict[str, str], status: int
) -> None:
    alice = site.member("Premium")
    path = f"/images/{alice.keep(photo)['id']}/{kind}"
    etag = alice.get(path).headers["ETag"]
    headers = {name: value.replace("ETAG", etag) for name, value in headers.items()}

    short = told(alice, method, path, headers)
    with only_the_long_way(site):
        long = told(alice, method, path, headers)

    assert short == long
    assert short[0] == status


def test_alice_takes_the_short_way_to_her_pictures(site: Site, photo: Path) -> None:
    """Whole, in part, or not at all because her browser has them."""
    alice = site.member("Premium")
    links = alice.keep(photo)["links"]
    etag = alice.get(links["original"]).headers["ETag"]

    with watched(site) as answers:
        alice.get(links["original"])
        alice.get(links["thumbnails"]["200"])
        alice.get(links["original"], headers={"Range": "bytes=0-9"})
        alice.get(links["original"], headers={"If-None-Match": etag})

    assert answers == [200, 200, 206, 304]


def test_nobody_else_is_answered_on_the_short_way(site: Site, photo: Path) -> None:
    """What is refused, made first or written down is the long way's; there all hear what they always heard."""
    alice, bob, basic = site.member("Premium"), site.member("Premium"), site.member("Basic")
    picture, own = alice.keep(photo), basic.keep(photo)
    original = picture["links"]["original"]
    asked: list[tuple[Client, str, int]] = [
        (site.client(), original, 302),
        (bob, original, 404),
        (basic, f"/images/{own['id']}/original", 403),
        (basic, f"/images/{own['id']}/thumbnails/400", 403),
        (site.admin(), original, 200),
        (alice, f"/images/{picture['id']}/thumbnails/0200", 404),
    ]

    with watched(site) as answers:
        statuses = [client.get(path).status_code for client, path, _ in asked]

    assert statuses == [status for *_, status in asked]
    assert answers == [None] * len(asked)


def test_a_picture_whose_bytes_are_gone_is_told_of_as_ever(site: Site, photo: Path) -> None:
    """Row without a file: the storage is said not to answer, on either way."""
    alice = site.member("Premium")
    picture = alice.keep(photo)
    with site.session() as session:
        key = session.get_one(Image, picture["id"]).blob_key
    next(path for path in site.settings.pictures.glob("*/*") if path.name == key).unlink()

    short = told(alice, "GET", picture["links"]["original"], {})
    with only_the_long_way(site):
        long = told(alice, "GET", picture["links"]["original"], {})

    assert short[0] == long[0] == 503
    assert short[1] == long[1]


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/images", {}, 200),
        ("/images", {"Accept": "application/json"}, 200),
        ("/images?after=", {}, 400),
        ("/images?after=1700000000000000.AAAAAAAAAAAAAAAAAAAAAA", {}, 200),
        ("/images?after=9999999999999999.AAAAAAAAAAAAAAAAAAAAAA", {}, 200),
        ("/images?after=9999999999999999.AAAAAAAAAAAAAAAAAAAAAA&after=1", {}, 200),
        ("/images?limit=1", {}, 200),
        ("/images", {"Host": "elsewhere.example"}, 400),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_alice_sees_the_same_gallery_on_either_way(
    site: Site, photo: Path, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    alice = site.member("Enterprise")
    alice.keep(photo)
    alice.get("/images")
    alice.get("/images?after=9999999999999999.AAAAAAAAAAAAAAAAAAAAAA")

    short = told(alice, method, path, headers)
    with only_the_long_way(site):
        long = told(alice, method, path, headers)

    assert short == long
    assert short[0] == status


def test_alice_takes_the_short_way_to_her_gallery_once_it_was_drawn(site: Site, photo: Path) -> None:
    """What is new in it is there at once: a picture, another plan, a picture that is gone."""
    alice = site.member("Enterprise")
    first = alice.keep(photo)
    smaller = site.plan((0, 230))  # which nobody has had, so that nothing is drawn for it yet
    alice.get("/images")

    with watched(site) as answers:
        before = alice.get("/images").text
        second = alice.keep(("second.png", small_picture()[1]))
        both = alice.get("/images").text
        site.change_user(alice.username, plan=smaller)
        basic = alice.get("/images").text
        alice.submit(f"/images/{first['id']}/delete", as_json=True)
        after = alice.get("/images").text

    assert answers.count(200) == 3  # the tiles of another plan are drawn on the long way
    assert first["id"] in before
    assert second["id"] not in before
    assert first["id"] in both
    assert second["id"] in both
    assert "/original" in both
    assert "/links/new" in both
    assert first["id"] in basic
    assert "/original" not in basic
    assert "/links/new" not in basic
    assert second["id"] in after
    assert first["id"] not in after


def test_what_there_is_to_say_is_said_on_the_long_way_and_once(site: Site, photo: Path) -> None:
    alice = site.member("Enterprise")
    alice.keep(photo)
    gone = alice.keep(photo)
    alice.get("/images")

    alice.submit(f"/images/{gone['id']}/delete")
    said, unsaid = alice.get("/images").text, alice.get("/images").text

    assert "is in the trash now" in said
    assert "is in the trash now" not in unsaid


def test_a_frame_is_nobody_elses(site: Site, photo: Path) -> None:
    """Another sign-in of the same person, another person and somebody who signed out see nothing of it."""
    alice, bob = site.member("Enterprise"), site.member("Enterprise")
    again = site.client().sign_in(alice.username)
    picture = alice.keep(photo)
    bob.keep(photo)
    for client in (alice, bob, again):
        client.get("/images")

    pages = [client.get("/images").text for client in (alice, bob, again)]
    alice_cookie = alice.cookies.copy()
    alice.submit("/logout")
    alice.cookies.update(alice_cookie)

    tokens = [token_of(page) for page in pages]
    assert len(set(tokens)) == 3
    assert [picture["id"] in page for page in pages] == [True, False, True]
    assert [client.username in page for client, page in zip((alice, bob, again), pages, strict=True)] == [True] * 3
    assert alice.get("/images").status_code == 302


def test_a_new_name_and_rank_stand_on_the_page_at_once(site: Site, photo: Path) -> None:
    alice = site.member("Enterprise")
    alice.keep(photo)
    alice.get("/images")
    new_name = f"{alice.username}-anew"

    site.change_user(alice.username, username=new_name, username_key=new_name, is_admin=True)

    page = alice.get("/images").text
    assert f"Account menu, {new_name}" in page
    assert "/admin/" in page


def test_a_long_stay_in_the_gallery_is_written_down(site: Site, photo: Path) -> None:
    """A sign-in that is in use must not end for being idle, whichever way its pages take."""
    alice = site.member("Enterprise")
    alice.keep(photo)
    alice.get("/images")

    for _ in range(9):
        site.clock.advance(days=1)
        assert alice.get("/images").status_code == 200

    assert alice.get("/images").status_code == 200
