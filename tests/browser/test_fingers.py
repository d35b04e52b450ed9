"""Pictures on a phone: chosen, turned over and enlarged with fingers, and loaded as large as its screen needs."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Somebody
from tests.browser.gallery import chosen, kept, tile
from tests.browser.people import DESKTOP, PHONE
from tests.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-gallery")]


def _touch(page: Page, *ways: tuple[tuple[int, int], tuple[int, int]]) -> None:
    """Fingers put down at the first place of each way and lifted at its last, all at once."""
    fingers = page.context.new_cdp_session(page)
    steps = [
        [{"x": x + (to_x - x) * step / 8, "y": y + (to_y - y) * step / 8} for (x, y), (to_x, to_y) in ways]
        for step in range(9)
    ]
    fingers.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": steps[0]})
    for points in steps[1:]:
        fingers.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": points})
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_alice_with_a_phone_turns_over_by_a_swipe_and_enlarges_with_two_fingers(somebody: Somebody, shop: Site) -> None:
    client, names = kept(shop, 4)
    member = somebody(width=PHONE).borrow(client)
    page = member.page
    page.emulate_media(reduced_motion="reduce")  # a finger during the opening's animation is not heard
    page.context.new_cdp_session(page).send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    member.opens("/images")
    tile(page, names[1]).click()
    box = page.locator(".pswp")

    def shown(name: str) -> None:
        image = box.locator(f".pswp__item[aria-hidden=false] img[alt='{name}']:not(.pswp__img--placeholder)")
        expect(image).to_be_visible()

    shown(names[1])
    _touch(page, ((330, 300), (30, 300)))
    shown(names[2])
    _touch(page, ((30, 300), (330, 300)))
    shown(names[1])
    expect(box).not_to_have_class(re.compile("pswp--zoomed-in"))
    _touch(page, ((180, 380), (60, 200)), ((210, 420), (330, 600)))
    expect(box).to_have_class(re.compile("pswp--zoomed-in"))
    page.keyboard.press("Escape")

    expect(box).to_have_count(0)
    expect(tile(page, names[1])).to_be_focused()


def test_keys_are_not_told_to_who_has_none(somebody: Somebody, shop: Site) -> None:
    client, _ = kept(shop, 1)
    with_keys = somebody(width=PHONE).borrow(client)
    fingers = somebody(width=PHONE).borrow(client)
    session = fingers.page.context.new_cdp_session(fingers.page)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    media = [{"name": "hover", "value": "none"}, {"name": "pointer", "value": "coarse"}]
    session.send("Emulation.setEmulatedMedia", {"features": media})

    for who in (with_keys, fingers):
        who.opens("/images")

    expect(with_keys.page.get_by_role("button", name="Keyboard shortcuts")).to_be_visible()
    expect(fingers.page.get_by_role("button", name="Keyboard shortcuts")).to_be_hidden()


def test_alice_with_a_phone_chooses_by_her_finger(somebody: Somebody, shop: Site) -> None:
    """A touch opens a picture; once she has said that she chooses, it chooses it or not."""
    client, names = kept(shop, 4)
    member = somebody(width=PHONE, touch=True).borrow(client)
    page = member.page
    member.opens("/images")

    page.get_by_role("button", name="Select", exact=True).tap()
    for name in (names[0], names[1], names[2], names[1]):
        tile(page, name).tap()
    expect(page.locator("[data-count]")).to_have_text("2 selected")
    some = chosen(page)
    page.get_by_role("button", name="Done").tap()
    none = chosen(page)
    tile(page, names[0]).tap()
    expect(page.locator(".pswp")).to_be_visible()

    assert some == [names[0], names[2]]
    assert none == []


@pytest.mark.parametrize(
    ("width", "density", "height"), [(DESKTOP, 1, 200), (DESKTOP, 2, 400), (PHONE, 1, 200), (PHONE, 2, 200)]
)
def test_a_browser_loads_the_thumbnail_that_its_screen_needs(
    somebody: Somebody, shop: Site, width: int, density: int, height: int
) -> None:
    client, names = kept(shop, 1)
    member = somebody(width=width, density=density).borrow(client)

    member.opens("/images")

    image = member.page.locator(f".photo img[alt='{names[0]}']")
    assert image.evaluate("async image => { await image.decode(); return image.naturalWidth > 0 }")
    assert image.evaluate("image => image.currentSrc").endswith(f"/thumbnails/{height}")
