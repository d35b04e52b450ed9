"""What somebody does on the page of the account: another password, other devices, and a notice put away."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Somebody
from tests.browser.people import DESKTOP, PHONE
from tests.site import PASSWORD, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-pages")]

NEW = "a heron in the reeds"


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_alice_changes_her_password_after_a_wrong_one(somebody: Somebody, shop: Site, width: int) -> None:
    """The wrong one changes nothing; the right one ends every other sign-in, and only the new one opens then."""
    alice = shop.member("Basic")
    person = somebody(width=width)
    person.signs_in(alice.username, PASSWORD)
    person.opens("/account")
    page = person.page

    def types(current: str) -> None:
        page.get_by_label("Current password", exact=True).fill(current)
        for label in ("New password", "New password again"):
            page.get_by_label(label, exact=True).fill(NEW)
        person.clicks("Change password", "button")

    types("six lame ducks")
    person.sees("This is not your current password.")
    expect(page.get_by_label("Current password", exact=True)).to_be_focused()
    before = alice.get("/images").status_code
    types(PASSWORD)
    expect(page.locator("[data-toast]")).to_contain_text("Password changed. Every other device was signed out.")
    expect(page.locator(".dev")).to_have_count(1)
    person.clicks("Sign out", "button")
    person.signs_in(alice.username, NEW)

    assert before == 200
    assert alice.get("/images").headers["Location"].startswith("/login")


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_alice_signs_one_other_device_out_and_then_all_others(somebody: Somebody, shop: Site, width: int) -> None:
    alice = shop.member("Basic")
    second, third = (shop.client().sign_in(alice.username) for _ in range(2))
    person = somebody(width=width).borrow(alice)
    person.opens("/account")
    page = person.page
    devices = page.locator(".dev")
    expect(devices).to_have_count(3)

    devices.get_by_role("button", name="Sign out").first.click()
    expect(page.locator("[data-toast]")).to_contain_text("Signed out there.")
    expect(devices).to_have_count(2)
    opened = [client.get("/images").status_code for client in (second, third)]
    person.clicks("Sign out all other devices", "button")
    expect(page.locator("[data-toast]")).to_contain_text("Signed out everywhere else.")
    expect(devices).to_have_count(1)

    expect(devices).to_contain_text("This device")
    assert sorted(opened) == [200, 302]
    assert [client.get("/images").status_code for client in (alice, second, third)] == [200, 302, 302]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_the_admin_puts_the_notice_of_the_default_password_away_until_the_next_sign_in(
    somebody: Somebody, script: bool
) -> None:
    person = somebody(width=PHONE, script=script)
    notice = person.page.get_by_role("region", name="Security notice")
    person.signs_in("admin", "admin")
    expect(notice).to_be_visible()

    notice.get_by_role("button", name="Later").click()
    expect(notice).to_have_count(0)
    person.opens("/images")
    expect(notice).to_have_count(0)
    person.signs_out()
    person.signs_in("admin", "admin")

    expect(notice).to_be_visible()
