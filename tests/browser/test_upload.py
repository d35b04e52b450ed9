"""The page of the upload: files are chosen, dropped and pasted, each goes by itself and has its row."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.axe import problems
from tests.browser.conftest import Somebody
from tests.browser.people import DESKTOP, PHONE
from tests.browser.uploading import SOUND, Gate, Uploader, made
from tests.concurrency.crowd import noise
from tests.site import JSON, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-upload")]

HOSTILE = "<img src=x onerror=alert(1)>.png"


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_alice_chooses_many_and_each_goes_in_a_request_of_its_own(
    somebody: Somebody, shop: Site, testdata: Path, broken_file: Path, width: int
) -> None:
    """Those that are kept end with thumbnail and links, the others with their reason; nothing leaves the page."""
    alice = Uploader(somebody(width=width), shop.member("Enterprise"))

    photo = testdata / "pillow" / "flower.jpg"
    alice.chooses(*[made(path.name, path.read_bytes()) for path in (photo, broken_file)])
    alice.chooses(*[made(f"{n}.png", SOUND) for n in range(4)])
    alice.finishes("5 kept · 1 refused")

    expect(alice.page.get_by_role("heading", name="5 of 6 uploaded")).to_be_visible()
    assert sorted(alice.answers) == [201] * 5 + [422]
    assert alice.kept() == ["0.png", "1.png", "2.png", "3.png", "flower.jpg"]
    alice.reads("flower.jpg", "Done · 480 × 360 · 33 KB")
    alice.reads("half.jpg", "The file is damaged or cut off. Export it again.")
    assert alice.person.picture_shows("#queue [data-kept] img.th")
    alice.presses("Links of flower.jpg")
    links = alice.page.get_by_role("group", name="Links of flower.jpg")
    for words in ("200 px tall", "400 px tall", "Original", "Create expiring link"):
        expect(links).to_contain_text(words)
    alice.page.keyboard.press("Escape")
    alice.person.clicks("Open gallery")
    expect(alice.page.locator("ul.photos > li")).to_have_count(5)


def test_alice_copies_the_link_of_what_she_just_sent(somebody: Somebody, shop: Site) -> None:
    """The largest that her plan gives, which is what a program is told as well."""
    alice = Uploader(somebody(), shop.member("Premium"))
    alice.person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    alice.chooses(made("a.png", SOUND))

    alice.presses("Copy link to a.png")

    expect(alice.page.locator("#say")).to_have_text("Link copied")
    (image,) = alice.client.get("/images", headers=JSON).json()["images"]
    assert alice.page.evaluate("navigator.clipboard.readText()") == image["links"]["original"]


def test_alice_chooses_a_whole_folder_and_no_file_goes_twice(somebody: Somebody, shop: Site) -> None:
    """However many come at once, each is begun once."""
    alice = Uploader(somebody(), shop.member("Basic"))

    alice.chooses(*[made(f"{number:02}.png", SOUND) for number in range(30)])
    alice.finishes("30 kept")

    assert alice.answers == [201] * 30
    assert len(alice.kept()) == 24  # a page of the gallery


@pytest.mark.parametrize("how", ["drop", "paste"])
def test_alice_drops_or_pastes_pictures_anywhere_on_the_page(somebody: Somebody, shop: Site, how: str) -> None:
    alice = Uploader(somebody(), shop.member("Basic"))
    files = [(f"{n}.png", "image/png", SOUND) for n in range(2)]

    if how == "drop":
        alice.gives("dragenter", *files)
        expect(alice.page.get_by_role("heading", name="Let go to upload")).to_be_visible()
    alice.gives(how, *files)
    alice.finishes("2 kept")

    expect(alice.page.get_by_role("heading", name="Drop more pictures")).to_be_visible()
    assert alice.kept() == ["0.png", "1.png"]


def test_alice_takes_a_photograph_with_her_phone(somebody: Somebody, shop: Site) -> None:
    """And another one: the way to the camera stays."""
    photograph: Any = made("image.jpg", SOUND, "image/jpeg")
    alice = Uploader(somebody(width=PHONE), shop.member("Basic"))
    camera = alice.page.get_by_label("Take a photo")
    expect(camera).to_have_attribute("capture", "environment")

    for number in (1, 2):
        camera.set_input_files(photograph)
        alice.finishes(f"{number} kept")
        expect(alice.page.get_by_text("Take a photo")).to_be_visible()

    assert alice.kept() == ["image.jpg", "image.jpg"]


@pytest.mark.parametrize(("width", "offered"), [(DESKTOP, False), (PHONE, True)], ids=["wide", "phone"])
def test_the_camera_is_offered_on_a_phone_alone(somebody: Somebody, shop: Site, width: int, offered: bool) -> None:
    person = somebody(width=width).borrow(shop.member("Basic"))

    person.opens("/images/upload")

    expect(person.page.get_by_text("Take a photo")).to_be_visible(visible=offered)


def test_alice_watches_how_far_each_file_is(somebody: Somebody, shop: Site, tmp_path: Path) -> None:
    """Three go at once, the fourth waits; the bar and the numbers move, and then thumbnails are made."""
    alice = Uploader(somebody(), shop.member("Basic"))
    line = alice.page.context.new_cdp_session(alice.page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 150_000}
    line.send("Network.emulateNetworkConditions", slow)
    content = noise(800, 600)[1]
    for number in range(4):
        (tmp_path / f"{number}.png").write_bytes(content)

    alice.chooses(*[tmp_path / f"{number}.png" for number in range(4)])
    alice.reads("0.png", re.compile(r"[1-9]\d? % · (0\.[1-9]|1(\.\d)?) of 1\.4 MB"))
    alice.reads("3.png", "Waiting")
    expect(alice.page.locator("[data-sum]")).to_contain_text("3 uploading · 1 waiting")
    heights = {row.bounding_box()["height"] for row in alice.page.locator("#queue .file").all()}  # type: ignore[index] - it is shown
    moved = alice.row("0.png").get_by_role("progressbar").evaluate("bar => bar.value")
    line.send("Network.emulateNetworkConditions", {**slow, "uploadThroughput": -1})
    alice.finishes("4 kept")

    assert 0 < moved < 1
    heights |= {row.bounding_box()["height"] for row in alice.page.locator("#queue .file").all()}  # type: ignore[index] - as above
    assert max(heights) - min(heights) <= 1, "rows must not jump"  # the first has no line above it
    assert len(alice.kept()) == 4


def _types_a_name(alice: Uploader, words: str) -> None:
    name = alice.page.get_by_label("Name (optional)")
    expect(name).to_be_hidden()
    alice.page.get_by_text("Name a single picture").click()
    name.fill(words)


def test_alice_names_a_single_picture(somebody: Somebody, shop: Site) -> None:
    """With two, nothing is sent: the sentence says so, and the name stays, until she chooses one instead."""
    alice = Uploader(somebody(), shop.member("Basic"))
    _types_a_name(alice, "The lake")
    alice.page.get_by_text("Name a single picture").click()

    alice.chooses(made("a.png", SOUND), made("b.png", SOUND))
    expect(alice.page.get_by_role("alert")).to_contain_text("A name is for one picture. Files that wait here: 2.")
    expect(alice.page.get_by_label("Name (optional)")).to_have_value("The lake")
    expect(alice.page.get_by_label("Name (optional)")).to_be_visible()
    assert alice.sent == []
    alice.chooses(made("c.png", SOUND))
    alice.finishes("1 kept")

    expect(alice.page.get_by_role("alert")).to_be_empty()
    assert alice.kept() == ["The lake"]


def test_alice_sends_many_that_wait_for_a_name_under_their_own_names(
    somebody: Somebody, shop: Site, tmp_path: Path
) -> None:
    """She has chosen some twice, and others after them: none is lost, none goes twice, and leaving would ask."""
    alice = Uploader(somebody(), shop.member("Basic"))
    _types_a_name(alice, "The lake")
    asked: list[str] = []
    files = [tmp_path / "a.png", tmp_path / "b.png"]
    for file in files:
        file.write_bytes(SOUND)

    def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    for _ in range(2):
        alice.chooses(*files)
        expect(alice.page.get_by_role("alert")).to_contain_text("Files that wait here: 2.")
    alice.page.on("dialog", stay)
    with alice.page.expect_event("dialog"):
        alice.page.get_by_role("link", name="Gallery").first.click()
    alice.gives("drop", ("c.png", "image/png", SOUND), ("d.png", "image/png", SOUND))
    expect(alice.page.get_by_role("alert")).to_contain_text("Files that wait here: 4.")
    expect(alice.page.get_by_role("button", name="Send them under their own names")).to_be_focused()
    found = problems(alice.person, "held")
    alice.page.keyboard.press("Enter")
    alice.finishes("4 kept")

    expect(alice.page.locator("#files")).to_be_focused()
    assert (asked, found) == (["beforeunload"], [])
    assert alice.kept() == ["a.png", "b.png", "c.png", "d.png"]


def test_names_of_files_are_nothing_but_words(somebody: Somebody, shop: Site) -> None:
    """While they wait, where they are refused, and in the rows that the server draws."""
    alice = Uploader(somebody(), shop.member("Enterprise"))
    broken = {**made(HOSTILE, SOUND[:-40])}

    alice.chooses(made(HOSTILE, SOUND), broken, made(HOSTILE, b"%PDF-"))
    alice.finishes("1 kept · 2 refused")

    expect(alice.row(HOSTILE)).to_have_count(3)
    expect(alice.page.locator("#queue img")).to_have_count(1)
    expect(alice.page.locator("[onerror]")).to_have_count(0)


def test_a_file_that_is_gone_when_its_turn_comes_is_refused_with_a_sentence(
    somebody: Somebody, shop: Site, tmp_path: Path
) -> None:
    alice = Uploader(somebody(), shop.member("Basic"))
    gate = Gate(alice)
    gone = tmp_path / "gone.png"
    gone.write_bytes(SOUND)
    for number in range(3):
        (tmp_path / f"{number}.png").write_bytes(SOUND)

    alice.chooses(*[tmp_path / f"{number}.png" for number in range(3)], gone)
    alice.reads("gone.png", "Waiting")
    expect(alice.page.locator("[data-sum]")).to_contain_text("3 uploading · 1 waiting")
    alice.page.wait_for_function("() => document.querySelectorAll('#queue canvas').length === 3")
    gate.holds(3)
    gone.unlink()
    gate.opens()
    alice.finishes("3 kept · 1 refused")

    alice.reads("gone.png", "This cannot be read: it is a folder, or it was moved or changed. Choose it again.")


@pytest.mark.parametrize(("width", "dark"), [(DESKTOP, True), (PHONE, False)], ids=["wide and dark", "phone and light"])
def test_axe_finds_nothing_in_any_state_of_a_file(somebody: Somebody, shop: Site, width: int, dark: bool) -> None:
    """Under a drag, on the way, waiting, refused, done, with its links open, lost, cancelled, signed out."""
    alice = Uploader(somebody(width=width, dark=dark), shop.member("Enterprise"))
    found: list[str] = []
    alice.gives("dragenter", ("a.png", "image/png", SOUND))
    found += problems(alice.person, "drag")
    alice.gives("drop", ("done.png", "image/png", SOUND))
    alice.finishes("1 kept")
    found += problems(alice.person, "done")
    alice.presses("Links of done.png")
    found += problems(alice.person, "links")
    alice.page.keyboard.press("Escape")

    gate = Gate(alice)
    alice.chooses(*[made(f"{n}.png", SOUND) for n in range(5)], made("letter.pdf", b"%PDF-1.7"))
    expect(alice.page.locator("[data-sum]")).to_contain_text("3 uploading · 2 waiting · 1 refused")
    found += problems(alice.person, "on the way")
    gate.holds(3)[0].abort()
    expect(alice.page.get_by_text("The connection was lost.").first).to_be_visible()
    found += problems(alice.person, "lost")
    alice.presses("Cancel the rest")
    found += problems(alice.person, "cancelled")
    alice.client.submit("/logout")
    gate.opens()
    alice.presses("Try all again")
    expect(alice.page.get_by_text("You are signed out. Sign in in a new tab")).to_be_visible()
    found += problems(alice.person, "signed out")

    assert found == []
    assert alice.person.sideways() == 0
