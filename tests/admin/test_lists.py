"""Lists of the dashboard: what narrows them, their orders, and pages on which every row stands once."""

import re
from collections.abc import Mapping
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import select, update

from imageapp.accounts.models import User
from imageapp.database import writing
from imageapp.identifiers import new_id
from imageapp.images.models import Image
from imageapp.links.models import Link
from tests.admin.forms import words
from tests.admin.test_deleting import with_many_pictures
from tests.admin.test_users import plan_id
from tests.authorization.people import small_picture
from tests.images.drawing import drawn
from tests.site import Client, Site

NEXT = re.compile(r'rel="next" href="([^"]+)"')


def walked(admin: Client, path: str, query: Mapping[str, str]) -> list[list[str]]:
    """The names in the first column, page after page to the end."""
    pages: list[list[str]] = []
    page = admin.get(path, params=query)
    while True:
        pages.append(
            [unescape(name) for name in re.findall(r'<span class="vh">Choose (.+?)</span></label></td>', page.text)]
        )
        further = NEXT.search(page.text)
        if further is None:
            return pages
        page = admin.get(unescape(further[1]))


def names(admin: Client, path: str, **query: str) -> list[str]:
    return [name for page in walked(admin, path, query) for name in page]


def test_operator_finds_people_by_plan_and_by_whether_they_are_active(site: Site) -> None:
    admin, plan, other = site.admin(), site.plan((0, 200)), site.plan((0, 200))
    active, disabled = site.person(plan), site.person(plan, is_active=False)
    site.person(other)
    chosen = str(plan_id(site, plan))

    assert names(admin, "/admin/user/", plan=chosen) == sorted([active, disabled])
    assert names(admin, "/admin/user/", plan=chosen, active="yes") == [active]
    assert names(admin, "/admin/user/", plan=chosen, active="no") == [disabled]
    assert names(admin, "/admin/user/", plan=chosen, search=disabled[-3:], active="no") == [disabled]
    assert "Nothing found" in words(admin.get("/admin/user/", params={"plan": chosen, "search": "somebody else"}))


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ({"sort": "used_bytes"}, ["much", "some", "none"]),
        ({"sort": "used_bytes", "desc": "0"}, ["none", "some", "much"]),
        ({"sort": "pictures"}, ["some", "much", "none"]),
        ({"sort": "created_at"}, ["none", "much", "some"]),
        ({"sort": "username", "desc": "1"}, ["some", "none", "much"]),
    ],
)
def test_operator_sorts_people(site: Site, query: dict[str, str], order: list[str]) -> None:
    plan = site.plan((0, 200))
    called = {
        site.person(plan, name=f"{plan} {kind}"): kind for kind in ("some", "much", "none")
    }  # fmt: skip
    for (name, kind), values in zip(called.items(), [(7, 3), (9_000, 2), (0, 0)], strict=True):
        site.change_user(name, used_bytes=values[0], pictures=values[1])
        assert name.endswith(kind)

    listed = names(site.admin(), "/admin/user/", plan=str(plan_id(site, plan)), **query)

    assert [called[name] for name in listed] == order


@pytest.mark.parametrize("sort", ["created_at", "bytes"])
@pytest.mark.parametrize("desc", ["0", "1"])
def test_every_picture_stands_on_one_page_in_any_order(site: Site, sort: str, desc: str) -> None:
    owner = with_many_pictures(site, 120)
    with site.session() as session, writing(session):
        # Many of one size and of one moment.
        session.execute(
            update(Image)
            .where(Image.owner_id == session.query(User.id).filter(User.username == owner).scalar_subquery())
            .values(bytes=1 + Image.bytes % 3, created_at=site.clock())
        )

    pages = walked(site.admin(), "/admin/image/", {"owner": owner, "sort": sort, "desc": desc})

    assert [len(page) for page in pages] == [50, 50, 20]
    assert sorted(name for page in pages for name in page) == sorted(f"{at}.png" for at in range(120))


