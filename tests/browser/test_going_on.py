"""Who does something to one row of a list after another goes on beside it, by keys as well as by eyes."""

import pytest
from playwright.sync_api import Page, expect

from tests.authorization.people import small_picture
from tests.browser.conftest import Somebody
from tests.browser.people import DESKTOP, PHONE
from tests.site import Client, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-going-on")]


def _kept(client: Client, count: int) -> list[str]:
    """The ids of so many pictures, the newest first."""
    return [client.keep(small_picture())["id"] for _ in range(count)][::-1]


def _has_left(page: Page, rows: str, count: int) -> None:
    """Wait for the page that lists so many, until it is where its address leads in it."""
    expect(page.locator(rows)).to_have_count(count)
    page.wait_for_load_state("load")


def _row_of_the_focus(page: Page) -> str:
    return page.evaluate("document.activeElement.closest('[id^=row-]')?.id ?? document.activeElement.outerHTML")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_the_trash_goes_on_with_the_next_picture(somebody: Somebody, shop: Site, width: int, script: bool) -> None:
    client = shop.member("Enterprise")
    ids = _kept(client, 20)
    for one in reversed(ids):
        client.submit(f"/images/{one}/delete", as_json=True)
    page = somebody(width=width, script=script).borrow(client).page
    page.goto("/trash")

    page.locator(f"#row-{ids[11]}").get_by_role("button", name="Restore").press("Enter")
    _has_left(page, ".trash > li", 19)
    after_restoring = page.evaluate("scrollY") > 0
    page.keyboard.press("Tab")
    first = _row_of_the_focus(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(f"#row-{ids[12]}").get_by_role("button", name="Delete for good", exact=True).press("Enter")
    _has_left(page, ".trash > li", 18)
    page.keyboard.press("Tab")

    assert after_restoring
    assert (first, _row_of_the_focus(page)) == (f"row-{ids[12]}", f"row-{ids[13]}")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_the_links_go_on_with_the_next_one(somebody: Somebody, shop: Site, script: bool) -> None:
    client = shop.member("Enterprise")
    image = client.keep(small_picture())
    links = [client.link(image, 3_600 + number) for number in range(12)][::-1]
    page = somebody(script=script).borrow(client).page
    page.goto("/links?state=live")
    order = page.locator("tbody tr").evaluate_all("rows => rows.map(row => row.id)")

    page.locator("tbody tr").nth(8).get_by_role("button", name="Revoke link").press("Enter")
    _has_left(page, "tbody tr", 11)
    page.keyboard.press("Tab")
    after_the_ninth = _row_of_the_focus(page)
    page.locator("tbody tr").last.get_by_role("button", name="Revoke link").press("Enter")
    _has_left(page, "tbody tr", 10)
    page.keyboard.press("Tab")

    assert len(links) == 12
    assert (after_the_ninth, _row_of_the_focus(page)) == (order[9], order[10])


@pytest.mark.parametrize("then", ["", "x", "<script>", "../../" + "x" * 16, "x" * 21 + "\n"])
def test_a_row_that_is_none_is_not_gone_to(shop: Site, then: str) -> None:
    client = shop.member("Enterprise")
    image = client.keep(small_picture())
    client.submit(f"/images/{image['id']}/delete")
    link = client.submit("/trash/restore", {"id": image["id"], "then": then})

    assert link.headers["Location"] == "/trash"
