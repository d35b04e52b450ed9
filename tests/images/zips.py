"""Downloads of many pictures as one file, and what is in it."""

import io
import zipfile
from typing import Any

import requests

from tests.authorization.people import small_picture
from tests.site import Client

NOTE = "missing.txt"


def download(client: Client, ids: list[str], size: str = "original") -> requests.Response:
    """What comes of the button."""
    return client.submit("/images/download", [("size", size), *(("id", one) for one in ids)])


def unpacked(answer: requests.Response) -> dict[str, bytes]:
    """What is in a zip file, which must be whole."""
    assert answer.headers["Content-Type"] == "application/zip", answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert {one.compress_type for one in archive.infolist()} <= {zipfile.ZIP_STORED}
        return {one.filename: archive.read(one) for one in archive.infolist()}


def named(client: Client, *names: str) -> list[dict[str, Any]]:
    """Pictures of these names, each of other bytes."""
    colours = ("red", "green", "blue", "black", "white", "teal", "gray", "navy", "gold", "pink")
    sent = zip(names, colours, strict=False)
    return [
        client.upload(("x.jpg", small_picture(colour=colour)[1]), name=name).json()["images"][0]
        for name, colour in sent
    ]
