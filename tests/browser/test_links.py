"""Expiring links at a browser: made, watched, ended earlier, taken back, and found again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.axe import problems
from tests.browser.conftest import Somebody
from tests.browser.people import DESKTOP, NARROWEST, PHONE, Person
from tests.site import JSON, Client, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-links")]

WIDTHS = pytest.mark.parametrize("width", [DESKTOP, PHONE])
SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])


@pytest.fixture
def alice(shop: Site) -> Client:
    """Somebody whose plan gives links."""
    return shop.member("Enterprise")


@pytest.fixture
def image(alice: Client, photo: Path) -> dict[str, Any]:
    """Her picture."""
    return alice.keep(photo)


def in_warsaw(person: Person, *, at: str) -> Person:
    """With the clock of Warsaw on the wall, which stands at this moment until it is moved."""
    person.context.new_cdp_session(person.page).send("Emulation.setTimezoneOverride", {"timezoneId": "Europe/Warsaw"})
    person.page.clock.install(time=at)
    return person


@contextmanager
def standing(site: Site, at: str) -> Iterator[None]:
    """The server's clock stands at this moment, and goes on as it was afterwards."""
    site.clock.freeze(datetime.fromisoformat(at))
    try:
        yield
    finally:
        site.clock.reset()


def opens_for(client: Client, link: dict[str, Any]) -> int:
    """The status that a stranger gets."""
    return client.get(link["url"]).status_code


def states(alice: Client) -> list[str]:
    return [link["state"] for link in alice.get("/links", headers=JSON).json()["links"]]


@WIDTHS
@SCRIPT
def test_alice_makes_a_link_and_lets_it_end_earlier(
    somebody: Somebody, alice: Client, image: dict[str, Any], width: int, script: bool
) -> None:
    """The address that she handed out stays the same; her list knows the new end."""
    her = somebody(width=width, script=script).borrow(alice)
    her.opens(f"/images/{image['id']}/links/new")
    her.page.get_by_text("4 h", exact=True).click()
    her.clicks("Create link", "button")
    expect(her.page.get_by_role("heading", level=1)).to_have_text("Your link is ready")
    address = her.page.get_by_label("Link", exact=True).input_value()

    her.page.get_by_text("End it earlier").click()
    her.page.get_by_text("Custom", exact=True).click()
    her.page.get_by_label("Seconds").fill("120")
    her.clicks("End earlier", "button")

    expect(her.page.locator(".toast")).to_contain_text("The end was moved.")
    expect(her.page.get_by_role("timer")).to_contain_text("1:5" if script else ":")
    expect(her.page.get_by_label("Link", exact=True)).to_have_value(address)
    [link] = alice.get("/links", headers=JSON).json()["links"]
    assert (link["url"], link["seconds"], link["shortened"]) == (address, 14_400, True)
    assert alice.get(address).status_code == 200


@WIDTHS
@SCRIPT
def test_alice_revokes_the_links_that_she_ticks(
    somebody: Somebody, alice: Client, image: dict[str, Any], width: int, script: bool
) -> None:
    """The bar shows up with the first tick; nothing happens before she has said it twice; the rest goes on."""
    one, other, kept = (alice.link(image, seconds) for seconds in (600, 1_200, 1_800))
    her = somebody(width=width, script=script).borrow(alice)
    her.opens("/links?state=live")
    expect(her.page.locator(".bulk")).to_be_hidden()

    her.page.get_by_role("checkbox", name="Choose the link to").nth(0).check()
    her.page.get_by_role("checkbox", name="Choose the link to").nth(1).check()
    if script:
        expect(her.page.locator(".bulk output")).to_have_text("2 selected")
    her.page.get_by_role("checkbox", name="Choose the link to").nth(1).press("Enter")
    her.page.locator(".bulk").get_by_text("Revoke", exact=True).click()
    before = states(alice)
    her.page.get_by_role("button", name="Revoke links").click()

    expect(her.page.locator(".toast")).to_contain_text("2 links revoked. They stopped working just now.")
    expect(her.page.get_by_role("link", name="Live 1")).to_have_attribute("aria-current", "page")
    assert before == ["live"] * 3
    assert [opens_for(alice, link) for link in (one, other, kept)] == [410, 410, 200]