def test_newest_pictures_come_first_and_the_way_back_is_there(site: Site) -> None:
    admin, owner = site.admin(), with_many_pictures(site, 60)

    first = admin.get("/admin/image/", params={"owner": owner})
    second = admin.get(unescape(NEXT.findall(first.text)[0]))
    beyond = admin.get("/admin/image/", params={"owner": owner, "after": '[0,"0000000000000000000000"]'})

    assert walked(admin, "/admin/image/", {"owner": owner}) == [
        [f"{at}.png" for at in range(59, 9, -1)],
        [f"{at}.png" for at in range(9, -1, -1)],
    ]
    assert 'rel="first"' not in first.text
    assert 'rel="first"' in second.text
    assert "There is nothing further." in words(beyond)


def test_operator_finds_pictures_by_owner_format_size_and_day(site: Site) -> None:
    alice, bob = site.member(), site.member()
    alice.keep(("old.png", drawn("PNG")))
    site.clock.advance(days=2)
    admin = site.admin()
    large = alice.keep(("new.jpg", small_picture()[1]))
    alice.keep(("new.png", drawn("PNG")))
    bob.keep(("bobs.png", drawn("PNG")))
    with site.session() as session, writing(session):
        session.execute(update(Image).where(Image.id == large["id"]).values(bytes=500_000))
    today = f"{site.clock():%Y-%m-%d}"
    yesterday = f"{site.clock() - timedelta(days=1):%Y-%m-%d}"
    hers = {"owner": alice.username.upper()}

    assert names(admin, "/admin/image/", **hers) == ["new.png", "new.jpg", "old.png"]
    assert names(admin, "/admin/image/", **hers, format="JPEG") == ["new.jpg"]
    assert names(admin, "/admin/image/", **hers, format="PNG", sort="created_at", desc="0") == ["old.png", "new.png"]
    assert names(admin, "/admin/image/", **hers, size="small") == ["new.png", "old.png"]
    assert names(admin, "/admin/image/", **hers, size="small", sort="bytes", to=yesterday) == ["old.png"]
    assert names(admin, "/admin/image/", **hers, **{"from": today}, to=today) == ["new.png", "new.jpg"]
    assert names(admin, "/admin/image/", **hers, search="NEW.", format="PNG") == ["new.png"]
    assert names(admin, "/admin/image/", search=bob.username) == ["bobs.png"]
    assert "Nothing found" in words(admin.get("/admin/image/?owner=nobody+of+this+name"))


def test_operator_sees_each_picture_small_and_what_is_in_the_trash_without_its_picture(site: Site) -> None:
    admin, alice = site.admin(), site.member()
    shown, away = alice.keep(("shown.jpg", small_picture()[1])), alice.keep(("away.jpg", small_picture()[1]))
    alice.submit(f"/images/{away['id']}/delete")

    listed = admin.get("/admin/image/", params={"owner": alice.username})
    trash = admin.get("/admin/image/", params={"owner": alice.username, "state": "trash"})

    tiles = re.findall(r'<img class="th" src="([^"]+)"', listed.text)
    assert tiles == [f"/images/{shown['id']}/thumbnails/200"]
    assert admin.get(tiles[0]).headers["Content-Type"] == "image/jpeg"
    assert "away.jpg" not in words(listed)
    assert "away.jpg" in words(trash)
    assert "shown.jpg" not in words(trash)
    assert "<img" not in trash.text


