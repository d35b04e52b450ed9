"""Polish and a theme of one's own, in a real browser: every page, at a phone's width too, where words are longer."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.authorization.people import small_picture
from tests.browser.axe import problems
from tests.browser.conftest import Somebody
from tests.browser.furnished import Furnished, furnish, too_wide, visit
from tests.browser.people import DESKTOP, NARROWEST, PHONE
from tests.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-polish")]


@pytest.fixture(scope="module")
def furnished(shop: Site, testdata: Path) -> Furnished:
    """The shop, furnished."""
    return furnish(shop, testdata)


def test_anna_chooses_polish_and_dark_and_every_page_follows(somebody: Somebody, shop: Site) -> None:
    """Also the scripts, and the browser's own parts; and a browser that asks for neither."""
    client = shop.member("Enterprise")
    anna = somebody()
    page = anna.borrow(client).page

    anna.opens("/account")
    expect(page.get_by_role("heading", level=1)).to_have_text("Account")
    page.get_by_label("Language", exact=True).select_option("polski")
    page.get_by_label("Theme", exact=True).select_option("Dark")
    anna.clicks("Save language and look", "button")

    expect(page.locator("[data-toast]")).to_contain_text("Zapisano.")
    expect(page.get_by_role("heading", level=1)).to_have_text("Konto")
    looks = page.evaluate(
        "[getComputedStyle(document.body).colorScheme, getComputedStyle(document.body).backgroundColor]"
    )
    assert looks == ["dark", "rgb(18, 18, 17)"]
    anna.opens("/images")
    expect(page.get_by_role("heading", level=1)).to_have_text("Galeria")
    anna.opens("/account")
    page.get_by_label("Motyw", exact=True).select_option("Jasny")
    anna.clicks("Zapisz język i wygląd", "button")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(247, 247, 245)"


def test_a_dark_system_does_not_darken_what_was_chosen_light(somebody: Somebody, shop: Site) -> None:
    client = shop.member("Basic")
    client.submit("/account/look", {"theme": "light"})
    visitor = somebody(dark=True)
    page = visitor.borrow(client).page

    visitor.opens("/")

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(247, 247, 245)"
    visitor.opens("/account")
    page.get_by_label("Theme", exact=True).select_option("As the system")
    visitor.clicks("Save language and look", "button")
    expect(page.locator("html")).not_to_have_attribute("data-theme", "light")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 18, 17)"


@pytest.mark.parametrize(("width", "dark"), [(DESKTOP, False), (PHONE, True)], ids=["wide and light", "phone and dark"])
def test_axe_finds_nothing_on_any_page_in_polish(
    somebody: Somebody, furnished: Furnished, width: int, dark: bool
) -> None:
    """And nothing is wider than the window."""
    visitor = somebody(width=width, dark=dark, locale="pl-PL")
    found: list[str] = []

    for name, (who, path) in furnished.pages.items():
        visit(visitor, who, path)
        found += problems(visitor, name)
        if beyond := visitor.sideways():
            found.append(f"{name}: {beyond} px too wide")

    assert found == []


def test_no_page_in_polish_scrolls_sideways_on_the_narrowest_phone(somebody: Somebody, furnished: Furnished) -> None:
    """Its words are longer, and what is on a button stays on it."""
    assert too_wide(somebody(width=NARROWEST, locale="pl-PL"), furnished) == {}


def test_what_a_plan_lacks_fits_the_narrowest_phone(somebody: Somebody, shop: Site) -> None:
    """In the system's wider letters too, which are shown where the font comes too late."""
    member = shop.member("Basic")
    image = member.keep(small_picture(2000, 1500))
    visitor = somebody(width=NARROWEST, locale="pl-PL").borrow(member)
    release = visitor.holds_back("**/*.woff2*")

    visitor.page.goto(f"/images/{image['id']}", wait_until="domcontentloaded")
    sideways = visitor.sideways()

    assert release() > 0
    assert sideways == 0


def test_scripts_speak_polish_too(somebody: Somebody, furnished: Furnished) -> None:
    """What they count, copy and write on buttons."""
    visitor = somebody(locale="pl-PL")
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visitor.page
    visit(visitor, furnished.alice, "/images")

    page.get_by_role("button", name="Zaznacz", exact=True).click()
    page.keyboard.press("Escape")
    page.locator(".pick input").first.check(force=True)
    expect(page.locator("[data-count]")).to_have_text("Zaznaczono: 1")
    page.get_by_role("button", name="Kopiuj linki").click()
    expect(page.locator("#say")).to_have_text("Link skopiowany")
    visit(visitor, furnished.alice, furnished.pages["new link"][1])

    expect(page.locator("[data-ends]")).to_contain_text("Wygaśnie")
    visit(visitor, furnished.alice, "/account")
    expect(page.locator("time[data-time]").first).to_contain_text("20")