@WIDTHS
@SCRIPT
def test_alice_goes_through_her_lists_and_makes_a_new_link_for_an_old_one(
    somebody: Somebody, alice: Client, image: dict[str, Any], width: int, script: bool
) -> None:
    """Each list is one link away, and a link that was taken back leads to the form of another."""
    revoked = alice.link(image, 600)
    her = somebody(width=width, script=script).borrow(alice)
    her.opens("/links")
    her.page.get_by_role("button", name="Revoke link to").click()
    expect(her.page.locator(".toast")).to_contain_text("Link revoked.")

    her.clicks("Live")
    her.sees("No live links.")
    her.page.get_by_role("link", name="Revoked 1").click()
    her.page.get_by_role("link", name="New link to").click()
    expect(her.page.get_by_role("heading", level=1)).to_have_text("Create expiring link")
    her.clicks("Create link", "button")

    expect(her.page.get_by_role("heading", level=1)).to_have_text("Your link is ready")
    assert sorted(states(alice)) == ["live", "revoked"]
    assert opens_for(alice, revoked) == 410


def test_alice_reads_when_a_link_will_end_by_the_clock_on_her_wall(
    somebody: Somebody, shop: Site, alice: Client, image: dict[str, Any]
) -> None:
    """In her own zone, by the server's clock and not by that of her computer, for the chips and for what she types."""
    her = in_warsaw(somebody().borrow(alice), at="2026-11-20T12:02:00Z")
    note, page = her.page.locator("#seconds-note"), her.page
    with standing(shop, "2026-11-20T12:02:00Z"):
        page.goto(f"/images/{image['id']}/links/new")

        expect(note).to_have_text("300 to 30\u202f000. Expires today at 13:32.")
        page.get_by_role("radio", name="4 h").check(force=True)
        expect(page.get_by_label("Seconds")).to_have_value("14400")
        expect(note).to_contain_text("Expires today at 17:02.")
        page.get_by_label("Seconds").fill("300")
        expect(page.get_by_role("radio", name="5 min")).to_be_checked()
        page.get_by_label("Seconds").fill("299")
        expect(note).to_have_text("300 to 30\u202f000. ")
        expect(page.get_by_role("radio", name="Custom")).to_be_checked()


def test_alice_watches_a_link_run_out_and_hears_of_it_twice(
    somebody: Somebody, shop: Site, alice: Client, image: dict[str, Any]
) -> None:
    """Silent but for a minute before the end and the end, after which nothing is offered that opens nothing."""
    at = "2026-11-20T22:50:00Z"
    her = in_warsaw(somebody().borrow(alice), at=at)
    page, said = her.page, her.page.locator("#say")
    with standing(shop, at):
        link = alice.link(image, 1_200)
        page.goto(f"/links/{link['id']}")
    timer = page.get_by_role("timer")

    expect(timer).to_contain_text("until 00:10 tomorrow")
    page.clock.run_for(1_100_000)
    expect(timer).to_contain_text("1:40")
    expect(said).to_have_text("")
    page.clock.run_for(45_000)
    expect(said).to_have_text("The link stops working in one minute.")
    page.get_by_role("button", name="Copy").focus()
    page.clock.run_for(60_000)

    expect(said).to_have_text("The link has expired.")
    expect(page.get_by_role("heading", level=1)).to_have_text("This link has expired")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page).to_have_title("This link has expired · imageapp")
    expect(page.get_by_role("button", name="Copy")).to_be_hidden()
    expect(page.get_by_role("button", name="Revoke link")).to_be_hidden()
    expect(page.get_by_text("It worked until")).to_be_visible()


def test_the_list_follows_its_links_to_their_end(
    somebody: Somebody, shop: Site, alice: Client, image: dict[str, Any]
) -> None:
    """Ends soon in the last minute; then expired, no longer chosen, and with a way to a new one."""
    at = "2026-11-20T12:00:00Z"
    her = in_warsaw(somebody().borrow(alice), at=at)
    page = her.page
    with standing(shop, at):
        for seconds in (300, 3_600):
            alice.link(image, seconds)
        page.goto("/links?state=live")
    row = page.locator("tbody tr").first

    expect(row).to_contain_text("in 5 min")
    row.get_by_role("checkbox").check()
    page.clock.run_for(250_000)
    expect(row).to_contain_text("in 50 s")
    expect(row).to_contain_text("Ends soon")
    page.clock.run_for(51_000)

    expect(row).to_contain_text("Expired")
    expect(row.get_by_role("checkbox")).to_have_count(0)
    expect(row.get_by_role("link", name="New link to")).to_be_visible()
    expect(page.locator(".bulk")).to_be_hidden()
    expect(page.locator("tbody tr").nth(1)).to_contain_text("in 54 min")


def test_alice_chooses_a_range_and_all_and_none(somebody: Somebody, alice: Client, image: dict[str, Any]) -> None:
    """Shift takes what lies between; the box above takes all; nothing is lost on the way back."""
    for _ in range(4):
        alice.link(image, 600)
    her = somebody().borrow(alice)
    her.opens("/links")
    boxes, said = her.page.get_by_role("checkbox", name="Choose the link to"), her.page.locator(".bulk output")
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(said).to_have_text("3 selected")
    her.page.get_by_role("checkbox", name="Choose every link").check()
    expect(said).to_have_text("4 selected")
    her.page.get_by_role("button", name="Revoke", exact=True).click()
    expect(her.page.get_by_role("button", name="Keep them")).to_be_focused()
    her.page.keyboard.press("Escape")
    her.page.get_by_role("button", name="Clear").click()

    expect(her.page.locator(".bulk")).to_be_hidden()
    assert states(alice) == ["live"] * 4


