"""One picture's own page in a browser: its links in the form that people need, with and without script."""

from io import BytesIO
from pathlib import Path

import pillow_heif
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import expect

from tests.authorization.people import small_picture
from tests.browser.conftest import Somebody
from tests.browser.people import DESKTOP, PHONE, Person
from tests.imaging.files import black_png
from tests.site import Client, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-picture")]


def _phone_picture() -> tuple[str, bytes]:
    """In the format of telephones, which browsers do not show."""
    file = BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (640, 480), "teal")).save(file)
    return "phone.heic", file.getvalue()


def _copied(person: Person, what: str) -> str:
    """What lies on the clipboard after the copy button beside this link was pressed."""
    person.page.evaluate("navigator.clipboard.writeText('')")
    person.page.get_by_role("button", name=f"Copy link to {what}").click()
    expect(person.page.locator("#say")).to_have_text("Link copied")
    return person.page.evaluate("navigator.clipboard.readText()")


def _at_a_picture(person: Person, client: Client, image: dict[str, str]) -> Person:
    person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    person.borrow(client).opens(f"/images/{image['id']}")
    return person


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_alice_copies_links_in_the_form_she_chose_last(somebody: Somebody, shop: Site, width: int) -> None:
    alice = shop.member("Enterprise")
    image = alice.submit(
        "/images/upload", {"name": '[a] "b" <c>'}, files={"files": small_picture()}, as_json=True
    ).json()["images"][0]
    address = image["links"]["thumbnails"]["200"]
    person = _at_a_picture(somebody(width=width), alice, image)
    form = person.page.get_by_label("Copy as")
    expect(form).to_have_value("address")
    assert _copied(person, "200 px tall") == address

    copied = {}
    for words in ("HTML", "Markdown", "BBCode"):
        form.select_option(label=words)
        person.page.reload()
        copied[words] = _copied(person, "200 px tall")

    assert copied == {
        "HTML": f'<img src="{address}" width="267" height="200" alt="[a] &quot;b&quot; &lt;c&gt;">',
        "Markdown": rf'![\[a\] "b" \<c\>]({address})',
        "BBCode": f"[img]{address}[/img]",
    }


def test_alice_links_to_an_original_that_browsers_do_not_show(somebody: Somebody, shop: Site) -> None:
    alice = shop.member("Enterprise")
    image = alice.keep(_phone_picture())
    person = _at_a_picture(somebody(), alice, image)
    address = image["links"]["original"]

    copied = {}
    for words in ("HTML", "Markdown", "BBCode"):
        person.page.get_by_label("Copy as").select_option(label=words)
        person.page.reload()
        copied[words] = _copied(person, "the original")

    assert copied == {
        "HTML": f'<a href="{address}">phone.heic</a>',
        "Markdown": f"[phone.heic]({address})",
        "BBCode": f"[url={address}]phone.heic[/url]",
    }


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_alice_reads_the_addresses_where_nothing_can_copy_them(
    somebody: Somebody, shop: Site, photo: Path, script: bool
) -> None:
    alice = shop.member("Premium")
    image = alice.keep(photo)
    person = _at_a_picture(somebody(script=script), alice, image)

    fields = person.page.get_by_role("textbox")
    shown = [field.input_value() for field in fields.all() if field.is_visible()]

    links = image["links"]
    assert shown == ([] if script else [*links["thumbnails"].values(), links["original"]])
    expect(person.page.get_by_label("Copy as")).to_be_visible(visible=script)


def test_alice_turns_pages_copies_and_makes_a_link_by_single_keys(somebody: Somebody, shop: Site) -> None:
    """They act while the focus is on the stage, and only then; whoever turned a page by a key stands there again."""
    alice = shop.member("Enterprise")
    older, newer = alice.keep(small_picture()), alice.keep(small_picture())
    person = _at_a_picture(somebody(), alice, newer)
    page, alone = person.page, person.page.get_by_title("Open the picture alone")

    page.keyboard.press("ArrowRight")
    page.get_by_label("Copy as").focus()
    page.keyboard.press("l")
    assert person.path == f"/images/{newer['id']}"

    alone.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(f"**/images/{older['id']}")
    expect(alone).to_be_focused()
    page.keyboard.press("ArrowRight")  # there is none older
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(f"**/images/{newer['id']}")
    expect(alone).to_be_focused()

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_contain_text("Create an expiring link")
    assert Axe().run(page).response["violations"] == []
    page.keyboard.press("Escape")
    expect(alone).to_be_focused()

    page.keyboard.press("c")
    expect(page.locator("#say")).to_have_text("Link copied")
    assert page.evaluate("navigator.clipboard.readText()") == newer["links"]["original"]
    page.keyboard.press("l")
    page.wait_for_url(f"**/images/{newer['id']}/links/new")


def test_alice_looks_at_nothing_but_her_picture(somebody: Somebody, shop: Site, photo: Path) -> None:
    alice = shop.member("Enterprise")
    person = _at_a_picture(somebody(), alice, alice.keep(photo))
    stage = "document.fullscreenElement === document.querySelector('.stage')"

    person.clicks("Full screen", "button")
    person.page.wait_for_function(f"() => {stage}")
    person.page.keyboard.press("f")

    person.page.wait_for_function(f"() => !({stage})")
    expect(person.page.get_by_role("button", name="Full screen")).to_be_visible()


