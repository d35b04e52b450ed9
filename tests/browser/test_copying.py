"""Copying where the browser gives a page no clipboard: by hand, with what is to be copied chosen already."""

import pytest
from playwright.sync_api import Page, expect

from tests.authorization.people import small_picture
from tests.browser.conftest import Somebody
from tests.browser.gallery import kept
from tests.site import JSON, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-picture")]

# As over plain http in a browser that has done away with the old way too.
NO_CLIPBOARD = """Object.defineProperty(navigator, 'clipboard', { value: undefined });
document.execCommand = () => false;"""
SELECTED = """() => {
    const field = document.activeElement;
    return field.value?.slice(field.selectionStart, field.selectionEnd);
}"""


def _selected(page: Page) -> str:
    expect(page.locator("#say")).to_have_text("Press Ctrl C to copy.")
    return page.evaluate(SELECTED)


def test_alice_copies_the_links_of_a_picture_by_hand(somebody: Somebody, shop: Site) -> None:
    """What they are copied as is what she finds chosen, however often she presses."""
    alice = shop.member("Enterprise")
    image = alice.keep(small_picture())
    page = somebody().borrow(alice).page
    page.add_init_script(NO_CLIPBOARD)
    page.goto(f"/images/{image['id']}")
    button = page.get_by_role("button", name="Copy link to 200 px tall")
    address = image["links"]["thumbnails"]["200"]

    button.click()
    first = _selected(page)
    page.get_by_label("Copy as").select_option(label="BBCode")
    button.click()
    second = _selected(page)

    assert (first, second) == (address, f"[img]{address}[/img]")
    expect(page.locator(".by-hand")).to_have_count(1)


def test_alice_copies_several_links_by_hand_each_on_a_line(somebody: Somebody, shop: Site) -> None:
    client, _ = kept(shop, 3)
    page = somebody().borrow(client).page
    page.add_init_script(NO_CLIPBOARD)
    page.goto("/images")
    for box in page.locator(".pick input").all()[:2]:
        box.check(force=True)

    page.get_by_role("button", name="Copy links").click()

    images = client.get("/images", headers=JSON).json()["images"]
    assert _selected(page).split("\n") == [image["links"]["original"] for image in images[:2]]


def test_alice_copies_an_expiring_link_by_hand_as_she_chose(somebody: Somebody, shop: Site) -> None:
    """Its own field holds the address alone; in any other form it is put below."""
    alice = shop.member("Enterprise")
    link = alice.link(alice.keep(small_picture()), 3_600)
    page = somebody().borrow(alice).page
    page.add_init_script(NO_CLIPBOARD)
    page.goto(f"/links/{link['id']}")
    button = page.locator(".url").get_by_role("button")

    button.click()
    alone = _selected(page)
    fields = page.locator(".by-hand textarea").count()
    page.get_by_label("Copy as").select_option(label="Markdown")
    button.click()

    assert (alone, fields) == (link["url"], 0)
    assert _selected(page) == f"![small.jpg]({link['url']})"
