"""An upload that does not go through: lost, refused for now, called back, signed out; nothing is gone, or twice."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Somebody
from tests.browser.uploading import SOUND, UPLOAD, Gate, Uploader, made
from tests.concurrency.crowd import noise
from tests.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-upload")]

LOST = "The connection was lost. It goes on by itself when it is back."


def _lose_answers(who: Uploader, times: int) -> list[int]:
    """The next so many answers to an upload are lost after the server gave them. Returns the statuses of those."""
    line = who.page.context.new_cdp_session(who.page)
    lost: list[int] = []

    def meet(event: dict[str, Any]) -> None:
        if event["request"]["method"] == "POST" and len(lost) < times:
            lost.append(event["responseStatusCode"])
            line.send("Fetch.failRequest", {"requestId": event["requestId"], "errorReason": "ConnectionReset"})
        else:
            line.send("Fetch.continueRequest", {"requestId": event["requestId"]})

    line.on("Fetch.requestPaused", meet)
    line.send("Fetch.enable", {"patterns": [{"urlPattern": "*/images/upload", "requestStage": "Response"}]})
    return lost


def test_alice_loses_the_connection_and_the_files_go_on_when_it_is_back(somebody: Somebody, shop: Site) -> None:
    """It is said in the row and read out, nothing is tried meanwhile, and each file is kept once."""
    alice = Uploader(somebody(), shop.member("Basic"))
    gate = Gate(alice)

    alice.chooses(*[made(f"{n}.png", SOUND) for n in range(4)])
    expect(alice.page.locator("[data-sum]")).to_contain_text("3 uploading · 1 waiting")
    alice.person.context.set_offline(True)
    for route in gate.holds(3):
        route.abort("internetdisconnected")
    alice.reads("0.png", LOST)
    expect(alice.page.locator("#say")).to_have_text(LOST)
    gate.opens()
    alice.person.context.set_offline(False)
    alice.finishes("4 kept")

    assert alice.kept() == ["0.png", "1.png", "2.png", "3.png"]
    assert alice.answers == [201] * 4


def test_files_wait_for_the_connection_and_nobody_is_told_how_long(somebody: Somebody, shop: Site) -> None:
    """No more are said to be under way than are; it is reckoned anew once they are."""
    alice = Uploader(somebody(), shop.member("Basic"))
    alice.page.clock.install()
    gate = Gate(alice)
    told = alice.page.locator("[data-sum]")

    alice.chooses(*[made(f"{n}.png", noise(60, 50)[1]) for n in range(3)])
    expect(told).to_have_text("3 uploading")
    first, *others = gate.holds(3)
    alice.page.clock.run_for(10_000)
    first.continue_()
    expect(told).to_contain_text(re.compile(r"^2 uploading · about \d+ s left$"))
    alice.person.context.set_offline(True)
    others[0].abort("internetdisconnected")
    expect(told).to_contain_text("1 uploading · 1 waiting")
    others[1].abort("internetdisconnected")
    expect(told).to_have_text("2 waiting")
    gate.held.clear()
    alice.person.context.set_offline(False)
    gate.holds(2)
    expect(told).to_have_text("2 uploading")
    alice.page.clock.resume()
    gate.opens()
    alice.finishes("3 kept")


def test_the_bar_of_all_files_does_not_go_back_while_thumbnails_are_made(somebody: Somebody, shop: Site) -> None:
    """All bytes are out, and only the answer is waited for."""
    alice = Uploader(somebody(), shop.member("Basic"))
    line = alice.page.context.new_cdp_session(alice.page)
    held: list[str] = []
    line.on("Fetch.requestPaused", lambda event: held.append(event["requestId"]))
    line.send("Fetch.enable", {"patterns": [{"urlPattern": "*/images/upload", "requestStage": "Response"}]})
    bar = alice.page.get_by_role("progressbar", name="All files")

    alice.chooses(made("a.png", SOUND))
    alice.reads("a.png", "Making thumbnails…")

    expect(bar).to_have_js_property("value", 1)
    line.send("Fetch.disable")
    alice.finishes("1 kept")
    expect(bar).to_have_js_property("value", 1)


def test_an_answer_that_is_lost_after_the_picture_was_kept_gives_one_picture(somebody: Somebody, shop: Site) -> None:
    """The file is sent again under its key; what she sees in the end is the picture of the first time."""
    alice = Uploader(somebody(), shop.member(shop.plan((0, 200), quota_bytes=len(SOUND))))
    lost = _lose_answers(alice, 1)

    alice.chooses(made("a.png", SOUND))
    alice.finishes("1 kept")

    assert (lost, alice.answers) == ([201], [201])
    assert alice.kept() == ["a.png"]
    expect(alice.page.locator("#rest")).to_contain_text("0 bytes free on your")


def test_a_connection_that_stays_lost_stops_the_file_until_alice_tries_again(somebody: Somebody, shop: Site) -> None:
    """Four pauses, each longer, then it is hers to say; not one file is gone from the list."""
    alice = Uploader(somebody(), shop.member("Basic"))
    alice.page.clock.install()
    alice.page.route(UPLOAD, lambda route: route.abort() if route.request.method == "POST" else route.continue_())

    alice.chooses(made("a.png", SOUND))
    for tries, seconds in enumerate((2, 5, 15, 30), 1):
        alice.reads("a.png", LOST)
        assert len(alice.sent) == tries
        alice.page.clock.run_for(seconds * 1000)
    alice.finishes("1 stopped")
    alice.reads("a.png", "Stopped: the connection was lost. Try again when it is back.")
    alice.page.unroute(UPLOAD)
    alice.presses("Try again: a.png")
    alice.page.clock.resume()
    alice.finishes("1 kept")

    assert alice.kept() == ["a.png"]


def test_a_server_that_is_busy_is_asked_again_when_it_said(somebody: Somebody, shop: Site) -> None:
    alice = Uploader(somebody(), shop.member("Basic"))
    alice.page.clock.install()
    gate = Gate(alice)
    busy = '{"images": [], "refused": [{"name": "a.png", "error": "busy", "message": "Many at once."}]}'

    alice.chooses(made("a.png", SOUND))
    alice.reads("a.png", "0 %")
    gate.holds(1)[0].fulfill(status=503, content_type="application/json", body=busy, headers={"Retry-After": "40"})
    alice.reads("a.png", "The server is busy. It goes on by itself in a moment.")
    gate.opens()
    alice.page.clock.run_for(39_000)
    before = list(alice.answers)
    alice.page.clock.run_for(2_000)
    alice.page.clock.resume()
    alice.finishes("1 kept")

    assert (before, alice.answers) == ([503], [503, 201])


def test_a_server_without_room_says_so_and_is_asked_again_by_hand(somebody: Somebody, shop: Site) -> None:
    """Its own sentence stands in the row; nobody asks it over and over."""
    alice = Uploader(somebody(), shop.member("Basic"))
    gate = Gate(alice)
    full = '{"images": [], "refused": [{"name": "a.png", "error": "no_room", "message": "The disk is full."}]}'

    alice.chooses(made("a.png", SOUND))
    alice.reads("a.png", "0 %")
    gate.holds(1).pop().fulfill(status=507, content_type="application/json", body=full)
    alice.finishes("1 stopped")
    alice.reads("a.png", "The disk is full.")
    gate.opens()
    alice.presses("Try again: a.png")
    alice.finishes("1 kept")

    assert alice.answers == [507, 201]


def test_alice_calls_one_file_back_and_sends_it_after_all(somebody: Somebody, shop: Site) -> None:
    """The focus stays in its row, on what can be done next."""
    alice = Uploader(somebody(), shop.member("Basic"))
    gate = Gate(alice)
    alice.chooses(made("a.png", SOUND), made("b.png", SOUND))
    gate.holds(2)

    alice.page.get_by_role("button", name="Cancel a.png").focus()
    alice.page.keyboard.press("Enter")
    alice.reads("a.png", "Cancelled.")
    again = alice.page.get_by_role("button", name="Try again: a.png")
    expect(again).to_be_focused()
    gate.opens(called_back=1)
    alice.finishes("1 kept · 1 stopped")
    kept_then = alice.kept()
    again.click()
    alice.finishes("2 kept")

    assert kept_then == ["b.png"]
    assert alice.kept() == ["a.png", "b.png"]


def test_alice_calls_back_all_that_is_not_yet_there(somebody: Somebody, shop: Site) -> None:
    """What was kept by then stays; the others can be sent after all, together. The keys stay at the list's head."""
    alice = Uploader(somebody(), shop.member("Basic"))
    alice.chooses(made("first.png", SOUND))
    alice.finishes("1 kept")
    gate = Gate(alice)
    alice.chooses(*[made(f"{n}.png", SOUND) for n in range(5)])
    gate.holds(3)
    expect(alice.page.locator("[data-sum]")).to_contain_text("3 uploading · 2 waiting")

    alice.page.get_by_role("button", name="Cancel the rest").focus()
    alice.page.keyboard.press("Enter")
    alice.finishes("1 kept · 5 stopped")
    expect(alice.page.get_by_role("button", name="Cancel the rest")).to_be_hidden()
    expect(alice.page.get_by_role("heading", name="1 of 6 uploaded")).to_be_focused()
    gate.opens(called_back=3)
    kept_then = alice.kept()
    alice.page.keyboard.press("Tab")
    expect(alice.page.get_by_role("button", name="Try all again")).to_be_focused()
    alice.page.keyboard.press("Enter")
    alice.finishes("6 kept")
    expect(alice.page.get_by_role("heading", name="6 of 6 uploaded")).to_be_focused()

    assert kept_then == ["first.png"]
    assert len(alice.kept()) == 6


