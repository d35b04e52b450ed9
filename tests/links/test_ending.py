"""Whatever ends a link ends it at once, in the same words, and for every way of asking."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from imageapp.accounts.models import User
from imageapp.database import writing
from imageapp.images.models import Image
from imageapp.links.models import Link
from tests.site import JSON, Client, Site


def expire(site: Site, _alice: Client, _image: dict[str, Any], _link: dict[str, Any]) -> None:
    site.clock.advance(seconds=301)


def revoke(_site: Site, alice: Client, _image: dict[str, Any], link: dict[str, Any]) -> None:
    assert alice.submit(f"/links/{link['id']}/revoke").status_code == 303


def delete_picture(_site: Site, alice: Client, image: dict[str, Any], _link: dict[str, Any]) -> None:
    assert alice.submit(f"/images/{image['id']}/delete").status_code == 303


def disable_owner(site: Site, alice: Client, _image: dict[str, Any], _link: dict[str, Any]) -> None:
    site.change_user(alice.username, is_active=False)


def move_owner_to_another_plan(site: Site, alice: Client, _image: dict[str, Any], _link: dict[str, Any]) -> None:
    site.change_user(alice.username, plan="Premium")


def take_links_from_the_plan(site: Site, alice: Client, _image: dict[str, Any], _link: dict[str, Any]) -> None:
    plan = alice.get("/account", headers=JSON).json()["plan"]["name"]
    site.change_plan(plan, makes_links=False)


def delete_owner(site: Site, alice: Client, _image: dict[str, Any], _link: dict[str, Any]) -> None:
    with site.session() as session, writing(session):
        owner = session.scalars(select(User.id).where(User.username == alice.username)).one()
        session.execute(delete(Image).where(Image.owner_id == owner))
        session.execute(delete(User).where(User.id == owner))


def sweep_row(site: Site, _alice: Client, _image: dict[str, Any], link: dict[str, Any]) -> None:
    with site.session() as session, writing(session):
        session.execute(delete(Link).where(Link.id == link["id"]))


CAUSES = [
    expire,
    revoke,
    delete_picture,
    disable_owner,
    move_owner_to_another_plan,
    take_links_from_the_plan,
    delete_owner,
    sweep_row,
]
# What somebody may ask with who has opened the link while it lived.
WAYS = [("GET", "plain"), ("HEAD", "plain"), ("GET", "range"), ("GET", "etag"), ("GET", "any etag"), ("HEAD", "etag")]
WAYS += [("GET", "range of that etag"), ("GET", "since")]


def headers_for(way: str, etag: str) -> dict[str, str]:
    return {
        "plain": {},
        "range": {"Range": "bytes=0-9"},
        "etag": {"If-None-Match": etag},
        "any etag": {"If-None-Match": "*"},
        "range of that etag": {"Range": "bytes=0-9", "If-Range": etag},
        "since": {"If-Modified-Since": "Fri, 31 Dec 2100 23:59:59 GMT"},
    }[way]


@pytest.mark.parametrize("end", CAUSES, ids=lambda end: end.__name__)
def test_ended_link_gives_nothing_however_it_is_asked_for(
    site: Site, photo: Path, end: Callable[[Site, Client, dict[str, Any], dict[str, Any]], None]
) -> None:
    site.clock.freeze()
    alice = site.client().sign_in(site.person(site.plan((0, 200), shows_original=True, makes_links=True)))
    image = alice.keep(photo)
    link = alice.link(image, 300)
    stranger = site.client()
    alive = stranger.get(link["url"])

    end(site, alice, image, link)
    answers = [
        stranger.request(method, link["url"], headers=headers_for(way, alive.headers["ETag"])) for method, way in WAYS
    ]
    program = stranger.get(link["url"], headers=JSON)

    assert alive.status_code == 200
    assert {answer.status_code for answer in answers} == {410}
    assert all(b"\xff\xd8" not in answer.content for answer in answers)
    assert all("ETag" not in answer.headers for answer in answers)
    assert all(answer.headers["Cache-Control"] == "private, no-store" for answer in answers)
    pages = {answer.text.replace(answer.headers["X-Request-Id"], "") for answer in answers if answer.text}
    assert len(pages) == 1
    assert "This link no longer works" in pages.pop()
    assert alice.username not in answers[0].text
    assert program.json() == {"error": "link_gone", "message": program.json()["message"]}


def test_page_is_the_same_for_every_cause(site: Site, photo: Path) -> None:
    site.clock.freeze()
    pages = set()

    for end in (revoke, delete_picture, disable_owner, move_owner_to_another_plan, sweep_row, expire):
        alice = site.member()
        image = alice.keep(photo)
        link = alice.link(image, 300)
        end(site, alice, image, link)
        page = site.client().get(link["url"])
        pages.add(page.text.replace(page.headers["X-Request-Id"], ""))

    assert len(pages) == 1


def test_link_of_somebody_who_is_let_in_again_works_again_until_its_end(site: Site, photo: Path) -> None:
    site.clock.freeze()
    alice = site.member()
    link = alice.link(alice.keep(photo), 300)

    site.change_user(alice.username, is_active=False)
    meanwhile = site.client().get(link["url"])
    site.change_user(alice.username, is_active=True)
    again = site.client().get(link["url"])

    assert (meanwhile.status_code, again.status_code) == (410, 200)


def test_one_revoked_link_leaves_the_others_of_the_picture_alive(site: Site, photo: Path) -> None:
    alice = site.member()
    image = alice.keep(photo)
    one, other = alice.link(image), alice.link(image)

    answer = alice.submit(f"/links/{one['id']}/revoke", as_json=True)
    again = alice.submit(f"/links/{one['id']}/revoke", as_json=True)

    assert (answer.json(), again.status_code) == ({"revoked": one["id"]}, 200)
    assert site.client().get(one["url"]).status_code == 410
    assert site.client().get(other["url"]).status_code == 200


def test_second_revoking_does_not_move_the_first(site: Site, photo: Path) -> None:
    start = site.clock.freeze()
    alice = site.member()
    link = alice.link(alice.keep(photo))

    alice.submit(f"/links/{link['id']}/revoke")
    site.clock.freeze(start + timedelta(minutes=1))
    alice.submit(f"/links/{link['id']}/revoke")

    with site.session() as session:
        assert session.get_one(Link, link["id"]).revoked_at == start


def test_nobody_sees_or_revokes_a_link_of_another(site: Site, photo: Path) -> None:
    alice, bob, admin = site.member(), site.member(), site.member(is_admin=True)
    link = alice.link(alice.keep(photo))

    revoked = [
        who.submit(f"/links/{one}/revoke", as_json=True) for who in (bob, admin) for one in (link["id"], "A" * 22)
    ]
    seen = [who.get(f"/links/{one}", headers=JSON) for who in (bob, admin) for one in (link["id"], "A" * 22)]

    assert {answer.status_code for answer in revoked + seen} == {404}
    assert len({answer.text for answer in revoked + seen}) == 1
    assert bob.get("/links", headers=JSON).json() == {"links": [], "next": None}
    assert site.client().get(link["url"]).status_code == 200


def test_alice_sees_which_of_her_links_live_and_how_long(site: Site, photo: Path) -> None:
    start = site.clock.freeze()
    alice = site.member()
    image = alice.keep(photo)
    ended, revoked = alice.link(image, 300), alice.link(image, 30_000)
    site.clock.freeze(start + timedelta(seconds=1))
    living = alice.link(image, 1_800)
    alice.submit(f"/links/{revoked['id']}/revoke")
    site.clock.freeze(start + timedelta(seconds=361))

    listed = alice.get("/links", headers=JSON).json()["links"]
    page = alice.get("/links").text
    pages = [alice.get(f"/links/{one['id']}").text for one in (living, ended, revoked)]

    assert {link["id"]: link["state"] for link in listed} == {
        living["id"]: "live", revoked["id"]: "revoked", ended["id"]: "ended"
    }  # fmt: skip
    assert listed[0]["id"] == living["id"]
    assert "24 min" in page
    assert living["url"] in page
    assert living["url"] in pages[0]
    assert "This link has expired" in pages[1]
    assert "This link is revoked" in pages[2]
    assert ended["url"] not in pages[1]
    assert revoked["url"] not in pages[2]


def test_alice_sees_that_her_plan_switched_her_link_off(site: Site, photo: Path) -> None:
    """Nothing offers an address to copy that opens nothing; what her plan gives again works again."""
    plan = site.plan((0, 200), makes_links=True)
    alice = site.member(plan)
    link = alice.link(alice.keep(photo), 30_000)

    site.change_plan(plan, makes_links=False)
    off, listed = alice.get(f"/links/{link['id']}").text, alice.get("/links").text
    in_json = alice.get("/links", headers=JSON).json()["links"][0]["state"]
    of_the_admin = site.admin().get(f"/admin/link/?search={alice.username}").text
    opened = site.client().get(link["url"]).status_code
    site.change_plan(plan, makes_links=True)

    assert (in_json, opened) == ("off", 410)
    assert "This link is not in your plan" in off
    assert "Not in your plan" in listed
    assert link["url"] not in off + listed
    assert ">Off<" in of_the_admin
    assert '<span class="badge ok">Live</span>' not in of_the_admin
    assert link["url"] in alice.get("/links").text
    assert site.client().get(link["url"]).status_code == 200


def test_alice_leafs_through_many_links(site: Site, photo: Path) -> None:
    alice = site.member()
    image = alice.keep(photo)
    now = site.clock.freeze()
    with site.session() as session, writing(session):
        owner = session.scalars(select(User.id).where(User.username == alice.username)).one()
        for number in range(120):
            made = now - timedelta(seconds=number // 2)  # two of each moment: the order must hold all the same
            session.add(
                Link(
                    id=f"{alice.username}-{number:04}".ljust(22, "_"),
                    image_id=image["id"],
                    owner_id=owner,
                    created_at=made,
                    expires_at=made + timedelta(hours=1),
                )
            )

    seen, address = [], "/links"
    while address:
        answer = alice.get(address, headers=JSON).json()
        seen += [link["id"] for link in answer["links"]]
        address = answer["next"]
    odd = [alice.get(f"/links?after={text}", headers=JSON) for text in ("x", "1.2", "9" * 30 + "." + "A" * 22, "%00")]

    assert len(seen) == len(set(seen)) == 120
    assert alice.get("/links").text.count("after=") >= 1
    assert [(answer.status_code, answer.json()["error"]) for answer in odd] == [(400, "bad_form")] * 4
