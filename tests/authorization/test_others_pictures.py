"""What is somebody else's is as absent as what is not there."""

import re
from typing import Any

import pytest
import requests

from tests.authorization.people import UNKNOWN, small_picture, standing
from tests.site import JSON, Client, Site

LOOKED_AT = (
    "/images/{id}",
    "/images/{id}/thumbnails/200",
    "/images/{id}/thumbnails/300x",
    "/images/{id}/original",
    "/images/{id}/links/new",
)
SENT = (
    "/images/{id}/delete",
    "/images/{id}/rename",
    "/images/{id}/replace",
    "/images/{id}/links/new",
    "/links/{id}/revoke",
)
CONDITIONS = (
    {},
    {"Range": "bytes=0-0"},
    {"Range": "bytes=0-0,2-3", "If-Range": "*"},
    {"If-None-Match": "*"},
    {"If-Modified-Since": "Mon, 01 Jan 2035 00:00:00 GMT"},
)
CHANGES_EACH_TIME = {"Date", "X-Request-Id", "Set-Cookie"}


def told(response: requests.Response) -> tuple[int, bytes, dict[str, str]]:
    """Everything that an answer tells, but what differs between any two."""
    headers = {name: value for name, value in response.headers.items() if name not in CHANGES_EACH_TIME}
    # A form's token holds the second in which it was made.
    body = response.content.replace(response.headers["X-Request-Id"].encode(), b"")
    return response.status_code, re.sub(rb'(name="csrf_token" value=")[^"]+', rb"\1", body), headers


@pytest.fixture(scope="module")
def alice(running_site: Site) -> Client:
    """Somebody with pictures."""
    return running_site.member("Enterprise")


@pytest.fixture(scope="module")
def bob(running_site: Site) -> Client:
    """Somebody else on the same plan."""
    return running_site.member("Enterprise")


@pytest.fixture(scope="module")
def image(alice: Client) -> dict[str, Any]:
    """A picture of Alice, as JSON."""
    return alice.keep(small_picture())


@pytest.mark.parametrize(("method", "accepts"), [("GET", "text/html"), ("GET", "application/json"), ("HEAD", "*/*")])
def test_bob_cannot_tell_a_picture_of_alice_from_none(
    alice: Client, bob: Client, image: dict[str, Any], method: str, accepts: str
) -> None:
    etag = alice.get(image["links"]["original"]).headers["ETag"]
    conditions = [*CONDITIONS, {"If-None-Match": etag}, {"If-None-Match": f"W/{etag}, {etag}"}]

    for pattern in LOOKED_AT:
        for condition in conditions:
            headers = {"Accept": accepts, **condition}
            hers = bob.request(method, pattern.format(id=image["id"]), headers=headers)
            nobodys = bob.request(method, pattern.format(id=UNKNOWN), headers=headers)

            assert told(hers) == told(nobodys), f"{method} {pattern} with {condition}"
            assert hers.status_code == 404
            assert not {"ETag", "Content-Range", "Accept-Ranges", "Content-Disposition"} & set(hers.headers)


def test_bob_cannot_change_what_is_alices(site: Site, alice: Client, bob: Client, image: dict[str, Any]) -> None:
    link = alice.link(image)
    before = standing(site)

    for pattern in SENT:
        hers = bob.submit(pattern.format(id=link["id"] if "revoke" in pattern else image["id"]), {"seconds": 300})
        nobodys = bob.submit(pattern.format(id=UNKNOWN), {"seconds": 300})

        assert told(hers) == told(nobodys), pattern
        assert hers.status_code == 404
    assert standing(site) == before
    assert site.client().get(link["url"]).status_code == 200


def test_a_picture_of_alice_costs_bob_the_same_questions_as_none(
    site: Site, bob: Client, image: dict[str, Any]
) -> None:
    """The time that an answer takes tells nothing: the database is asked the very same."""
    for pattern in LOOKED_AT:
        with site.statements() as of_hers:
            bob.get(pattern.format(id=image["id"]))
        with site.statements() as of_none:
            bob.get(pattern.format(id=UNKNOWN))

        assert of_hers == of_none, pattern


@pytest.mark.parametrize(
    "odd",
    [
        "1",
        "-1",
        "0",
        "9223372036854775808",
        "1e3",
        "٣٠٠",
        "0000000000000000000000",
        "{id}0",
        "0{id}",
        "{id}%00",
        "{id}%20",
        "{id}%0a",
        "{id}.jpg",
        "{id}%2f..%2f{id}",
        "..%2f{id}",
        "%2e%2e",
        "{swapped}",
        "{id}'--",
        "b6f1a2d0-58a0-4d1e-9c4e-6a4c7f0c1d2e",
    ],
)
def test_alice_has_one_spelling_of_her_pictures_address(odd: str, alice: Client, image: dict[str, Any]) -> None:
    spelled = odd.format(id=image["id"], swapped=image["id"].swapcase())

    answers = [alice.get(pattern.format(id=spelled), headers=JSON) for pattern in LOOKED_AT]

    for answer in answers:
        assert (answer.status_code, answer.json()["error"]) == (404, "not_found"), answer.url


def test_alices_lists_hold_nothing_of_bobs(alice: Client, bob: Client, image: dict[str, Any]) -> None:
    hers, his = image, bob.keep(small_picture())
    his_link = bob.link(his)

    pages = {
        path: alice.get(path).text + alice.get(path, headers=JSON).text
        for path in (
            "/",
            "/images",
            f"/images/uploaded?id={hers['id']}&id={his['id']}",
            "/links",
            "/account",
            f"/images/{hers['id']}",
            "/images/upload",
        )
    }

    for path, text in pages.items():
        assert his["id"] not in text, path
        assert his_link["id"] not in text, path
        assert bob.username not in text, path
    assert hers["id"] in pages["/images"]
