"""Another file in the place of one: every address stays and shows the new one, or nothing changes at all."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
import requests
from PIL import Image as Pillow

from imageapp.accounts.models import User
from imageapp.images.models import Image
from tests.authorization.people import UNKNOWN, small_picture, standing
from tests.images.sending import BOUNDARY, MULTIPART, words
from tests.site import JSON, Client, Site


def _drawing(width: int = 90, height: int = 120) -> tuple[str, bytes]:
    """Another picture than the small one: of another format, upright, and one that can be seen through."""
    file = BytesIO()
    Pillow.new("RGBA", (width, height), (200, 60, 20, 90)).save(file, "PNG")
    return "drawing.png", file.getvalue()


def _replace(
    client: Client, image: dict[str, Any], *files: tuple[str, bytes], as_json: bool = False
) -> requests.Response:
    parts = [("files", (name, content, "application/octet-stream")) for name, content in files]
    return client.submit(f"/images/{image['id']}/replace", files=parts or {"other": ("", b"")}, as_json=as_json)


def _row(site: Site, image: dict[str, Any]) -> tuple[dict[str, Any], tuple[int, int]]:
    """The picture's columns, and its owner's counters: bytes and pictures."""
    with site.session() as session:
        row = session.get_one(Image, image["id"])
        owner = session.get_one(User, row.owner_id)
        columns = {column.name: getattr(row, column.name) for column in Image.__table__.columns}
        found = columns, (owner.used_bytes, owner.pictures)
        session.rollback()
    return found


def test_alice_replaces_a_file_and_every_link_shows_the_new_one(site: Site) -> None:
    alice = site.member("Enterprise")
    image = alice.keep(small_picture())
    links = [*image["links"]["thumbnails"].values(), image["links"]["original"], alice.link(image)["url"]]
    etags = [alice.get(link).headers["ETag"] for link in links]
    before, files = site.files(), _drawing()

    answer = _replace(alice, image, files)

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/images/{image['id']}")
    page = words(alice.get(answer.headers["Location"]))
    assert "The file was replaced. Every link shows the new one." in page
    assert "small.jpg" in page
    assert "90 × 120" in page
    new = [alice.get(link, headers={"If-None-Match": etag}) for link, etag in zip(links, etags, strict=True)]
    assert [one.status_code for one in new] == [200] * 4
    assert {one.headers["ETag"] for one in new}.isdisjoint(etags)
    assert [Pillow.open(BytesIO(one.content)).size for one in new] == [(90, 120)] * 4
    assert [one.headers["Content-Type"] for one in new] == ["image/webp"] * 2 + ["image/png"] * 2
    assert new[2].content == new[3].content == files[1]
    assert (len(before - site.files()), len(site.files() - before)) == (3, 3)


def test_what_the_new_file_says_of_itself_is_kept_and_the_rest_stays(site: Site) -> None:
    alice = site.member("Enterprise")
    image = alice.keep(small_picture())
    old, _ = _row(site, image)
    drawing = _drawing()
    site.clock.advance(hours=1)

    answer = _replace(alice, image, drawing, as_json=True)

    new, (used, pictures) = _row(site, image)
    assert answer.status_code == 200
    assert answer.json() == alice.get(f"/images/{image['id']}", headers=JSON).json()
    stayed = {name for name in new if new[name] == old[name]}
    assert stayed == {"id", "owner_id", "name", "name_key", "created_at", "frames", "facts", "trashed_at", "upload_key"}
    assert (new["format"], new["width"], new["height"], new["bytes"]) == ("PNG", 90, 120, len(drawing[1]))
    assert (used, pictures) == (len(drawing[1]), 1)


def test_an_animation_takes_the_place_of_a_still_and_goes_again(site: Site) -> None:
    alice = site.member("Enterprise")
    image = alice.keep(small_picture())
    film = BytesIO()
    frames = [Pillow.new("RGB", (60, 40), colour) for colour in ("red", "green", "blue")]
    frames[0].save(film, "GIF", save_all=True, append_images=frames[1:], duration=80)

    moving = _replace(alice, image, ("film.gif", film.getvalue()), as_json=True).json()
    still = _replace(alice, image, small_picture(), as_json=True).json()

    assert (moving["format"], moving.get("frames")) == ("GIF", 3)
    assert (still["format"], still.get("frames")) == ("JPEG", None)


def _too_many_bytes(_site: Site) -> tuple[str, bytes]:
    name, content = small_picture()
    return name, content + bytes(25_000_001 - len(content))


REFUSED: dict[str, tuple[Callable[[Site], tuple[str, bytes]], int, str, str]] = {
    "no picture": (lambda _: ("a.pdf", b"%PDF-1.7 and so on"), 422, "not_an_image", "PDF"),
    "half a picture": (lambda _: ("half.jpg", small_picture()[1][:900]), 422, "not_an_image", "damaged or cut off"),
    "nothing in it": (lambda _: ("empty.jpg", b""), 422, "not_an_image", "The file is empty."),
    "too large": (_too_many_bytes, 413, "too_large", "over the limit of 25 MB"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_file_that_is_refused_leaves_the_picture_as_it_was(site: Site, why: str) -> None:
    make, status, error, sentence = REFUSED[why]
    alice = site.member("Enterprise")
    image = alice.keep(small_picture())
    before, files = standing(site), site.files()

    page = _replace(alice, image, make(site))
    program = _replace(alice, image, make(site), as_json=True)

    assert (page.status_code, program.status_code) == (status, status)
    assert "<title>Error: small.jpg" in page.text
    assert sentence in words(page)
    assert program.json()["error"] == error
    assert sentence in program.json()["message"]
    assert (standing(site), site.files()) == (before, files)
    assert list(site.settings.spool.glob("upload-*")) == []


@pytest.mark.parametrize("count", [0, 2])
def test_alice_chooses_one_file_and_no_other_number(site: Site, count: int) -> None:
    alice = site.member("Enterprise")
    image = alice.keep(small_picture())
    before, files = standing(site), site.files()

    page = _replace(alice, image, *[_drawing()] * count)

    assert page.status_code == 400
    assert "Choose one picture." in words(page)
    assert (standing(site), site.files()) == (before, files)


def test_a_body_that_is_not_read_is_answered_by_the_page_and_its_form(site: Site) -> None:
    alice = site.member("Enterprise")
    image = alice.keep(small_picture())
    path = f"/images/{image['id']}/replace"

    wrong = alice.submit(path, {"files": "a picture"})
    cut = alice.submit(path, b"--" + BOUNDARY + b"\r\n", as_json=False, **{"Content-Type": MULTIPART})
    elsewhere = alice.submit(f"/images/{UNKNOWN}/replace", {"files": "a picture"})

    assert (wrong.status_code, cut.status_code, elsewhere.status_code) == (415, 400, 404)
    for page in (wrong, cut):
        assert "Replace the file?" in words(page)
        assert "<title>Error: small.jpg" in page.text


def test_nobody_but_alice_replaces_her_file(site: Site) -> None:
    alice, mallory, admin = site.member(), site.member(), site.admin()
    image = alice.keep(small_picture())
    before, files = standing(site), site.files()

    answers = [_replace(one, image, _drawing()) for one in (mallory, admin)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert "Replace file" not in words(admin.get(f"/images/{image['id']}"))
    assert (standing(site), site.files()) == (before, files)


def test_a_full_plan_takes_a_smaller_file_and_no_larger_one(site: Site) -> None:
    small, large = _drawing(), small_picture()
    assert len(small[1]) < len(large[1])
    plan = site.plan((0, 200), shows_original=True, quota_bytes=len(large[1]))
    alice = site.member(plan)
    image = alice.keep(large)
    site.change_plan(plan, quota_bytes=len(small[1]) - 1)

    smaller = _replace(alice, image, small, as_json=True)
    larger = _replace(alice, image, large, as_json=True)

    assert (smaller.status_code, larger.status_code) == (200, 409)
    assert larger.json()["error"] == "quota_full"
    assert alice.get(image["links"]["original"]).content == small[1]
    assert _row(site, image)[1] == (len(small[1]), 1)
