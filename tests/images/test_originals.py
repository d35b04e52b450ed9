"""The file itself: whoever may have it gets it byte for byte, and whoever hands it out was told so."""

import hashlib
from pathlib import Path

from sqlalchemy import select

from imageapp.images.models import Image
from tests.images.sending import words
from tests.site import Site


def test_alice_gets_her_photograph_back_byte_for_byte_with_all_that_it_says(site: Site, testdata: Path) -> None:
    """The place that the camera wrote into it is still in the original, and in nothing else."""
    alice = site.member("Premium")
    photograph = testdata / "pillow" / "exif_gps.jpg"
    sent = photograph.read_bytes()

    picture = alice.keep(photograph)

    served = alice.get(picture["links"]["original"])
    assert served.content == sent
    assert picture["bytes"] == len(sent) == int(served.headers["Content-Length"])
    with site.session() as session:
        row = session.get_one(Image, picture["id"])
        assert row.sha256 == hashlib.sha256(sent).hexdigest()
        stored = next(path for path in site.settings.pictures.glob("*/*") if path.name == row.blob_key)
        assert stored.read_bytes() == sent


def test_a_stranger_gets_the_file_itself_and_alice_was_told_so(site: Site, testdata: Path) -> None:
    """The form of the link says what it gives away, the page of the link says it again, and so it is."""
    alice = site.member("Enterprise")
    photograph = testdata / "pillow" / "exif_gps.jpg"
    picture = alice.keep(photograph)

    form = alice.get(f"/images/{picture['id']}/links/new")
    made = alice.link(picture)
    page = alice.get(f"/links/{made['id']}")
    opened = site.client().get(made["url"])

    assert "The link gives the file itself, byte for byte, with everything that the camera wrote into it" in words(form)
    assert "Gives the original file. Anyone with this link can open it." in words(page)
    assert opened.content == photograph.read_bytes()
    assert opened.headers["Content-Type"] == "image/jpeg"


def test_the_same_photograph_sent_twice_is_two_pictures(site: Site, photo: Path) -> None:
    """Each has bytes of its own: deleting the one leaves the other whole."""
    alice = site.member("Premium")
    first, second = alice.keep(photo), alice.keep(photo)

    alice.throw_away(first)

    assert alice.get(first["links"]["original"]).status_code == 404
    assert alice.get(second["links"]["original"]).content == photo.read_bytes()
    with site.session() as session:
        assert session.scalars(select(Image.id).where(Image.id.in_([first["id"], second["id"]]))).all() == [
            second["id"]
        ]
