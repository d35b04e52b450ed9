"""The plan decides at every request, whatever was possible a moment ago."""

from typing import Any

import pytest
import requests
from sqlalchemy import func, select

from imageapp.images.models import Image, Thumbnail
from imageapp.links.models import Link
from tests.authorization.people import small_picture, standing
from tests.site import JSON, Client, Site

SIZES = ((0, 200), (0, 400))


def refused_by_plan(response: requests.Response) -> bool:
    """Whether a program was told that its plan does not give this."""
    return response.status_code == 403 and response.json()["error"] == "forbidden_by_plan"


def test_basic_member_gets_no_other_size_though_it_was_made(site: Site) -> None:
    """A thumbnail that lies there from a better plan opens no way around the plan."""
    alice = site.member("Enterprise")
    image = alice.keep(small_picture())
    before = alice.get(image["links"]["thumbnails"]["400"])
    site.change_user(alice.username, plan="Basic")

    after = [
        alice.get(image["links"]["thumbnails"]["400"], headers=JSON | condition)
        for condition in ({}, {"Range": "bytes=0-9"}, {"If-None-Match": before.headers["ETag"]})
    ]

    assert before.status_code == 200
    assert all(refused_by_plan(answer) for answer in after)
    with site.session() as session:
        made = session.scalar(select(func.count()).where(Thumbnail.image_id == image["id"]))
    assert made == 2


def test_basic_member_cannot_send_the_form_of_a_better_plan(site: Site) -> None:
    premium_form = {"seconds": "300", "preset": "300", "plan": "Enterprise", "plan_id": "3", "makes_links": "1"}
    basic = site.member("Basic")
    image = basic.keep(small_picture())

    page = basic.submit(f"/images/{image['id']}/links/new", premium_form)
    program = basic.submit(f"/images/{image['id']}/links/new", premium_form, as_json=True)
    original = basic.get(f"/images/{image['id']}/original", headers=JSON)

    assert page.status_code == 403
    assert "The Basic plan does not include expiring links." in page.text
    assert "Your administrator can move you to a plan that does." in page.text
    assert refused_by_plan(program)
    assert refused_by_plan(original)
    with site.session() as session:
        assert session.scalar(select(func.count()).where(Link.image_id == image["id"])) == 0


def test_what_an_admin_takes_from_a_plan_is_gone_at_the_next_request(site: Site) -> None:
    plan = site.plan(*SIZES, shows_original=True, makes_links=True)
    alice = site.member(plan)
    image = alice.keep(small_picture())
    link = alice.link(image)
    open_tab = alice.get(f"/images/{image['id']}/links/new").text
    addresses = (image["links"]["thumbnails"]["400"], image["links"]["original"])
    etags = [alice.get(address).headers["ETag"] for address in addresses]

    site.change_plan(plan, sizes=[(0, 200)], shows_original=False, makes_links=False)

    for address, etag in zip(addresses, etags, strict=True):
        assert refused_by_plan(alice.get(address, headers=JSON))
        assert refused_by_plan(alice.get(address, headers=JSON | {"If-None-Match": etag}))
        assert alice.head(address).status_code == 403
    assert refused_by_plan(alice.submit(f"/images/{image['id']}/links/new", {"seconds": 300}, as_json=True))
    assert site.client().get(link["url"]).status_code == 410
    assert alice.get(f"/images/{image['id']}", headers=JSON).json()["links"] == {
        "self": image["links"]["self"],
        "thumbnails": {"200": image["links"]["thumbnails"]["200"]},
    }
    assert "<form" in open_tab
    assert "/original" not in alice.get(f"/images/{image['id']}").text


def test_what_an_admin_adds_to_a_plan_is_there_at_the_next_request(site: Site) -> None:
    plan = site.plan((0, 200))
    alice = site.member(plan)
    image = alice.keep(small_picture())

    site.change_plan(plan, sizes=[(0, 200), (300, 0)], shows_original=True, makes_links=True)

    links = alice.get(f"/images/{image['id']}", headers=JSON).json()["links"]
    assert sorted(links) == ["create_expiring_link", "original", "self", "thumbnails"]
    assert sorted(links["thumbnails"]) == ["200", "300x"]
    assert all(alice.get(address).status_code == 200 for address in links["thumbnails"].values())
    assert site.client().get(alice.link(image)["url"]).status_code == 200


def test_moving_somebody_to_another_plan_takes_their_links_along(site: Site) -> None:
    alice = site.member("Enterprise")
    image = alice.keep(small_picture())
    link = alice.link(image)

    site.change_user(alice.username, plan="Premium")
    away = site.client().get(link["url"]).status_code
    site.change_user(alice.username, plan="Enterprise")
    back = site.client().get(link["url"]).status_code

    assert (away, back) == (410, 200)


EXTRA = {
    "is_admin": "1",
    "is_active": "1",
    "must_change": "0",
    "plan": "Enterprise",
    "plan_id": "3",
    "user_id": "1",
    "owner_id": "1",
    "owner": "admin",
    "used_bytes": "0",
    "quota": "",
    "quota_bytes": "",
    "id": "1",
    "bytes": "1",
    "format": "GIF",
    "blob_key": "0" * 32,
    "created_at": "0",
    "expires_at": "9" * 15,
    "revoked_at": "",
    "exp": "9" * 10,
}


