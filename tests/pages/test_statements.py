"""What each page costs the database: exact counts, so that a new statement is a decision."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from imageapp.database import writing
from imageapp.images.models import Image
from tests.authorization.people import forget_thumbnails, small_picture
from tests.site import JSON, Client, Site

SIGN_IN = 1  # who asks, in one statement, at every page of somebody signed in


@pytest.fixture(scope="module")
def alice(running_site: Site) -> Client:
    """Somebody on Enterprise."""
    return running_site.member("Enterprise")


@pytest.fixture(scope="module")
def image(alice: Client) -> dict[str, Any]:
    """Her picture."""
    return alice.keep(small_picture())


@pytest.fixture(scope="module")
def link(alice: Client, image: dict[str, Any]) -> dict[str, Any]:
    """Her link to it."""
    return alice.link(image)


def cost(site: Site, ask: Callable[[], Any]) -> int:
    """How many statements it takes."""
    with site.statements() as statements:
        ask()
    return len(statements)


@pytest.mark.parametrize(
    ("path", "statements"),
    [
        ("/", SIGN_IN + 1),
        ("/images", SIGN_IN + 1),
        ("/images?limit=100", SIGN_IN + 1),
        ("/images/{image}", SIGN_IN + 3),
        ("/images/upload", SIGN_IN),
        ("/images/uploaded?id={image}", SIGN_IN + 1),
        ("/images/{image}/links/new", SIGN_IN + 1),
        ("/links", SIGN_IN + 1),
        ("/links?state=live", SIGN_IN + 1),
        ("/links?state=revoked", SIGN_IN + 1),
        ("/links/{link}", SIGN_IN + 1),
        ("/trash", SIGN_IN + 1),
        ("/account", SIGN_IN + 1),
        ("/images/{image}/thumbnails/200", 1),
        ("/images/{image}/original", 1),
        ("/healthz", 0),
        ("/readyz", 1),
        ("/static/base.css", 0),
        ("/nowhere", SIGN_IN),
    ],
)
@pytest.mark.parametrize("headers", [{}, JSON], ids=["page", "program"])
def test_alices_pages_cost_so_many_statements(
    site: Site,
    alice: Client,
    image: dict[str, Any],
    link: dict[str, Any],
    path: str,
    statements: int,
    headers: dict[str, str],
) -> None:
    address = path.format(image=image["id"], link=link["id"])

    asked = cost(site, lambda: alice.get(address, headers=headers))

    if path == "/nowhere" and headers:
        assert asked == 0  # nobody needs to be known to be told in JSON that there is nothing
    elif path == "/" and headers:
        assert asked == SIGN_IN
    elif path == "/images/{image}" and headers:
        assert asked == statements - 1  # a program is not led to the pictures beside it
    else:
        assert asked == statements


@pytest.mark.parametrize("condition", [{}, {"Range": "bytes=0-9"}, {"If-None-Match": "{etag}"}])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_bytes_cost_one_statement_however_they_are_asked_for(
    site: Site, alice: Client, image: dict[str, Any], link: dict[str, Any], method: str, condition: dict[str, str]
) -> None:
    for client, address in (
        (alice, image["links"]["original"]),
        (alice, image["links"]["thumbnails"]["400"]),
        (site.client(), link["url"]),
    ):
        etag = client.get(address).headers["ETag"]
        headers = {name: value.format(etag=etag) for name, value in condition.items()}

        with site.statements() as statements:
            answer = client.request(method, address, headers=headers)

        assert answer.status_code in {200, 206, 304}
        assert len(statements) == 1, statements


def test_a_stranger_with_a_link_costs_one_statement_and_with_a_forged_or_ended_one_none(
    site: Site, link: dict[str, Any]
) -> None:
    stranger = site.client()

    alive = cost(site, lambda: stranger.get(link["url"]))
    forged = cost(site, lambda: stranger.get(link["url"][:-3] + "AAA"))
    site.clock.advance(hours=1)
    ended = cost(site, lambda: stranger.get(link["url"]))

    assert (alive, forged, ended) == (1, 0, 0)


def test_a_stranger_at_the_door_costs_nothing(site: Site, image: dict[str, Any]) -> None:
    stranger = site.client()

    for path in (
        "/",
        "/login",
        "/images",
        "/account",
        "/images/upload",
        f"/images/{image['id']}",
        "/links",
        "/nowhere",
    ):
        assert cost(site, lambda path=path: stranger.get(path)) == 0, path


def test_a_hundred_pictures_cost_what_one_costs(site: Site) -> None:
    alice = site.member("Enterprise")
    first = alice.keep(small_picture())
    of_one = [cost(site, lambda path=path: alice.get(path)) for path in ("/", "/images?limit=100", "/links")]
    _multiply(site, first["id"], 99)

    of_hundred = [cost(site, lambda path=path: alice.get(path)) for path in ("/", "/images?limit=100", "/links")]

    assert len(alice.get("/images?limit=100", headers=JSON).json()["images"]) == 100
    assert of_hundred == of_one == [2, 2, 2]


def _multiply(site: Site, image_id: str, times: int) -> None:
    """So many more rows like that picture, older and older."""
    with site.session() as session, writing(session):
        like = session.get_one(Image, image_id)
        for number in range(1, times + 1):
            values = {column.name: getattr(like, column.name) for column in Image.__table__.columns}
            other = {
                "id": f"{image_id[:18]}{number:04}",
                "blob_key": f"{number:08}{like.blob_key[8:]}",
                "created_at": like.created_at - timedelta(seconds=number),
            }
            session.add(Image(**values | other))


def test_looking_at_the_gallery_makes_no_thumbnail(site: Site) -> None:
    alice = site.member("Enterprise")
    image = alice.keep(small_picture())
    forget_thumbnails(site, image["id"])
    files = site.files()

    for path in ("/", "/images", f"/images/{image['id']}", "/links"):
        assert alice.get(path).status_code == 200
        assert cost(site, lambda path=path: alice.get(path, headers=JSON)) <= SIGN_IN + 2

    assert site.files() == files


def test_a_thumbnail_that_is_missing_is_made_when_it_is_asked_for(site: Site) -> None:
    alice = site.member("Enterprise")
    image = alice.keep(small_picture())
    address = image["links"]["thumbnails"]["200"]
    before = alice.get(address)
    forget_thumbnails(site, image["id"])

    made = alice.get(address)
    again = cost(site, lambda: alice.get(address))

    assert (made.status_code, made.content, made.headers["Content-Type"]) == (200, before.content, "image/jpeg")
    assert again == 1


def test_signing_in_uploading_and_making_a_link_cost_what_they_did(site: Site) -> None:
    """Deeds too: each row and counter is written in one statement, and who asks is asked once."""
    username = site.person("Enterprise")
    client = site.client()
    token = {"X-CSRFToken": client.csrf()}
    signing_in = cost(
        site, lambda: client.post("/login", {"username": username, "password": "five quiet geese"}, headers=token)
    )
    image = client.keep(small_picture())
    token = {"X-CSRFToken": client.csrf()}

    name, content = small_picture()
    uploading = cost(site, lambda: client.post("/images/upload", files={"files": (name, content)}, headers=token))
    linking = cost(site, lambda: client.post(f"/images/{image['id']}/links/new", {"seconds": "300"}, headers=token))
    putting_away = cost(site, lambda: client.post(f"/images/{image['id']}/delete", headers=token))
    restoring = cost(site, lambda: client.post("/trash/restore", {"id": image["id"]}, headers=token))
    client.post(f"/images/{image['id']}/delete", headers=token)
    deleting = cost(site, lambda: client.post("/trash/delete", {"id": image["id"]}, headers=token))

    assert {
        "signing in": signing_in,
        "uploading": uploading,
        "linking": linking,
        "putting away": putting_away,
        "restoring": restoring,
        "deleting": deleting,
    } == {
        "signing in": 9,
        "uploading": 6,
        "linking": 5,
        "putting away": 2,
        "restoring": 2,
        "deleting": 5,
    }
