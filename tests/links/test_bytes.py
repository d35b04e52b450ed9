"""A living link gives the picture's own file, whole or in part, and tells nobody more than that."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from tests.site import Client, Site


@pytest.fixture(scope="module")
def shared(running_site: Site, photo: Path) -> tuple[Client, dict[str, Any], dict[str, Any]]:
    """Alice, her picture and a link to it."""
    alice = running_site.member()
    image = alice.keep(photo)
    return alice, image, alice.link(image, 30_000)


@pytest.fixture
def url(site: Site, shared: tuple[Client, dict[str, Any], dict[str, Any]]) -> str:
    assert site.root in shared[2]["url"]
    return shared[2]["url"]


def test_stranger_gets_the_very_file_with_its_true_type_and_no_cookie(site: Site, url: str, photo: Path) -> None:
    opened = site.client().get(url)

    assert hashlib.sha256(opened.content).digest() == hashlib.sha256(photo.read_bytes()).digest()
    headers = opened.headers
    assert headers["Content-Type"] == "image/jpeg"
    assert headers["Content-Disposition"] == "inline; filename=flower.jpg"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "private, no-cache"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "Set-Cookie" not in headers


def test_head_tells_what_get_would_give(site: Site, url: str) -> None:
    got, told = site.client().get(url), site.client().head(url)

    assert told.content == b""
    own = {"Date", "X-Request-Id"}
    assert {k: v for k, v in told.headers.items() if k not in own} == {
        k: v for k, v in got.headers.items() if k not in own
    }


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("0-0", 0, 0),
        ("0-99", 0, 99),
        ("100-", 100, None),
        ("-1", -1, None),
        ("-500", -500, None),
        ("5-999999999", 5, None),
    ],
)
def test_part_of_the_file_is_given(site: Site, url: str, photo: Path, asked: str, first: int, last: int | None) -> None:
    whole = photo.read_bytes()

    part = site.client().get(url, headers={"Range": f"bytes={asked}"})

    wanted = whole[first:] if last is None else whole[first : last + 1]
    start = first % len(whole)
    assert part.status_code == 206
    assert part.content == wanted
    assert part.headers["Content-Range"] == f"bytes {start}-{start + len(wanted) - 1}/{len(whole)}"
    assert part.headers["Content-Length"] == str(len(wanted))
    assert part.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("asked", ["bytes=999999999-", "bytes=-0", "bytes=5-2"])
def test_part_beyond_the_end_is_refused_with_the_length(site: Site, url: str, photo: Path, asked: str) -> None:
    answer = site.client().get(url, headers={"Range": asked})

    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{photo.stat().st_size}"
    assert len(answer.content) < 20_000


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=",
        "bytes=a-b",
        "bytes=0-" + "9" * 5_000,
        "lines=0-5",
        "bytes",
        "bytes=0-0,2-3",
        "bytes=" + ",".join(f"{n}-{n}" for n in range(500)),
        "x" * 9_000,
    ],
)
def test_whoever_asks_for_what_is_no_single_part_gets_the_whole_file(
    site: Site, url: str, photo: Path, asked: str
) -> None:
    answer = site.client().get(url, headers={"Range": asked})

    assert answer.status_code == 200
    assert answer.content == photo.read_bytes()


def test_head_knows_no_parts(site: Site, url: str, photo: Path) -> None:
    told = site.client().head(url, headers={"Range": "bytes=0-0"})
    beyond = site.client().head(url, headers={"Range": "bytes=999999999-"})

    for answer in (told, beyond):
        assert (answer.status_code, answer.headers["Content-Length"]) == (200, str(photo.stat().st_size))
        assert "Content-Range" not in answer.headers


def test_range_of_an_older_file_gives_the_whole_one(site: Site, url: str, photo: Path) -> None:
    stale = site.client().get(url, headers={"Range": "bytes=0-9", "If-Range": '"another"'})
    fresh_tag = site.client().get(url).headers["ETag"]
    fresh = site.client().get(url, headers={"Range": "bytes=0-9", "If-Range": fresh_tag})

    assert (stale.status_code, stale.content) == (200, photo.read_bytes())
    assert (fresh.status_code, fresh.content) == (206, photo.read_bytes()[:10])


def test_browser_that_has_the_file_gets_304_for_as_long_as_the_link_lives(site: Site, url: str) -> None:
    etag = site.client().get(url).headers["ETag"]

    again = site.client().get(url, headers={"If-None-Match": etag})
    other = site.client().get(url, headers={"If-None-Match": '"another"'})

    assert (again.status_code, again.content, again.headers["Referrer-Policy"]) == (304, b"", "no-referrer")
    assert again.headers["Cache-Control"] == "private, no-cache"
    assert other.status_code == 200


def test_etag_of_a_picture_tells_bob_nothing(site: Site, shared: tuple[Client, dict[str, Any], dict[str, Any]]) -> None:
    alice, image, _ = shared
    bob = site.member()
    path = f"/images/{image['id']}"
    for rest in ("/original", "/thumbnails/200"):
        etag = alice.get(path + rest).headers["ETag"]

        mine = alice.get(path + rest, headers={"If-None-Match": etag})
        answers = [
            bob.request(method, f"/images/{one}{rest}", headers={"If-None-Match": tag, "Range": "bytes=0-0"})
            for method in ("GET", "HEAD")
            for one in (image["id"], "A" * 22)
            for tag in (etag, "*")
        ]

        assert mine.status_code == 304
        assert {answer.status_code for answer in answers} == {404}
        assert not any("ETag" in answer.headers for answer in answers)


def test_link_opens_the_original_and_nothing_else_of_its_owner(
    site: Site, shared: tuple[Client, dict[str, Any], dict[str, Any]]
) -> None:
    _, image, link = shared
    stranger = site.client()
    stranger.get(link["url"])

    answers = [
        stranger.get(path, headers={"Referer": link["url"]})
        for path in (f"/images/{image['id']}", f"/images/{image['id']}/original", f"/links/{link['id']}")
    ]

    assert [answer.status_code for answer in answers] == [302] * 3


def test_link_cannot_be_posted_to(site: Site, url: str) -> None:
    answers = [site.client().request(method, url) for method in ("POST", "PUT", "DELETE", "OPTIONS")]

    assert [answer.status_code for answer in answers] == [405] * 4
