"""The upload without script: one form and its answer."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Somebody
from tests.browser.people import DESKTOP, PHONE
from tests.browser.uploading import SOUND, made, weighing
from tests.site import JSON, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-form")]


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
        bob.page.locator("#files").set_input_files([made(name, weighing(size)) for name, size in files])  # type: ignore[arg-type] - as it takes them
        bob.clicks("Upload", "button")
        expect(bob.page.locator("#rest")).to_contain_text(f"{left} free on your")
