"""Pages for everybody: enlarged, without motion, in colours of one's own, and without a jump."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.authorization.people import small_picture
from tests.browser.axe import problems
from tests.browser.conftest import Somebody
from tests.browser.everywhere import addresses, everywhere, with_everything
from tests.browser.people import DESKTOP, PHONE
from tests.site import JSON, Client, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-everyone")]


@pytest.fixture(scope="module")
def alice(shop: Site, photo: Path) -> Client:
    """Somebody who has something on every page."""
    return with_everything(shop, photo)


def test_nothing_moves_for_who_asked_for_no_motion(somebody: Somebody, shop: Site, alice: Client) -> None:
    visitor = somebody()
    visitor.page.emulate_media(reduced_motion="reduce")
    moving: dict[str, Any] = {}

    for name in everywhere(visitor, shop, alice):
        found = visitor.page.evaluate(
            """() => {
                const seconds = (list) => Math.max(...list.split(',').map(parseFloat));
                const parts = ['', '::before', '::after'];
                const slow = [...document.querySelectorAll('*')].filter((one) => parts.some((part) => {
                    const style = getComputedStyle(one, part || null);
                    return seconds(style.transitionDuration) > 0.01
                        || style.animationName !== 'none' && seconds(style.animationDuration) > 0.01;
                }));
                return [slow.map((one) => one.outerHTML.slice(0, 80)), document.getAnimations().length];
            }"""
        )
        if found != [[], 0]:
            moving[name] = found

    assert moving == {}


# Notes everything that begins to move from now on.
MOVES = """() => {
    window.moves = [];
    for (const kind of ['transitionrun', 'animationstart'])
        document.addEventListener(kind, (event) => moves.push(`${kind} of ${event.target.className}`), true);
}"""


def test_nothing_moves_while_pictures_are_chosen_and_shown_large(somebody: Somebody, alice: Client) -> None:
    """For who asked for no motion: neither the bar that comes up, nor the picture as it opens and goes."""
    visitor = somebody().borrow(alice)
    page = visitor.page
    page.emulate_media(reduced_motion="reduce")
    visitor.opens("/images")
    page.evaluate(MOVES)

    page.locator(".photo").first.get_by_role("checkbox").check(force=True)
    expect(page.locator(".bulk")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".bulk")).to_be_hidden()
    page.locator(".photo > a").first.click()
    expect(page.locator(".pswp img.pswp__img:not(.pswp__img--placeholder)").first).to_be_visible()
    still = page.evaluate("document.getAnimations().length")
    page.keyboard.press("Escape")
    expect(page.locator(".pswp")).to_have_count(0)

    assert (page.evaluate("moves"), still) == ([], 0)


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_colours_of_ones_own_leave_nothing_out(somebody: Somebody, shop: Site, alice: Client, width: int) -> None:
    """Forced colours take every fill away: what is a button, and what is chosen, must show without one."""
    visitor = somebody(width=width)
    visitor.page.emulate_media(forced_colors="active")
    found: list[str] = []

    for name in everywhere(visitor, shop, alice):
        found += problems(visitor, name)
        found += visitor.page.evaluate(
            """(name) => [...document.querySelectorAll('.btn, .inp, .badge, [aria-current=page], .chip:has(:checked)')]
                .filter((one) => one.checkVisibility())
                .filter((one) => {
                    const style = getComputedStyle(one);
                    const edged = style.borderStyle !== 'none' && parseFloat(style.borderWidth) > 0;
                    const lined = style.textDecorationLine !== 'none' || style.borderBottomStyle !== 'none';
                    return !edged && !lined && (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) === 0);
                })
                .map((one) => `${name}: without an edge: ${one.outerHTML.slice(0, 100)}`)""",
            name,
        )

    assert found == []


def test_colours_of_ones_own_show_what_is_chosen(somebody: Somebody, shop: Site, alice: Client) -> None:
    """Around a picture there is a line. A row has a box of the system's own, which is ticked."""
    visitor = somebody().borrow(alice)
    page = visitor.page
    page.emulate_media(forced_colors="active")
    visitor.opens("/images")
    photo = page.locator(".photo").first
    line = "one => [getComputedStyle(one).outlineStyle, parseFloat(getComputedStyle(one).outlineWidth) > 0]"
    own = "one => one.checked && getComputedStyle(one).appearance"

    before = photo.evaluate(line)
    photo.get_by_role("checkbox").check(force=True)
    around, ticked = photo.evaluate(line), photo.get_by_role("checkbox").evaluate(own)
    rows = {}
    for path in ("/links", "/admin/user/"):
        if path.startswith("/admin"):
            visitor.context.clear_cookies()
            visitor.borrow(shop.admin())
        visitor.opens(path)
        box = page.locator("tbody").get_by_role("checkbox").first
        box.check()
        rows[path] = box.evaluate(own)

    assert before[0] == "none"
    assert (around, ticked) == (["solid", True], "auto")
    assert rows == {"/links": "auto", "/admin/user/": "auto"}


