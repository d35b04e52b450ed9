"""A file of a form on its way in: no more of it is written than may be, and of a refused one nothing is left."""

import hashlib
import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from imageapp.arriving import Parcel, arrived
from tests.images.sending import BOUNDARY, MULTIPART, body, file_part, no_file_longer_than, part, send, words
from tests.imaging.files import black_png
from tests.site import JSON, Client, Site

SOUND = black_png(40, 20)
PASSWORDS = {
    "current_password": b"six wrong goats",
    "new_password": b"nine calm herons",
    "confirm": b"nine calm herons",
}


def _left(site: Site) -> list[str]:
    """What lies among the files that are worked on, but for the locks that stay."""
    return [path.name for path in site.settings.spool.iterdir() if not path.name.startswith("making-")]


def _names(client: Client) -> list[str]:
    return [image["name"] for image in client.get("/images", headers=JSON).json()["images"]]


def test_a_file_arrives_whole_under_a_name_that_only_the_server_may_open(tmp_path: Path) -> None:
    """In whatever pieces it comes, its bytes, their number and their hash are those that were sent."""
    content = bytes(range(256)) * 1_000
    parcel = Parcel(tmp_path, len(content))

    sent = parcel.take([content[:1], memoryview(content)[1:70_000], b"", content[70_000:]])

    assert sent.path.read_bytes() == content
    assert (sent.bytes, sent.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert sent.path.stat().st_mode & 0o777 == 0o600
    parcel.discard()
    assert list(tmp_path.iterdir()) == []


def test_mallory_s_endless_file_is_given_up_at_the_limit(tmp_path: Path) -> None:
    """Nothing is read beyond the piece that passes the limit, and nothing of the file stays on the disk."""
    read = itertools.count(1)
    endless = (bytes(1_000) for _ in read)

    sent = arrived(endless, tmp_path / "endless", 10_000)

    assert sent.bytes > 10_000
    assert next(read) == 12
    assert list(tmp_path.iterdir()) == []


def test_alice_s_files_do_not_fit_the_disk_and_what_does_is_kept(
    start_site: Callable[..., Site], caplog: pytest.LogCaptureFixture
) -> None:
    """She reads which one failed and that the disk is full; with room again the same file is kept."""
    site = start_site()
    alice = site.member("Enterprise")
    long = SOUND + bytes(300_000)

    with no_file_longer_than(200_000):
        some = alice.upload(("short.png", SOUND), ("long.png", long))
        none = alice.upload(("long.png", long))
    left = _left(site)
    again = alice.upload(("long.png", long))

    assert [image["name"] for image in some.json()["images"]] == ["short.png"]
    [refused] = some.json()["refused"]
    assert (refused["name"], refused["error"]) == ("long.png", "unavailable")
    assert refused["message"].startswith("The disk of the server is full.")
    assert (none.status_code, none.headers["Retry-After"]) == (507, "300")
    assert caplog.text.count("file_not_written") == 2
    assert left == []
    assert again.status_code == 201
    assert alice.get(again.json()["images"][0]["links"]["original"]).content == long


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (body(file_part(b"a.png", SOUND), part(b'name="csrf_token"', b"of another day")), "load the page anew"),
        (body(file_part(b"a.png", SOUND), file_part(b"b.png", SOUND))[:-30], "The form arrived incomplete"),
        (body(file_part(b"a.png", SOUND), *[part(b'name="a"', b"1")] * 100), "Send less."),
    ],
    ids=["no right to send", "cut off", "too many parts"],
)
def test_nothing_is_left_of_the_files_of_a_form_that_is_refused(site: Site, content: bytes, sentence: str) -> None:
    """They came before what made it one to refuse."""
    mallory = site.member("Basic")

    page = mallory.post("/images/upload", data=content, headers={"Content-Type": MULTIPART})

    assert sentence in words(page)
    assert _left(site) == []
    assert _names(mallory) == []


@pytest.mark.parametrize("size", [1, 131_071, 131_072, 131_073, 400_000])
def test_a_file_full_of_half_boundaries_comes_through_byte_for_byte(start_site: Callable[..., Site], size: int) -> None:
    """What looks like the end of a part and is none belongs to the file, wherever it is cut when it is read."""
    site = start_site(max_file_bytes=600_000)
    alice = site.member("Enterprise")
    almost = b"\r\n--" + BOUNDARY[:-1]
    content = SOUND + (almost + b"\r\n\r\n--\n" + BOUNDARY + b"\r" + almost) * (size // 60 + 1)
    content = content[: len(SOUND) + size] + almost

    answer = send(alice, body(file_part(b"odd.png", content), part(b'name="name"', b"Odd")), as_json=True)

    [picture] = answer.json()["images"]
    assert (picture["name"], picture["bytes"]) == ("Odd", len(content))
    assert alice.get(picture["links"]["original"]).content == content


def test_an_ordinary_form_with_a_file_in_it_is_read_without_the_file(site: Site) -> None:
    """Only the upload takes files; the fields of any other form are read around them."""
    alice = site.member("Basic")
    fields = [part(f'name="{name}"'.encode(), value) for name, value in PASSWORDS.items()]

    sent = {"Content-Type": MULTIPART, "X-CSRFToken": alice.csrf()}
    page = alice.post("/account", data=body(file_part(b"a.png", SOUND), *fields), headers=sent)

    assert page.status_code == 400
    assert "This is not your current password." in words(page)
    assert _left(site) == []
