"""What ends a link or a picture ends it for every way of asking, at once."""

from collections.abc import Callable

import pytest
import requests
from sqlalchemy import func, select

from imageapp.images.models import Image, Thumbnail
from imageapp.links.models import Link
from tests.authorization.people import UNKNOWN, small_picture
from tests.authorization.test_others_pictures import told
from tests.site import JSON, Client, Site

Ending = Callable[[Site, Client, dict[str, str]], object]

ENDINGS: dict[str, Ending] = {
    "revoked": lambda _site, alice, link: alice.submit(f"/links/{link['id']}/revoke"),
    "trashed": lambda _site, alice, link: alice.submit(f"{link['image']}/delete"),
    "deleted": lambda _site, alice, link: alice.throw_away({"id": link["image"].rpartition("/")[2]}),
    "disabled": lambda site, alice, _link: site.change_user(alice.username, is_active=False),
    "downgraded": lambda site, alice, _link: site.change_user(alice.username, plan="Premium"),
    "expired": lambda site, _alice, _link: site.clock.advance(seconds=301),
}


def every_way(address: str, etag: str) -> list[requests.Request]:
    """Ways to ask for bytes that a cache or a downloader has."""
    return [
        requests.Request("GET", address),
        requests.Request("HEAD", address),
        requests.Request("GET", address, headers={"Range": "bytes=0-9"}),
        requests.Request("GET", address, headers={"Range": "bytes=5-", "If-Range": etag}),
        requests.Request("GET", address, headers={"If-None-Match": etag}),
        requests.Request("HEAD", address, headers={"If-None-Match": f"{etag}, *"}),
        requests.Request("GET", address, headers={"If-Modified-Since": "Mon, 01 Jan 2035 00:00:00 GMT"}),
    ]


def ask(client: Client, request: requests.Request) -> requests.Response:
    """Send it."""
    return client.request(request.method or "", str(request.url), headers=dict(request.headers))


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_link_that_ended_gives_nothing_to_whoever_has_a_part_of_it(site: Site, ending: str) -> None:
    alice, stranger = site.member("Enterprise"), site.client()
    link = alice.link(alice.keep(small_picture()))
    etag = stranger.get(link["url"]).headers["ETag"]
    alive = [ask(stranger, request).status_code for request in every_way(link["url"], etag)]

    ENDINGS[ending](site, alice, link)
    dead = [ask(stranger, request) for request in every_way(link["url"], etag)]

    assert alive == [200, 200, 206, 206, 304, 304, 200]
    for answer in dead:
        assert answer.status_code == 410
        assert not {"ETag", "Content-Range", "Last-Modified", "Accept-Ranges"} & set(answer.headers)
        assert not answer.headers["Content-Type"].startswith("image/")
    assert "This link no longer works" in dead[0].text


def test_all_causes_of_a_dead_link_look_alike(site: Site) -> None:
    alice, answers = site.member("Enterprise"), []
    for end in ENDINGS.values():
        link = alice.link(alice.keep(small_picture()))
        end(site, alice, link)
        answers.append(told(site.client().get(link["url"])))
        site.change_user(alice.username, is_active=True, plan="Enterprise")
        site.clock.reset()

    assert answers == answers[:1] * len(ENDINGS)


def test_a_deleted_picture_leaves_no_row_and_no_byte(site: Site) -> None:
    alice = site.member("Enterprise")
    files_before = site.files()
    image = alice.keep(small_picture())
    link = alice.link(image)
    made = site.files() - files_before
    addresses = (*image["links"]["thumbnails"].values(), image["links"]["original"], image["links"]["self"])
    etags = [alice.get(address).headers.get("ETag", '"none"') for address in addresses]

    alice.throw_away(image)

    assert len(made) == 3  # the original and the two sizes of the plan
    assert not made & site.files()
    with site.session() as session:
        for table, column in ((Image, Image.id), (Thumbnail, Thumbnail.image_id), (Link, Link.image_id)):
            assert session.scalar(select(func.count()).select_from(table).where(column == image["id"])) == 0
    assert alice.get("/account", headers=JSON).json()["used_bytes"] == 0
    assert alice.get("/links", headers=JSON).json()["links"] == []
    assert "was deleted for good" in alice.get("/images").text
    for address, etag in zip(addresses, etags, strict=True):
        for request in every_way(address, etag):
            gone, never = ask(alice, request), ask(alice, _instead(request, image["id"]))
            assert told(gone) == told(never)
            assert gone.status_code == 404
    assert site.client().get(link["url"]).status_code == 410


def _instead(request: requests.Request, image_id: str) -> requests.Request:
    return requests.Request(request.method, str(request.url).replace(image_id, UNKNOWN), headers=request.headers)


def test_a_picture_is_deleted_once(site: Site) -> None:
    alice = site.member("Enterprise")
    kept, image = alice.keep(small_picture()), alice.keep(small_picture())

    first = alice.submit(f"/images/{image['id']}/delete", as_json=True)
    second = alice.submit(f"/images/{image['id']}/delete", as_json=True)
    for_good = alice.submit("/trash/delete", {"id": image["id"]}, as_json=True)
    again = alice.submit("/trash/delete", {"id": image["id"]}, as_json=True)

    assert first.json() == {"deleted": image["id"]}
    assert for_good.json() == {"deleted": [image["id"]]}
    for answer in (second, again):
        assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
    assert alice.get("/account", headers=JSON).json()["used_bytes"] == kept["bytes"]


def test_somebody_without_a_sign_in_is_told_nothing_by_an_etag(site: Site) -> None:
    alice, stranger = site.member("Enterprise"), site.client()
    image = alice.keep(small_picture())
    address = image["links"]["original"]
    etag = alice.get(address).headers["ETag"]
    unchanged = alice.get(address, headers={"If-None-Match": etag})

    asked = [ask(stranger, request) for request in every_way(address, etag)]

    assert (unchanged.status_code, unchanged.content) == (304, b"")
    for answer in asked:
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/login")
        assert "ETag" not in answer.headers
