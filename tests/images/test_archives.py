"""Many pictures as one zip file: which, under what names, in what time, and what is left of it."""

import io
import socket
import zipfile
from collections.abc import Callable
from pathlib import Path
from shutil import disk_usage
from typing import Any

import pytest
import requests
from sqlalchemy import select

from imageapp.database import writing
from imageapp.images import archives, missing
from imageapp.images.models import Image, Thumbnail
from imageapp.images.views import workshop
from imageapp.plans.models import Size
from imageapp.refusals import Busy, NoRoom, NotFound
from tests.authorization.people import forget_thumbnails, small_picture
from tests.images.drawing import drawn
from tests.images.sending import no_file_longer_than
from tests.site import JSON, Client, Site
from tests.stores import Interrupted


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


def test_alice_downloads_the_originals_of_what_she_chose(site: Site, photo: Path, testdata: Path) -> None:
    alice = site.member("Enterprise")
    png = testdata / "pillow" / "transparent.png"
    first, second, left_out = alice.keep(photo), alice.keep(png), alice.keep(small_picture())

    answer = download(alice, [first["id"], second["id"]])

    assert unpacked(answer) == {photo.name: photo.read_bytes(), png.name: png.read_bytes()}
    assert left_out["name"] not in unpacked(answer)
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="pictures-')
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_alice_downloads_thumbnails_and_those_that_are_missing_are_made(site: Site, photo: Path) -> None:
    alice = site.member("Basic")
    there, missing = alice.keep(photo), alice.keep(small_picture())
    wanted = [alice.get(one["links"]["thumbnails"]["200"]).content for one in (there, missing)]
    forget_thumbnails(site, missing["id"])

    answer = download(alice, [there["id"], missing["id"]], "200")

    assert sorted(unpacked(answer).values()) == sorted(wanted)


def test_thumbnails_that_take_too_long_to_make_are_made_bit_by_bit(site: Site, photo: Path) -> None:
    """Whoever wants too many at once is told how many are left; what was made by then stays."""
    alice = site.member("Basic")
    kept = [alice.keep(photo), alice.keep(small_picture())]
    for one in kept:
        forget_thumbnails(site, one["id"])
    with site.app.app_context(), site.session() as session:
        size = session.scalars(select(Size.id).where(Size.width == 0, Size.height == 200)).one()
        wanted = [(one["id"], size) for one in kept]
        seconds = iter((0.0, 0.0, missing.SECONDS + 1))

        with pytest.raises(Busy) as refused:
            missing.make_all(session, workshop(), wanted, lambda: next(seconds))

        made = [session.get(Thumbnail, one) is not None for one in wanted]
        session.rollback()
    assert "(1 left)" in refused.value.message
    assert made == [True, False]
    assert len(unpacked(download(alice, [one["id"] for one in kept], "200"))) == 2


def test_nobody_holds_the_database_while_waiting_for_a_thumbnail_or_a_slow_reader(site: Site) -> None:
    """Whether it was made by another one meanwhile, or its picture went: after it no connection is kept back."""
    alice = site.member(site.plan((0, 200)))
    kept = alice.keep(small_picture())["id"]
    with site.app.app_context(), site.session() as session:
        size = session.scalars(select(Size.id).where(Size.width == 0, Size.height == 200)).one()
        session.rollback()

        missing.make_thumbnail(session, workshop(), kept, size)
        held_after_one_that_is_there = session.in_transaction()
        session.rollback()
        with pytest.raises(NotFound):
            missing.make_thumbnail(session, workshop(), "A" * 22, size)
        held_after_one_that_is_gone = session.in_transaction()

    assert not held_after_one_that_is_there
    assert not held_after_one_that_is_gone


