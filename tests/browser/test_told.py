"""What a page tells: toasts that are heard, moments in words, and counts that are right after the way back."""

import pytest
from playwright.sync_api import expect

from tests.authorization.people import small_picture
from tests.browser.conftest import Somebody
from tests.browser.gallery import kept
from tests.browser.people import DESKTOP
from tests.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-picture")]

# What regions that are read out got, once the page was there.
HEARD = """window.heard = [];
document.addEventListener('DOMContentLoaded', () => {
    new MutationObserver((changes) => {
        for (const { target } of changes) {
            const region = (target.nodeType === 1 ? target : target.parentElement).closest('[role=status]');
            if (region) heard.push(region.textContent.trim());
        }
    }).observe(document, { childList: true, characterData: true, subtree: true });
});"""


def test_what_a_deed_did_is_heard_once_its_page_is_there(somebody: Somebody, shop: Site) -> None:
    """A region that comes with its words is not read by screen readers."""
    alice = shop.member("Enterprise")
    image = alice.keep(small_picture())
    member = somebody().borrow(alice)
    page = member.page
    page.add_init_script(HEARD)
    page.goto(f"/images/{image['id']}")

    page.locator(".named").get_by_label("Rename", exact=True).click()
    page.get_by_label("Name", exact=True).fill("Lake in fog")
    member.clicks("Save name", "button")
    expect(page.locator(".toasts")).to_have_role("status")

    page.wait_for_function("() => heard.some((words) => words.includes('is now called “Lake in fog”.'))")


def test_a_deletion_in_the_gallery_is_heard_too(somebody: Somebody, shop: Site) -> None:
    client, _ = kept(shop, 3)
    page = somebody().borrow(client).page
    page.add_init_script(HEARD)
    page.goto("/images")

    page.locator(".pick input").first.check(force=True)
    page.locator(".bulk").get_by_role("button", name="Delete").click()

    page.wait_for_function("() => heard.some((words) => words.includes('1 picture moved to the trash'))")


def test_counts_are_those_of_the_ticks_that_the_browser_brings_back(somebody: Somebody, shop: Site) -> None:
    """On the way back a page of the browser's cache has its ticks again, and its words must fit them."""
    alice = shop.member("Enterprise")
    image = alice.keep(small_picture())
    for seconds in (600, 900):
        alice.link(image, seconds)
    page = somebody().borrow(alice).page
    page.goto("/links")

    page.get_by_role("checkbox", name="Choose the link to").first.check()
    page.goto("/images")
    page.go_back()

    ticks = page.locator("input[name=id]:checked").count()
    expect(page.locator(".bulk [data-count]").first).to_have_text(f"{ticks} selected")
    assert ticks == 1


def test_moments_of_a_link_are_told_in_words_of_the_page(somebody: Somebody, shop: Site) -> None:
    """The tooltip of an end is the whole moment, in the language and zone of who reads it."""
    alice = shop.member("Enterprise")
    image = alice.keep(small_picture())
    visitor = somebody(width=DESKTOP, locale="pl-PL").borrow(alice)
    page = visitor.page
    page.context.new_cdp_session(page).send("Emulation.setTimezoneOverride", {"timezoneId": "Europe/Warsaw"})
    page.goto(f"/images/{image['id']}/links/new")

    title = page.locator("time[data-when]").first.get_attribute("title") or ""

    assert "GMT" not in title
    assert title.endswith(("CET", "CEST"))
