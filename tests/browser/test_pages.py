"""Every page, ours and the dashboard's: usable by everybody, at any width, in both themes, without an error."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.axe import problems
from tests.browser.conftest import Somebody
from tests.browser.people import DESKTOP, NARROWEST, PHONE, Person
from tests.imaging.files import black_png
from tests.site import JSON, Client, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-pages")]

LONG_NAME = "a_name_without_a_place_to_break_it_at_all_0001.png"


@dataclass
class Furnished:
    """A site with people and pictures, and the address of each of its pages."""

    alice: Client
    basil: Client
    emma: Client
    admin: Client
    pages: dict[str, tuple[Client | None, str]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def furnished(shop: Site, testdata: Path) -> Furnished:
    """The shop, furnished."""
    return furnish(shop, testdata)


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


@pytest.mark.parametrize(("width", "dark"), [(DESKTOP, False), (PHONE, True)], ids=["wide and light", "phone and dark"])
def test_axe_finds_nothing_on_any_page(somebody: Somebody, furnished: Furnished, width: int, dark: bool) -> None:
    """Names, contrast, order, landmarks: on every page, for whoever sees it."""
    visitor = somebody(width=width, dark=dark)
    found: list[str] = []

    for name, (who, path) in furnished.pages.items():
        visit(visitor, who, path)
        found += problems(visitor, name)

    assert found == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_where_the_storage_has_lost_a_file(somebody: Somebody, shop: Site, dark: bool) -> None:
    lucy = shop.member("Enterprise")
    before = shop.files()
    picture = lucy.keep(("lost.png", black_png(30, 40)))
    for name in shop.files() - before:
        next(shop.settings.pictures.glob(f"*/{name}")).unlink()
    visitor = somebody(width=PHONE, dark=dark).borrow(lucy)

    answer = visitor.opens(f"/images/{picture['id']}/original")
    found = problems(visitor, "storage without the file")
    lucy.throw_away(picture)  # others look at lists that would show it

    assert answer.status == 503
    assert found == []


def test_no_script_keeps_any_page_from_being_seen(somebody: Somebody, furnished: Furnished) -> None:
    """Only style sheets do."""
    visitor = somebody()
    blocking: dict[str, list[str]] = {}

    for name, (who, path) in furnished.pages.items():
        visit(visitor, who, path)
        blocking[name] = visitor.page.evaluate(
            """performance.getEntriesByType('resource')
                .filter((one) => one.renderBlockingStatus === 'blocking').map((one) => new URL(one.name).pathname)"""
        )

    assert all(blocking.values()), "each page has a style sheet"
    assert [path for paths in blocking.values() for path in paths if not path.endswith(".css")] == []


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_no_page_scrolls_sideways_on_the_narrowest_phone(
    somebody: Somebody, furnished: Furnished, script: bool
) -> None:
    """320 CSS pixels are enough for every page, as for a page that is enlarged four times."""
    assert too_wide(somebody(width=NARROWEST, script=script, dark=not script), furnished) == {}


def too_wide(visitor: Person, furnished: Furnished) -> dict[str, int]:
    """By how many pixels which page is wider than the window of this visitor."""
    beyond = {}
    for name, (who, path) in furnished.pages.items():
        visit(visitor, who, path)
        beyond[name] = visitor.sideways()
    return {name: pixels for name, pixels in beyond.items() if pixels}


def _broken_forms() -> dict[str, tuple[str, Callable[[Person], None]]]:
    """Pages that answer a form which did not pass: where it is, and how it is sent."""

    def sign_in(person: Person) -> None:
        person.page.get_by_label("User name").fill("nobody")
        person.page.get_by_label("Password", exact=True).fill("nothing")
        person.clicks("Sign in", "button")

    def password(person: Person) -> None:
        for label in ("Current password", "New password", "New password again"):
            person.page.get_by_label(label, exact=True).fill("short")
        person.clicks("Change password", "button")

    def upload(person: Person) -> None:
        # As without script: with it, the button is not there and nothing is sent without a file.
        person.page.locator("[data-upload]").evaluate("form => form.submit()")

    def link(person: Person) -> None:
        person.page.get_by_label("Seconds").fill("12")
        person.clicks("Create link", "button")

    def size(person: Person) -> None:
        person.page.get_by_label("Width").fill("-5")
        person.clicks("Add size", "button")

    def plan(person: Person) -> None:
        person.page.get_by_label("Name", exact=True).fill("basic")
        person.page.get_by_label("Add sizes").fill("wide")
        person.clicks("Add plan", "button")

    return {
        "sign-in": ("sign-in", sign_in),
        "account": ("account", password),
        "upload": ("upload", upload),
        "new link": ("new link", link),
        "new size": ("new size", size),
        "new plan": ("new plan", plan),
    }


@pytest.mark.parametrize("form", _broken_forms())
def test_a_form_that_did_not_pass_says_so_where_it_is_read_and_typed(
    somebody: Somebody, furnished: Furnished, form: str
) -> None:
    """The title begins with it, the first wrong field has the focus and its sentence, and axe finds nothing."""
    page, send = _broken_forms()[form]
    who, path = furnished.pages[page]
    visitor = somebody()
    visit(visitor, who, path)

    send(visitor)

    expect(visitor.page).to_have_title(re.compile("^Error: "))
    wrong = visitor.page.locator("[aria-invalid=true], [role=alert]")
    expect(wrong.first).to_be_visible()
    focus = visitor.page.evaluate("document.activeElement.name || ''")
    assert focus in {
        "username",
        "password",
        "current_password",
        "new_password",
        "files",
        "seconds",
        "width",
        "new_sizes",
    }
    assert problems(visitor, form) == []


def test_alice_finds_her_way_by_keyboard_alone(somebody: Somebody, furnished: Furnished) -> None:
    """The first stop leads past the navigation; every stop after it is seen and in the order of reading."""
    visitor = somebody()
    visit(visitor, furnished.alice, "/images")
    page = visitor.page

    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to content")
    expect(page.locator(":focus")).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    page.keyboard.press("Tab")

    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    assert _unseen_stops(visitor, 12) == []


def _unseen_stops(visitor: Person, stops: int) -> list[str]:
    """What takes the focus at the next so many presses of Tab without being seen, or without a ring around it."""
    unseen = []
    for _ in range(stops):
        visitor.page.keyboard.press("Tab")
        unseen += visitor.page.evaluate(
            """() => {
                const at = document.activeElement;
                if (at === document.body) return [];
                const around = [at, ...at.querySelectorAll('*'), at.closest('label, li')].filter(Boolean);
                const styles = around.flatMap(one => [getComputedStyle(one), getComputedStyle(one, '::after')]);
                const ringed = styles.some(style =>
                    parseFloat(style.outlineWidth) > 0 && style.outlineStyle !== 'none' || style.boxShadow !== 'none');
                const box = at.getBoundingClientRect();
                const shown = at.checkVisibility({visibilityProperty: true}) && box.bottom > 0 && box.top < innerHeight;
                return shown && ringed ? [] : [at.outerHTML.slice(0, 120)];
            }"""
        )
    return unseen


def test_alice_makes_and_revokes_a_link_by_keyboard_alone(somebody: Somebody, furnished: Furnished) -> None:
    """Arrows choose among the chips, Enter sends, and what was made can be taken back."""
    visitor = somebody()
    who, path = furnished.pages["new link"]
    visit(visitor, who, path)
    page = visitor.page
    page.get_by_role("radio", name="30 min").focus()

    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Seconds")).to_have_value("3600")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Seconds")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your link is ready")
    page.get_by_role("button", name="Revoke link").focus()
    page.keyboard.press("Enter")

    expect(page.locator("[data-toast]")).to_contain_text("Link revoked")
    newest = furnished.alice.get("/links", headers=JSON).json()["links"][0]
    assert furnished.alice.get(newest["url"]).status_code == 410


def test_alice_copies_a_link_and_hears_that_it_worked(somebody: Somebody, furnished: Furnished) -> None:
    """The address is on the clipboard, and a live region says so."""
    visitor = somebody()
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    who, path = furnished.pages["link"]
    visit(visitor, who, path)

    visitor.clicks("Copy", "button")

    expect(visitor.page.locator("#say")).to_have_text("Link copied")
    address = visitor.page.get_by_label("Link", exact=True).input_value()
    assert visitor.page.evaluate("navigator.clipboard.readText()") == address
