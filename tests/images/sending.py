"""How the tests send files as no browser library would, and read pages as a person does."""

import re
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape

import requests
from sqlalchemy import func, select

from imageapp.accounts.models import User
from imageapp.images.models import Image
from tests.site import Client, Site

BOUNDARY = b"------frontier"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY.decode()}"

_MARKUP = re.compile(r"<(script|style|template)\b.*?</\1>|<[^>]*>", re.DOTALL)


def part(head: bytes, content: bytes = b"") -> bytes:
    """One part of a multipart body; `head` is what follows `form-data; ` in its first line."""
    return b"--" + BOUNDARY + b"\r\nContent-Disposition: form-data; " + head + b"\r\n\r\n" + content + b"\r\n"


def file_part(file_name: bytes, content: bytes) -> bytes:
    """A file whose name is written into the header as it is, byte for byte."""
    return part(b'name="files"; filename="' + file_name + b'"', content)


def body(*parts: bytes) -> bytes:
    """A whole multipart body."""
    return b"".join(parts) + b"--" + BOUNDARY + b"--\r\n"


def send(client: Client, content: bytes, *, content_type: str = MULTIPART, as_json: bool = False) -> requests.Response:
    """POST these very bytes to the upload."""
    return client.submit("/images/upload", content, as_json=as_json, **{"Content-Type": content_type})


def form(client: Client, *files: tuple[str, bytes], name: str = "") -> requests.Response:
    """Send files as the page's own form does, and get the page that answers."""
    parts = [("files", (file_name, content, "application/octet-stream")) for file_name, content in files]
    return client.submit("/images/upload", {"name": name}, files=parts)


def words(page: requests.Response) -> str:
    """What a person reads on the page, in one line."""
    return " ".join(unescape(_MARKUP.sub(" ", page.text)).split())


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """The system refuses to write more of any file, of this process and so of the site, as it does on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def kept_in_all(site: Site, client: Client) -> tuple[int, int, int]:
    """Bytes and pictures by the person's counters, and the pictures that there are."""
    with site.session() as session:
        user = session.scalars(select(User).where(User.username == client.username)).one()
        rows = session.scalar(select(func.count()).select_from(Image).where(Image.owner_id == user.id)) or 0
        return user.used_bytes, user.pictures, rows
