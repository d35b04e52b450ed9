"""What somebody reads whose files cannot be kept: the reason, what to do, the form again; and they stay signed in."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from imageapp.accounts.models import User
from imageapp.images.models import Image
from tests.images.sending import form, words
from tests.imaging.files import black_png, promised_png
from tests.site import JSON, Client, Site

ACCEPTED = "JPEG, PNG, GIF, WebP, AVIF or HEIC"
SOUND = black_png(40, 20)
CUT_OFF = SOUND[:-40]


def _names(client: Client) -> list[str]:
    """What the gallery holds, newest first."""
    return [image["name"] for image in client.get("/images", headers=JSON).json()["images"]]


def _form_leads_on(client: Client, page_text: str) -> bool:
    """Whether the page holds the form, or a link to it, and the next picture is kept."""
    offered = 'enctype="multipart/form-data"' in page_text or re.search('href="[^"]*/images/upload"', page_text)
    return bool(offered) and form(client, ("next.png", SOUND)).status_code == 303


def test_alice_sends_good_and_bad_files_and_reads_the_outcome_of_each(site: Site) -> None:
    """Each file is judged alone, and the page lists both with links and reasons."""
    alice = site.member("Basic")

    page = form(
        alice,
        ("first.png", SOUND),
        ("cut.png", CUT_OFF),
        ("letter.pdf", b"%PDF-1.7 Dear Bob"),
        ("empty.jpg", b""),
        ("huge.png", promised_png(9_000, 9_000)),
        ("last.png", SOUND),
    )

    assert page.status_code == 200
    text = words(page)
    assert "2 of 6 uploaded" in text
    assert "4 files refused" in text
    assert "cut.png The file is damaged or cut off. Export it again." in text
    assert "letter.pdf This is a PDF, not a picture. Save it as JPEG or PNG." in text
    assert "empty.jpg The file is empty. Choose it again." in text
    assert "huge.png 81 megapixels is over the limit of 40 for PNG. Save a smaller copy." in text
    assert _names(alice) == ["last.png", "first.png"]
    for image in alice.get("/images", headers=JSON).json()["images"]:
        assert image["links"]["thumbnails"]["200"] in page.text
    assert _form_leads_on(alice, page.text)


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        (CUT_OFF, 422, "The file is damaged or cut off. Export it again."),
        (b"II*\x00" + bytes(60), 422, f"This is a TIFF picture, which is not accepted here. Save it as {ACCEPTED}."),
        (b"Dear Bob", 422, f"This file is not a picture that can be read here. Save it as {ACCEPTED}."),
        (promised_png(1, 5_000_000), 422, "over the limit of 30 000. Save a smaller copy."),
    ],
    ids=["cut off", "TIFF", "text", "a line of millions"],
)
def test_alice_sends_one_file_that_cannot_be_kept_and_reads_why(
    site: Site, content: bytes, status: int, sentence: str
) -> None:
    """One clear sentence on a page of ours; nothing is kept, she stays signed in and the next picture is kept."""
    alice = site.member("Basic")

    page = form(alice, ("mine.png", content))

    assert page.status_code == status
    text = words(page)
    assert "Nothing was uploaded" in text
    assert sentence in text
    assert "mine.png" in text
    assert alice.username[0].upper() in text
    assert _names(alice) == []
    assert _form_leads_on(alice, page.text)


def test_alice_sends_a_file_over_the_limit_and_is_told_the_limit(start_site: Callable[..., Site]) -> None:
    """A file of exactly the limit is kept; one byte more is refused, with the limit in megabytes."""
    site = start_site(max_file_bytes=20_000)
    alice = site.member("Basic")
    exact = SOUND + bytes(20_000 - len(SOUND))

    kept = form(alice, ("exact.png", exact))
    over = form(alice, ("over.png", exact + b"\0"))

    assert kept.status_code == 303
    assert over.status_code == 413
    assert "over.png The file is over the limit of 0.02 MB. Save a smaller copy." in words(over)
    assert _names(alice) == ["exact.png"]
    assert _form_leads_on(alice, over.text)


def test_alice_sends_more_files_than_one_upload_may_hold_and_none_is_kept(start_site: Callable[..., Site]) -> None:
    """The form comes again and says how many it may be; that many are kept in the order in which they were sent."""
    site = start_site(max_files=3)
    alice = site.member("Basic")
    files = [(f"{number}.png", SOUND) for number in range(4)]

    too_many = form(alice, *files)
    enough = form(alice, *files[:3])

    assert too_many.status_code == 400
    assert "4 files are more than the 3 that one upload may hold. Nothing was kept: send fewer." in words(too_many)
    assert 'enctype="multipart/form-data"' in too_many.text
    assert "<title>Error: Upload" in too_many.text
    assert enough.status_code == 303
    assert _names(alice) == ["2.png", "1.png", "0.png"]


def test_alice_sends_the_form_without_a_file_and_gets_it_again(site: Site) -> None:
    """What a browser sends for an empty field, and a body without any file at all."""
    alice = site.member("Basic")

    nothing_chosen = form(alice, ("", b""))
    no_field = alice.submit("/images/upload", files={"name": (None, "Holiday")})

    for page in (nothing_chosen, no_field):
        assert page.status_code == 400
        assert "Choose at least one picture." in words(page)
        assert _form_leads_on(alice, page.text)


def test_alice_names_one_picture_but_not_many_at_once(site: Site) -> None:
    """A name goes with a single file; with two, nothing is kept and the form says so."""
    alice = site.member("Basic")

    one = form(alice, ("a.png", SOUND), name="  The\u202e lake\r\n at dawn ")
    long = form(alice, ("b.png", SOUND), name="x" * 200 + ".png")
    blank = form(alice, ("c.png", SOUND), name="   ")
    two = form(alice, ("d.png", SOUND), ("e.png", SOUND), name="Both")

    assert [one.status_code, long.status_code, blank.status_code] == [303, 303, 303]
    assert two.status_code == 400
    assert "A name is for one picture. Leave it empty to send many. Nothing was kept." in words(two)
    assert 'value="Both"' in two.text
    assert _names(alice) == ["c.png", "..." + "x" * 43 + ".png", "The lake at dawn"]


def test_alice_sends_a_name_as_long_as_a_letter_and_is_told_at_the_name(site: Site) -> None:
    """The sentence stands at the field that is wrong."""
    alice = site.member("Basic")

    page = form(alice, ("a.png", SOUND), name="x" * 1_001)

    assert page.status_code == 400
    assert re.search(r'id="name-note"[^§]*?Use at most', page.text)
    assert _names(alice) == []


def test_alice_whose_plan_is_full_to_the_byte_reads_so(site: Site) -> None:
    alice = site.member(site.plan((0, 200), quota_bytes=len(SOUND)))
    form(alice, ("1.png", SOUND))

    full = form(alice, ("2.png", SOUND))

    assert full.status_code == 409
    assert "2.png Your plan is full. Delete pictures, empty the trash, or ask for more room." in words(full)


def test_alice_fills_her_plan_and_reads_that_there_is_not_enough_room(site: Site) -> None:
    """The room of the plan is exact to the byte; what still fits is kept, what does not is refused, used stays true."""
    plan = site.plan((0, 200), quota_bytes=2 * len(SOUND) + 1)
    alice = site.member(plan)

    page = form(alice, ("1.png", SOUND), ("2.png", SOUND), ("3.png", SOUND))
    full = form(alice, ("4.png", SOUND))

    assert page.status_code == 200
    assert "3.png There is not enough room left in your plan. Delete pictures," in words(page)
    assert full.status_code == 409
    assert "4.png There is not enough room left in your plan. Delete pictures," in words(full)
    assert _names(alice) == ["2.png", "1.png"]
    with site.session() as session:
        user = session.scalars(select(User).where(User.username == alice.username)).one()
        stored = session.scalar(select(func.sum(Image.bytes)).where(Image.owner_id == user.id))
        assert user.used_bytes == stored == 2 * len(SOUND)


def test_nothing_of_a_refused_file_is_left_on_the_disk(start_site: Callable[..., Site]) -> None:
    """Neither in the store nor among what is being worked on."""
    site = start_site(max_file_bytes=20_000)
    alice = site.member("Basic")
    alice.keep(("kept.png", SOUND))
    before = site.files()

    refused = alice.upload(("cut.png", CUT_OFF), ("over.png", SOUND + bytes(20_000)), ("empty.png", b""))

    assert [one["error"] for one in refused.json()["refused"]] == ["not_an_image", "too_large", "not_an_image"]
    assert site.files() == before
    assert [path.name for path in site.settings.spool.iterdir() if not path.name.startswith("making-")] == []