def test_operator_finds_links_by_state_and_owner(site: Site, photo: Path) -> None:
    admin, alice, bob = site.admin(), site.member(site.plan((0, 200), makes_links=True)), site.member()
    kept = {kind: alice.keep((f"{kind}.jpg", photo.read_bytes())) for kind in ("ended", "revoked", "live", "away")}
    alice.link(kept["ended"], 300)
    site.clock.advance(seconds=400)
    revoked = alice.link(kept["revoked"])
    alice.submit(f"/links/{revoked['id']}/revoke")
    alice.link(kept["live"])
    alice.link(kept["away"])
    alice.submit(f"/images/{kept['away']['id']}/delete")
    bob.link(bob.keep(photo))

    def hers(state: str) -> list[str]:
        return names(admin, "/admin/link/", owner=alice.username, state=state)

    assert hers("live") == ["Link to live.jpg"]
    assert hers("ended") == ["Link to ended.jpg"]
    assert hers("revoked") == ["Link to revoked.jpg"]
    assert hers("off") == ["Link to away.jpg"]
    assert len(hers("")) == 4
    site.change_user(alice.username, is_active=False)
    assert hers("live") == []
    assert sorted(hers("off")) == ["Link to away.jpg", "Link to live.jpg"]
    assert f"Link to {photo.name}" in names(admin, "/admin/link/", state="live", owner=bob.username)


def with_links_of_three_ends(site: Site, count: int) -> str:
    """Somebody with a link to each of their pictures. That to `0.png` ended first, along with those to every third."""
    owner, now = with_many_pictures(site, count), site.clock()
    with site.session() as session, writing(session):
        images = session.scalars(select(Image).join(Image.owner).where(User.username == owner)).all()
        session.add_all(
            Link(
                id=new_id(),
                image_id=image.id,
                owner_id=image.owner_id,
                created_at=now - timedelta(hours=2),
                expires_at=now - timedelta(hours=1) + timedelta(minutes=int(image.name.removesuffix(".png")) % 3),
            )
            for image in images
        )
    return owner


@pytest.mark.parametrize(
    ("query", "ends"),
    [
        ({}, [2, 1, 0]),
        ({"sort": "expires_at", "desc": "1"}, [2, 1, 0]),
        ({"sort": "expires_at", "desc": "0"}, [0, 1, 2]),
    ],
)
def test_operator_sees_every_link_once_in_the_order_of_their_ends(
    site: Site, query: dict[str, str], ends: list[int]
) -> None:
    owner = with_links_of_three_ends(site, 120)

    pages = walked(site.admin(), "/admin/link/", {"owner": owner, **query})

    assert [len(page) for page in pages] == [50, 50, 20]
    numbers = [int(re.sub(r"\D", "", name)) for page in pages for name in page]
    assert [number % 3 for number in numbers] == [end for end in ends for _ in range(40)]
    assert sorted(numbers) == list(range(120))


@pytest.mark.parametrize("path", ["/admin/user/", "/admin/plan/", "/admin/size/", "/admin/image/", "/admin/link/"])
@pytest.mark.parametrize(
    "query",
    [
        {"after": "[]"},
        {"after": "[" * 5_000},
        {"after": '["a"]'},
        {"after": '[1,"\\u0000"]'},
        {"after": '["\\ud800",1]'},
        {"after": "[99999999999999999999,1]"},
        {"after": "[2147483648,2147483648]"},
        {"after": "[-1,null]"},
        {"after": "[true,true]"},
        {"sort": "password_hash", "desc": "2"},
        {"sort": "trashed_at", "desc": "x"},
        {"plan": "0", "active": "maybe", "format": "EXE", "size": "-1", "state": "gone"},
        {"from": "2026-02-30", "to": "9999-12-31", "owner": "\u202e\x1b%_"},
        {"from": "20260101", "to": "0001-01-01"},
        {"plan": "1 OR 1=1", "owner": "' OR '1'='1"},
    ],
)
def test_strange_addresses_of_any_list_do_no_harm(site: Site, path: str, query: dict[str, str]) -> None:
    answer = site.admin().get(path, params=query)

    assert answer.status_code == 200
    assert "<h1>" in answer.text


def test_what_was_typed_stands_in_the_fields_again(site: Site) -> None:
    page = site.admin().get(
        "/admin/image/", params={"owner": 'ann"a', "from": "2026-01-02", "format": "GIF", "sort": "bytes"}
    )

    assert 'value="ann&#34;a"' in page.text
    assert 'value="2026-01-02"' in page.text
    assert '<option value="GIF" selected>' in page.text
    assert '<input type="hidden" name="sort" value="bytes">' in page.text
    assert "Format: GIF" in words(page)
