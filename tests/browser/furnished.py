"""A site with something on every page of it, for whoever looks at them all."""

from dataclasses import dataclass, field
from pathlib import Path

from tests.browser.people import Person
from tests.imaging.files import black_png
from tests.site import Client, Site

LONG_NAME = "a_name_without_a_place_to_break_it_at_all_0001.png"


@dataclass
class Furnished:
    """A site with people and pictures, and the address of each of its pages."""

    alice: Client
    basil: Client
    emma: Client
    admin: Client
    pages: dict[str, tuple[Client | None, str]] = field(default_factory=dict)


def furnish(shop: Site, testdata: Path) -> Furnished:
    """Alice has pictures, live and dead links; Basil has a small full plan; Emma has nothing yet."""
    small = shop.plan((0, 200), quota_bytes=(testdata / "pillow" / "flower.jpg").stat().st_size)
    there = Furnished(shop.member("Enterprise"), shop.member(small), shop.member("Premium"), shop.admin())
    alice, basil = there.alice, there.basil
    shop.client().sign_in(alice.username)  # on another device
    first, *_ = [
        alice.keep(testdata / path)
        for path in ("exif-orientation/Landscape_6.jpg", "exif-orientation/Portrait_1.jpg", "pillow/transparent.png")
    ]
    long = alice.keep((LONG_NAME, black_png(40, 20)))
    of_basil = basil.keep(testdata / "pillow" / "flower.jpg")
    live, dead = alice.link(first, 3_600), alice.link(long)
    of_long = alice.link(long, 3_600)
    alice.submit(f"/links/{dead['id']}/revoke", as_json=True)
    there.pages = _ours(there, first, long, of_basil, live, dead) | _of_the_dashboard(there, first)
    there.pages["link to a long name"] = (alice, f"/links/{of_long['id']}")
    there.pages |= _trashed(there, testdata)
    return there


def _ours(
    there: Furnished, first: dict[str, str], long: dict[str, str], of_basil: dict[str, str], live: dict, dead: dict
) -> dict[str, tuple[Client | None, str]]:
    alice, basil, emma = there.alice, there.basil, there.emma
    return {
        "sign-in": (None, "/login?next=/images"),
        "dead link": (None, dead["url"]),
        "nothing there, for a stranger": (None, "/l/nothing"),
        "home": (alice, "/"),
        "home without pictures": (emma, "/"),
        "upload": (alice, "/images/upload"),
        "outcome": (alice, f"/images/uploaded?id={first['id']}&id={long['id']}"),
        "gallery": (alice, "/images"),
        "gallery without pictures": (emma, "/images"),
        "gallery in pieces": (alice, "/images?limit=2"),
        "picture": (alice, f"/images/{first['id']}"),
        "picture of a long name": (alice, f"/images/{long['id']}"),
        "picture on a small plan": (basil, f"/images/{of_basil['id']}"),
        "new link": (alice, f"/images/{first['id']}/links/new"),
        "new link to a long name": (alice, f"/images/{long['id']}/links/new"),
        "link": (alice, f"/links/{live['id']}"),
        "revoked link": (alice, f"/links/{dead['id']}"),
        "links": (alice, "/links"),
        "no links": (emma, "/links"),
        "account": (alice, "/account"),
        "account of a full plan": (basil, "/account"),
        "nothing there": (alice, "/nothing"),
        "not in the plan": (basil, f"/images/{of_basil['id']}/original"),
        "for administrators": (alice, "/admin/"),
        "a deed asked for as a page": (alice, f"/images/{first['id']}/delete"),
    }


def _trashed(there: Furnished, testdata: Path) -> dict[str, tuple[Client | None, str]]:
    put_away = [there.alice.keep(testdata / "pillow" / "flower.jpg"), there.alice.keep((LONG_NAME, black_png(30, 20)))]
    for picture in put_away:
        there.alice.submit(f"/images/{picture['id']}/delete", as_json=True)
    return {
        "trash": (there.alice, "/trash"),
        "empty trash": (there.emma, "/trash"),
        "picture in the trash": (there.alice, f"/images/{put_away[1]['id']}"),
    }


def _of_the_dashboard(there: Furnished, picture: dict[str, str]) -> dict[str, tuple[Client | None, str]]:
    admin = there.admin
    lists = {f"{kind} list": f"/admin/{kind}/" for kind in ("user", "plan", "size", "image", "link")}
    forms = {f"new {kind}": f"/admin/{kind}/new/" for kind in ("user", "plan", "size")}
    edits = {f"{kind} form": f"/admin/{kind}/edit/?id=1" for kind in ("user", "plan", "size")}
    others = {
        "overview": "/admin/",
        "search": "/admin/user/?search=person",
        "empty search": "/admin/user/?search=nobody-of-this-name",
        "moderated picture": f"/images/{picture['id']}",
        "user to delete": "/admin/user/delete/?id=2",
        "picture to delete": f"/admin/image/delete/?id={picture['id']}",
        "two users to delete": "/admin/user/delete/?id=2&id=3",
        "last admin to delete": "/admin/user/delete/?id=1",
        "plan in use to delete": "/admin/plan/delete/?id=1",
    }
    return {name: (admin, path) for name, path in {**lists, **forms, **edits, **others}.items()}


def visit(visitor: Person, who: Client | None, path: str) -> None:
    visitor.context.clear_cookies()
    if who is not None:
        visitor.borrow(who)
    answer = visitor.opens(path)
    assert answer.status < 500
    visitor.page.wait_for_load_state("load")


def too_wide(visitor: Person, furnished: Furnished) -> dict[str, int]:
    """By how many pixels which page is wider than the window of this visitor."""
    beyond = {}
    for name, (who, path) in furnished.pages.items():
        visit(visitor, who, path)
        beyond[name] = visitor.sideways()
    return {name: pixels for name, pixels in beyond.items() if pixels}
