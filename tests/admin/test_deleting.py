"""Deleting asks first, names the thing, and takes everything that goes with it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from imageapp.accounts.models import User
from imageapp.database import writing
from imageapp.identifiers import new_blob_key, new_id
from imageapp.images.models import Image, Thumbnail
from imageapp.links.models import Link
from tests.admin.forms import fields, words
from tests.admin.test_users import user_id
from tests.site import Site


def exists(site: Site, name: str) -> bool:
    with site.session() as session:
        return session.scalar(select(User.id).where(User.username == name)) is not None


def files_of(site: Site, owner: str) -> set[str]:
    """The blob keys of somebody's originals and thumbnails."""
    with site.session() as session:
        of_owner = select(Image.id).where(Image.owner_id == user_id(site, owner))
        keys = set(session.scalars(select(Image.blob_key).where(Image.id.in_(of_owner))))
        return keys | set(session.scalars(select(Thumbnail.blob_key).where(Thumbnail.image_id.in_(of_owner))))


def with_many_pictures(site: Site, count: int) -> str:
    """Somebody whose pictures are rows alone."""
    name = site.person()
    with site.session() as session, writing(session):
        user = session.scalars(select(User).where(User.username == name)).one()
        user.used_bytes = 10 * count
        session.add_all(
            Image(
                id=new_id(),
                owner_id=user.id,
                name=f"{at}.png",
                format="PNG",
                width=1,
                height=1,
                bytes=10,
                sha256="0" * 64,
                blob_key=new_blob_key(),
                created_at=site.clock() + timedelta(microseconds=at),
            )
            for at in range(count)
        )
    return name


def test_the_question_names_the_person_and_deletes_nothing(site: Site) -> None:
    admin, name = site.admin(), site.person()

    question = admin.get(f"/admin/user/delete/?id={user_id(site, name)}")

    assert question.status_code == 200
    assert f"Delete {name}?" in words(question)
    assert "pictures, thumbnails and links" in words(question)
    assert exists(site, name)


def test_deleting_somebody_takes_pictures_links_and_bytes_and_nobody_elses(site: Site, photo: Path) -> None:
    admin, alice, bob = site.admin(), site.member(), site.member()
    link, kept = alice.link(alice.keep(photo)), bob.keep(photo)
    alices, bobs = files_of(site, alice.username), files_of(site, bob.username)
    alice_id = user_id(site, alice.username)

    page = admin.get(f"/admin/user/delete/?id={alice_id}")
    answer = admin.submit("/admin/user/delete/", fields(page))

    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/user/")
    assert f"{alice.username} was deleted." in admin.get("/admin/user/").text
    assert not exists(site, alice.username)
    assert len(alices) == 3
    assert not alices & site.files()
    assert bobs <= site.files()
    assert bob.get(f"/images/{kept['id']}").status_code == 200
    assert "This link no longer works" in site.client().get(link["url"]).text
    with site.session() as session:
        assert session.scalar(select(func.count()).where(Image.owner_id == alice_id)) == 0
        assert session.scalar(select(func.count()).where(Link.owner_id == alice_id)) == 0
    assert alice.get("/images").headers["Location"].startswith("/login")


def test_somebody_with_more_pictures_than_one_commit_takes_is_deleted_whole(site: Site) -> None:
    admin, name = site.admin(), with_many_pictures(site, 1_100)
    owner = user_id(site, name)

    answer = admin.submit("/admin/user/delete/", {"id": owner})

    assert answer.status_code == 303
    assert not exists(site, name)
    with site.session() as session:
        assert session.scalar(select(func.count()).where(Image.owner_id == owner)) == 0


def test_several_are_asked_about_and_deleted_together(site: Site) -> None:
    admin, names = site.admin(), [site.person() for _ in range(3)]
    ids = [user_id(site, name) for name in names]

    question = admin.get("/admin/user/delete/", params={"id": ids[:2]})
    answer = admin.submit("/admin/user/action/", fields(question))

    assert "Delete 2 users?" in words(question)
    assert all(name in words(question) for name in names[:2])
    assert answer.status_code == 303
    assert "2 users were deleted." in admin.get("/admin/user/").text
    assert [exists(site, name) for name in names] == [False, False, True]


