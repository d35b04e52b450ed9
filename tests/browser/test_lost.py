"""The gallery while the connection is lost: it stays, and says so."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Somebody
from tests.browser.gallery import choose, chosen, kept, names_of, tile
from tests.browser.people import Person
from tests.site import JSON, Client, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-deleting")]


# What stands on the button while its form is under way, and once that was stopped.
PRESSED_AND_STOPPED = """async button => {
    const state = async () => {
        await new Promise(later => setTimeout(later, 300));
        return [button.textContent.trim(), button.ariaDisabled];
    };
    button.click();
    const underWay = await state();
    window.stop();
    return [underWay, await state()];
}"""


def _with_chosen(somebody: Somebody, shop: Site, some: list[int]) -> tuple[Person, Client, list[str]]:
    """At a gallery of 30 pictures, some of them chosen; the names of all."""
    client, names = kept(shop, 30)
    member = somebody().borrow(client)
    member.page.goto("/images")
    member.page.wait_for_load_state("networkidle")
    choose(member.page, *[names[number] for number in some])
    return member, client, names


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
    member, client, names = _with_chosen(somebody, shop, some)
    page = member.page

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


@pytest.mark.parametrize(("act", "some"), [(_delete, [0, 2]), (_go_on, [0, 2])])
def test_a_server_that_is_not_there_takes_the_gallery_from_nobody(
    somebody: Somebody, shop: Site, act: Callable[[Page, list[str]], None], some: list[int]
) -> None:
    """Though the browser is connected to something: it would show a page of its own."""
    member, _, names = _with_chosen(somebody, shop, some)
    page = member.page

    for address in ("**/images/delete", "**/images?after=**"):
        page.route(address, lambda route: route.abort("connectionrefused"))
    act(page, names)
    expect(page.get_by_role("status").filter(has_text="The connection was lost.")).to_be_visible()

    assert page.url == f"{shop.root}/images"
    assert chosen(page) == [names[number] for number in some]
    page.unroute_all()
    act(page, names)
    expect(page.locator(".photo")).not_to_have_count(24)
    member.faults.clear()


def test_a_download_without_a_connection_leaves_nothing_behind(somebody: Somebody, shop: Site) -> None:
    member, _, names = _with_chosen(somebody, shop, [1])
    page = member.page

    member.context.set_offline(True)
    page.locator(".bulk").get_by_role("button", name="Download").click()
    expect(page.get_by_role("status").filter(has_text="The connection was lost.")).to_be_visible()

    assert page.url == f"{shop.root}/images"
    assert chosen(page) == [names[1]]


def test_what_is_stopped_on_its_way_can_be_sent_again(somebody: Somebody, shop: Site) -> None:
    """By Escape or the browser's own button."""
    client, _ = kept(shop, 1)
    page = somebody().borrow(client).page
    path = f"/images/{client.get('/images', headers=JSON).json()['images'][0]['id']}/links/new"
    page.goto(path)
    page.route(f"**{path}", lambda _route: None)  # never answered

    button = page.get_by_role("button", name="Create link")
    under_way, stopped = button.evaluate(PRESSED_AND_STOPPED)
    page.unroute_all(behavior="ignoreErrors")
    button.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Your link is ready")
    assert under_way == ["Creating…", "true"]
    assert stopped == ["Create link", None]


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
