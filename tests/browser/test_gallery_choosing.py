"""Choosing many pictures in a browser, and taking them or their links along."""

import pytest
from playwright.sync_api import expect

from imageapp.images.archives import MOST_PICTURES
from tests.authorization.people import small_picture
from tests.browser.axe import problems
from tests.browser.conftest import Somebody
from tests.browser.gallery import DRAWN, chosen, kept, tile
from tests.browser.people import DESKTOP, PHONE, Person
from tests.site import JSON, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-choosing")]


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


@pytest.mark.parametrize(("width", "dark"), [(DESKTOP, False), (PHONE, True)], ids=["wide and light", "phone and dark"])
def test_axe_finds_nothing_while_pictures_are_chosen(somebody: Somebody, shop: Site, width: int, dark: bool) -> None:
    client, names = kept(shop, 4)
    member: Person = somebody(width=width, dark=dark).borrow(client)
    member.opens("/images")

    member.page.get_by_role("checkbox", name=f"Select {names[0]}").check(force=True)

    expect(member.page.locator(".bulk")).to_be_visible()
    assert problems(member, "chosen") == []


def test_what_closes_the_links_of_a_picture_does_nothing_else(somebody: Somebody, shop: Site) -> None:
    """A press beside them neither opens nor chooses, and Escape leaves what is chosen."""
    client, names = kept(shop, 4)
    page = somebody().borrow(client).page
    page.goto("/images")
    links = page.get_by_role("dialog", name=f"Links of {names[0]}")
    page.get_by_role("checkbox", name=f"Select {names[2]}").check(force=True)

    page.get_by_role("button", name=f"Links of {names[0]}").click(force=True)
    expect(links).to_be_visible()
    page.keyboard.press("Escape")
    expect(links).to_be_hidden()
    after_escape = chosen(page)
    page.get_by_role("button", name=f"Links of {names[0]}").click(force=True)
    expect(links).to_be_visible()
    tile(page, names[3]).click()
    expect(links).to_be_hidden()
    after_a_press = chosen(page)
    page.locator("[data-clear]").click()
    page.get_by_role("button", name=f"Links of {names[0]}").click(force=True)
    tile(page, names[3]).click()
    expect(links).to_be_hidden()
    page.get_by_role("button", name=f"Links of {names[0]}").click(force=True)
    page.get_by_role("button", name=f"Links of {names[1]}").click(force=True)

    assert after_escape == after_a_press == [names[2]]
    assert chosen(page) == []
    expect(page.locator(".pswp")).to_have_count(0)
    expect(page.get_by_role("dialog", name=f"Links of {names[1]}")).to_be_visible()


def test_links_that_the_keys_have_left_do_not_lie_over_the_pictures(somebody: Somebody, shop: Site) -> None:
    client, names = kept(shop, 4)
    page = somebody().borrow(client).page
    page.goto("/images")
    opener = page.get_by_role("button", name=f"Links of {names[0]}")
    links = page.locator(f".pop[aria-label='Links of {names[0]}']")

    opener.press("Enter")
    expect(links).to_be_visible()
    for _ in range(12):
        page.keyboard.press("Tab")
        if not links.evaluate("links => links.contains(document.activeElement)"):
            break
    expect(links).to_be_hidden()
    beyond = page.evaluate("document.activeElement.matches('body, .quick')")
    opener.press("Enter")
    page.keyboard.press("Tab")
    expect(links.locator(":focus")).to_have_count(1)
    page.keyboard.press("Shift+Tab")

    assert not beyond
    expect(links).to_be_visible()
    expect(opener).to_be_focused()


def test_a_finger_meets_no_ring_that_it_does_not_see(somebody: Somebody, shop: Site) -> None:
    client, names = kept(shop, 2)
    member = somebody(width=PHONE).borrow(client)
    page = member.page
    page.context.new_cdp_session(page).send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    member.opens("/images")

    tile(page, names[0]).click(position={"x": 20, "y": 20})
    expect(page.locator(".pswp")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".pswp")).to_have_count(0)
    unseen = chosen(page)
    member.clicks("Select", "button")
    page.get_by_role("checkbox", name=f"Select {names[0]}").click(position={"x": 12, "y": 12})

    assert unseen == []
    assert chosen(page) == [names[0]]


def test_without_script_what_is_done_with_pictures_leaves_the_ways_to_other_pages_free(
    somebody: Somebody, shop: Site
) -> None:
    """On a phone both stand at the bottom; the deeds stand in one row."""
    client, _ = kept(shop, 24)
    page = somebody(width=PHONE, script=False).borrow(client).page
    page.goto("/images")

    tops = [page.locator(".bulk").get_by_role("button", name=name).bounding_box() for name in ("Download", "Delete")]
    page.locator(".mainnav").get_by_role("link", name="Upload").click(trial=True)

    assert len({box["y"] for box in tops if box}) == 1


def test_a_picture_much_wider_than_its_place_shows_its_middle_chosen_or_not(somebody: Somebody, shop: Site) -> None:
    client = shop.member("Enterprise")
    client.keep(("wide.jpg", small_picture(3000, 300)[1]))
    page = somebody().borrow(client).page
    page.goto("/images")
    picture = tile(page, "wide.jpg").locator("img:not(.ph)")
    page.wait_for_function("image => image.complete && image.naturalWidth", arg=picture.element_handle())

    seen = []
    for _ in range(2):
        place = tile(page, "wide.jpg").bounding_box()
        drawn = picture.bounding_box()
        assert place
        assert drawn
        seen.append(drawn["width"] <= place["width"] and drawn["x"] >= place["x"])
        page.get_by_role("checkbox", name="Select wide.jpg").check(force=True)
        page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished))")

    assert seen == [True, True]
