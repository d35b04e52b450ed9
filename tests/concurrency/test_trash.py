"""Taking back and deleting for good at the same moment: each picture is whole in the gallery, or wholly gone."""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from imageapp.accounts.models import User
from imageapp.images import trash
from imageapp.images.models import Image, Thumbnail
from tests.concurrency.crowd import noise
from tests.site import JSON, Client, Site


def _also(client: Client) -> Client:
    """The same sign-in in another window."""
    window = Client(client.root)
    window.cookies.update(client.cookies)
    return window


def test_what_is_restored_and_deleted_for_good_at_once_is_one_of_the_two(
    site: Site, at_once: Callable[..., list[Future[Any]]]
) -> None:
    alice, files = site.member("Enterprise"), site.files()
    images = [alice.keep(noise(40, 30, seed=number)) for number in range(6)]
    for image in images:
        alice.submit(f"/images/{image['id']}/delete", as_json=True)
    windows = [_also(alice) for _ in range(12)]
    deeds = [("/trash/restore", image["id"]) for image in images] + [("/trash/delete", image["id"]) for image in images]

    answers = [
        one.result() for one in at_once(12, lambda n: windows[n].submit(deeds[n][0], {"id": deeds[n][1]}, as_json=True))
    ]

    # Of the two deeds for each picture one finds it in the trash, and the other nothing.
    done = {deeds[n] for n, answer in enumerate(answers) if answer.status_code == 200}
    back = {one for deed, one in done if deed == "/trash/restore"}
    gone = {one for deed, one in done if deed == "/trash/delete"}
    assert (back | gone, back & gone) == ({image["id"] for image in images}, set())
    assert {answer.status_code for answer in answers} == {200, 404}
    assert {image["id"] for image in alice.get("/images", headers=JSON).json()["images"]} == back
    assert alice.get("/account", headers=JSON).json()["used_bytes"] == _bytes_of(images, back)
    assert site.files() - files == _keys(site, back)


def _bytes_of(images: list[dict[str, Any]], ids: set[str]) -> int:
    return sum(image["bytes"] for image in images if image["id"] in ids)


def _keys(site: Site, ids: set[str]) -> set[str]:
    with site.session() as session:
        found = set(session.scalars(select(Image.blob_key).where(Image.id.in_(ids))))
        found |= set(session.scalars(select(Thumbnail.blob_key).where(Thumbnail.image_id.in_(ids))))
        session.rollback()
    return found


def test_two_machines_that_empty_the_trash_at_once_free_the_room_once(
    site: Site, at_once: Callable[..., list[Future[Any]]]
) -> None:
    members = [site.member("Enterprise") for _ in range(2)]
    kept = [member.keep(noise(40, 30, seed=7)) for member in members]
    put_away = [member.keep(noise(40, 30, seed=number)) for member in members for number in range(4)]
    for number, image in enumerate(put_away):
        members[number // 4].submit(f"/images/{image['id']}/delete", as_json=True)
    before = site.clock() + timedelta(seconds=1)

    def sweep(_number: int) -> int:
        with site.session() as session:
            return trash.empty_due(session, site.app.extensions["house"].store, before, chunk=3)

    swept = [one.result() for one in at_once(3, sweep)]

    assert sum(swept) >= len(put_away)  # whatever others left there goes along
    with site.session() as session:
        left = session.scalars(select(Image.id).where(Image.id.in_([image["id"] for image in put_away]))).all()
        names = [member.username for member in members]
        used = session.scalars(select(User.used_bytes).where(User.username.in_(names)).order_by(User.id)).all()
        session.rollback()
    assert left == []
    assert used == [image["bytes"] for image in kept]
