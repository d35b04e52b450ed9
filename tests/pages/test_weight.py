"""What the gallery weighs: people with a slow line see their pictures soon."""

import gzip
import os
import re
from datetime import timedelta
from pathlib import Path

import pytest

from imageapp.database import writing
from imageapp.identifiers import new_blob_key, new_id
from imageapp.images.models import Image
from tests.authorization.people import small_picture
from tests.site import Site

STATIC = Path(__file__).parents[2] / "static"


def squeezed(content: bytes) -> int:
    """How many bytes are left of it by a server's usual gzip."""
    return len(gzip.compress(content, 6))


@pytest.mark.parametrize("language", ["en", "pl"])
def test_a_page_of_24_pictures_is_light(site: Site, language: str) -> None:
    """In every language; each with another name and size, and a placeholder of 160 bytes, which nothing squeezes."""
    alice = site.member("Enterprise")
    alice.headers["Accept-Language"] = language
    like_id = alice.keep(small_picture())["id"]
    with site.session() as session, writing(session):
        like = session.get_one(Image, like_id)
        values = {column.name: getattr(like, column.name) for column in Image.__table__.columns}
        for number in range(24):
            place = {"id": new_id(), "blob_key": new_blob_key(), "name": f"IMG_20261123_{number:06}.jpg"}
            size = {"width": 4000 - number, "height": 3000, "created_at": like.created_at + timedelta(seconds=number)}
            session.add(Image(**values | place | size | {"placeholder": b"RIFF....WEBPVP8 " + os.urandom(144)}))

    page = alice.get("/images").text.encode()

    assert page.count(b'class="photo"') == 24
    assert page.count(b"data:image/webp;base64,") == 24
    assert len(page) < 60_000
    assert squeezed(page) < 10_000


def test_all_that_makes_pages_work_is_light(site: Site) -> None:
    """Every style sheet and script there is, those of the large pictures too, as they travel, one by one."""
    files = [path.relative_to(STATIC) for kind in ("css", "js") for path in STATIC.rglob(f"*.{kind}")]
    stranger = site.client()

    answers = [stranger.head(f"/static/{path}", headers={"Accept-Encoding": "gzip"}) for path in files]

    assert {"app.css", "gallery-box.js", "photoswipe.esm.min.js"} <= {path.name for path in files}
    assert sum(int(answer.headers["Content-Length"]) for answer in answers) < 60_000


def test_the_gallery_fetches_the_large_picture_only_when_it_is_wanted(site: Site) -> None:
    """And everything that it does fetch has an address that changes with the file."""
    alice = site.member("Enterprise")
    alice.keep(small_picture())

    page = alice.get("/images").text
    fetched = re.findall(r'<(?:link rel="stylesheet" href|script type="module" src)="([^"]+)"', page)

    assert len(fetched) > 5
    assert not [address for address in fetched if "photoswipe" in address]
    assert all(re.search(r"\?v=[0-9a-f]{12}$", address) for address in fetched)
    for name in re.findall(r'data-box(?:-style)?="([^"]+)"', page):
        answer = alice.get(name)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
