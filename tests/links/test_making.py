"""An expiring link is made for as long as the site allows, by those whose plan allows it, for pictures of their own."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import segno
from sqlalchemy import func, select

from imageapp.links.models import Link
from tests.site import JSON, Site

NOON = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)


def links_of_picture(site: Site, image_id: str) -> int:
    with site.session() as session:
        return session.scalars(select(func.count(Link.id)).where(Link.image_id == image_id)).one()


@pytest.mark.parametrize(("seconds", "end"), [(300, "12:05:00"), (30_000, "20:20:00"), (1_800, "12:30:00")])
def test_alice_makes_a_link_for_as_long_as_she_says(site: Site, photo: Path, seconds: int, end: str) -> None:
    site.clock.freeze(NOON)
    alice = site.member()
    image = alice.keep(photo)

    link = alice.link(image, seconds)
    opened = site.client().get(link["url"])

    assert set(link) >= {"id", "url", "expires_at", "seconds", "image"}
    assert datetime.fromisoformat(link["expires_at"]) == datetime.fromisoformat(f"2026-11-20T{end}Z")
    assert (link["seconds"], link["image"]) == (seconds, image["links"]["self"])
    assert link["url"].startswith(f"{site.root}/l/")
    assert opened.content == photo.read_bytes()


@pytest.mark.parametrize("fraction", [1, 400_000, 999_999])
def test_link_that_is_made_within_a_second_lasts_no_less_than_was_chosen(
    site: Site, photo: Path, fraction: int
) -> None:
    start = site.clock.freeze(NOON + timedelta(microseconds=fraction))
    alice = site.member()
    link = alice.link(alice.keep(photo), 300)

    site.clock.freeze(start + timedelta(seconds=300) - timedelta(microseconds=1))
    before = site.client().get(link["url"]).status_code
    site.clock.freeze(start + timedelta(seconds=301))
    after = site.client().get(link["url"]).status_code

    assert (before, after) == (200, 410)
    assert link["seconds"] == 300
    assert datetime.fromisoformat(link["expires_at"]) == NOON + timedelta(seconds=301)


NOT_SECONDS = [
    "299", "30001", "-1", "0", "-300", "1e3", "300.0", "300,0", "3_00", "٣٠٠", "３００", "³⁰⁰", "+300", " 300", "300 ",
    "300\n", "0x12c", "1" + "0" * 30, "9" * 5_000, "NaN", "Infinity", "None", "true", "300;600", "'", "<b>300</b>",
    "{{300}}", "300\0",
]  # fmt: skip


@pytest.mark.parametrize("as_json", [False, True], ids=["browser", "program"])
def test_anything_but_whole_seconds_within_the_limits_makes_no_link(site: Site, photo: Path, as_json: bool) -> None:
    alice = site.member()
    image = alice.keep(photo)
    path = f"/images/{image['id']}/links/new"
    headers = {"X-CSRFToken": alice.csrf(), **(JSON if as_json else {})}

    answers = {text: alice.post(path, {"seconds": text}, headers=headers) for text in NOT_SECONDS}

    for text, answer in answers.items():
        assert answer.status_code == 400, text
        assert as_json or "\0" in text or ('name="seconds"' in answer.text and 'aria-invalid="true"' in answer.text)
        assert not as_json or answer.json()["error"] == "bad_form"
        assert as_json or "<b>300</b>" not in answer.text
    assert links_of_picture(site, image["id"]) == 0


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ([("seconds", "")], "Say for how long."),
        ([], "Say for how long."),
        ([("seconds", "299")], "299 seconds is too short. Choose 300 to 30\u202f000."),
        ([("seconds", "30001")], "30\u202f001 seconds is too long."),
        ([("seconds", "300"), ("seconds", "600")], "Two numbers of seconds were sent"),
        ([("seconds", "soon")], "“soon” is not a whole number of seconds."),
    ],
)
def test_alice_reads_at_the_field_what_was_wrong(
    site: Site, photo: Path, sent: list[tuple[str, str]], sentence: str
) -> None:
    alice = site.member()
    image = alice.keep(photo)
    path = f"/images/{image['id']}/links/new"

    page = alice.submit(path, sent)
    program = alice.submit(path, sent, as_json=True)

    assert (page.status_code, program.status_code) == (400, 400)
    assert re.search(rf'id="seconds-error">.*?{re.escape(sentence)}', page.text)
    assert 'aria-invalid="true" autofocus' in page.text
    assert sentence in program.json()["message"]
    assert links_of_picture(site, image["id"]) == 0


def test_alice_chooses_a_chip_or_types_a_number_which_counts_more(site: Site, photo: Path) -> None:
    alice = site.member()
    image = alice.keep(photo)
    path = f"/images/{image['id']}/links/new"

    form = alice.get(path)
    chosen = alice.submit(path, {"preset": "3600", "seconds": ""})
    typed = alice.submit(path, {"preset": "3600", "seconds": "777"})
    listed = alice.get("/links", headers=JSON).json()["links"]

    assert [value in form.text for value in ('value="300"', 'value="1800"', 'value="30000"')] == [True] * 3
    assert (chosen.status_code, typed.status_code) == (303, 303)
    assert sorted(link["seconds"] for link in listed) == [777, 3_600]


def test_alice_gets_the_address_its_end_and_a_code_to_scan(site: Site, photo: Path) -> None:
    site.clock.freeze(NOON)
    alice = site.member()
    image = alice.keep(photo)

    answer = alice.submit(f"/images/{image['id']}/links/new", {"seconds": "1800"})
    page = alice.get(answer.headers["Location"])
    [link] = alice.get("/links", headers=JSON).json()["links"]

    assert answer.status_code == 303
    assert f'value="{link["url"]}"' in page.text
    assert "30:00" in page.text
    assert "12:30 UTC" in page.text
    assert "<svg" in page.text
    assert 'class="qr-line"' in page.text
    assert "Gives the original file" in page.text


def test_whoever_scans_the_code_comes_to_the_address_beside_it(site: Site, photo: Path) -> None:
    alice = site.member()
    link = alice.link(alice.keep(photo))
    other = alice.link(alice.keep(photo))

    page = alice.get(f"/links/{link['id']}")

    assert dark_parts(page.text) == dark_parts(segno.make(link["url"], micro=False).svg_inline(lineclass="qr-line"))
    assert dark_parts(page.text) != dark_parts(alice.get(f"/links/{other['id']}").text)
    assert f'value="{link["url"]}"' in page.text


def dark_parts(page: str) -> str:
    """The path of the one QR code in there."""
    [path] = re.findall(r'<path[^>]* class="qr-line"[^>]*>', page)
    [drawn] = re.findall(r' d="([^"]+)"', path)
    return drawn


def test_site_with_limits_of_its_own_keeps_to_them(start_site: Callable[..., Site], photo: Path) -> None:
    site = start_site(link_seconds_min=10, link_seconds_max=1_800)
    alice = site.member()
    image = alice.keep(photo)
    path = f"/images/{image['id']}/links/new"

    statuses = [alice.submit(path, {"seconds": text}, as_json=True).status_code for text in ("9", "10", "1800", "1801")]
    form = alice.get(path).text

    assert statuses == [400, 201, 201, 400]
    assert 'value="3600"' not in form
    assert alice.get(path, headers=JSON).json() == {"seconds_min": 10, "seconds_max": 1_800}


@pytest.mark.parametrize("plan", ["Basic", "Premium"])
def test_member_of_a_plan_without_links_makes_none(site: Site, photo: Path, plan: str) -> None:
    member = site.member(plan)
    image = member.keep(photo)
    path = f"/images/{image['id']}/links/new"

    form = member.get(path)
    made = member.submit(path, {"seconds": 300}, as_json=True)

    assert form.status_code == 403
    assert f"The {plan} plan does not include expiring links." in form.text
    assert (made.status_code, made.json()["error"]) == (403, "forbidden_by_plan")
    assert links_of_picture(site, image["id"]) == 0


def test_nobody_makes_a_link_to_a_picture_of_another(site: Site, photo: Path) -> None:
    alice, bob, admin = site.member(), site.member(), site.member(is_admin=True)
    image = alice.keep(photo)
    unknown = {"id": "A" * 22}

    answers = [
        who.submit(f"/images/{one['id']}/links/new", {"seconds": 300}, as_json=True)
        for who in (bob, admin)
        for one in (image, unknown)
    ]
    stranger = site.client().submit(f"/images/{image['id']}/links/new", {"seconds": 300}, as_json=True)

    assert [answer.status_code for answer in answers] == [404] * 4
    assert len({answer.text for answer in answers}) == 1
    assert (stranger.status_code, stranger.json()["error"]) == (401, "sign_in")
    assert links_of_picture(site, image["id"]) == 0
