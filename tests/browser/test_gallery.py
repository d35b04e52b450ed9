"""The gallery in a browser: choosing many, putting them away, looking at one large, and going on to older ones."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from imageapp.database import writing
from imageapp.images.archives import MOST_PICTURES
from imageapp.images.models import Image
from tests.authorization.people import small_picture
from tests.browser.axe import problems
from tests.browser.conftest import Somebody
from tests.browser.people import DESKTOP, PHONE, Person
from tests.images.drawing import drawn
from tests.site import JSON, Client, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-gallery")]

COLOURS = ("red", "green", "blue", "teal", "gold", "navy", "gray", "pink")


def kept(site: Site, count: int = 5) -> tuple[Client, list[str]]:
    """Somebody with so many pictures, named by their colours and numbers; the names, newest first."""
    client = site.member("Enterprise")
    names = [f"{COLOURS[number % len(COLOURS)]} {number}" for number in range(count)]
    for number, name in enumerate(names[: len(COLOURS)]):
        width, height = ((640, 480), (480, 640))[number % 2]
        client.upload(("x.jpg", small_picture(width, height, colour=COLOURS[number])[1]), name=name)
    if count > len(COLOURS):
        _more(site, client, names[len(COLOURS) :])
    return client, names[::-1]


def _more(site: Site, client: Client, names: list[str]) -> None:
    """Pictures like the newest one, each a minute younger than the one before."""
    like_id = client.get("/images", headers=JSON).json()["images"][0]["id"]
    with site.session() as session, writing(session):
        like = session.get_one(Image, like_id)
        values = {column.name: getattr(like, column.name) for column in Image.__table__.columns}
        for number, name in enumerate(names):
            place = {"id": f"{like_id[:18]}{number:04}", "blob_key": f"{number:08}{like.blob_key[8:]}"}
            moment = like.created_at + timedelta(minutes=number + 1)
            session.add(Image(**values | place | {"name": name, "name_key": name, "created_at": moment}))
            _copy(site.settings.pictures, like.blob_key, place["blob_key"])


def _copy(store: Path, key: str, copy: str) -> None:
    """The bytes under one key under another one too."""
    folder = store / copy[:2]
    folder.mkdir(exist_ok=True)
    (folder / copy).write_bytes((store / key[:2] / key).read_bytes())


def names_of(page: Page, selector: str = ".photo") -> list[str]:
    """The names of the pictures there."""
    alts = page.locator(f"{selector} > a > img:not(.ph)")
    return alts.evaluate_all("images => images.map(image => image.alt)")


def chosen(page: Page) -> list[str]:
    """The names of the pictures that are chosen."""
    return names_of(page, ".photo:has(.pick :checked)")


def tile(page: Page, name: str):  # noqa: ANN201 - a locator
    """The link of the picture of this name."""
    return page.locator(f".photo > a:has(img[alt='{name}'])")


def test_alice_chooses_by_click_range_and_keys(somebody: Somebody, shop: Site) -> None:
    client, names = kept(shop, 8)
    member = somebody().borrow(client)
    page = member.page
    member.opens("/images")
    expect(page.locator(".bulk")).to_be_hidden()

    page.get_by_role("checkbox", name=f"Select {names[1]}").check(force=True)
    expect(page.locator("[data-count]")).to_have_text("1 selected")
    tile(page, names[4]).click(modifiers=["Shift"])
    of_range = chosen(page)
    tile(page, names[2]).click()
    without_one = chosen(page)
    page.keyboard.press("Control+a")
    of_all = chosen(page)
    page.keyboard.press("Escape")
    of_none = chosen(page)
    tile(page, names[0]).focus()
    page.keyboard.press("x")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")

    assert of_range == names[1:5]
    assert without_one == [names[1], *names[3:5]]
    assert of_all == names
    assert of_none == []
    assert chosen(page) == names[:3]
    expect(page.locator("[data-count]")).to_have_text("3 selected")


def test_alice_chooses_by_touch_once_she_said_so(somebody: Somebody, shop: Site) -> None:
    client, names = kept(shop, 4)
    member = somebody(width=PHONE).borrow(client)
    page = member.page
    member.opens("/images")

    member.clicks("Select", "button")
    tile(page, names[0]).click()
    tile(page, names[2]).click()
    some = chosen(page)
    member.clicks("Done", "button")

    assert some == [names[0], names[2]]
    assert chosen(page) == []
    assert member.sideways() == 0


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_alice_puts_some_away_and_takes_them_back(somebody: Somebody, shop: Site, width: int, script: bool) -> None:
    client, names = kept(shop, 4)
    member = somebody(width=width, script=script).borrow(client)
    page = member.page
    member.opens("/images")

    for name in names[:2]:
        page.get_by_role("checkbox", name=f"Select {name}").check(force=True)
    page.locator(".bulk").get_by_role("button", name="Delete").click()
    expect(page.locator("[data-toast]")).to_contain_text("2 pictures moved to the trash, for 30 days.")
    left = names_of(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".photo")).to_have_count(4)

    assert left == names[2:]
    assert names_of(page) == names


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_alice_deletes_far_down_and_goes_on_where_she_was(somebody: Somebody, shop: Site, width: int) -> None:
    client, names = kept(shop, 60)
    page = somebody(width=width).borrow(client).page
    page.goto("/images")
    page.get_by_role("link", name="Show older pictures").click()
    expect(page.locator(".photo")).to_have_count(48)
    page.evaluate("window.same = true")

    tile(page, names[31]).focus()
    for key in ("x", "Delete"):
        page.keyboard.press(key)
    toast = page.locator("[data-toast]")
    expect(toast).to_contain_text("1 picture moved to the trash, for 30 days.")
    expect(tile(page, names[32])).to_be_focused()
    after_one = names_of(page)
    in_sight = tile(page, names[32]).evaluate("one => one.getBoundingClientRect().top >= 0 && scrollY > 0")
    page.keyboard.press("x")
    page.get_by_role("checkbox", name=f"Select {names[40]}", exact=True).check(force=True)
    page.locator(".bulk").get_by_role("button", name="Delete").click()
    expect(tile(page, names[41])).to_be_focused()
    after_more = names_of(page)
    expect(toast).to_have_count(2)
    toast.filter(has_text="2 pictures moved").get_by_role("button", name="Undo").click()
    expect(toast).to_contain_text("2 pictures are back in the gallery.")

    assert after_one == names[:31] + names[32:48]
    assert in_sight
    assert after_more == [*names[:31], *names[33:40], *names[41:48]]
    left = client.get("/images?limit=100", headers=JSON).json()["images"]
    assert [one["name"] for one in left] == names[:31] + names[32:]


def test_the_gallery_is_whole_for_who_comes_back_after_a_deletion(somebody: Somebody, shop: Site) -> None:
    client, names = kept(shop, 60)
    page = somebody().borrow(client).page
    page.goto("/images")
    page.get_by_role("link", name="Show older pictures").click()
    expect(page.locator(".photo")).to_have_count(48)

    page.get_by_role("checkbox", name=f"Select {names[3]}", exact=True).check(force=True)
    page.locator(".bulk").get_by_role("button", name="Delete").click()
    expect(page.locator(".photo")).to_have_count(47)
    page.goto(f"{shop.root}/links")
    page.go_back()
    expect(page.locator(".photo")).to_have_count(48)

    assert names_of(page) == [*names[:3], *names[4:49]]


def test_a_month_without_pictures_goes_and_the_last_picture_leads_to_the_empty_gallery(
    somebody: Somebody, shop: Site
) -> None:
    client, names = kept(shop, 3)
    ids = [one["id"] for one in client.get("/images", headers=JSON).json()["images"]]
    with shop.session() as session, writing(session):
        for one, days in zip(ids, (80, 40), strict=False):
            session.get_one(Image, one).created_at += timedelta(days=days)
    page = somebody().borrow(client).page
    page.goto("/images")
    months = page.locator(".month").all_inner_texts()

    page.get_by_role("checkbox", name=f"Select {names[1]}").check(force=True)
    page.locator(".bulk").get_by_role("button", name="Delete").click()
    expect(tile(page, names[2])).to_be_focused()
    left = page.locator(".month").all_inner_texts()
    page.get_by_role("checkbox", name=f"Select {names[2]}").check(force=True)
    page.locator(".bulk").get_by_role("button", name="Delete").click()
    expect(tile(page, names[0])).to_be_focused()
    page.keyboard.press("x")
    page.keyboard.press("Delete")

    expect(page.get_by_role("heading", name="No pictures yet")).to_be_visible()
    expect(page.locator("[data-toast]")).to_contain_text("1 picture moved to the trash, for 30 days.")
    assert len(months) == 3
    assert left == [months[0], months[2]]


def test_older_pictures_come_up_where_all_that_were_shown_are_deleted(somebody: Somebody, shop: Site) -> None:
    client, names = kept(shop, 30)
    page = somebody().borrow(client).page
    page.goto("/images")

    tile(page, names[0]).focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")

    expect(tile(page, names[24])).to_be_focused()
    expect(page.locator("[data-toast]")).to_contain_text("24 pictures moved to the trash")
    assert names_of(page) == names[24:]


def test_what_cannot_be_deleted_any_more_is_said_by_a_page(somebody: Somebody, shop: Site) -> None:
    client, names = kept(shop, 3)
    member = somebody().borrow(client)
    page = member.page
    page.goto("/images")
    first = client.get("/images", headers=JSON).json()["images"][0]["id"]
    client.submit("/images/delete", {"id": first}, as_json=True)

    page.get_by_role("checkbox", name=f"Select {names[0]}").check(force=True)
    page.locator(".bulk").get_by_role("button", name="Delete").click()

    expect(page.get_by_role("main")).to_contain_text("None of these pictures is there any more.")
    # What the script asked for first was refused as well, which the browser reports.
    assert [fault for fault in member.faults if "404" not in fault] == []
    member.faults.clear()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_alice_downloads_what_she_chose(somebody: Somebody, shop: Site, script: bool) -> None:
    client, names = kept(shop, 3)
    member = somebody(script=script).borrow(client)
    page = member.page
    member.opens("/images")

    for name in names[:2]:
        page.get_by_role("checkbox", name=f"Select {name}").check(force=True)
    page.get_by_label("Download as").select_option("400")
    with page.expect_download() as event:
        page.locator(".bulk").get_by_role("button", name="Download").click()

    assert event.value.suggested_filename.startswith("pictures-")
    assert event.value.failure() is None
    assert event.value.path().read_bytes().startswith(b"PK\x03\x04")


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_alice_is_told_how_many_go_at_once_before_anything_is_sent(somebody: Somebody, shop: Site, width: int) -> None:
    client, names = kept(shop, MOST_PICTURES + 1)
    member = somebody(width=width).borrow(client)
    page = member.page
    page.goto("/images")
    for shown in (48, 72, 96, MOST_PICTURES + 1):
        page.get_by_role("link", name="Show older pictures").click()
        expect(page.locator(".photo")).to_have_count(shown)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    count, bulk = page.locator("[data-count]"), page.locator(".bulk")
    download = bulk.get_by_role("button", name="Download")

    tile(page, names[0]).focus()
    page.keyboard.press("Control+a")
    expect(count).to_have_text("101 selected, but only 100 can go at once")
    sideways, found = member.sideways(), problems(member, "too many")
    for name in ("Download", "Delete"):
        button = bulk.get_by_role("button", name=name)
        expect(button).to_have_attribute("aria-disabled", "true")
        button.click(force=True)
        page.evaluate(DRAWN)
        expect(count).to_have_text("101 selected, but only 100 can go at once")
    sent = asked.count("POST")
    tile(page, names[0]).focus()
    page.keyboard.press("x")
    expect(count).to_have_text("100 selected")
    with page.expect_download() as event:
        download.click()

    assert (sent, sideways, found) == (0, 0, [])
    assert event.value.failure() is None
    assert page.locator(".photo").count() == MOST_PICTURES + 1


def test_alice_copies_the_links_of_what_she_chose(somebody: Somebody, shop: Site) -> None:
    client, names = kept(shop, 3)
    member = somebody().borrow(client)
    member.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = member.page
    member.opens("/images")

    for name in names[:2]:
        page.get_by_role("checkbox", name=f"Select {name}").check(force=True)
    page.locator(".bulk").get_by_role("button", name="Copy links").click()

    expect(page.locator("#say")).to_have_text("2 links copied")
    originals = [image["links"]["original"] for image in client.get("/images", headers=JSON).json()["images"]]
    assert page.evaluate("navigator.clipboard.readText()").split() == originals[:2]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_alice_looks_for_a_name_and_in_another_order(somebody: Somebody, shop: Site, script: bool) -> None:
    client, names = kept(shop, 4)
    member = somebody(script=script).borrow(client)
    page = member.page
    member.opens("/images")

    page.get_by_label("Part of a name").fill("RE")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**name=RE**")
    found = names_of(page)
    page.get_by_label("Order").select_option("name")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**order=name**")

    assert found == ["green 1", "red 0"]
    assert names_of(page) == ["green 1", "red 0"]
    page.get_by_label("Part of a name").fill("")
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
DRAWN = "() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"


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


# Presses the picture, and Escape in the frame after what shows it large was put into the page: it still opens then.
PRESSED_AND_LEFT = """link => new Promise(resolve => {
    new MutationObserver((_, observer) => {
        if (!document.querySelector('.pswp')) return;
        observer.disconnect();
        requestAnimationFrame(() => {
            document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
            resolve();
        });
    }).observe(document.body, { childList: true });
    link.click();
})"""


def test_alice_thinks_better_of_it_while_a_picture_still_opens(somebody: Somebody, shop: Site) -> None:
    client, names = kept(shop, 2)
    page = somebody().borrow(client).page
    page.goto("/images")

    tile(page, names[0]).evaluate(PRESSED_AND_LEFT)

    expect(page.locator(".pswp")).to_have_count(0)
    expect(tile(page, names[0])).to_be_focused()


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


@pytest.mark.parametrize(("width", "dark"), [(DESKTOP, False), (PHONE, True)], ids=["wide and light", "phone and dark"])
def test_axe_finds_nothing_while_pictures_are_chosen(somebody: Somebody, shop: Site, width: int, dark: bool) -> None:
    client, names = kept(shop, 4)
    member: Person = somebody(width=width, dark=dark).borrow(client)
    member.opens("/images")

    member.page.get_by_role("checkbox", name=f"Select {names[0]}").check(force=True)

    expect(member.page.locator(".bulk")).to_be_visible()
    assert problems(member, "chosen") == []
