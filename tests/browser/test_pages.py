"""Every page, ours and the dashboard's: usable by everybody, at any width, in both themes, without an error."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.axe import problems
from tests.browser.conftest import Somebody
from tests.browser.furnished import Furnished, furnish, too_wide, visit
from tests.browser.people import DESKTOP, NARROWEST, PHONE, Person
from tests.imaging.files import black_png
from tests.site import JSON, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-pages")]


@pytest.fixture(scope="module")
def furnished(shop: Site, testdata: Path) -> Furnished:
    """The shop, furnished."""
    return furnish(shop, testdata)


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
    expect(visitor.page.locator(":focus")).to_have_count(1)  # it goes there once the page is drawn
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
