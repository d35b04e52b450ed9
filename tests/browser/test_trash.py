"""Deleting and taking back in a browser, with and without script, at a desk and on a phone."""

import pytest
from playwright.sync_api import expect

from tests.authorization.people import small_picture
from tests.browser.conftest import Somebody
from tests.browser.people import DESKTOP, PHONE, Person
from tests.site import JSON, Client, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-pages")]

WAYS = [(DESKTOP, True), (DESKTOP, False), (PHONE, True), (PHONE, False)]
NAMED = ["wide, script", "wide, no script", "phone, script", "phone, no script"]


def _kept(client: Client, *names: str) -> dict[str, str]:
    """Pictures of these names; their ids."""
    _, content = small_picture()
    return {name: client.keep((name, content))["id"] for name in names}


def _shown(client: Client) -> list[str]:
    return [image["name"] for image in client.get("/images", headers=JSON).json()["images"]]


def _deletes(member: Person, image_id: str) -> None:
    member.opens(f"/images/{image_id}")
    member.page.locator(".side").get_by_text("Delete picture").first.click()
    member.page.locator(".ask").get_by_role("button", name="Delete picture").click()
    expect(member.page.get_by_role("heading", level=1)).to_have_text("Gallery")


def _asks_and_deletes(member: Person, opener: str, question: str, within: str) -> None:
    """For good, by a question that can be left; `within` is where the button stands."""
    # With script the button that folds the question out has become one that opens a dialog.
    member.page.locator(within).get_by_text(opener).first.click()
    asked = member.page.locator(".ask").filter(visible=True)
    expect(asked.get_by_role("heading")).to_have_text(question)
    asked.get_by_role("button", name="Delete for good").click()


@pytest.mark.parametrize(("width", "script"), WAYS, ids=NAMED)
def test_alice_undoes_a_deletion_at_once(somebody: Somebody, shop: Site, width: int, script: bool) -> None:
    alice = shop.member("Enterprise")
    ids = _kept(alice, "cat.jpg", "dog.jpg")
    member = somebody(width=width, script=script).borrow(alice)

    _deletes(member, ids["cat.jpg"])
    toast = member.page.locator("[data-toast]")
    expect(toast).to_contain_text("“cat.jpg” is in the trash now, for 30 days.")
    without = _shown(alice)
    toast.get_by_role("button", name="Undo").click()

    expect(member.page.locator("[data-toast]")).to_contain_text("“cat.jpg” is back in the gallery.")
    expect(member.page.locator("ul.photos > li")).to_have_count(2)
    assert (without, _shown(alice)) == (["dog.jpg"], ["dog.jpg", "cat.jpg"])


@pytest.mark.parametrize(("width", "script"), WAYS, ids=NAMED)
def test_alice_restores_one_deletes_another_for_good_and_empties_the_trash(
    somebody: Somebody, shop: Site, width: int, script: bool
) -> None:
    alice = shop.member("Enterprise")
    ids = _kept(alice, "cat.jpg", "dog.jpg", "cow.jpg", "hen.jpg")
    for one in ids.values():
        alice.submit(f"/images/{one}/delete", as_json=True)
    member = somebody(width=width, script=script).borrow(alice)

    member.opens("/")
    member.page.locator("summary[aria-label^='Account menu']").click()
    member.page.get_by_role("link", name="Trash").click()
    expect(member.page.locator(".trash > li")).to_have_count(4)
    member.page.get_by_role("button", name="Restore “cat.jpg”").click()
    expect(member.page.locator(".trash > li")).to_have_count(3)
    expect(member.page.locator("[data-toast]")).to_contain_text("“cat.jpg” is back in the gallery.")
    row = ".trash > li:has-text('dog.jpg')"
    _asks_and_deletes(member, "Delete for good", "Delete this picture for good?", row)
    expect(member.page.locator(".trash > li")).to_have_count(2)
    expect(member.page.locator("[data-toast]")).to_contain_text("“dog.jpg” was deleted for good.")
    _asks_and_deletes(member, "Empty trash", "Empty the trash?", ".head")

    expect(member.page.get_by_role("heading", level=2)).to_have_text("The trash is empty")
    assert _shown(alice) == ["cat.jpg"]
    assert alice.get("/trash", headers=JSON).json()["images"] == []


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_the_address_of_a_picture_in_the_trash_leads_to_both_ways_out(
    somebody: Somebody, shop: Site, script: bool
) -> None:
    alice = shop.member("Enterprise")
    ids = _kept(alice, "cat.jpg")
    alice.submit(f"/images/{ids['cat.jpg']}/delete", as_json=True)
    member = somebody(script=script).borrow(alice)

    member.opens(f"/images/{ids['cat.jpg']}")
    expect(member.page.get_by_role("heading", level=1)).to_have_text("In your trash")
    member.clicks("Restore", "button")

    expect(member.page.get_by_role("heading", level=1)).to_have_text("cat.jpg")
    assert _shown(alice) == ["cat.jpg"]


def test_a_question_about_the_trash_is_left_by_its_safe_button(somebody: Somebody, shop: Site) -> None:
    alice = shop.member("Enterprise")
    ids = _kept(alice, "cat.jpg")
    alice.submit(f"/images/{ids['cat.jpg']}/delete", as_json=True)
    member = somebody().borrow(alice)

    member.opens("/trash")
    member.page.get_by_role("button", name="Delete for good “cat.jpg”").click()
    keep = member.page.get_by_role("button", name="Keep it")
    expect(keep).to_be_focused()
    keep.click()

    expect(keep).to_be_hidden()
    assert [one["name"] for one in alice.get("/trash", headers=JSON).json()["images"]] == ["cat.jpg"]
