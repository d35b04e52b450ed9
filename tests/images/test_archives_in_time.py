"""Archives of pictures that change, go or are lost while one is written, and readers who take their time."""

import socket
from collections.abc import Callable
from pathlib import Path
from shutil import disk_usage
from typing import Any

import pytest

from imageapp.images import archives
from imageapp.images.models import Image
from imageapp.refusals import NoRoom
from tests.authorization.people import small_picture
from tests.images.drawing import drawn
from tests.images.sending import no_file_longer_than
from tests.images.zips import NOTE, download, named, unpacked
from tests.site import JSON, Site
from tests.stores import Interrupted


def test_a_disk_that_fills_while_an_archive_is_written_is_said_to_be_full(
    start_site: Callable[..., Site], caplog: pytest.LogCaptureFixture
) -> None:
    site = start_site()
    alice = site.member("Enterprise")
    kept = alice.keep(small_picture())
    _lengthen(site, kept, 1_000_000)
    form = {"id": kept["id"], "csrf_token": alice.csrf()}
    before = _open_files(site.settings.spool)  # the server is done with what came before on this connection

    with no_file_longer_than(500_000):
        page = alice.post("/images/download", form)
        program = alice.post("/images/download", form, headers=JSON)
    alice.get("/healthz")
    left = _open_files(site.settings.spool)
    again = alice.post("/images/download", form)

    assert page.status_code == program.status_code == 507
    assert "The disk of the server is too full to put these pictures together." in page.text
    assert "not answering" not in page.text
    assert page.headers["Retry-After"] == "300"
    assert program.json()["error"] == "unavailable"
    assert "no_room_for_archive" in caplog.text
    assert left == before
    assert len(unpacked(again)) == 1


def test_an_archive_leaves_room_for_uploads(site: Site, tmp_path: Path) -> None:
    """Nothing is written where less would stay free than is kept for others."""
    store = site.app.extensions["house"].store

    with pytest.raises(NoRoom, match="Download them one by one"):
        archives.pack(store, tmp_path, [], lambda _image_id: None, str, kept_free=disk_usage(tmp_path).total)


def test_a_picture_that_is_replaced_while_the_archive_is_written_is_in_it_as_it_is_by_then(tmp_path: Path) -> None:
    """Its old bytes go between the statement and the opening of the file; the new ones are of another format."""
    store = Interrupted(tmp_path / "site" / "pictures")
    site = Site(tmp_path / "site", store=store)
    try:
        alice, elsewhere = site.member("Enterprise"), site.client()
        elsewhere.sign_in(alice.username)
        (kept,), other = named(alice, "cat.jpg"), alice.keep(small_picture())
        new = drawn("PNG", 30, 70)
        for size, wanted in (("original", new), ("200", None)):
            store.first = lambda: elsewhere.submit(f"/images/{kept['id']}/replace", files={"files": ("new.png", new)})

            packed = unpacked(download(alice, [other["id"], kept["id"]], size))

            assert store.first is None
            assert len(packed) == 2
            assert wanted is None or packed["cat.jpg.png"] == wanted
    finally:
        site.close()


def test_a_picture_that_goes_while_the_archive_is_written_is_left_out(tmp_path: Path) -> None:
    store = Interrupted(tmp_path / "site" / "pictures")
    site = Site(tmp_path / "site", store=store)
    try:
        alice, elsewhere = site.member("Enterprise"), site.client()
        elsewhere.sign_in(alice.username)
        kept, other = alice.keep(small_picture(colour="red")), alice.keep(small_picture(colour="blue"))
        store.first = lambda: elsewhere.throw_away(other)

        packed = unpacked(download(alice, [kept["id"], other["id"]]))

        assert packed.pop(NOTE).startswith(b"1 picture that you chose is not in this file. It may have been deleted")
        assert list(packed.values()) == [small_picture(colour="red")[1]]
    finally:
        site.close()


def test_an_archive_whose_bytes_are_lost_is_not_given_out_without_them(start_site: Callable[..., Site]) -> None:
    """A row that points to nothing is a fault to be told of, and no picture that was deleted."""
    site = start_site()
    alice = site.member("Enterprise")
    kept = alice.keep(small_picture())
    with site.session() as session:
        key = session.get_one(Image, kept["id"]).blob_key
    site.app.extensions["house"].store.delete(key)

    answer = download(alice, [kept["id"]])

    assert answer.status_code == 503
    assert "The picture storage is not answering" in answer.text


def test_nothing_is_left_of_an_archive(start_site: Callable[..., Site], photo: Path) -> None:
    """While it is sent it has no name, and afterwards it is no longer open."""
    site = start_site()
    alice = site.member("Enterprise")
    kept = alice.keep(photo)
    before = sorted(site.settings.spool.iterdir())
    open_before = _open_files(site.settings.spool)

    answer = download(alice, [kept["id"]])
    alice.get("/healthz")  # on the same connection, so that the server is done with what it sent before

    assert unpacked(answer)
    assert sorted(site.settings.spool.iterdir()) == before
    assert _open_files(site.settings.spool) == open_before


def _open_files(folder: Path) -> list[str]:
    """What this process, which is also the server's, has open there."""
    names = [str(one.readlink()) for one in Path("/proc/self/fd").iterdir() if one.is_symlink()]
    return sorted(name for name in names if name.startswith(str(folder)))


def test_slow_readers_of_archives_keep_nobody_else_waiting(start_site: Callable[..., Site]) -> None:
    """More of them than the server has threads take nothing from the connection, and everybody else is answered."""
    site = start_site(threads=2)
    alice = site.member("Enterprise")
    kept = alice.keep(("noise.jpg", small_picture(3000, 3000)[1]))
    _lengthen(site, kept, 30_000_000)  # more bytes than the buffers on the way can take
    token, cookie = alice.csrf(), "; ".join(f"{one.name}={one.value}" for one in alice.cookies)
    body = f"id={kept['id']}&size=original&csrf_token={token}".encode()
    head = (
        f"POST /images/download HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nCookie: {cookie}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    ).encode()
    slow = [socket.create_connection(("127.0.0.1", site.port), timeout=20) for _ in range(4)]

    for connection in slow:
        connection.sendall(head + body)
    started = [connection.recv(100) for connection in slow]
    answer = alice.get("/images", headers=JSON, timeout=20)
    rest = [_read(connection) for connection in slow]

    assert [image["id"] for image in answer.json()["images"]] == [kept["id"]]
    assert all(start.startswith(b"HTTP/1.1 200 OK") for start in started)
    assert all(length > 30_000_000 for length in rest)


def _lengthen(site: Site, image: dict[str, Any], more: int) -> None:
    """Add bytes to a picture's file behind everybody's back."""
    with site.session() as session:
        key = session.get_one(Image, image["id"]).blob_key
    path = next(one for one in site.settings.pictures.glob("*/*") if one.name == key)
    path.write_bytes(path.read_bytes() + bytes(more))


def _read(connection: socket.socket) -> int:
    """How many bytes come until the server has said all."""
    with connection:
        return sum(len(part) for part in iter(lambda: connection.recv(1 << 20), b""))