def _row_of(site: Site, client: Client) -> tuple[Any, ...]:
    return next(row for row in standing(site)["users"] if row[1] == client.username)


@pytest.mark.parametrize(
    "path",
    [
        *("/account", "/account/later", "/account/signins/end-others", "/images/upload", "/login", "/logout"),
        *("/images/delete", "/images/download", "/trash/restore", "/trash/delete", "/links/revoke"),
    ],
)
def test_a_form_changes_nothing_about_alice_that_it_does_not_ask_for(site: Site, path: str) -> None:
    alice = site.member(site.plan((0, 200), quota_bytes=1_000_000))
    before = _row_of(site, alice)
    files = {"files": ("a.txt", b"no picture", "text/plain")} if path == "/images/upload" else None

    alice.submit(path, EXTRA, files=files)

    assert _row_of(site, alice) == before


def test_an_uploaded_picture_is_its_senders_whatever_the_form_says(site: Site) -> None:
    alice = site.member("Enterprise")
    name, content = small_picture()

    answer = alice.submit("/images/upload", EXTRA, files={"files": (name, content)}, as_json=True)

    image = answer.json()["images"][0]
    with site.session() as session:
        row = session.get_one(Image, image["id"])
        assert (row.owner.username, row.format, row.bytes) == (alice.username, "JPEG", len(content))
        assert row.blob_key != EXTRA["blob_key"]
        assert _row_of(site, alice)[-1] == len(content)


def test_a_link_lasts_what_was_asked_whatever_else_the_form_says(site: Site) -> None:
    alice = site.member("Enterprise")
    image = alice.keep(small_picture())
    made_at = site.clock.freeze()

    answer = alice.submit(f"/images/{image['id']}/links/new", {**EXTRA, "seconds": "300"}, as_json=True).json()

    with site.session() as session:
        row = session.get_one(Link, answer["id"])
        assert 300 <= (row.expires_at - made_at).total_seconds() <= 301
        assert (row.revoked_at, row.owner.username, row.image_id) == (None, alice.username, image["id"])


def test_members_read_who_sees_their_pictures_before_they_upload_or_copy_a_link(site: Site) -> None:
    basic, enterprise = site.member("Basic"), site.member("Enterprise")
    image = basic.keep(small_picture())

    on_basic, on_enterprise = (member.get("/images/upload").text for member in (basic, enterprise))
    own, moderated = (member.get(f"/images/{image['id']}").text for member in (basic, site.admin()))

    assert "Only you and the administrators of this server see a picture</dd>" in on_basic
    assert "see a picture, until you hand out an expiring link</dd>" in on_enterprise
    assert "They open only where you are signed in." in own
    assert "They open only where you are signed in." not in moderated


def test_forms_about_a_picture_or_a_link_change_what_they_ask_for_and_nothing_else(site: Site) -> None:
    alice = site.member("Enterprise")
    image, other = alice.keep(small_picture()), small_picture(300, 200, colour="red")
    link = alice.link(image, 3_000)
    owner = _row_of(site, alice)[0]
    more = EXTRA | {"owner_id": "1", "image_id": "A" * 22, "link_id": "A" * 22, "trashed_at": "1", "name_key": "x"}

    def changed_by(path: str, form: dict[str, Any], **sent: Any) -> set[str]:
        before = _columns(site, image["id"], link["id"])
        assert alice.submit(path, more | form, **sent).status_code == 303
        after = _columns(site, image["id"], link["id"])
        return {name for name, value in after.items() if value != before[name]}

    renamed = changed_by(f"/images/{image['id']}/rename", {"name": "new name"})
    shortened = changed_by(f"/links/{link['id']}/shorten", {"seconds": "60"})
    replaced = changed_by(f"/images/{image['id']}/replace", {}, files={"files": other})
    revoked = changed_by(f"/links/{link['id']}/revoke", {})
    deleted = changed_by(f"/images/{image['id']}/delete", {})
    restored = changed_by("/trash/restore", {"id": image["id"]})

    assert renamed == {"images.name", "images.name_key"}
    assert shortened == {"links.expires_at", "links.signed_until"}
    of_the_file = {"width", "height", "bytes", "sha256", "blob_key", "placeholder", "colour"}
    assert replaced == {f"images.{name}" for name in of_the_file}
    assert revoked == {"links.revoked_at"}
    assert deleted == restored == {"images.trashed_at"}
    assert _columns(site, image["id"], link["id"])["images.owner_id"] == owner


def _columns(site: Site, image_id: str, link_id: str) -> dict[str, Any]:
    """Every column of this picture and this link, by its name."""
    found = {}
    with site.session() as session:
        for kind, row_id in ((Image, image_id), (Link, link_id)):
            row = session.get_one(kind, row_id)
            found |= {f"{kind.__tablename__}.{one.name}": getattr(row, one.name) for one in kind.__table__.columns}
        session.rollback()
    return found
