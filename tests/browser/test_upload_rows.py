"""The finished row of a kept picture, which comes in an answer of its own and may be late or lost."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Somebody
from tests.browser.uploading import SOUND, Gate, Uploader, made, until
from tests.concurrency.crowd import noise
from tests.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-rows")]


def test_a_picture_whose_row_does_not_come_is_done_all_the_same(somebody: Somebody, shop: Site) -> None:
    """Its name leads to it, and the room is reckoned by the page itself."""
    alice = Uploader(somebody(), shop.member("Basic"))
    alice.page.route("**/images/uploaded?*", lambda route: route.fulfill(status=200, body="", content_type="text/html"))

    alice.chooses(made("noise.png", noise(60, 50)[1]))
    alice.finishes("1 kept")

    alice.reads("noise.png", "Done")
    alice.page.get_by_role("link", name="noise.png").click()
    expect(alice.page.get_by_role("heading", level=1)).to_have_text("noise.png")


def test_the_keys_stay_in_a_row_until_its_picture_is_there(somebody: Somebody, shop: Site) -> None:
    """While its thumbnails are made there is nothing in it to press."""
    alice = Uploader(somebody(), shop.member("Enterprise"))
    gate = Gate(alice)
    alice.chooses(made("a.png", SOUND), made("b.png", SOUND))
    gate.holds(2)
    alice.page.get_by_role("button", name="Cancel b.png").focus()

    gate.opens()
    alice.finishes("2 kept")

    row = alice.page.locator(".files > li").filter(has=alice.page.get_by_text("b.png", exact=True))
    expect(row.locator(":focus")).to_have_count(1)


def test_a_row_that_is_lost_with_the_connection_comes_when_it_is_back(somebody: Somebody, shop: Site) -> None:
    """Until then the row looks as kept, with what is known; then it has thumbnail, size and links as any other."""
    alice = Uploader(somebody(), shop.member("Enterprise"))
    rows = "**/images/uploaded?*"
    waiting: list[Route] = []
    alice.page.route(rows, lambda route: waiting.append(route))  # noqa: PLW0108 - its signature is read

    alice.chooses(made("a.png", SOUND), made("b.png", SOUND))
    until(alice, lambda: len(waiting) == 2)
    alice.person.context.set_offline(True)
    for route in waiting:
        route.abort("internetdisconnected")
    alice.finishes("2 kept")
    expect(alice.row("a.png").locator(".st.ok use")).to_have_attribute("href", re.compile(r"#check$"))
    expect(alice.row("a.png").get_by_role("button", name="Copy link to a.png")).to_have_count(0)
    alice.row("a.png").get_by_role("link", name="a.png").focus()
    alice.page.unroute(rows)
    alice.person.context.set_offline(False)

    for name in ("a.png", "b.png"):
        alice.reads(name, "Done · 40 × 20")
        expect(alice.row(name).get_by_role("button", name=f"Copy link to {name}")).to_be_visible()
    # It was lost, and the browser says so.
    lost = [fault for fault in alice.person.faults if fault.endswith("net::ERR_INTERNET_DISCONNECTED")]
    alice.person.faults = [fault for fault in alice.person.faults if fault not in lost]
    expect(alice.row("a.png").get_by_role("link", name="a.png")).to_be_focused()
    expect(alice.page.locator("#queue .file")).to_have_count(2)


def test_a_row_that_was_lost_comes_after_a_pause_where_no_browser_tells_of_the_connection(
    somebody: Somebody, shop: Site
) -> None:
    """Somebody else answered for the server; the room that is left is reckoned once."""
    alice = Uploader(somebody(), shop.member(shop.plan((0, 200), quota_bytes=50_000)))
    alice.page.clock.install()
    lost: list[str] = []

    def lose(route: Route) -> None:
        lost.append(route.request.url)
        route.fulfill(status=200, body="Back in a moment.", content_type="text/html")

    alice.page.route("**/images/uploaded?*", lose)
    content = SOUND + bytes(20_000 - len(SOUND))
    alice.chooses(made("a.png", content))
    alice.finishes("1 kept")
    for seconds in (2, 5):
        before = len(lost)
        alice.page.clock.run_for(seconds * 1000)
        until(alice, lambda before=before: len(lost) == before + 1)
    alice.page.unroute("**/images/uploaded?*")
    alice.page.clock.run_for(15_000)
    alice.page.clock.resume()

    alice.reads("a.png", "Done · 40 × 20")
    expect(alice.page.locator("#rest")).to_contain_text("30 KB free on your")


def test_a_row_that_is_never_answered_holds_up_no_other_file(somebody: Somebody, shop: Site) -> None:
    """The pictures are kept by then; after half a minute they are done without their rows, and the others go."""
    alice = Uploader(somebody(), shop.member("Basic"))
    alice.page.clock.install()
    waiting: list[Route] = []
    alice.page.route("**/images/uploaded?*", lambda route: waiting.append(route))  # noqa: PLW0108 - its signature is read

    alice.chooses(*[made(f"{n}.png", SOUND) for n in range(4)])
    expect(alice.page.locator("[data-sum]")).to_contain_text("3 uploading · 1 waiting")
    until(alice, lambda: len(waiting) == 3)
    alice.page.clock.run_for(31_000)
    # Those that did not come are asked for once more meanwhile.
    until(alice, lambda: len({route.request.url for route in waiting}) == 4)
    alice.page.clock.run_for(31_000)
    alice.page.clock.resume()
    alice.finishes("4 kept")

    assert alice.answers == [201] * 4