def test_names_in_the_file_are_unique_and_lead_nowhere(site: Site) -> None:
    alice = site.member("Enterprise")
    kept = named(alice, "cat.jpg", "CAT.JPG", "cat", "..\\..\\evil", "a:b?c", "con", "图.jpg", "...")
    with site.session() as session, writing(session):
        session.get_one(Image, kept[3]["id"]).name = "../../etc/passwd"

    names = list(unpacked(download(alice, [one["id"] for one in kept])))

    assert len({name.lower() for name in names}) == len(kept)
    assert sorted(name.lower() for name in names if "cat" in name.lower()) == ["cat (2).jpg", "cat (3).jpg", "cat.jpg"]
    assert {"_.._etc_passwd.jpg", "a_b_c.jpg", "_con.jpg", "图.jpg", "image.jpg"} <= set(names)
    assert not any("/" in name or "\\" in name or name.startswith(".") for name in names)


def test_nobody_downloads_what_is_not_theirs_or_not_in_the_plan(site: Site, photo: Path) -> None:
    alice, bob, basic = site.member("Enterprise"), site.member("Enterprise"), site.member("Basic")
    hers, his, small = alice.keep(photo), bob.keep(small_picture()), basic.keep(photo)

    mixed = download(bob, [hers["id"], his["id"]])
    nothing = download(bob, [hers["id"]])
    by_admin = download(site.admin(), [hers["id"]])
    original, large = download(basic, [small["id"]]), download(basic, [small["id"]], "400")
    unknown = download(basic, [small["id"]], "0200")

    assert list(unpacked(mixed).values()) == [small_picture()[1]]
    assert [answer.status_code for answer in (nothing, by_admin)] == [404, 404]
    assert original.status_code == large.status_code == 403
    assert "does not include originals" in original.text
    assert "does not include thumbnails of this size" in large.text
    assert unknown.status_code == 400


def test_what_is_in_the_trash_is_in_no_archive(site: Site, photo: Path) -> None:
    alice = site.member("Enterprise")
    kept, trashed = alice.keep(photo), alice.keep(small_picture())
    alice.submit(f"/images/{trashed['id']}/delete")

    both = download(alice, [kept["id"], trashed["id"]])
    alone = download(alice, [trashed["id"]])

    assert list(unpacked(both)) == [photo.name]
    assert alone.status_code == 404


def test_who_may_have_the_pictures_is_asked_in_one_statement(site: Site, photo: Path) -> None:
    alice = site.member("Enterprise")
    ids = [alice.keep(photo)["id"], alice.keep(small_picture())["id"]]
    token = {"X-CSRFToken": alice.csrf()}

    for size in ("original", "400"):
        with site.statements() as statements:
            answer = alice.post("/images/download", {"id": ids, "size": size}, headers=token)

        assert len(unpacked(answer)) == 2
        assert len(statements) == 2, statements  # who asks, and what they may have


@pytest.mark.parametrize(
    ("ids", "sentence"),
    [
        ([], "Choose at least one picture first."),
        ([f"{number:022}" for number in range(101)], "These are more than 100 pictures. Choose fewer."),
    ],
)
def test_too_few_and_too_many_are_refused_with_a_sentence(site: Site, ids: list[str], sentence: str) -> None:
    alice = site.member("Enterprise")

    for path in ("/images/download", "/images/delete"):
        answer = alice.submit(path, [("id", one) for one in ids], as_json=True)

        assert (answer.status_code, answer.json()["error"]) == (400, "bad_form")
        assert answer.json()["message"] == sentence


def test_more_than_a_gigabyte_is_refused_before_anything_is_copied(site: Site, photo: Path) -> None:
    alice = site.member("Enterprise")
    kept = [alice.keep(photo), alice.keep(small_picture())]
    with site.session() as session, writing(session):
        for one in kept:
            session.get_one(Image, one["id"]).bytes = 600_000_000

    answer = download(alice, [one["id"] for one in kept])

    assert answer.status_code == 413
    assert "1.2 GB together, over the limit of 1 GB. Choose fewer." in answer.text
    with site.session() as session, writing(session):
        for one in kept:
            session.get_one(Image, one["id"]).bytes = one["bytes"]


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
        archives.pack(store, tmp_path, [], lambda _image_id: None, kept_free=disk_usage(tmp_path).total)


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
