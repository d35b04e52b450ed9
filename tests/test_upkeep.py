"""`check` finds what does not agree, mends what can be mended, and leaves the rest alone."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from imageapp.accounts.models import Signin, Tries, User
from imageapp.database import writing
from imageapp.images.models import Image, Thumbnail
from imageapp.links.models import Link
from imageapp.storage.disk import DiskStore
from imageapp.upkeep import Finding, Upkeep, Weight
from tests.site import Client, Site


@contextmanager
def upkeep(site: Site, **options: bool) -> Iterator[Upkeep]:
    with site.session() as session:
        store = DiskStore(site.settings.pictures)
        yield Upkeep(session, store, site.settings.spool, site.clock(), **options)


def found(site: Site, *subjects: str, **options: bool) -> list[tuple[str, bool]]:
    """Kinds of what a round finds about these subjects, and whether each was mended."""
    with upkeep(site, **options) as round_:
        return [(one.kind, one.mended) for one in round_.findings() if one.subject in subjects]


def all_findings(site: Site, **options: bool) -> list[Finding]:
    with upkeep(site, **options) as round_:
        return list(round_.findings())


def rows(site: Site, image: dict[str, Any]) -> tuple[str, list[str]]:
    """The blob keys of a picture's original and of its thumbnails."""
    with site.session() as session:
        original = session.scalars(select(Image.blob_key).where(Image.id == image["id"])).one()
        wanted = select(Thumbnail.blob_key).where(Thumbnail.image_id == image["id"]).order_by(Thumbnail.size_id)
        return original, list(session.scalars(wanted))


def path_of(site: Site, key: str) -> Path:
    return site.settings.pictures / key[:2] / key


def test_a_house_in_order_gives_nothing_to_report(site: Site, photo: Path) -> None:
    member = site.member()
    image = member.keep(photo)
    original, thumbnails = rows(site, image)

    findings = found(site, image["id"], original, *thumbnails, member.username, full=True)

    assert findings == []


@pytest.mark.parametrize(
    ("harm", "kind", "full"),
    [("remove", "original_missing", False), ("cut", "original_cut", False), ("change", "original_damaged", True)],
)
def test_an_original_that_is_lost_is_reported_and_never_deleted(
    site: Site, photo: Path, harm: str, kind: str, full: bool
) -> None:
    image = site.member().keep(photo)
    path = path_of(site, rows(site, image)[0])
    _harm(path, harm)

    first = found(site, image["id"], repair=True, full=full)
    second = found(site, image["id"], repair=True, full=full)

    assert first == second == [(kind, False)]
    assert path.exists() is (harm != "remove")
    with site.session() as session:
        assert session.get(Image, image["id"]) is not None


def test_without_full_no_original_is_read(site: Site, photo: Path) -> None:
    image = site.member().keep(photo)
    _harm(path_of(site, rows(site, image)[0]), "change")

    assert found(site, image["id"]) == []


def _harm(path: Path, how: str) -> None:
    content = path.read_bytes()
    if how == "remove":
        path.unlink()
    elif how == "cut":
        path.write_bytes(content[:-1])
    else:
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


@pytest.mark.parametrize("harm", ["remove", "cut"])
def test_a_thumbnail_without_its_bytes_is_made_anew(site: Site, photo: Path, harm: str) -> None:
    member = site.member("Basic")
    image = member.keep(photo)
    (key,) = rows(site, image)[1]
    _harm(path_of(site, key), harm)

    reported = found(site, key)
    mended = found(site, key, repair=True)
    again = member.get(image["links"]["thumbnails"]["200"])
    afterwards = found(site, *rows(site, image)[1])

    kind = "thumbnail_missing" if harm == "remove" else "thumbnail_cut"
    assert reported == [(kind, False)]
    assert mended == [(kind, True)]
    assert again.status_code == 200
    assert afterwards == []
    assert rows(site, image)[1] != [key]


def test_a_thumbnail_of_other_pixels_than_its_size_is_odd(site: Site, photo: Path) -> None:
    image = site.member("Basic").keep(photo)
    (key,) = rows(site, image)[1]
    with site.session() as session, writing(session):
        session.execute(update(Thumbnail).where(Thumbnail.blob_key == key).values(height=17))

    mended = found(site, key, repair=True)

    assert mended == [("thumbnail_odd", True)]
    assert rows(site, image)[1] == []
    assert key not in site.files()


def test_a_file_without_a_row_goes_once_it_is_an_hour_old(site: Site) -> None:
    key = os.urandom(16).hex()
    path = path_of(site, key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"nobody's")

    young = found(site, key, repair=True)
    site.clock.advance(minutes=61)
    reported = found(site, key)
    still_there = path.exists()
    mended = found(site, key, repair=True)

    assert young == []
    assert (reported, still_there) == ([("stray", False)], True)
    assert (mended, path.exists()) == ([("stray", True)], False)


