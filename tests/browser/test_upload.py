"""The page of the upload: files are chosen, dropped and pasted, each goes by itself and has its row."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from imageapp.imaging.signatures import refusal_of
from tests.browser.axe import problems
from tests.browser.conftest import Somebody
from tests.browser.people import DESKTOP, PHONE
from tests.browser.uploading import Gate, Uploader, made
from tests.concurrency.crowd import noise
from tests.imaging.files import black_png
from tests.site import JSON, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-upload")]

SOUND = black_png(40, 20)
HOSTILE = "<img src=x onerror=alert(1)>.png"


def _weighing(size: int) -> bytes:
    """A sound picture of so many bytes: what follows its end belongs to the file."""
    return SOUND + bytes(size - len(SOUND))


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

    alice.chooses(*[made(f"{size}.png", _weighing(size)) for size in (20_000, 40_000, 60_000)])
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

    alice.chooses(made("a.png", _weighing(20_000)))
    alice.finishes("1 refused")
    alice.reads("a.png", "There is not enough room left in your plan.")
    shop.change_plan(plan, quota_bytes=50_000)
    alice.presses("Try again: a.png")
    alice.finishes("1 kept")

    assert alice.answers == [409, 201]
    expect(alice.page.locator("#rest")).to_contain_text("30 KB free on your")


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
    alice.page.wait_for_function("document.querySelectorAll('#queue canvas').length === 3")
    gate.holds(3)
    gone.unlink()
    gate.opens()
    alice.finishes("3 kept · 1 refused")

    alice.reads("gone.png", "This cannot be read: it is a folder, or it was moved or changed. Choose it again.")


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_without_script_the_form_and_its_answer_do_it_all(somebody: Somebody, shop: Site, width: int) -> None:
    """The same reasons, and the links open to be read, opened and marked."""
    client = shop.member("Enterprise")
    bob = somebody(width=width, script=False).borrow(client)
    bob.opens("/images/upload")
    files: list[Any] = [made("a.png", SOUND), made("letter.pdf", b"%PDF-1.7")]

    bob.page.locator("#files").set_input_files(files)
    bob.clicks("Upload", "button")

    expect(bob.page.get_by_role("heading", level=1)).to_have_text("1 of 2 uploaded")
    bob.sees("This is a PDF, not a picture. Save it as JPEG or PNG.")
    assert bob.picture_shows("[data-kept] img.th")
    (image,) = client.get("/images", headers=JSON).json()["images"]
    expect(bob.page.get_by_label("Address of the original")).to_have_value(image["links"]["original"])
    expect(bob.page.get_by_label("Address of the original")).to_be_visible()
    expect(bob.page.get_by_role("link", name="Open 400 px tall")).to_be_visible()
    assert bob.sideways() == 0


def test_bob_without_script_loads_the_answer_anew_and_goes_back_for_more(
    somebody: Somebody, shop: Site, tmp_path: Path
) -> None:
    """What was kept is not kept again, and what he chooses then is."""
    client = shop.member("Basic")
    bob = somebody(script=False).borrow(client)
    bob.opens("/images/upload")
    heading = bob.page.get_by_role("heading", level=1)

    def sends(**files: bytes) -> None:
        for name, content in files.items():
            (tmp_path / name).write_bytes(content)
        bob.page.locator("#files").set_input_files([tmp_path / name for name in files])
        bob.clicks("Upload", "button")

    sends(a=SOUND)
    expect(heading).to_have_text("1 picture uploaded")
    bob.page.go_back()
    sends(b=SOUND, letter=b"%PDF-1.7")
    expect(heading).to_have_text("1 of 2 uploaded")
    with bob.page.expect_request(lambda request: request.method == "POST"):
        bob.page.reload()

    expect(heading).to_have_text("1 of 2 uploaded")
    assert sorted(image["name"] for image in client.get("/images", headers=JSON).json()["images"]) == ["a", "b"]


def test_bob_without_script_is_told_beforehand_how_many_files_may_go_at_once(somebody: Somebody, shop: Site) -> None:
    """With script each goes by itself, and there is no such limit."""
    client = shop.member("Basic")
    bob, alice = somebody(script=False).borrow(client), somebody().borrow(client)
    for person in (bob, alice):
        person.opens("/images/upload")

    expect(bob.page.get_by_text(f"Up to {shop.settings.max_files} files in one upload")).to_be_visible()
    expect(alice.page.get_by_text("files in one upload")).to_be_hidden()
    assert bob.sideways() == 0


def test_the_answer_without_script_says_how_much_room_is_left(somebody: Somebody, shop: Site) -> None:
    """Also where one of the files was refused, and the page is the answer itself."""
    bob = somebody(script=False).borrow(shop.member(shop.plan((0, 200), quota_bytes=50_000)))

    for files, left in (([("a.png", 20_000)], "30 KB"), ([("b.png", 10_000), ("c.png", 40_000)], "20 KB")):
        bob.opens("/images/upload")
        bob.page.locator("#files").set_input_files([made(name, _weighing(size)) for name, size in files])  # type: ignore[arg-type] - as it takes them
        bob.clicks("Upload", "button")
        expect(bob.page.locator("#rest")).to_contain_text(f"{left} free on your")


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
