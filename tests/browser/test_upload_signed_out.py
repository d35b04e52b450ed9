"""An upload whose sign-in ends, or becomes somebody else's, on the way."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Somebody
from tests.browser.uploading import SOUND, Uploader, made
from tests.site import JSON, PASSWORD, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-signed-out")]

LOST = "The connection was lost. It goes on by itself when it is back."


def test_alice_is_signed_out_meanwhile_and_loses_no_file(somebody: Somebody, shop: Site) -> None:
    """She signs in in another tab, comes back, and all of them go, with the token of the new sign-in."""
    alice = Uploader(somebody(), shop.member("Basic"))
    username = alice.client.username
    alice.client.submit("/logout")

    alice.chooses(*[made(f"{n}.png", SOUND) for n in range(5)])
    alice.finishes("5 stopped")
    alice.presses("Try all again")
    alice.finishes("5 stopped")
    with alice.person.context.expect_page() as opened:
        alice.page.get_by_role("link", name="Sign in").click()
    tab = opened.value
    tab.get_by_label("User name").fill(username)
    tab.get_by_label("Password", exact=True).fill(PASSWORD)
    tab.get_by_role("button", name="Sign in").click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text(username)
    alice.presses("Try all again")
    alice.finishes("5 kept")

    expect(alice.page.get_by_text("You are signed out. Sign in in a new tab")).to_be_hidden()
    pictures = shop.client().sign_in(username).get("/images", headers=JSON).json()["images"]
    assert sorted(image["name"] for image in pictures) == [f"{n}.png" for n in range(5)]


def test_alice_is_not_told_that_she_is_signed_out_once_a_file_was_kept_again(somebody: Somebody, shop: Site) -> None:
    """She signs in elsewhere, comes back, and chooses another file instead of trying the first one again."""
    alice = Uploader(somebody(), shop.member("Basic"))
    banner = alice.page.get_by_text("You are signed out. Sign in in a new tab")
    alice.client.submit("/logout")
    alice.chooses(made("a.png", SOUND))
    alice.finishes("1 stopped")
    expect(banner).to_be_visible()

    alice.person.borrow(shop.client().sign_in(alice.client.username))
    alice.chooses(made("b.png", SOUND))
    alice.finishes("1 kept · 1 stopped")

    expect(banner).to_be_hidden()


def test_a_sign_in_that_was_renewed_in_another_tab_goes_unnoticed(somebody: Somebody, shop: Site) -> None:
    """The page's token is of the old one: it fetches the new one, and asks nobody."""
    alice = Uploader(somebody(), shop.member("Basic"))
    again = shop.client().sign_in(alice.client.username)
    alice.person.borrow(again)

    alice.chooses(made("a.png", SOUND))
    alice.finishes("1 kept")

    assert alice.kept() == ["a.png"]
    assert alice.answers == [400, 201]


def test_nothing_of_alice_goes_to_bob_who_signs_in_meanwhile(somebody: Somebody, shop: Site) -> None:
    """In the same browser, while her page is still open."""
    alice, bob = Uploader(somebody(), shop.member("Basic")), shop.member("Basic")
    alice.person.borrow(bob)

    alice.chooses(made("a.png", SOUND))
    alice.finishes("1 stopped")

    alice.reads("a.png", "Stopped: somebody else is signed in now.")
    assert bob.get("/images", headers=JSON).json()["images"] == []