def test_leaving_asks_while_a_file_is_under_way_and_never_otherwise(somebody: Somebody, shop: Site) -> None:
    alice = Uploader(somebody(), shop.member("Basic"))
    gate = Gate(alice)
    alice.chooses(made("a.png", SOUND))
    gate.holds(1)
    asked: list[str] = []

    def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    alice.page.on("dialog", stay)
    with alice.page.expect_event("dialog"):
        alice.person.clicks("Open gallery")
    assert alice.person.path == "/images/upload"
    gate.opens()
    alice.finishes("1 kept")
    alice.person.clicks("Open gallery")
    expect(alice.page.locator("ul.photos > li")).to_have_count(1)

    assert asked == ["beforeunload"]


def test_the_bar_of_all_files_counts_nothing_that_is_refused(somebody: Somebody, shop: Site) -> None:
    """It was never on its way."""
    alice = Uploader(somebody(), shop.member(shop.plan((0, 200), quota_bytes=1_000_000)))
    gate = Gate(alice)
    bar = alice.page.get_by_role("progressbar", name="All files")

    alice.chooses(made("a.png", SOUND), made("large.png", SOUND + bytes(2_000_000)))
    alice.reads("large.png", "There is not enough room left in your plan.")
    gate.holds(1)
    before = bar.evaluate("bar => bar.value")
    gate.opens()
    alice.finishes("1 kept · 1 refused")

    assert before < 0.5
    expect(bar).to_have_js_property("value", 1)
