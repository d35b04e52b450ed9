"""What was typed outlives an error and a sign-in that ended, in a browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Somebody
from tests.browser.gallery import chosen, kept, tile
from tests.browser.people import DESKTOP, PHONE
from tests.site import JSON, PASSWORD, Client, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-typed")]


def _picture(client: Client) -> str:
    return f"/images/{client.get('/images', headers=JSON).json()['images'][0]['id']}"


def _spoils_the_token(page: Page) -> None:
    page.evaluate("for (const field of document.querySelectorAll('[name=csrf_token]')) field.value = 'old'")


def _signs_in(page: Page, username: str, password: str = PASSWORD) -> None:
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def _types_a_name(page: Page) -> None:
    page.get_by_label("Rename", exact=True).click()
    page.get_by_label("Name", exact=True).fill("Geese at dawn")
    page.get_by_role("button", name="Save name").click()


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_a_name_is_typed_once_though_the_sign_in_ended_meanwhile(somebody: Somebody, shop: Site, width: int) -> None:
    """And though the password was wrong at first."""
    client, _ = kept(shop, 1)
    page = somebody(width=width).borrow(client).page
    page.goto(_picture(client))
    client.submit("/logout")

    _types_a_name(page)
    expect(page.get_by_role("alert")).to_contain_text("You are signed out, so nothing was changed.")
    _signs_in(page, client.username, "a wrong one")
    expect(page.get_by_role("alert")).to_be_visible()
    _signs_in(page, client.username)
    expect(page.get_by_label("Name", exact=True)).to_have_value("Geese at dawn")
    page.get_by_role("button", name="Save name").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Geese at dawn")


def test_a_form_that_was_open_too_long_leads_back_to_what_was_typed(somebody: Somebody, shop: Site) -> None:
    client, names = kept(shop, 1)
    page = somebody().borrow(client).page
    page.goto(f"{_picture(client)}/links/new")

    page.get_by_label("Seconds", exact=True).fill("4321")
    _spoils_the_token(page)
    page.get_by_role("button", name="Create link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("That form is no longer valid")
    page.get_by_role("link", name="Back to the form").click()
    expect(page.get_by_label("Seconds", exact=True)).to_have_value("4321")
    expect(page.get_by_role("radio", name="Custom")).to_be_checked()
    page.get_by_role("button", name="Create link").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("link")
    expect(page.get_by_text(names[0]).first).to_be_visible()


def test_pictures_stay_chosen_though_the_form_was_open_too_long(somebody: Somebody, shop: Site) -> None:
    client, names = kept(shop, 4)
    member = somebody().borrow(client)
    page = member.page
    page.goto("/images")

    for name in names[1:3]:
        tile(page, name).press("x")
    _spoils_the_token(page)
    page.keyboard.press("Delete")
    page.get_by_role("link", name="Back to the form").click()
    expect(page.locator(".bulk [data-count]")).to_contain_text("2")

    assert chosen(page) == names[1:3]
    assert member.faults  # the script's own try was refused as well
    member.faults.clear()


def test_the_form_of_a_plan_gets_back_every_field_and_no_password(somebody: Somebody, shop: Site) -> None:
    admin = somebody()
    page = admin.page
    admin.signs_in("admin", shop.settings.admin_password or "admin")
    page.goto("/admin/plan/new/")
    boxes = page.locator("form.edit [type=checkbox]")
    state = "boxes => boxes.map(box => box.checked)"

    page.get_by_label("Name", exact=True).fill("Geese")
    for box in boxes.all():
        box.click()
    before = boxes.evaluate_all(state)
    _spoils_the_token(page)
    page.locator("form.edit").get_by_role("button").click()
    page.get_by_role("link", name="Back to the form").click()

    expect(page.get_by_label("Name", exact=True)).to_have_value("Geese")
    assert boxes.evaluate_all(state) == before


def test_nothing_is_kept_of_a_password_nor_of_what_somebody_left(somebody: Somebody, shop: Site) -> None:
    client, names = kept(shop, 1)
    page = somebody().borrow(client).page
    page.goto("/account")

    for label in ("Current password", "New password", "New password again"):
        page.get_by_label(label, exact=True).fill("four slow swans")
    _spoils_the_token(page)
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("link", name="Back to the form")).to_be_visible()
    in_between = page.evaluate("JSON.stringify(sessionStorage)")
    page.goto(_picture(client))
    _spoils_the_token(page)
    _types_a_name(page)
    page.get_by_role("link", name="Home").last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(client.username)
    page.goto(_picture(client))

    assert "swans" not in in_between
    assert page.evaluate("sessionStorage.typed === undefined")
    assert page.get_by_label("Name", exact=True).input_value() == names[0]


def test_nothing_opens_by_itself_after_a_deletion_that_did_not_pass(somebody: Somebody, shop: Site) -> None:
    """All forms of the trash have one address, and the dialog on top would be another picture's."""
    client, _ = kept(shop, 3)
    for image in client.get("/images", headers=JSON).json()["images"]:
        client.submit(f"/images/{image['id']}/delete")
    page = somebody().borrow(client).page
    page.goto("/trash")
    page.locator(".trash > li").first.get_by_role("button", name="Delete for good").click()
    _spoils_the_token(page)
    page.locator("dialog[open]").get_by_role("button", name="Delete for good").click()
    page.get_by_role("link", name="Back to the form").click()
    expect(page.locator(".trash > li")).to_have_count(3)

    assert page.locator("dialog[open], details[open]").count() == 0


def test_nothing_opens_by_itself_for_who_signs_in_again(somebody: Somebody, shop: Site) -> None:
    client, _ = kept(shop, 1)
    member = somebody().borrow(client)
    member.opens("/")
    member.signs_out()
    member.signs_in(client.username, PASSWORD)

    assert member.page.locator("details[open]").count() == 0


def test_what_alice_typed_is_not_filled_in_for_bob(somebody: Somebody, shop: Site) -> None:
    """Who signs in in her tab after her sign-in ended, and is led to the same form."""
    alice, bob = shop.member("Enterprise", is_admin=True), shop.member("Enterprise", is_admin=True)
    page = somebody().borrow(alice).page
    page.goto("/admin/plan/new/")
    alice.submit("/logout")

    page.get_by_label("Name", exact=True).fill("Alice's plan")
    page.locator("form.edit").get_by_role("button").click()
    _signs_in(page, bob.username)
    expect(page.get_by_label("Name", exact=True)).to_be_visible()

    assert page.get_by_label("Name", exact=True).input_value() == ""
