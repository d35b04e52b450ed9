"""An owner reads on a picture's page how it was taken, and the database keeps what stands in for it."""

import io

import pytest
from PIL import ExifTags, Image
from sqlalchemy import select

from imageapp.images import models
from imageapp.images.taken import told
from tests.authorization.people import small_picture
from tests.pages import hostile
from tests.pages.hostile import ATTACKS
from tests.site import JSON, Site


def _photograph(camera: str = "Canon EOS R5") -> tuple[str, bytes]:
    exif = Image.Exif()
    exif[ExifTags.Base.Model] = camera
    shot = exif.get_ifd(ExifTags.IFD.Exif)
    shot.update({ExifTags.Base.ExposureTime: 0.004, ExifTags.Base.FNumber: 2.8, ExifTags.Base.ISOSpeedRatings: 100})
    shot[ExifTags.Base.DateTimeOriginal] = "2026:11:14 09:31:05"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({ExifTags.GPS.GPSLatitude: (52.0, 31.0, 12.0)})
    data = io.BytesIO()
    Image.new("RGB", (320, 240), "#dc143c").save(data, "JPEG", exif=exif.tobytes(), quality=95)
    return "photograph.jpg", data.getvalue()


def test_alice_reads_how_her_picture_was_taken(site: Site) -> None:
    alice = site.member("Basic")

    image = alice.keep(_photograph())

    page = hostile.words(alice.get(f"/images/{image['id']}").text)
    for words in ("Canon EOS R5", "1/250 s · f/2.8 · ISO 100", "14 Nov 2026, 09:31", "Noted in the file"):
        assert words in page
    assert alice.get(f"/images/{image['id']}", headers=JSON).json()["facts"] == {
        "camera": "Canon EOS R5",
        "exposure": 0.004,
        "aperture": 2.8,
        "iso": 100,
        "taken": "2026-11-14T09:31:05",
        "place": True,
    }


def test_alice_reads_that_her_drawing_tells_no_place(site: Site) -> None:
    alice = site.member("Basic")

    image = alice.keep(small_picture())

    page = alice.get(f"/images/{image['id']}").text
    assert "Not in the file" in page
    assert "Camera" not in hostile.words(page)


def test_picture_from_before_facts_were_read_says_nothing_of_them(site: Site) -> None:
    alice = site.member("Basic")
    image = alice.keep(small_picture())
    with site.session() as session:
        row = session.get_one(models.Image, image["id"])
        row.facts = row.placeholder = row.colour = None
        session.commit()

    page = alice.get(f"/images/{image['id']}")

    assert page.status_code == 200
    assert "in the file" not in page.text
    assert "facts" not in alice.get(f"/images/{image['id']}", headers=JSON).json()


@pytest.mark.parametrize("attack", ATTACKS)
def test_mallory_s_camera_has_a_name_that_is_only_text(site: Site, attack: str) -> None:
    mallory = site.member("Basic")

    image = mallory.keep(_photograph(ATTACKS[attack]))

    page = mallory.get(f"/images/{image['id']}")
    assert page.status_code == 200
    assert hostile.faults(page.text) == []


def test_database_keeps_what_stands_in_for_a_picture(site: Site) -> None:
    image = site.member("Basic").keep(_photograph())

    with site.session() as session:
        kept = session.execute(
            select(models.Image.placeholder, models.Image.colour, models.Image.frames).where(
                models.Image.id == image["id"]
            )
        ).one()
    assert kept.frames == 1
    assert kept.colour is not None
    assert [int(kept.colour[at : at + 2], 16) for at in (1, 3, 5)] == pytest.approx([0xDC, 0x14, 0x3C], abs=3)
    with Image.open(io.BytesIO(kept.placeholder), formats=["WEBP"]) as tiny:
        assert tiny.size == (16, 12)
    assert len(kept.placeholder) <= 200


@pytest.mark.parametrize(
    ("facts", "rows"),
    [
        ({"place": False}, [("Place", "Not in the file")]),
        (
            {"exposure": 30.0, "place": True},
            [("Exposure", "30 s"), ("Place", "Noted in the file")],
        ),
        (
            {"lens": "A lens", "exposure": 0.5, "focal_length": 21.3125, "place": False},
            [("Lens", "A lens"), ("Exposure", "0.5 s · 21.3 mm"), ("Place", "Not in the file")],
        ),
        (
            {"exposure": 0.000937207, "focal_length": 1200.0, "taken": "2022-08-22T20:30:46+02:00", "place": False},
            [
                ("Exposure", "1/1067 s · 1200 mm"),
                ("Taken", "22 Aug 2022, 20:30 (UTC+02:00)"),
                ("Place", "Not in the file"),
            ],
        ),
    ],
)
def test_alice_reads_facts_as_photographers_write_them(facts: dict[str, object], rows: list[tuple[str, str]]) -> None:
    assert told(facts) == rows
