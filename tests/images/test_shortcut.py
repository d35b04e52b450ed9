"""The short way to bytes and the long one: nobody may see by the answer which of them it took."""

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
from tests.site import Client, Site

OWN_EACH_TIME = {"date", "x-request-id", "connection", "keep-alive"}


@contextmanager
def only_the_long_way(site: Site) -> Iterator[None]:
    """Every request goes through Flask while this lasts."""
    app = cast(Application, site.app)
    short_way, app.short_way = app.short_way, None
    yield
    app.short_way = short_way


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
    """What comes back: the status, the headers but for those that are other ones each time, and the body."""
    answer = client.request(method, path, headers=headers)
    kept = {name.lower(): value for name, value in answer.headers.items() if name.lower() not in OWN_EACH_TIME}
    assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["X-Request-Id"])
    return answer.status_code, kept, answer.content


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
