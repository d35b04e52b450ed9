"""Everything is reached by keyboard alone, and what has the focus is seen."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.authorization.people import small_picture
from tests.browser.conftest import Somebody
from tests.browser.everywhere import everywhere, with_everything
from tests.browser.people import Person
from tests.site import JSON, PASSWORD, Client, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-keyboard")]


@pytest.fixture(scope="module")
def alice(shop: Site, photo: Path) -> Client:
    """Somebody who has something on every page."""
    return with_everything(shop, photo)


def tab_to(person: Person, target: Locator, most: int = 60) -> None:
    """Press Tab until this has the focus, and see that it shows."""
    for _ in range(most):
        person.page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            expect(target).to_be_in_viewport()
            return
    pytest.fail(f"Tab does not come to {target}")


def test_alice_signs_in_looks_shares_and_signs_out_by_keyboard_alone(somebody: Somebody, alice: Client) -> None:
    """Tab, Enter, Space, arrows and Escape, and nothing that a mouse would have to point at."""
    person = somebody()
    page, press = person.page, person.page.keyboard.press
    person.context.grant_permissions(["clipboard-read", "clipboard-write"])

    person.opens("/login")
    expect(page.get_by_label("User name")).to_be_focused()
    page.keyboard.type(alice.username)
    tab_to(person, page.get_by_label("Password", exact=True))
    page.keyboard.type(PASSWORD)
    press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(alice.username)

    tab_to(person, page.get_by_role("navigation", name="Main").get_by_role("link", name="Gallery"))
    press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Gallery")
    first = page.locator(".photo > a").first
    tab_to(person, first)
    press("ArrowRight")
    expect(page.locator(".photo > a").nth(1)).to_be_focused()
    press("ArrowLeft")
    press("Enter")
    large = page.locator(".pswp")
    expect(large.locator("img:not(.pswp__img--placeholder)").first).to_be_visible()
    press("Escape")
    expect(large).to_have_count(0)
    expect(first).to_be_focused()
    press("Enter")
    tab_to(person, large.get_by_role("link", name="Open its page"))
    press("Enter")
    page.wait_for_url("**/images/*")

    tab_to(person, page.get_by_role("link", name="Create expiring link"))
    press("Enter")
    page.wait_for_url("**/links/new")
    tab_to(person, page.locator("input[name=preset]:checked"))
    press("ArrowRight")
    chosen = page.locator("input[name=preset]:checked").input_value()
    tab_to(person, page.get_by_role("button", name="Create link"))
    press("Space")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your link is ready")
    tab_to(person, page.get_by_role("button", name="Copy"))
    press("Enter")
    expect(page.locator("#say")).to_have_text("Link copied")
    address = page.evaluate("navigator.clipboard.readText()")

    tab_to(person, page.locator("summary[aria-label^='Account menu']"))
    press("Enter")
    tab_to(person, page.get_by_role("button", name="Sign out"))
    press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")

    link = alice.get("/links", headers=JSON).json()["links"][0]
    assert link["url"] == address
    assert link["seconds"] == int(chosen)


def test_alice_puts_two_pictures_away_and_back_by_keyboard_alone(somebody: Somebody, shop: Site) -> None:
    client = shop.member("Enterprise")
    for colour in ("red", "teal", "gold"):
        client.upload(("x.jpg", small_picture(640, 480, colour=colour)[1]), name=f"{colour}.jpg")
    person = somebody().borrow(client)
    page, press = person.page, person.page.keyboard.press
    person.opens("/images")

    tab_to(person, page.locator(".photo > a").first)
    press("x")
    press("Shift+ArrowRight")
    expect(page.locator("[data-count]")).to_have_text("2 selected")
    tab_to(person, page.locator(".bulk").get_by_role("button", name="Delete"))
    press("Enter")
    expect(page.locator("[data-toast]")).to_contain_text("2 pictures moved to the trash")
    left = [image["name"] for image in client.get("/images", headers=JSON).json()["images"]]
    tab_to(person, page.get_by_role("button", name="Undo"))
    press("Enter")
    expect(page.locator(".photo")).to_have_count(3)

    assert left == ["red.jpg"]


# What is drawn around and inside the thing that has the focus, and around what it stands in.
DRAWN = """element => {
    const around = [element.closest('label, li, .field'), element.parentElement];
    const near = [element, ...element.querySelectorAll('*'), ...around];
    const look = (style) => [style.outline, style.boxShadow, style.borderColor, style.opacity].join();
    return near.filter(Boolean).map((one) =>
        [look(getComputedStyle(one)), look(getComputedStyle(one, '::after'))].join()).join('|');
}"""


def _unmarked(visitor: Person) -> list[str]:
    """What on the page looks the same with the focus as without it."""
    page = visitor.page
    unmarked, seen = [], set()
    for _ in range(90):
        page.keyboard.press("Tab")
        at = page.evaluate_handle("document.activeElement").as_element()
        assert at is not None
        mark = at.evaluate("element => element === document.body ? '' : (element.dataset.stop ??= Math.random())")
        if not mark or mark in seen:
            break
        seen.add(mark)
        focused = at.evaluate(DRAWN)
        at.evaluate("element => element.blur()")
        if at.evaluate(DRAWN) == focused:
            unmarked.append(at.evaluate("element => element.outerHTML.slice(0, 140)"))
        at.evaluate("element => element.focus()")
    assert seen, page.url
    return unmarked


def test_focus_is_seen_wherever_it_goes(somebody: Somebody, shop: Site, alice: Client) -> None:
    """Each stop of Tab looks other with the focus than without it."""
    visitor = somebody()
    visitor.page.emulate_media(reduced_motion="reduce")  # a ring that fades in is not measured halfway

    unmarked = {name: found for name in everywhere(visitor, shop, alice) if (found := _unmarked(visitor))}

    assert unmarked == {}