def test_pictures_in_use_are_never_taken_for_strays(site: Site, photo: Path) -> None:
    member = site.member()
    image = member.keep(photo)
    original, thumbnails = rows(site, image)
    site.clock.advance(hours=5)

    findings = found(site, original, *thumbnails, repair=True)

    assert findings == []
    assert {original, *thumbnails} <= site.files()


def test_what_uploads_left_behind_goes_after_an_hour_but_locks_stay(site: Site) -> None:
    folder, lock = site.settings.spool / "upload-left", site.settings.spool / "making-5"
    folder.mkdir()
    (folder / "original").write_bytes(b"half")
    lock.touch()

    young = found(site, folder.name, lock.name, repair=True)
    site.clock.advance(minutes=61)
    old = found(site, folder.name, lock.name, repair=True)

    assert young == []
    assert old == [("leftover", True)]
    assert not folder.exists()
    assert lock.exists()


@pytest.mark.parametrize(("counter", "kind"), [("used_bytes", "used_bytes_drift"), ("pictures", "pictures_drift")])
def test_a_counter_that_drifted_is_counted_anew(site: Site, photo: Path, counter: str, kind: str) -> None:
    member = site.member()
    member.keep(photo)
    site.change_user(member.username, **{counter: 5})

    reported = found(site, member.username)
    mended = found(site, member.username, repair=True)
    clean = found(site, member.username)

    assert reported == [(kind, False)]
    assert mended == [(kind, True)]
    assert clean == []
    with site.session() as session:
        user = session.scalars(select(User).where(User.username == member.username)).one()
        assert (user.used_bytes, user.pictures) == (photo.stat().st_size, 1)


def test_rows_that_ended_are_chores_that_only_repair_removes(site: Site, photo: Path) -> None:
    member = site.member()
    link = member.link(member.keep(photo))
    member.submit(f"/images/{member.keep(photo)['id']}/delete")
    _fail_to_sign_in(site.client())
    site.clock.advance(days=31)

    reported = {one.kind: one for one in all_findings(site) if one.weight is Weight.CHORE}
    kept = _counts(site, link["id"])
    mended = {one.kind: one.mended for one in all_findings(site, repair=True) if one.weight is Weight.CHORE}
    gone = _counts(site, link["id"])
    clean = [one for one in all_findings(site) if one.weight is Weight.CHORE]

    assert set(reported) == set(mended) == {"due_trash", "ended_link", "dead_signin", "old_try"}
    assert not any(one.mended for one in reported.values())
    assert all(mended.values())
    assert kept[0] == 1
    assert kept[1] > 0
    assert kept[2] > 0
    assert gone == (0, 0, 0)
    assert clean == []


def test_a_picture_is_gone_with_its_bytes_once_it_lay_in_the_trash_for_thirty_days(site: Site, photo: Path) -> None:
    member = site.member("Premium")
    kept, put_away = member.keep(photo), member.keep(photo)
    member.submit(f"/images/{put_away['id']}/delete")
    original, thumbnails = rows(site, put_away)

    site.clock.advance(days=29, hours=23)
    all_findings(site, repair=True)
    on_the_last_day = {original, *thumbnails} <= site.files()
    site.clock.advance(hours=1)
    all_findings(site)
    only_told = {original, *thumbnails} <= site.files()
    all_findings(site, repair=True)

    assert (on_the_last_day, only_told) == (True, True)
    assert not {original, *thumbnails} & site.files()
    with site.session() as session:
        mine = select(Image.id).join(User, User.id == Image.owner_id).where(User.username == member.username)
        left = session.scalars(mine).all()
        used = session.scalars(select(User.used_bytes).where(User.username == member.username)).one()
    assert left == [kept["id"]]
    assert used == photo.stat().st_size


def _fail_to_sign_in(client: Client) -> None:
    assert client.submit("/login", {"username": "nobody", "password": "wrong and long"}).status_code == 400


def _counts(site: Site, link_id: str) -> tuple[int, int, int]:
    """That link, and all sign-ins and tries."""
    with site.session() as session:
        return (
            len(session.scalars(select(Link.id).where(Link.id == link_id)).all()),
            session.scalar(select(func.count()).select_from(Signin)) or 0,
            session.scalar(select(func.count()).select_from(Tries)) or 0,
        )


def test_a_link_stays_in_its_list_for_a_day_after_its_end(site: Site, photo: Path) -> None:
    member = site.member()
    link = member.link(member.keep(photo))
    site.clock.advance(seconds=timedelta(hours=23).total_seconds())

    all_findings(site, repair=True)

    assert _counts(site, link["id"])[0] == 1