def test_colours_of_ones_own_show_how_far_something_is_and_where_one_is(
    somebody: Somebody, shop: Site, alice: Client
) -> None:
    visitor = somebody().borrow(alice)
    page = visitor.page
    page.emulate_media(forced_colors="active")
    visitor.opens(addresses(alice)["link"])
    bar = page.locator("progress")
    bar.evaluate("bar => { bar.value = bar.max / 2 }")
    drawn = Image.open(BytesIO(bar.screenshot())).convert("L")
    middle = [drawn.getpixel((drawn.width * part // 8, drawn.height // 2)) for part in (1, 7)]
    visitor.borrow(shop.admin())
    visitor.opens("/admin/user/")
    edge = "tabs => tabs.map(tab => [tab.ariaCurrent, getComputedStyle(tab).borderBottomColor])"
    edges = page.locator(".tabs a").evaluate_all(edge)

    here, elsewhere = ({colour for current, colour in edges if bool(current) is there} for there in (True, False))
    assert middle[0] != middle[1]
    assert len(elsewhere) == 1
    assert here.isdisjoint(elsewhere)


def test_page_enlarged_to_twice_its_size_needs_no_scrolling_sideways(
    somebody: Somebody, shop: Site, alice: Client
) -> None:
    """As a window of 1280 by 800 that is zoomed to 200 %, and as one in which only the text is twice as large."""
    zoomed, enlarged = somebody(width=DESKTOP // 2), somebody()
    beyond: dict[str, int] = {}

    zoomed.page.set_viewport_size({"width": DESKTOP // 2, "height": 400})
    for name in everywhere(zoomed, shop, alice):
        beyond[f"{name}, zoomed"] = zoomed.sideways()
    for name in everywhere(enlarged, shop, alice):
        enlarged.page.evaluate("document.documentElement.style.fontSize = '200%'")
        beyond[f"{name}, text enlarged"] = enlarged.sideways()

    assert {name: pixels for name, pixels in beyond.items() if pixels} == {}


TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
ALL_THERE = """() => document.readyState === 'complete' && document.fonts.status === 'loaded'
    && [...document.images].every((one) => one.loading === 'lazy' || one.complete)"""
SHIFTS = """
    window.shifts = [];
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries())
            shifts.push(`${entry.value}: ${entry.sources.map((one) => one.node?.outerHTML?.slice(0, 90))}`);
    }).observe({ type: 'layout-shift', buffered: true });
"""


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_nothing_moves_when_font_and_pictures_arrive_late(somebody: Somebody, alice: Client, width: int) -> None:
    """Who has begun to read or to point is not disturbed: words keep their places, and pictures have theirs."""
    newest = alice.get("/images", headers=JSON).json()["images"][0]["id"]
    moved: dict[str, Any] = {}

    for name, path in {"sign-in": "/login", "home": "/", "gallery": "/images", "picture": f"/images/{newest}"}.items():
        person = somebody(width=width)  # whose browser has none of it yet
        if name != "sign-in":
            person.borrow(alice)
        person.page.add_init_script(SHIFTS)
        release = person.holds_back("**/fonts/**", "**/thumbnails/*", "**/original")
        person.page.goto(path, wait_until="domcontentloaded")
        heading = person.page.get_by_role("heading", level=1)
        person.page.evaluate(TWO_FRAMES)
        before = heading.bounding_box()
        assert release() > 0
        person.page.wait_for_function(ALL_THERE)
        person.page.evaluate(TWO_FRAMES)
        if person.page.evaluate("shifts") or heading.bounding_box() != before:
            moved[name] = (person.page.evaluate("shifts"), before, heading.bounding_box())

    assert moved == {}


def test_dark_signs_and_light_ones_are_the_systems_choice(somebody: Somebody) -> None:
    grounds = {}
    for dark in (False, True):
        visitor = somebody(dark=dark)
        visitor.opens("/login")
        grounds[dark] = visitor.page.evaluate("getComputedStyle(document.body).backgroundColor")

    assert grounds == {False: "rgb(247, 247, 245)", True: "rgb(18, 18, 17)"}


def test_how_long_ago_something_was_says_when_that_was(somebody: Somebody, shop: Site) -> None:
    """In the browser's own time, under the pointer and to whoever has titles read."""
    client = shop.member("Enterprise")
    link = client.link(client.keep(small_picture()))
    client.submit(f"/links/{link['id']}/revoke")
    person = somebody().borrow(client)

    person.opens("/links")

    said = person.page.locator("time[data-time=ago]").first
    expect(said).to_have_text("just now")
    expect(said).to_have_attribute("title", re.compile(r"^\d+ \w+ \d{4}, \d\d:\d\d$"))


def _moves(page: Page, selector: str) -> bool:
    """Whether what is seen there changes within a second."""
    place = page.locator(selector).first
    first = place.screenshot()
    for _ in range(5):
        page.wait_for_timeout(200)
        if place.screenshot() != first:
            return True
    return False


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_an_animation_stands_still_for_who_asked_for_no_motion(
    somebody: Somebody, shop: Site, motion: Literal["reduce", "no-preference"]
) -> None:
    """In the gallery, large over it, and on its own page."""
    frames = [Image.new("RGB", (300, 240), colour) for colour in ("red", "navy", "gold")]
    file = BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=150, loop=0)
    client = shop.member("Enterprise")
    image = client.keep(("traffic.gif", file.getvalue()))
    page = somebody().borrow(client).page
    page.emulate_media(reduced_motion=motion)
    moves = {}

    page.goto("/images")
    moves["tile"] = _moves(page, ".photo > a > img:not(.ph)")
    page.locator(".photo > a").click()
    expect(page.locator(".pswp img.pswp__img:not(.pswp__img--placeholder)")).to_be_visible()
    page.mouse.move(5, 790)
    page.wait_for_timeout(600)
    moves["large"] = _moves(page, ".pswp img.pswp__img:not(.pswp__img--placeholder)")
    page.goto(f"/images/{image['id']}")
    moves["alone"] = _moves(page, ".stage img")

    assert moves == dict.fromkeys(("tile", "large", "alone"), motion == "no-preference")
