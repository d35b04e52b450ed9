"""What cannot be kept is told before it travels: no picture, too large, or without room in the plan."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from imageapp.imaging.signatures import refusal_of
from tests.browser.conftest import Somebody
from tests.browser.uploading import SOUND, Uploader, made, weighing
from tests.site import JSON, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-judging")]


def test_alice_is_told_of_files_that_cannot_be_kept_before_they_travel(
    somebody: Somebody, shop: Site, tmp_path: Path
) -> None:
    """Too large, empty, or of another kind by their first bytes: no request is made, and each can be put away."""
    alice = Uploader(somebody(), shop.member("Basic"))
    pdf = b"%PDF-1.7 Dear Bob"
    with (tmp_path / "large.png").open("wb") as large:
        large.write(SOUND)
        large.truncate(25_000_001)

    alice.chooses(
        made("empty.png", b""),
        made("letter.jpg", pdf, "image/jpeg"),
        made("film.mp4", b"\0\0\0\x18ftypisom\0\0\0\0isomavc1", "video/mp4"),
        made("drawing.svg", b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"),
    )
    alice.chooses(tmp_path / "large.png")
    alice.finishes("5 refused")

    alice.reads("empty.png", "The file is empty. Choose it again.")
    alice.reads("letter.jpg", refusal_of(pdf, ["JPEG", "PNG"]))
    alice.reads("film.mp4", "This is a video, not a picture.")
    alice.reads("drawing.svg", "This is an SVG drawing, not a picture. Save it as JPEG or PNG.")
    alice.reads("large.png", "The file is over the limit of 25 MB. Save a smaller copy.")
    assert alice.sent == []
    alice.page.get_by_role("button", name="Remove letter.jpg from the list").focus()
    alice.page.keyboard.press("Enter")
    expect(alice.row("letter.jpg")).to_have_count(0)
    expect(alice.page.get_by_role("button", name="Remove film.mp4 from the list")).to_be_focused()
    for name in ("film.mp4", "drawing.svg", "large.png", "empty.png"):
        alice.presses(f"Remove {name} from the list")
    expect(alice.page.get_by_role("heading", name="Drop pictures here")).to_be_visible()
    expect(alice.page.locator("#files")).to_be_focused()


def test_what_a_file_is_called_does_not_decide_and_what_nobody_knows_travels(somebody: Somebody, shop: Site) -> None:
    alice = Uploader(somebody(), shop.member("Basic"))

    alice.chooses(
        made("letter.pdf", SOUND, "application/pdf"),
        made("a.xyz", SOUND, ""),
        made("notes.txt", b"Dear Bob", "text/plain"),
    )
    alice.finishes("2 kept · 1 refused")

    alice.reads("notes.txt", "This file is not a picture that can be read here.")
    assert sorted(alice.answers) == [201, 201, 422]
    assert alice.kept() == ["a.xyz", "letter.pdf"]


def test_alice_sees_the_room_of_her_plan_shrink_and_sends_nothing_that_has_none(somebody: Somebody, shop: Site) -> None:
    """What does not fit waits for those under way, is refused without a request, and goes once there is room again."""
    alice = Uploader(somebody(), shop.member(shop.plan((0, 200), quota_bytes=50_000)))
    room = alice.page.locator("#rest")
    expect(room).to_contain_text("50 KB free on your")

    alice.chooses(*[made(f"{size}.png", weighing(size)) for size in (20_000, 40_000, 60_000)])
    alice.finishes("1 kept · 2 refused")

    expect(room).to_contain_text("30 KB free on your")
    alice.reads("40000.png", "There is not enough room left in your plan.")
    alice.reads("60000.png", "There is not enough room left in your plan.")
    assert alice.answers == [201]
    (image,) = alice.client.get("/images", headers=JSON).json()["images"]
    alice.client.throw_away(image)
    alice.presses("Try again: 40000.png")
    alice.finishes("2 kept · 1 refused")
    expect(room).to_contain_text("10 KB free on your")
    assert alice.kept() == ["40000.png"]


def test_a_plan_that_gets_smaller_while_a_file_travels_is_not_the_end_of_it(somebody: Somebody, shop: Site) -> None:
    """The server refuses it, and it can be sent again once there is room."""
    plan = shop.plan((0, 200), quota_bytes=50_000)
    alice = Uploader(somebody(), shop.member(plan))
    shop.change_plan(plan, quota_bytes=10)

    alice.chooses(made("a.png", weighing(20_000)))
    alice.finishes("1 refused")
    alice.reads("a.png", "There is not enough room left in your plan.")
    shop.change_plan(plan, quota_bytes=50_000)
    alice.presses("Try again: a.png")
    alice.finishes("1 kept")

    assert alice.answers == [409, 201]
    expect(alice.page.locator("#rest")).to_contain_text("30 KB free on your")
