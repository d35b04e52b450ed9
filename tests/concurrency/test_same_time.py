"""Two things that happen to one picture, or to one person, at the same time."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from PIL import Image as Pillow
from sqlalchemy import delete, func, select, update

from imageapp.accounts.models import User
from imageapp.database import writing
from imageapp.images.models import Image, Thumbnail
from imageapp.plans.models import Size, plan_sizes
from tests.authorization.people import forget_thumbnails
from tests.concurrency.crowd import Sender, keys_in_tables, noise, thumbnails_of, used_bytes
from tests.concurrency.decoders import Turnstile
from tests.serve.running import Client as Connection
from tests.site import JSON, Client, Site


def test_the_same_file_twice_at_once_gives_two_pictures(
    site: Site, turnstile: Turnstile, at_once: Callable[..., list[Any]]
) -> None:
    alice = site.member("Enterprise")
    file = noise(60, 50)
    sender = Sender(alice, file)

    with turnstile.shut():
        uploads = at_once(2, sender.send)
        turnstile.wait_for(2)
    images = [upload.result().json()["images"][0] for upload in uploads]

    assert len({image["id"] for image in images}) == 2
    assert [thumbnails_of(site, image) for image in images] == [2, 2]
    assert used_bytes(site, alice.username) == (2 * len(file[1]), 2 * len(file[1]), 2)
    assert site.files() == keys_in_tables(site)


def test_a_form_of_a_link_that_is_sent_twice_at_once_gives_two_links(
    site: Site, at_once: Callable[..., list[Any]]
) -> None:
    alice = site.member("Enterprise")
    image = alice.keep(noise(60, 50))
    tabs = [_copy(alice) for _ in range(2)]

    made = [future.result() for future in at_once(2, lambda number: tabs[number].link(image))]

    assert len({link["id"] for link in made}) == 2
    assert {site.client().get(link["url"]).status_code for link in made} == {200}


def _copy(client: Client) -> Client:
    """Another tab of the same browser."""
    tab = Client(client.root)
    tab.cookies.update(client.cookies)
    return tab


def test_a_hundred_who_want_a_missing_thumbnail_get_the_one_that_is_made(
    site: Site, turnstile: Turnstile, at_once: Callable[..., list[Any]]
) -> None:
    alice = site.member("Enterprise")
    image = alice.keep(noise(320, 240))
    forget_thumbnails(site, image["id"])
    tabs, made, files = [_copy(alice) for _ in range(20)], turnstile.made, site.files()
    address = image["links"]["thumbnails"]["200"]

    answers = [future.result() for future in at_once(100, lambda number: tabs[number % 20].get(address))]

    assert [answer.status_code for answer in answers] == [200] * 100
    assert len({answer.content for answer in answers}) == 1
    assert Pillow.open(BytesIO(answers[0].content)).size == (267, 200)
    assert turnstile.made == made + 1
    assert len(site.files() - files) == thumbnails_of(site, image) == 1


def test_a_picture_that_is_deleted_while_its_thumbnail_is_made_stays_deleted(
    site: Site, turnstile: Turnstile, at_once: Callable[..., list[Any]]
) -> None:
    alice = site.member("Enterprise")
    image = alice.keep(noise(60, 50))
    forget_thumbnails(site, image["id"])
    tab = _copy(alice)

    with turnstile.shut():
        (asked,) = at_once(1, lambda _number: tab.get(image["links"]["thumbnails"]["200"], headers=JSON))
        turnstile.wait_for(1)
        alice.throw_away(image)
    answer = asked.result()

    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
    assert thumbnails_of(site, image) == 0
    assert alice.get(image["links"]["self"], headers=JSON).status_code == 404
    assert site.files() == keys_in_tables(site)


def test_a_thumbnail_that_leaves_the_plan_while_it_is_made_is_not_given(
    site: Site, turnstile: Turnstile, at_once: Callable[..., list[Any]]
) -> None:
    plan = site.plan((0, 31), (0, 32))
    alice = site.member(plan)
    image = alice.keep(noise(60, 50))
    forget_thumbnails(site, image["id"])

    with turnstile.shut():
        (asked,) = at_once(1, lambda _number: alice.get(image["links"]["thumbnails"]["32"], headers=JSON))
        turnstile.wait_for(1)
        site.change_plan(plan, sizes=[(0, 31)])
    answer = asked.result()

    assert (answer.status_code, answer.json()["error"]) == (403, "forbidden_by_plan")
    assert site.files() == keys_in_tables(site)


@pytest.mark.parametrize("of", ["original", "link"])
def test_a_download_that_has_begun_ends_whole_though_the_picture_is_deleted(site: Site, of: str) -> None:
    alice = site.member("Enterprise")
    name, content = noise(2000, 1500)
    image = alice.keep((name, content))
    address = alice.link(image)["url"] if of == "link" else image["links"]["original"]
    cookie = "; ".join(f"{key}={value}" for key, value in alice.cookies.items()) if of == "original" else ""

    with Connection(site.port, receive_buffer=8_192) as slow:
        slow.send(f"GET {urlsplit(address).path} HTTP/1.1", {"Cookie": cookie})
        status, headers = slow.head()
        start = slow.stream.read(4_096)
        deleted = alice.throw_away(image)
        rest = slow.stream.read(int(headers["content-length"]) - len(start))

    assert deleted.status_code == 303
    assert (status, start + rest == content) == (200, True)
    assert (alice if of == "original" else site.client()).get(address).status_code in {404, 410}
    assert site.files() == keys_in_tables(site)


def test_the_plan_at_the_end_of_an_upload_counts(
    site: Site, turnstile: Turnstile, at_once: Callable[..., list[Any]]
) -> None:
    """The plan that gets smaller while a picture is made is the one that must have room for it."""
    file = noise(60, 50)
    plan = site.plan((0, 200), quota_bytes=len(file[1]))
    alice = site.member(plan)
    sender = Sender(alice, file)

    with turnstile.shut():
        (upload,) = at_once(1, sender.send)
        turnstile.wait_for(1)
        site.change_plan(plan, quota_bytes=len(file[1]) - 1)
    answer = upload.result()

    assert (answer.status_code, answer.json()["refused"][0]["error"]) == (409, "quota_full")
    assert used_bytes(site, alice.username) == (0, 0, 0)
    assert site.files() == keys_in_tables(site)


def test_a_size_that_leaves_the_plan_during_an_upload_is_not_given(
    site: Site, turnstile: Turnstile, at_once: Callable[..., list[Any]]
) -> None:
    plan = site.plan((0, 31), (0, 32), shows_original=True)
    alice = site.member(plan)
    sender = Sender(alice, noise(60, 50))

    with turnstile.shut():
        (upload,) = at_once(1, sender.send)
        turnstile.wait_for(1)
        site.change_plan(plan, sizes=[(0, 31)], shows_original=False)
    image = upload.result().json()["images"][0]

    assert alice.get(f"/images/{image['id']}", headers=JSON).json()["links"] == {
        "self": f"{site.root}/images/{image['id']}",
        "thumbnails": {"31": f"{site.root}/images/{image['id']}/thumbnails/31"},
    }
    for gone in ("thumbnails/32", "original"):
        assert alice.get(f"/images/{image['id']}/{gone}").status_code == 403


def test_a_size_that_is_deleted_during_an_upload_leaves_nothing_behind(
    site: Site, turnstile: Turnstile, at_once: Callable[..., list[Any]]
) -> None:
    alice = site.member(site.plan((0, 33), (0, 34)))
    sender = Sender(alice, noise(60, 50))

    with turnstile.shut():
        (upload,) = at_once(1, sender.send)
        turnstile.wait_for(1)
        with site.session() as session, writing(session):
            size_id = session.scalars(select(Size.id).where(Size.width == 0, Size.height == 34)).one()
            session.execute(delete(plan_sizes).where(plan_sizes.c.size_id == size_id))
            session.execute(delete(Size).where(Size.id == size_id))
    image = upload.result().json()["images"][0]

    assert thumbnails_of(site, image) == 1
    assert alice.get(f"/images/{image['id']}", headers=JSON).json()["links"]["thumbnails"].keys() == {"33"}
    assert site.files() == keys_in_tables(site)


def test_a_size_that_is_changed_during_an_upload_is_given_in_its_new_pixels(
    site: Site, turnstile: Turnstile, at_once: Callable[..., list[Any]]
) -> None:
    alice = site.member(site.plan((0, 35)))
    sender = Sender(alice, noise(60, 50))

    with turnstile.shut():
        (upload,) = at_once(1, sender.send)
        turnstile.wait_for(1)
        with site.session() as session, writing(session):
            session.execute(update(Size).where(Size.width == 0, Size.height == 35).values(height=36))
    image = upload.result().json()["images"][0]

    assert thumbnails_of(site, image) == 0
    address = f"/images/{image['id']}/thumbnails"
    assert Pillow.open(BytesIO(alice.get(f"{address}/36").content)).height == 36
    assert alice.get(f"{address}/35").status_code == 403
    assert site.files() == keys_in_tables(site)


@pytest.mark.parametrize("fate", ["disabled", "deleted"])
def test_an_upload_of_somebody_who_goes_meanwhile_is_not_kept(
    site: Site, turnstile: Turnstile, at_once: Callable[..., list[Any]], fate: str
) -> None:
    alice = site.member("Enterprise")
    sender = Sender(alice, noise(60, 50))

    with turnstile.shut():
        (upload,) = at_once(1, sender.send)
        turnstile.wait_for(1)
        if fate == "disabled":
            site.change_user(alice.username, is_active=False)
        else:
            with site.session() as session, writing(session):
                session.execute(delete(User).where(User.username == alice.username))
    answer = upload.result()

    assert (answer.status_code, answer.json()["error"]) == (401, "sign_in")
    with site.session() as session:
        assert session.scalar(select(func.count()).where(Image.owner_id.not_in(select(User.id)))) == 0
        assert session.scalar(select(func.count()).where(Thumbnail.image_id.not_in(select(Image.id)))) == 0
        assert session.scalar(select(func.count()).join(Image.owner).where(User.username == alice.username)) == 0
    assert site.files() == keys_in_tables(site)
