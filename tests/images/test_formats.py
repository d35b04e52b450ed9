"""Every kind of picture that people have, sent through the form: kept as it is, shown as browsers can show it."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
import requests
from PIL import Image as Picture
from sqlalchemy import select

from imageapp.accounts.models import User
from imageapp.images.models import Image, Thumbnail
from imageapp.plans.models import Plan
from tests.images.drawing import drawn, moving
from tests.images.sending import words
from tests.site import JSON, Client, Site

MIME = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "GIF": "image/gif",
    "WEBP": "image/webp",
    "AVIF": "image/avif",
    "HEIC": "image/heic",
    "TIFF": "image/tiff",
    "BMP": "image/bmp",
}
EXTRA = ("TIFF", "BMP")


def _frames(site: Site, image: dict[str, Any]) -> tuple[int, dict[str, int]]:
    """How many frames the tables say the picture has, and each of its thumbnails by height."""
    with site.session() as session:
        known = session.scalars(select(Image.frames).where(Image.id == image["id"])).one()
        rows = session.scalars(select(Thumbnail).where(Thumbnail.image_id == image["id"]))
        return known, {str(row.height): row.frames for row in rows}


def _shown(answer: requests.Response) -> int:
    """How many frames are in the answer."""
    with Picture.open(io.BytesIO(answer.content)) as picture:
        return getattr(picture, "n_frames", 1)


def _stage(page: requests.Response) -> list[str]:
    """The addresses of the pictures that the page shows large."""
    return re.findall(r'class="stage">.*?<img src="([^"]+)"', page.text, re.DOTALL)


@pytest.mark.parametrize("name", MIME)
def test_alice_gets_back_what_she_sent_with_its_type(start_site: Callable[..., Site], name: str) -> None:
    """Byte for byte, whatever name it was sent under, and thumbnails that every browser shows."""
    alice = start_site(extra_formats=EXTRA).member()

    image = alice.keep(("holiday.png", drawn(name)))

    original = alice.get(image["links"]["original"])
    small = alice.get(image["links"]["thumbnails"]["200"])
    assert image["format"] == name
    assert (original.content, original.headers["Content-Type"]) == (drawn(name), MIME[name])
    assert original.headers["X-Content-Type-Options"] == "nosniff"
    assert small.headers["Content-Type"] == "image/jpeg"
    with Picture.open(io.BytesIO(small.content)) as thumbnail:
        assert thumbnail.size == (267, 200)


@pytest.mark.parametrize("name", ["HEIC", "TIFF"])
def test_alice_sees_a_thumbnail_of_what_browsers_do_not_show(start_site: Callable[..., Site], name: str) -> None:
    """The page shows the largest thumbnail, small as it is, and in no place the original; that can be fetched."""
    site = start_site(extra_formats=EXTRA)
    alice = site.member()

    image = alice.keep(("phone.heic", drawn(name, 3000, 2000)))

    page = alice.get(image["links"]["self"])
    assert _stage(page) == [image["links"]["thumbnails"]["400"]]
    assert f'<img src="{image["links"]["original"]}' not in page.text
    assert f'href="{image["links"]["original"]}" title="Download"' in page.text
    assert alice.get(_stage(page)[0]).headers["Content-Type"] == "image/jpeg"


def test_alice_on_a_plan_without_sizes_reads_how_to_see_it(site: Site) -> None:
    """Nothing on the page is broken."""
    alice = site.member(site.plan(shows_original=True))

    image = alice.keep(("phone.heic", drawn("HEIC")))

    page = alice.get(image["links"]["self"])
    assert page.status_code == 200
    assert _stage(page) == []
    assert "Browsers do not show HEIC. Download the original." in words(page)


def test_alice_on_a_plan_without_sizes_sees_a_blur_of_it_in_her_gallery(site: Site) -> None:
    """No address of a picture that her browser would draw as broken."""
    alice = site.member(site.plan(shows_original=True))
    heic = alice.keep(("holiday.heic", drawn("HEIC")))
    jpeg = alice.keep(("holiday.jpg", drawn("JPEG")))

    for address in ("/", "/images"):
        page = alice.get(address).text

        assert f'src="/images/{jpeg["id"]}/original"' in page
        assert f'src="/images/{heic["id"]}' not in page
        assert re.search(r'src="data:image/[^"]+" width="[0-9]+" height="[0-9]+" alt="holiday.heic"', page)


def test_alice_s_picture_is_saved_under_the_name_that_she_gave_it(site: Site) -> None:
    """Each of the extensions that a format goes by will do."""
    alice = site.member("Premium")
    names = {"holiday.HEIF": "HEIC", "holiday.jpe": "JPEG", "holiday": "JPEG"}

    told = [
        alice.get(alice.keep((name, drawn(kind)))["links"]["original"]).headers["Content-Disposition"]
        for name, kind in names.items()
    ]

    assert [text.partition("filename=")[2] for text in told] == ["holiday.HEIF", "holiday.jpe", "holiday.jpg"]


@pytest.mark.parametrize("name", ["TIFF", "BMP"])
def test_alice_learns_what_to_do_with_what_is_not_accepted(site: Site, name: str) -> None:
    """Off unless an operator turns it on."""
    answer = site.member().upload(("scan", drawn(name)))

    assert answer.status_code == 422
    assert answer.json()["refused"] == [
        {
            "name": "scan",
            "error": "not_an_image",
            "message": f"This is a {name} picture, which is not accepted here. "
            "Save it as JPEG, PNG, GIF, WebP, AVIF or HEIC.",
        }
    ]


def test_alice_is_offered_what_the_operator_accepts(site: Site, start_site: Callable[..., Site]) -> None:
    """In the words of the page, and in the list of files that the browser offers."""
    usual = site.member().get("/images/upload")
    more = start_site(extra_formats=("TIFF",)).member().get("/images/upload")

    assert "Formats JPEG, PNG, GIF, WebP, AVIF, HEIC Size" in words(usual)
    assert "Formats JPEG, PNG, GIF, WebP, AVIF, HEIC, TIFF Size" in words(more)
    offered = "image/jpeg,.jpg,.jpeg,.jpe,image/png,.png,.apng,image/gif,.gif,image/webp,.webp"
    offered += ",image/avif,.avif,.avifs,image/heic,.heic,.heif"
    assert usual.text.count(f'accept="{offered}"') == 2
    assert more.text.count(f'accept="{offered},image/tiff,.tif,.tiff"') == 2


@pytest.mark.parametrize("name", ["GIF", "PNG", "WEBP", "AVIF"])
def test_alice_s_animation_moves_in_her_gallery(site: Site, name: str) -> None:
    """Thumbnails are animated WebP; the page and the JSON say how many frames there are."""
    alice = site.member()

    image = alice.keep(("party", moving(name, 12)))

    page = alice.get(image["links"]["self"])
    assert _frames(site, image) == (12, {"200": 12, "400": 12})
    for url in image["links"]["thumbnails"].values():
        small = alice.get(url)
        assert (small.headers["Content-Type"], _shown(small)) == ("image/webp", 12)
    assert "Motion Animated, 12 frames" in words(page)
    assert "first frame" not in words(page)
    assert alice.get(image["links"]["self"], headers=JSON).json()["frames"] == 12


def test_alice_s_long_animation_says_where_it_stands_still(site: Site) -> None:
    """Too much for 400 pixels of height, not for 200: the larger one is marked as the first frame."""
    alice = site.member()

    image = alice.keep(("film.gif", moving("GIF", 100)))

    text = words(alice.get(image["links"]["self"]))
    assert _frames(site, image) == (100, {"200": 100, "400": 1})
    assert [_shown(alice.get(image["links"]["thumbnails"][size])) for size in ("200", "400")] == [100, 1]
    assert "Motion Animated, 100 frames" in text
    assert "400 px tall (first frame) 533 × 400" in text
    assert "200 px tall 267 × 200" in text


def test_alice_gets_a_film_of_a_size_that_her_plan_got_later(site: Site) -> None:
    """Made on its first GET, and the same as at the upload."""
    later = site.plan((0, 100))
    alice, bob = site.member(site.plan((0, 200))), site.member(later)
    image = alice.keep(("party.gif", moving("GIF", 12)))
    expected = bob.get(bob.keep(("party.gif", moving("GIF", 12)))["links"]["thumbnails"]["100"])
    _move(site, alice, later)

    made = alice.get(f"{image['links']['self']}/thumbnails/100")

    assert (made.content, made.headers["Content-Type"]) == (expected.content, "image/webp")
    assert _frames(site, image) == (12, {"200": 12, "100": 12})
    assert _shown(made) == 12


def _move(site: Site, member: Client, plan: str) -> None:
    """Give the member another plan."""
    with site.session() as session:
        user = session.scalars(select(User).where(User.username == member.username)).one()
        user.plan_id = session.scalars(select(Plan.id).where(Plan.name == plan)).one()
        session.commit()


def test_a_still_picture_says_nothing_of_frames(site: Site) -> None:
    alice = site.member()

    image = alice.keep(("still.png", drawn("PNG")))

    page = alice.get(image["links"]["self"])
    assert _frames(site, image) == (1, {"200": 1, "400": 1})
    assert "frame" not in words(page)
    assert "frames" not in alice.get(image["links"]["self"], headers=JSON).json()
