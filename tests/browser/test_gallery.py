"""The gallery in a browser: finding pictures, going on to older ones, and its keys."""

import pytest
from playwright.sync_api import expect

from tests.browser.axe import problems
from tests.browser.conftest import Somebody
from tests.browser.gallery import DRAWN, kept, names_of, tile
from tests.browser.people import DESKTOP, PHONE
from tests.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-gallery")]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_alice_looks_for_a_name_and_in_another_order(somebody: Somebody, shop: Site, script: bool) -> None:
    client, names = kept(shop, 4)
    member = somebody(script=script).borrow(client)
    page = member.page
    member.opens("/images")

    page.get_by_label("Find by name").fill("RE")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**name=RE**")
    found = names_of(page)
    page.get_by_label("Order").select_option("name")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**order=name**")

    assert found == ["green 1", "red 0"]
    assert names_of(page) == ["green 1", "red 0"]
    page.get_by_label("Find by name").fill("")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".photo")).to_have_count(4)
    assert names_of(page) == sorted(names)


def test_alice_goes_through_the_orders_by_keys_and_shows_the_last(somebody: Somebody, shop: Site) -> None:
    client, names = kept(shop, 4)
    page = somebody().borrow(client).page
    page.goto("/images")
    order = page.get_by_label("Order")
    order.focus()
    page.evaluate("window.same = true")

    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.evaluate(DRAWN)
    expect(order).to_have_value("largest")
    expect(order).to_be_focused()
    still_there = page.evaluate("window.same && location.search")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**order=largest")

    assert still_there == ""
    assert page.url == f"{shop.root}/images?order=largest"
    assert sorted(names_of(page)) == sorted(names)


def test_the_order_that_is_said_is_the_one_that_is_shown_after_the_way_back(somebody: Somebody, shop: Site) -> None:
    client, names = kept(shop, 4)
    page = somebody().borrow(client).page
    page.goto("/images")
    order = page.get_by_label("Order")

    order.select_option("oldest")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**order=oldest")
    oldest = (names_of(page), order.input_value())
    page.go_back()
    page.wait_for_url("**/images")
    newest = (names_of(page), order.input_value())
    # As a browser does that kept the page in memory.
    order.select_option("name")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")

    assert oldest == (names[::-1], "oldest")
    assert newest == (names, "newest")
    expect(order).to_have_value("newest")


def test_older_pictures_are_added_and_the_way_back_leads_to_the_same_place(somebody: Somebody, shop: Site) -> None:
    client, names = kept(shop, 60)
    member = somebody().borrow(client)
    page = member.page
    member.opens("/images")
    expect(page.locator(".photo")).to_have_count(24)

    for count, first in ((48, names[24]), (60, names[48])):
        page.get_by_role("link", name="Show older pictures").click()
        expect(page.locator(".photo")).to_have_count(count)
        expect(tile(page, first)).to_be_focused()
    all_names, address = names_of(page), page.url
    expect(page.get_by_role("link", name="Show older pictures")).to_have_count(0)
    tile(page, names[40]).scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    page.goto(f"{shop.root}/links")
    page.go_back()
    expect(page.locator(".photo")).to_have_count(60)

    assert all_names == names
    assert address == f"{shop.root}/images"
    assert page.locator(".month").count() == len(set(page.locator(".month").all_inner_texts()))
    page.wait_for_function("before => Math.abs(scrollY - before) < 4", arg=before)


def test_without_script_older_pictures_are_on_a_page_of_their_own(somebody: Somebody, shop: Site) -> None:
    client, names = kept(shop, 30)
    member = somebody(script=False).borrow(client)
    member.opens("/images")

    member.clicks("Show older pictures")

    member.page.wait_for_url("**after=**")
    assert names_of(member.page) == names[24:]


# Keeps what the browser itself saw move without anybody's doing.
SHIFTS = """window.moved = []; new PerformanceObserver((seen) => {
  for (const one of seen.getEntries()) if (!one.hadRecentInput) window.moved.push(one.value);
}).observe({ type: 'layout-shift', buffered: true });"""


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_nothing_moves_while_pictures_come_in(somebody: Somebody, shop: Site, width: int) -> None:
    """Each has its place before it is there, also those that are loaded when they are about to be seen.

    None comes before the page is read: rows that a slow machine draws of half a page are no doing of the pictures.
    """
    client, names = kept(shop, 30)
    member = somebody(width=width).borrow(client)
    page = member.page
    page.add_init_script(SHIFTS)
    release = member.holds_back("**/thumbnails/*")
    page.goto("/images", wait_until="domcontentloaded")
    page.evaluate(DRAWN)
    page.evaluate("moved.length = 0")

    assert release() > 0
    for name in (names[0], names[12], names[23]):
        picture = tile(page, name)
        picture.scroll_into_view_if_needed()
        shown = picture.locator("img:not(.ph)")
        page.wait_for_function("image => image.complete && image.naturalWidth", arg=shown.element_handle())
    page.evaluate(DRAWN)

    assert page.evaluate("moved") == []


def test_arrows_go_from_picture_to_picture_and_a_question_mark_tells_the_keys(somebody: Somebody, shop: Site) -> None:
    client, names = kept(shop, 8)
    member = somebody().borrow(client)
    page = member.page
    member.opens("/images")
    tile(page, names[0]).focus()

    page.keyboard.press("ArrowRight")
    expect(tile(page, names[1])).to_be_focused()
    page.keyboard.press("End")
    expect(tile(page, names[-1])).to_be_focused()
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.matches('.photo > a')")
    page.keyboard.press("Home")
    stops = page.locator(".photo > a[tabindex='0']").count()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    expect(dialog.locator("kbd").first).to_have_text("← → ↑ ↓")
    found = problems(member, "keys")
    page.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
    expect(tile(page, names[0])).to_be_focused()
    assert stops == 1
    assert found == []


# Counts how often a page makes what writes dates, which takes long.
FORMATTERS = """window.formatters = 0; Intl.DateTimeFormat = new Proxy(Intl.DateTimeFormat, {
  construct(made, words) { window.formatters += 1; return new made(...words); },
});"""


def test_a_phone_does_not_work_for_what_is_not_to_be_seen(somebody: Somebody, shop: Site) -> None:
    """It lays out no tile before it comes near, and makes nothing that writes dates where there is no date."""
    client, names = kept(shop, 100)
    page = somebody(width=PHONE).borrow(client).page
    page.add_init_script(FORMATTERS)

    def is_laid_out(name: str) -> bool:
        image = tile(page, name).locator("img:not(.ph)")
        return image.evaluate("image => image.checkVisibility({ contentVisibilityAuto: true })")

    page.goto("/images?limit=100")
    page.evaluate(DRAWN)
    formatters, at_first = page.evaluate("formatters"), [is_laid_out(name) for name in (names[0], names[-1])]
    tile(page, names[-1]).scroll_into_view_if_needed()
    page.evaluate(DRAWN)
    later = is_laid_out(names[-1])
    page.goto("/account")
    on_a_page_with_dates = page.evaluate("formatters")

    assert formatters == 0
    assert on_a_page_with_dates == 2
    assert (at_first, later) == ([True, False], True)
