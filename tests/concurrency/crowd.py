"""What tests of many at a time ask for and look at."""

from io import BytesIO
from random import Random
from typing import Any

import requests
from PIL import Image as Pillow
from sqlalchemy import func, select

from imageapp.accounts.models import User
from imageapp.images.models import Image, Thumbnail
from tests.site import JSON, Client, Site


def noise(width: int, height: int, seed: int = 1) -> tuple[str, bytes]:
    """A PNG with a name, of about three bytes a pixel: nothing in it can be compressed."""
    file = BytesIO()
    pixels = Random(seed).randbytes(width * height * 3)
    Pillow.frombytes("RGB", (width, height), pixels).save(file, "PNG", compress_level=1)
    return "noise.png", file.getvalue()


class Sender:
    """Sends one file, again and again, on connections of its own, as a program that is signed in; with its `key`."""

    def __init__(self, client: Client, file: tuple[str, bytes], *, key: str = "") -> None:
        self._file = file
        self._fields = {"key": key} if key else {}
        self._address = f"{client.root}/images/upload"
        self._headers = JSON | {"X-CSRFToken": client.csrf()}
        self._cookies = client.cookies.get_dict()

    def send(self, _number: int = 0) -> requests.Response:
        """One POST."""
        return requests.post(
            self._address,
            data=self._fields,
            files={"files": self._file},
            headers=self._headers,
            cookies=self._cookies,
            timeout=90,
            allow_redirects=False,
        )


def used_bytes(site: Site, username: str) -> tuple[int, int, int]:
    """What the counter of this person says, the sum of the pictures that there are, and how many there are."""
    with site.session() as session:
        user = session.scalars(select(User).where(User.username == username)).one()
        query = select(func.coalesce(func.sum(Image.bytes), 0), func.count()).where(Image.owner_id == user.id)
        total, count = session.execute(query).one()
        found = user.used_bytes, int(total), count
        session.rollback()
    return found


def keys_in_tables(site: Site) -> set[str]:
    """The keys of all bytes that a row points to."""
    with site.session() as session:
        keys = set(session.scalars(select(Image.blob_key).union_all(select(Thumbnail.blob_key))))
        session.rollback()
    return keys


def thumbnails_of(site: Site, image: dict[str, Any]) -> int:
    """How many thumbnails of the picture there are."""
    with site.session() as session:
        count = session.scalar(select(func.count()).where(Thumbnail.image_id == image["id"])) or 0
        session.rollback()
    return count