@pytest.mark.parametrize("width", [DESKTOP, 900, PHONE])
def test_a_picture_as_wide_as_its_stage_covers_none_of_the_buttons_on_it(
    somebody: Somebody, shop: Site, width: int
) -> None:
    alice = shop.member("Enterprise")
    wide = [alice.keep((f"{name}.png", black_png(3_000, 2_000))) for name in "abc"]
    person = somebody(width=width).borrow(alice)
    person.opens(f"/images/{wide[1]['id']}")
    page = person.page
    expect(page.locator(".stage img")).to_be_visible()

    # With a `trial`, whatever lies over the middle of a button fails the test.
    for name in ("Previous picture", "Next picture", "Back to gallery"):
        page.get_by_role("link", name=name).click(trial=True)
    page.get_by_role("button", name="Full screen").click(trial=True)
    for name, way in (("Previous picture", "left"), ("Next picture", "right")):
        box = page.get_by_role("link", name=name).bounding_box()
        assert box is not None
        at = [box["x"] + (box["width"] - 3 if way == "left" else 3), box["y"] + box["height"] / 2]
        assert page.evaluate("([x, y]) => document.elementFromPoint(x, y).closest('a').rel", at) in {"prev", "next"}


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_alice_turns_to_the_next_picture_and_renames_it(
    somebody: Somebody, shop: Site, width: int, script: bool
) -> None:
    alice = shop.member("Premium")
    older, newer = alice.keep(small_picture()), alice.keep(small_picture())
    person = somebody(width=width, script=script).borrow(alice)
    person.opens(f"/images/{newer['id']}")
    page = person.page

    person.clicks("Next picture")
    page.wait_for_url(f"**/images/{older['id']}")
    page.locator(".named").get_by_label("Rename", exact=True).click()
    if script:
        expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.get_by_label("Name", exact=True).fill("   ")
    person.clicks("Save name", "button")
    person.sees("Type a name.")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.get_by_label("Name", exact=True).fill("Lake in fog")
    person.clicks("Save name", "button")

    expect(page.get_by_role("heading", level=1)).to_have_text("Lake in fog")
    expect(page.locator("[data-toast]")).to_contain_text("The picture is now called “Lake in fog”.")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_alice_replaces_a_file_after_one_that_was_refused(
    somebody: Somebody, shop: Site, photo: Path, broken_file: Path, width: int, script: bool
) -> None:
    alice = shop.member("Premium")
    image = alice.keep(small_picture())
    person = somebody(width=width, script=script).borrow(alice)
    person.opens(f"/images/{image['id']}")
    page, field = person.page, person.page.get_by_label("New file")
    send = page.locator(".ask").get_by_role("button", name="Replace file")

    page.locator(".deeds").get_by_text("Replace file").first.click()
    if script:
        expect(field).to_be_focused()
    field.set_input_files(broken_file)
    send.click()
    person.sees("The file is damaged or cut off. Export it again.")
    expect(field).to_be_focused()
    assert person.sideways() == 0
    if script:
        assert Axe().run(page).response["violations"] == []
    field.set_input_files(photo)
    send.click()

    expect(page.locator("[data-toast]")).to_contain_text("The file was replaced. Every link shows the new one.")
    person.sees("480 × 360")
    assert person.picture_shows(".stage img")
    assert alice.get(image["links"]["original"]).content == photo.read_bytes()


def test_back_to_the_gallery_is_back_to_what_was_looked_for(somebody: Somebody, shop: Site) -> None:
    """Also after some pages were turned and a link was thought of; who came from elsewhere is led to all pictures."""
    alice = shop.member("Enterprise")
    older, newer = alice.keep(("geese 1.jpg", small_picture()[1])), alice.keep(("geese 2.jpg", small_picture()[1]))
    alice.keep(("other.jpg", small_picture()[1]))
    person = somebody().borrow(alice)
    page, back = person.page, person.page.get_by_role("link", name="Back to gallery")
    person.opens("/images?name=geese&order=name")

    # A press would show it large.
    page.locator(".photo > a").first.evaluate("link => { window.location.href = link.href; }")
    person.clicks("Next picture")
    page.wait_for_url(f"**/images/{newer['id']}?**")
    expect(page.get_by_role("link", name="Next picture")).to_have_count(0)
    person.clicks("Create expiring link")
    person.clicks("Cancel")
    page.wait_for_url(f"**/images/{newer['id']}?**")
    back.click()
    page.wait_for_url("**/images?**")
    led_to = page.url
    person.opens("/images/upload")
    page.evaluate("address => { window.location.href = address; }", f"/images/{older['id']}")
    page.wait_for_url(f"**/images/{older['id']}")
    after_an_upload = back.evaluate("link => link.href")
    person.opens("/")
    page.locator(".recent .photo > a").first.click()

    assert led_to == f"{shop.root}/images?order=name&name=geese"
    assert after_an_upload == f"{shop.root}/images"
    expect(back).to_have_js_property("href", f"{shop.root}/images")
