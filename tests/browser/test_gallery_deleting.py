"""Putting pictures away in the gallery in a browser, and taking them back."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from imageapp.database import writing
from imageapp.images.models import Image
from tests.browser.conftest import Somebody
from tests.browser.gallery import choose, chosen, kept, names_of, seen, tile
from tests.browser.people import DESKTOP, PHONE
from tests.site import JSON, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-deleting")]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_alice_puts_some_away_and_takes_them_back(somebody: Somebody, shop: Site, width: int, script: bool) -> None:
    client, names = kept(shop, 4)
    member = somebody(width=width, script=script).borrow(client)
    page = member.page
    member.opens("/images")

    choose(page, *names[:2])
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
    seen(page, names[31])
    for key in ("x", "Delete"):
        page.keyboard.press(key)
    toast = page.locator("[data-toast]")
    expect(toast).to_contain_text("1 picture moved to the trash, for 30 days.")
    expect(tile(page, names[32])).to_be_focused()
    after_one = names_of(page)
    in_sight = tile(page, names[32]).evaluate("one => one.getBoundingClientRect().top >= 0 && scrollY > 0")
    seen(page, names[32])
    page.keyboard.press("x")
    choose(page, names[40])
    page.locator(".bulk").get_by_role("button", name="Delete").click()
    expect(tile(page, names[41])).to_be_focused()
    after_more = names_of(page)
    expect(toast).to_have_count(2)
    place = page.evaluate("scrollY")
    toast.filter(has_text="2 pictures moved").get_by_role("button", name="Undo").dblclick()
    expect(toast.filter(has_text="2 pictures are back in the gallery.")).to_be_visible()
    expect(page.locator(".photo")).to_have_count(48)

    page.wait_for_function("place => Math.abs(scrollY - place) < 50", arg=place)
    assert names_of(page) == names[:31] + names[32:49]
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

    choose(page, names[3])
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

    choose(page, names[1])
    page.locator(".bulk").get_by_role("button", name="Delete").click()
    expect(tile(page, names[2])).to_be_focused()
    left = page.locator(".month").all_inner_texts()
    choose(page, names[2])
    page.locator(".bulk").get_by_role("button", name="Delete").click()
    expect(tile(page, names[0])).to_be_focused()
    seen(page, names[0])
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
    page.wait_for_load_state("networkidle")  # a thumbnail that is asked for once its picture is gone would be a fault

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

    choose(page, names[0])
    page.locator(".bulk").get_by_role("button", name="Delete").click()

    expect(page.get_by_role("main")).to_contain_text("None of these pictures is there any more.")
    # What the script asked for first was refused as well, which the browser reports.
    assert [fault for fault in member.faults if "404" not in fault] == []
    member.faults.clear()


def test_a_range_after_a_deletion_starts_at_the_next_press(somebody: Somebody, shop: Site) -> None:
    """Not at the picture that is gone, nor at the first of the gallery."""
    client, names = kept(shop, 8)
    page = somebody().borrow(client).page
    page.goto("/images")
    choose(page, names[2])
    page.keyboard.press("Delete")
    expect(page.locator(".photo")).to_have_count(7)

    tile(page, names[5]).click(modifiers=["Shift"])
    alone = chosen(page)
    tile(page, names[7]).click(modifiers=["Shift"])

    assert alone == [names[5]]
    assert chosen(page) == names[5:]
