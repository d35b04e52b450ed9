"""From an empty site to a stranger who sees a picture, as people click it, with and without script."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Somebody
from tests.browser.people import DESKTOP, PHONE, Person
from tests.site import JSON, PASSWORD, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-journey")]


def _admin_adds_plan_and_user(admin: Person, plan: str, username: str) -> None:
    page = admin.page
    admin.signs_in("admin", "admin")
    notice = page.get_by_role("region", name="Security notice")
    expect(notice).to_contain_text("The admin account still has its default password.")
    page.locator("summary[aria-label^='Account menu']").click()
    page.get_by_role("link", name="Admin").click()
    admin.clicks("Plan tiers")
    admin.clicks("Add plan")
    page.get_by_label("Name", exact=True).fill(plan)
    page.get_by_label("400 px tall").check()
    page.get_by_label("Add sizes").fill("120, 640x")
    page.get_by_label("Shows the original").check()
    page.get_by_label("Makes expiring links").check()
    admin.clicks("Add plan", "button")
    admin.sees(plan)
    admin.clicks("Users")
    admin.clicks("Add user")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Plan").select_option(label=plan)
    admin.clicks("Add user", "button")
    expect(page.get_by_role("row", name=re.compile(username))).to_contain_text(plan)


def _sends(member: Person, files: list[Path], *, script: bool) -> None:
    member.page.get_by_role("link", name="Upload").first.click()
    member.page.locator("#files").set_input_files(files)
    if not script:  # with it, choosing is sending
        member.clicks("Upload", "button")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_a_new_member_uploads_and_a_stranger_sees_the_picture_until_the_link_is_revoked(
    somebody: Somebody, testdata: Path, broken_file: Path, width: int, script: bool
) -> None:
    """The admin makes a plan and a user; she uploads, reads the outcome, hands out a link, takes it back, deletes."""
    plan, alice = f"Studio {width} {script}", f"alice-{width}-{script}".lower()
    landscape = testdata / "exif-orientation" / "Landscape_6.jpg"
    admin, member, stranger = (somebody(width=width, script=script) for _ in range(3))

    _admin_adds_plan_and_user(admin, plan, alice)

    member.signs_in(alice, PASSWORD)
    _sends(member, [testdata / "pillow" / "flower.jpg", landscape, broken_file], script=script)
    expect(member.page.get_by_role("heading", name="2 of 3 uploaded")).to_be_visible()
    member.sees("half.jpg")
    member.sees("The file is damaged or cut off. Export it again.")
    for words in ("120 px tall", "400 px tall", "640 px wide", "Original"):
        member.sees(words)

    member.clicks("Open gallery")
    expect(member.page.locator("ul.photos > li")).to_have_count(2)
    assert member.picture_shows("ul.photos img[alt='flower.jpg']")
    member.opens_picture("flower.jpg")
    expect(member.page.get_by_role("heading", level=1)).to_have_text("flower.jpg")
    assert member.picture_shows(".stage img")

    member.clicks("Create expiring link")
    member.page.get_by_text("1 h", exact=True).click()
    member.clicks("Create link", "button")
    expect(member.page.get_by_role("heading", level=1)).to_have_text("Your link is ready")
    address = member.page.get_by_label("Link", exact=True).input_value()
    member.sees("until ")

    opened = stranger.opens(address)
    assert opened.headers["content-type"] == "image/jpeg"
    assert opened.body() == (testdata / "pillow" / "flower.jpg").read_bytes()
    assert stranger.picture_shows("img")

    member.clicks("Revoke link", "button")
    expect(member.page.locator("[data-toast]")).to_contain_text("Link revoked. It stopped working just now.")
    assert stranger.opens(address).status == 410
    stranger.sees("This link no longer works")
    expect(stranger.page.locator("img")).to_have_count(0)

    _deletes(member, "flower.jpg", script=script)
    expect(member.page.locator("[data-toast]")).to_contain_text("“flower.jpg” is in the trash now, for 30 days.")
    expect(member.page.locator("ul.photos > li")).to_have_count(1)


def test_a_reload_after_an_upload_sends_no_file_again(
    somebody: Somebody, shop: Site, testdata: Path, broken_file: Path
) -> None:
    client = shop.member("Basic")
    member = somebody().borrow(client)

    member.opens("/images/upload")
    member.page.locator("#files").set_input_files([broken_file, testdata / "pillow" / "flower.jpg"])
    expect(member.page.get_by_role("heading", name="1 of 2 uploaded")).to_be_visible()
    expect(member.page.get_by_text("The file is damaged or cut off.")).to_be_visible()
    member.page.reload()

    expect(member.page.get_by_text("Drop pictures here")).to_be_visible()
    expect(member.page.locator("#queue")).to_be_hidden()
    assert [image["name"] for image in client.get("/images", headers=JSON).json()["images"]] == ["flower.jpg"]


def _deletes(member: Person, name: str, *, script: bool) -> None:
    """By a confirmation that names the picture; with script a dialog in which the safe choice has the focus."""
    member.opens("/images")
    member.opens_picture(name)
    opener = member.page.locator(".side").get_by_text("Delete picture").first
    question = member.page.locator(".ask").filter(has_text="Delete this picture?")
    expect(question).to_be_hidden()
    opener.click()
    expect(question).to_contain_text(f"{name} goes to the trash.")
    expect(question).to_contain_text("You can take it back for 30 days.")
    if script:
        keep = question.get_by_role("button", name="Keep it")
        expect(keep).to_be_focused()
        keep.click()
        expect(question).to_be_hidden()
        opener.click()
    question.get_by_role("button", name="Delete picture").click()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_after_signing_out_the_way_back_shows_nothing_private(somebody: Somebody, testdata: Path, script: bool) -> None:
    """Nor does the address of a picture, once typed in again."""
    member = somebody(script=script)
    client = member.site.member("Enterprise")
    picture = client.keep(testdata / "pillow" / "flower.jpg")
    member.borrow(client)
    member.opens("/images")
    member.opens_picture("flower.jpg")
    expect(member.page.get_by_role("heading", level=1)).to_have_text("flower.jpg")

    member.signs_out()

    for _ in range(2):
        member.page.go_back()
        expect(member.page.get_by_role("heading", level=1)).to_have_text("Sign in")
        assert "flower.jpg" not in member.page.content()
        assert client.username not in member.page.content()
    member.opens(picture["links"]["thumbnails"]["200"])
    expect(member.page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_page_hidden_in_a_picture_never_runs(somebody: Somebody, testdata: Path) -> None:
    """Opened by its own address, it is a picture and nothing else."""
    stranger = somebody()
    mallory = stranger.site.member("Enterprise")
    script = b"<html><script>document.title = 'taken over'</script></html>"
    gif = (testdata / "pillow" / "hopper.gif").read_bytes()
    link = mallory.link(mallory.keep(("page.html", gif[:-1] + b"!\xfe" + bytes([len(script)]) + script + b"\0;")))

    opened = stranger.opens(link["url"])

    assert script in opened.body()
    assert stranger.picture_shows("img")
    assert "taken over" not in stranger.page.title()
