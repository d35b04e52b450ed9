"""Looking at a picture large, over the gallery, in a browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.axe import problems
from tests.browser.conftest import Somebody
from tests.browser.gallery import kept, names_of, tile
from tests.browser.people import DESKTOP, PHONE
from tests.images.drawing import drawn
from tests.site import JSON, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-lightbox")]


def test_alice_looks_at_pictures_large_and_turns_over(somebody: Somebody, shop: Site) -> None:
    client, names = kept(shop, 5)
    member = somebody().borrow(client)
    page = member.page
    member.opens("/images")

    tile(page, names[1]).click()
    box = page.locator(".pswp")
    expect(box).to_be_visible()
    large = box.locator(f"img.pswp__img[alt='{names[1]}']:not(.pswp__img--placeholder)")
    expect(large).to_be_visible()
    assert large.evaluate("async image => { await image.decode(); return image.naturalWidth > 0 }")
    page.keyboard.press("i")
    facts = page.locator(".box-facts")
    expect(facts).to_contain_text(names[1])
    expect(facts).to_contain_text("640 × 480" if "0" in names[1] or "2" in names[1] else "480 × 640")
    assert problems(member, "large picture") == []
    page.keyboard.press("ArrowRight")
    expect(facts).to_contain_text(names[2])
    page.keyboard.press("i")
    expect(facts).to_be_hidden()
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)

    expect(tile(page, names[2])).to_be_focused()
    page.keyboard.press("Enter")
    expect(box).to_be_visible()
    box.get_by_role("link", name="Open its page").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(names[2])


def test_large_pictures_go_on_with_older_ones_to_the_very_last(somebody: Somebody, shop: Site) -> None:
    client, names = kept(shop, 50)
    page = somebody().borrow(client).page
    page.goto("/images")
    counter = page.locator(".pswp__counter")
    plus = "counter => getComputedStyle(counter, '::after').content"

    tile(page, names[20]).click()
    expect(counter).to_have_text("21 / 24")
    before = counter.evaluate(plus)
    expect(page.locator(".pswp--open")).to_be_visible()
    turn = page.locator(".pswp__button--arrow--next")
    for place in range(22, 51):
        turn.click()
        expect(counter).to_have_text(re.compile(f"^{place} / "))
    expect(counter).to_have_text("50 / 50")
    expect(turn).to_be_disabled()
    shown = page.locator(f".pswp img.pswp__img[alt='{names[49]}']:not(.pswp__img--placeholder)")
    expect(shown).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".pswp")).to_have_count(0)

    assert before == '"+"'
    expect(tile(page, names[49])).to_be_focused()
    assert names_of(page) == names


def test_large_pictures_end_at_what_is_loaded_while_older_ones_cannot_be_reached(
    somebody: Somebody, shop: Site
) -> None:
    client, names = kept(shop, 30)
    member = somebody().borrow(client)
    page = member.page
    page.goto("/images")
    page.route("**/images?after=**", lambda route: route.abort())
    counter = page.locator(".pswp__counter")
    turn = page.locator(".pswp__button--arrow--next")

    tile(page, names[22]).click()
    turn.click()
    expect(counter).to_have_text("24 / 24")
    expect(turn).to_be_disabled()
    page.unroute("**/images?after=**")
    page.locator(".pswp").get_by_role("button", name="Previous picture").click()
    expect(counter).to_have_text("23 / 30")

    expect(turn).to_be_enabled()
    assert member.faults
    member.faults.clear()


def test_the_facts_of_a_large_picture_tell_the_time_of_its_own_page(somebody: Somebody, shop: Site) -> None:
    client, names = kept(shop, 2)
    member = somebody().borrow(client)
    page = member.page
    member.context.new_cdp_session(page).send("Emulation.setTimezoneOverride", {"timezoneId": "Asia/Kolkata"})
    member.opens("/images")

    tile(page, names[0]).click()
    page.locator(".pswp").get_by_role("button", name="Facts").click()
    over_the_gallery = page.locator(".box-facts time").inner_text()
    page.locator(".pswp").get_by_role("link", name="Open its page").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(names[0])

    assert "UTC" not in over_the_gallery
    assert over_the_gallery == page.locator(".side .facts time").first.inner_text()


# Presses the picture, and does that as soon as what shows it large was put into the page: it still opens then.
OPENED_AND = """(link, act) => new Promise(resolve => {
    new MutationObserver((_, observer) => {
        const box = document.querySelector('.pswp');
        if (!box) return;
        observer.disconnect();
        requestAnimationFrame(() => {
            for (const one of act) {
                if (one.startsWith('.')) box.querySelector(one).click();
                else document.activeElement.dispatchEvent(
                    new KeyboardEvent('keydown', { key: one, bubbles: true, cancelable: true }));
            }
            resolve();
        });
    }).observe(document.body, { childList: true });
    link.click();
})"""
CLOSE, NEXT = ".pswp__button--close", ".pswp__button--arrow--next"


def test_who_does_not_see_hears_which_picture_is_large(somebody: Somebody, shop: Site) -> None:
    client, names = kept(shop, 3)
    page = somebody().borrow(client).page
    page.goto("/images")

    tile(page, names[0]).click()
    expect(page.get_by_role("dialog", name=f"{names[0]}, 1 / 3")).to_be_visible()
    page.keyboard.press("ArrowRight")

    expect(page.get_by_role("status").filter(has_text=f"{names[1]}, 2 / 3")).to_have_count(1)
    expect(page.get_by_role("dialog", name=f"{names[1]}, 2 / 3")).to_be_visible()


def test_facts_that_did_not_come_are_asked_for_again(somebody: Somebody, shop: Site) -> None:
    client, names = kept(shop, 1)
    page = somebody().borrow(client).page
    page.goto("/images")
    path = f"**/images/{client.get('/images', headers=JSON).json()['images'][0]['id']}"
    page.route(path, lambda route: route.fulfill(body="<p>Signed out</p>", content_type="text/html"))
    tile(page, names[0]).click()
    button = page.locator(".pswp").get_by_role("button", name="Facts")

    button.click()
    expect(page.locator(".box-facts")).to_have_text(names[0])
    page.unroute(path)
    for _ in range(2):
        button.click()

    expect(page.locator(".box-facts")).to_contain_text("640 × 480")


@pytest.mark.parametrize(("width", "height"), [(640, 400), (844, 390)], ids=["200 %", "phone on its side"])
def test_facts_leave_the_way_on_free_in_a_low_window(somebody: Somebody, shop: Site, width: int, height: int) -> None:
    client, names = kept(shop, 2)
    page = somebody(width=width).borrow(client).page
    page.set_viewport_size({"width": width, "height": height})
    page.goto("/images")

    tile(page, names[0]).click()
    expect(page.locator(".pswp")).to_be_visible()
    page.keyboard.press("i")
    expect(page.locator(".box-facts")).to_contain_text("JPEG")
    page.locator(".pswp").get_by_role("button", name="Next picture").click()

    expect(page.locator(".box-facts")).to_contain_text(names[1])
    assert page.locator(".box-facts").evaluate("panel => panel.getBoundingClientRect().top >= 0")


@pytest.mark.parametrize("act", ["Escape", CLOSE])
def test_alice_thinks_better_of_it_while_a_picture_still_opens(somebody: Somebody, shop: Site, act: str) -> None:
    client, names = kept(shop, 2)
    page = somebody().borrow(client).page
    page.goto("/images")

    tile(page, names[0]).evaluate(OPENED_AND, [act])

    expect(page.locator(".pswp")).to_have_count(0)
    expect(tile(page, names[0])).to_be_focused()


@pytest.mark.parametrize("act", [["ArrowRight"], ["ArrowRight", "ArrowRight"], [NEXT], [NEXT, NEXT, NEXT]])
def test_alice_turns_over_while_a_picture_still_opens(somebody: Somebody, shop: Site, act: list[str]) -> None:
    client, names = kept(shop, 6)
    page = somebody().borrow(client).page
    page.goto("/images")
    box = page.locator(".pswp")
    here = box.locator(".pswp__item[aria-hidden=false]")

    tile(page, names[0]).evaluate(OPENED_AND, act)
    expect(here.locator(f"img.pswp__img[alt='{names[len(act)]}']:not(.pswp__img--placeholder)")).to_be_visible()
    for name in names[len(act) + 1 :]:
        page.keyboard.press("ArrowRight")
        expect(here.locator(f"img.pswp__img[alt='{name}']:not(.pswp__img--placeholder)")).to_be_visible()
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)

    expect(tile(page, names[-1])).to_be_focused()


def test_a_picture_that_no_browser_shows_leads_to_its_page_and_is_passed_over_by_the_large_ones(
    somebody: Somebody, shop: Site
) -> None:
    """On a plan that gives its original alone."""
    client = shop.member(shop.plan(shows_original=True))
    for name, content in (("first.jpg", drawn("JPEG")), ("phone.heic", drawn("HEIC")), ("last.jpg", drawn("JPEG"))):
        client.keep((name, content))
    member = somebody().borrow(client)
    page = member.page
    member.opens("/images")

    tile(page, "last.jpg").click()
    box = page.locator(".pswp")
    expect(box.locator("img.pswp__img[alt='last.jpg']").first).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(tile(page, "first.jpg")).to_be_focused()
    tile(page, "phone.heic").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("phone.heic")


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_the_way_back_closes_a_large_picture_and_leads_on_only_then(somebody: Somebody, shop: Site, width: int) -> None:
    """However it was closed before, and with as many older pictures as were loaded meanwhile."""
    client, names = kept(shop, 30)
    page = somebody(width=width).borrow(client).page
    box = page.locator(".pswp")
    page.goto("/links")
    page.goto("/images")

    tile(page, names[1]).click()
    expect(box).to_have_class(re.compile("pswp--open"))
    page.go_back()
    expect(box).to_have_count(0)
    expect(tile(page, names[1])).to_be_focused()
    after_back = page.url
    page.reload()
    tile(page, names[22]).click()
    expect(box).to_have_class(re.compile("pswp--open"))
    expect(page.locator(".photo")).to_have_count(30)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(tile(page, names[23])).to_be_focused()
    page.wait_for_function("() => !history.state?.large")
    pages, restored = page.evaluate("[history.state.pages, history.scrollRestoration]")
    page.go_back()

    assert after_back == f"{shop.root}/images"
    assert (pages, restored) == (1, "manual")
    expect(page).to_have_url(f"{shop.root}/links")