def test_a_sentence_about_a_wrong_number_goes_when_the_number_is_right(
    somebody: Somebody, alice: Client, image: dict[str, Any]
) -> None:
    her = somebody().borrow(alice)
    her.opens(f"/images/{image['id']}/links/new")
    her.page.get_by_label("Seconds").fill("12")
    her.clicks("Create link", "button")
    field = her.page.get_by_label("Seconds")
    expect(field).to_be_focused()
    her.sees("12 seconds is too short.")

    field.fill("1200")

    expect(her.page.get_by_text("12 seconds is too short.")).to_be_hidden()
    expect(field).not_to_have_attribute("aria-invalid", "true")
    expect(her.page.locator("#seconds-note")).to_contain_text("Expires t")


def test_alice_chooses_a_time_of_her_own_and_forgets_to_say_which(
    somebody: Somebody, alice: Client, image: dict[str, Any]
) -> None:
    her = somebody().borrow(alice)
    her.opens(f"/images/{image['id']}/links/new")

    her.page.get_by_text("Custom", exact=True).click()
    her.clicks("Create link", "button")

    her.sees("Say for how long.")
    expect(her.page.get_by_role("radio", name="Custom")).to_be_checked()
    expect(her.page.get_by_label("Seconds")).to_have_value("")
    expect(her.page.get_by_label("Seconds")).to_be_focused()


def test_alice_copies_an_expiring_link_as_she_copied_a_picture_s_links_last(
    somebody: Somebody, alice: Client, image: dict[str, Any]
) -> None:
    link = alice.link(image, 3_600)
    her = somebody().borrow(alice)
    her.context.grant_permissions(["clipboard-read", "clipboard-write"])
    her.opens(f"/images/{image['id']}")
    her.page.get_by_label("Copy as").select_option(label="Markdown")
    her.opens(f"/links/{link['id']}")
    expect(her.page.get_by_label("Copy as")).to_have_value("markdown")

    her.page.locator(".url").get_by_role("button").click()
    expect(her.page.locator("#say")).to_have_text("Link copied")
    copied = her.page.evaluate("navigator.clipboard.readText()")

    name = image["name"].replace("_", "\\_")
    assert copied == f"![{name}]({link['url']})"
    expect(her.page.get_by_label("Link", exact=True)).to_have_value(link["url"])


def _states(alice: Client, image: dict[str, Any]) -> dict[str, tuple[str, Callable[[Person], None]]]:
    """Addresses of pages of links, and what is done there before they are looked at."""
    live, revoked = alice.link(image, 3_600), alice.link(image, 600)
    alice.submit(f"/links/{revoked['id']}/revoke", as_json=True)

    def chosen(her: Person) -> None:
        her.page.get_by_role("checkbox", name="Choose the link to").first.check()

    def asked(her: Person) -> None:
        chosen(her)
        her.page.locator(".bulk").get_by_text("Revoke", exact=True).click()

    def unfolded(her: Person) -> None:
        her.page.get_by_text("End it earlier").click()

    def too_long(her: Person) -> None:
        unfolded(her)
        her.page.get_by_label("Seconds").fill("30000")
        her.clicks("End earlier", "button")
        expect(her.page.locator("#seconds-error")).to_be_visible()

    return {
        "links chosen": ("/links", chosen),
        "links to be revoked": ("/links?state=live", asked),
        "no expired links": ("/links?state=ended", lambda _her: None),
        "revoked links": ("/links?state=revoked", lambda _her: None),
        "end earlier": (f"/links/{live['id']}", unfolded),
        "end earlier, wrongly": (f"/links/{live['id']}", too_long),
    }


@pytest.mark.parametrize(("width", "dark"), [(DESKTOP, True), (PHONE, False), (NARROWEST, True)])
def test_axe_finds_nothing_in_any_state_of_these_pages_and_none_scrolls_sideways(
    somebody: Somebody, alice: Client, image: dict[str, Any], width: int, dark: bool
) -> None:
    her = somebody(width=width, dark=dark).borrow(alice)
    found: list[str] = []

    for name, (path, act) in _states(alice, image).items():
        her.opens(path)
        her.page.wait_for_load_state("load")
        act(her)
        found += problems(her, name)
        found += [f"{name}: {her.sideways()} px too wide"] if her.sideways() else []

    assert found == []