def test_what_is_refused_among_several_comes_back_with_the_reason(start_site: Callable[..., Site]) -> None:
    site = start_site()
    admin, name = site.admin(), site.person()

    answer = admin.submit("/admin/user/action/", {"action": "delete", "rowid": [user_id(site, name), 1]})

    assert answer.status_code == 400
    assert "This is the only admin." in words(answer)
    assert f"{name} was deleted." in answer.text
    assert not exists(site, name)
    assert exists(site, "admin")


def test_somebody_who_was_deleted_meanwhile_does_not_stop_the_others(site: Site) -> None:
    admin, names = site.admin(), [site.person() for _ in range(3)]
    question = admin.get("/admin/user/delete/", params={"id": [user_id(site, name) for name in names]})

    admin.submit("/admin/user/delete/", {"id": user_id(site, names[1])})
    answer = admin.submit("/admin/user/action/", fields(question))

    assert answer.status_code == 303
    assert "2 users were deleted." in admin.get("/admin/user/").text
    assert [exists(site, name) for name in names] == [False, False, False]


@pytest.mark.parametrize("sent", [{}, {"action": "delete"}, {"action": "explode", "rowid": "1"}])
def test_an_action_without_rows_or_of_another_name_does_nothing(site: Site, sent: dict[str, str]) -> None:
    answer = site.admin().submit("/admin/user/action/", sent)

    assert answer.status_code == 400
    assert "Choose at least one row, and what to do" in words(answer)
    assert exists(site, "admin")


def test_asking_about_nobody_leads_back_to_the_list(site: Site) -> None:
    admin = site.admin()

    answer = admin.get("/admin/user/delete/?url=/admin/user/?page%3D2")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/user/?page=2")
    assert "Choose at least one user first." in admin.get("/admin/user/").text


@pytest.mark.parametrize("url", ["//evil.example", "https://evil.example/admin/user/", "/images", "/admin/user/new/"])
def test_after_deleting_nobody_is_sent_elsewhere(site: Site, url: str) -> None:
    admin, name = site.admin(), site.person()

    answer = admin.submit("/admin/user/delete/", {"id": user_id(site, name), "url": url})

    assert answer.headers["Location"] == "/admin/user/"


def test_deleting_twice_says_that_it_is_gone(site: Site) -> None:
    admin, name = site.admin(), site.person()
    gone = user_id(site, name)

    first = admin.submit("/admin/user/delete/", {"id": gone})
    second = admin.submit("/admin/user/delete/", {"id": gone})

    assert (first.status_code, second.status_code) == (303, 404)
    assert "There is no such user any more." in words(second)


def test_admin_deletes_a_picture_of_somebody_else(site: Site, photo: Path) -> None:
    admin, alice = site.admin(), site.member()
    image = alice.keep(photo)
    files = files_of(site, alice.username)

    listed = admin.get("/admin/image/", params={"search": alice.username})
    question = admin.get(f"/admin/image/delete/?id={image['id']}")
    admin.submit("/admin/image/delete/", fields(question))

    assert photo.name in words(listed)
    assert f"/images/{image['id']}" in listed.text
    assert f"Delete {photo.name}?" in words(question)
    assert alice.get(f"/images/{image['id']}").status_code == 404
    assert not files & site.files()
    with site.session() as session:
        assert session.scalars(select(User.used_bytes).where(User.username == alice.username)).one() == 0


def test_admin_revokes_a_link_without_ever_seeing_its_address(site: Site, photo: Path) -> None:
    admin, alice, stranger = site.admin(), site.member(), site.client()
    link = alice.link(alice.keep(photo))
    before = stranger.get(link["url"])

    listed = admin.get("/admin/link/", params={"search": alice.username})
    question = admin.get(f"/admin/link/delete/?id={link['id']}")
    admin.submit("/admin/link/delete/", fields(question))
    after = stranger.get(link["url"])

    assert before.status_code == 200
    assert "Live" in words(listed)
    assert "/l/" not in listed.text
    assert f"Revoke Link to {photo.name}?" in words(question)
    assert after.status_code == 410
    assert "Revoked" in words(admin.get("/admin/link/", params={"search": alice.username}))
