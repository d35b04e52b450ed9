"""Many pictures as one zip file: which, under what names, in what time, and what is left of it."""

from pathlib import Path

import pytest
from sqlalchemy import select

from imageapp.database import writing
from imageapp.images import missing
from imageapp.images.models import Image, Thumbnail
from imageapp.images.views import workshop
from imageapp.plans.models import Size
from imageapp.refusals import Busy, NotFound
from tests.authorization.people import forget_thumbnails, small_picture
from tests.images.zips import NOTE, download, named, unpacked
from tests.site import Site


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

    packed = unpacked(mixed)
    assert packed.pop(NOTE).startswith(b"1 picture that you chose")  # what is hers says no more than what is nobody's
    assert list(packed.values()) == [small_picture()[1]]
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

    assert list(unpacked(both)) == [photo.name, NOTE]
    assert alone.status_code == 404


def test_an_archive_says_in_words_how_many_pictures_it_lacks(site: Site) -> None:
    """Somebody who chose them on a page of yesterday would not count."""
    alice = site.member("Enterprise")
    first, second, third = named(alice, "first", "second", "missing.txt")
    for one in (first, second):
        alice.submit(f"/images/{one['id']}/delete")
    alice.headers["Accept-Language"] = "pl"

    packed = unpacked(download(alice, [one["id"] for one in (first, second, third)]))

    assert set(packed) == {"missing.txt.jpg", NOTE}
    assert packed[NOTE].decode().startswith("W tym pliku brakuje 2 wybranych obrazów")


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
