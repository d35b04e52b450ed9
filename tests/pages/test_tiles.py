"""What a browser is told of a picture among others: what to show until it is there, in which size, and when."""

import re
from base64 import b64decode
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image as Pillow

from imageapp.database import writing
from imageapp.images.models import Image
from tests.authorization.people import small_picture
from tests.site import Site

TILE = re.compile(r'<img class="ph" src="([^"]*)" alt=""><img ([^>]*)>')
WEBP = "data:image/webp;base64,"


def tiles(page: str) -> list[tuple[str, dict[str, str]]]:
    """For each picture what is shown before it is there, and the attributes of the picture itself."""
    return [(before, dict(re.findall(r'([a-z]+)="([^"]*)"', rest))) for before, rest in TILE.findall(page)]


@pytest.mark.parametrize("page", ["/", "/images"])
def test_alice_sees_a_blurred_picture_before_the_picture_itself(site: Site, photo: Path, page: str) -> None:
    alice = site.member("Enterprise")
    kept = alice.keep(photo)

    [(before, _)] = tiles(alice.get(page).text)

    assert before.startswith(WEBP)
    tiny = b64decode(before.removeprefix(WEBP), validate=True)
    with site.session() as session:
        assert tiny == session.get_one(Image, kept["id"]).placeholder
    with Pillow.open(BytesIO(tiny)) as shown:
        assert shown.format == "WEBP"
        assert abs(shown.width / shown.height - kept["width"] / kept["height"]) < 0.1


def test_nothing_shines_through_a_picture_that_can_be_seen_through(site: Site, testdata: Path) -> None:
    """Its own blurred copy would stay in sight under it, as long as it is looked at."""
    alice = site.member("Enterprise")
    alice.keep(testdata / "pillow" / "transparent.png")

    [(before, _)] = tiles(alice.get("/images").text)

    assert before.startswith("data:image/svg+xml,")


def test_a_picture_of_which_no_placeholder_is_known_has_none(site: Site, photo: Path) -> None:
    alice = site.member("Enterprise")
    kept = alice.keep(photo)
    with site.session() as session, writing(session):
        session.get_one(Image, kept["id"]).placeholder = None

    [(before, picture)] = tiles(alice.get("/images").text)

    assert before.startswith("data:image/svg+xml,")
    assert kept["id"] in picture["src"]


def test_sharp_screens_get_a_larger_thumbnail_of_the_plan(site: Site, testdata: Path) -> None:
    """240 px are enough for a row, a screen of twice the pixels takes the 480; a plan of one size has no choice.

    A phone's tiles are smaller: there the 240 do for most.
    """
    sizes = {"240": site.plan((0, 240)), "240 and 480": site.plan((0, 240), (0, 480), (0, 800))}
    tall = testdata / "exif-orientation" / "Landscape_1.jpg"
    shown = {}

    for words, plan in sizes.items():
        member = site.member(plan)
        address = member.keep(tall)["links"]["self"].removeprefix(member.root)
        [(_, picture)] = tiles(member.get("/images").text)
        shown[words] = [value.replace(address, "") for value in (picture["src"], picture.get("srcset", ""))]

    assert shown == {
        "240": ["/thumbnails/240", ""],
        "240 and 480": ["/thumbnails/240", "/thumbnails/240 360w,/thumbnails/480 720w"],
    }


def test_every_size_that_a_page_names_is_served(site: Site, photo: Path) -> None:
    alice = site.member("Enterprise")
    alice.keep(photo)
    [(_, picture)] = tiles(alice.get("/images").text)

    addresses = [picture["src"], *(one.split()[0] for one in picture["srcset"].split(","))]
    answers = [alice.get(address) for address in addresses]

    assert [answer.headers["Content-Type"] for answer in answers] == ["image/jpeg"] * 3
    assert len(set(addresses)) == 2


def test_what_stands_below_the_window_is_loaded_later(site: Site) -> None:
    """The first pictures at once, whatever their month; the place of each is kept from the start."""
    alice = site.member("Enterprise")
    for number in range(12):
        alice.keep(small_picture(colour=("red", "blue")[number % 2]))
        site.clock.advance(days=2)

    shown = [picture for _, picture in tiles(alice.get("/images").text)]

    assert [picture.get("loading") for picture in shown] == [None] + ["eager"] * 7 + ["lazy"] * 4
    assert [picture.get("fetchpriority") for picture in shown] == ["high"] + [None] * 11
    assert all(int(picture["width"]) and int(picture["height"]) for picture in shown)
