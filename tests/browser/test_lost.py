"""The gallery while the connection is lost: it stays, and says so."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Somebody
from tests.browser.gallery import chosen, kept, names_of, tile
from tests.site import JSON, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-deleting")]


def _delete(page: Page, names: list[str]) -> None:
    tile(page, names[0]).press("Delete")


def _show_large(page: Page, names: list[str]) -> None:
    tile(page, names[1]).click()


def _go_on(page: Page, _: list[str]) -> None:
    page.get_by_role("link", name="Show older pictures").click()


@pytest.mark.parametrize(("act", "some"), [(_delete, [0, 2]), (_show_large, []), (_go_on, [0, 2])])
def test_alice_loses_the_connection_and_nothing_of_what_she_chose(
    somebody: Somebody, shop: Site, act: Callable[[Page, list[str]], None], some: list[int]
) -> None:
    client, names = kept(shop, 30)
    member = somebody().borrow(client)
    page = member.page
    page.goto("/images")
    page.wait_for_load_state("networkidle")
    for number in some:
        page.get_by_role("checkbox", name=f"Select {names[number]}").check(force=True)

    member.context.set_offline(True)
    act(page, names)
    expect(page.get_by_role("status").filter(has_text="The connection was lost.")).to_be_visible()
    act(page, names)
    expect(page.locator(".toast")).to_have_count(1)

    assert page.url == f"{shop.root}/images"
    assert names_of(page) == names[:24]
    assert chosen(page) == [names[number] for number in some]
    assert len(client.get("/images?limit=100", headers=JSON).json()["images"]) == 30
    member.faults.clear()  # the browser tells of what it could not fetch


def test_alice_goes_on_when_the_connection_is_back(somebody: Somebody, shop: Site) -> None:
    client, names = kept(shop, 30)
    member = somebody().borrow(client)
    page = member.page
    page.goto("/images")
    member.context.set_offline(True)
    _go_on(page, names)
    expect(page.locator(".toast")).to_be_visible()
    member.context.set_offline(False)

    _go_on(page, names)

    expect(page.locator(".photo")).to_have_count(30)
    member.faults.clear()
