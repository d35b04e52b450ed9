"""A file that is replaced while something else happens to the same picture or to the same person."""

from collections.abc import Callable
from concurrent.futures import Future
from io import BytesIO
from typing import Any

import requests
from PIL import Image as Pillow

from tests.authorization.people import forget_thumbnails
from tests.concurrency.crowd import keys_in_tables, noise, thumbnails_of, used_bytes
from tests.concurrency.decoders import Turnstile
from tests.site import JSON, Client, Site
from tests.stores import Interrupted

AtOnce = Callable[..., list[Future[Any]]]


class Replacer:
    """Replaces files on connections of its own, as a program that is signed in."""

    def __init__(self, client: Client) -> None:
        self._root = client.root
        self._headers = JSON | {"X-CSRFToken": client.csrf()}
        self._cookies = client.cookies.get_dict()

    def replace(self, image: dict[str, Any], file: tuple[str, bytes]) -> requests.Response:
        """One POST."""
        return requests.post(
            f"{self._root}/images/{image['id']}/replace",
            files={"files": file},
            headers=self._headers,
            cookies=self._cookies,
            timeout=90,
        )


def _size(answer: requests.Response) -> tuple[int, int]:
    return Pillow.open(BytesIO(answer.content)).size


def test_the_room_of_a_plan_is_exact_for_many_replacements_at_once(
    site: Site, turnstile: Turnstile, at_once: AtOnce
) -> None:
    """Ten files grow at once, and there is room for four of them to grow."""
    small, large = noise(20, 20), noise(40, 40)
    more = len(large[1]) - len(small[1])
    plan = site.plan((0, 31), quota_bytes=10 * len(small[1]) + 4 * more)
    alice = site.member(plan)
    images = [alice.keep(small) for _ in range(10)]
    replacer = Replacer(alice)

    with turnstile.shut():
        answers = at_once(10, lambda number: replacer.replace(images[number], large))
        turnstile.wait_for(10)
    statuses = sorted(answer.result().status_code for answer in answers)

    assert statuses == [200] * 4 + [409] * 6
    used = 6 * len(small[1]) + 4 * len(large[1])
    assert used_bytes(site, alice.username) == (used, used, 10)
    assert site.files() == keys_in_tables(site)


def test_a_file_that_is_replaced_twice_at_once_is_one_of_the_two(
    site: Site, turnstile: Turnstile, at_once: AtOnce
) -> None:
    alice = site.member("Enterprise")
    image = alice.keep(noise(60, 50))
    files, replacer = [noise(70, 30), noise(30, 70)], Replacer(alice)

    with turnstile.shut():
        answers = at_once(2, lambda number: replacer.replace(image, files[number]))
        turnstile.wait_for(2)
    statuses = [answer.result().status_code for answer in answers]
    original = alice.get(image["links"]["original"])
    thumbnails = {_size(alice.get(link)) for link in image["links"]["thumbnails"].values()}

    assert statuses == [200, 200]
    assert original.content in {content for _, content in files}
    assert thumbnails == {_size(original)}
    assert used_bytes(site, alice.username) == (len(original.content), len(original.content), 1)
    assert site.files() == keys_in_tables(site)


def test_a_picture_that_is_deleted_while_its_file_is_replaced_stays_deleted(
    site: Site, turnstile: Turnstile, at_once: AtOnce
) -> None:
    alice, admin = site.member("Enterprise"), site.admin()
    image = alice.keep(noise(60, 50))
    replacer = Replacer(alice)

    with turnstile.shut():
        (asked,) = at_once(1, lambda _number: replacer.replace(image, noise(70, 30)))
        turnstile.wait_for(1)
        deleted = admin.submit("/admin/image/delete/", {"id": image["id"]})
    answer = asked.result()

    assert deleted.status_code in {302, 303}
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
    assert used_bytes(site, alice.username) == (0, 0, 0)
    assert site.files() == keys_in_tables(site)


def test_a_picture_that_goes_into_the_trash_while_its_file_is_replaced_keeps_the_old_one(
    site: Site, turnstile: Turnstile, at_once: AtOnce
) -> None:
    alice, file = site.member("Enterprise"), noise(60, 50)
    image = alice.keep(file)
    replacer = Replacer(alice)

    with turnstile.shut():
        (asked,) = at_once(1, lambda _number: replacer.replace(image, noise(70, 30)))
        turnstile.wait_for(1)
        alice.submit(f"/images/{image['id']}/delete")
    answer = asked.result()
    alice.submit("/trash/restore", {"id": image["id"]})

    assert answer.status_code == 404
    assert alice.get(image["links"]["original"]).content == file[1]
    assert used_bytes(site, alice.username) == (len(file[1]), len(file[1]), 1)
    assert site.files() == keys_in_tables(site)


def test_a_thumbnail_that_was_begun_of_the_old_file_is_made_of_the_new_one(
    site: Site, turnstile: Turnstile, at_once: AtOnce
) -> None:
    alice = site.member("Enterprise")
    image = alice.keep(noise(320, 240))
    forget_thumbnails(site, image["id"])
    replacer, address = Replacer(alice), image["links"]["thumbnails"]["200"]

    with turnstile.shut(of=1):
        (asked,) = at_once(1, lambda _number: alice.get(address))
        turnstile.wait_for(1)
        replaced = replacer.replace(image, noise(240, 400))
        forget_thumbnails(site, image["id"])  # as of a size that the plan got a moment later
    answer = asked.result()

    assert (replaced.status_code, answer.status_code) == (200, 200)
    assert _size(answer) == (120, 200)
    assert thumbnails_of(site, image) == 1
    assert site.files() == keys_in_tables(site)


def test_a_thumbnail_that_the_new_file_brings_along_is_not_made_twice(
    site: Site, turnstile: Turnstile, at_once: AtOnce
) -> None:
    alice = site.member("Enterprise")
    image = alice.keep(noise(320, 240))
    forget_thumbnails(site, image["id"])
    replacer, address = Replacer(alice), image["links"]["thumbnails"]["200"]

    with turnstile.shut(of=1):
        (asked,) = at_once(1, lambda _number: alice.get(address))
        turnstile.wait_for(1)
        replacer.replace(image, noise(240, 400))
    answer = asked.result()

    assert (answer.status_code, _size(answer)) == (200, (120, 200))
    assert thumbnails_of(site, image) == 2
    assert site.files() == keys_in_tables(site)


def test_whoever_is_on_the_way_to_the_old_bytes_gets_the_new_ones(tmp_path: Any) -> None:
    """The row said where they are; before the file is opened it is gone, and another one stands for it."""
    store = Interrupted(tmp_path / "site" / "pictures")
    site = Site(tmp_path / "site", store=store)
    try:
        alice, admin, stranger = site.member("Enterprise"), site.admin(), site.client()
        image = alice.keep(noise(60, 50))
        links, replacer = image["links"], Replacer(alice)
        shared = alice.link(image)["url"]
        for asker, address, size in (
            (alice, links["original"], (30, 70)),
            (alice, links["thumbnails"]["200"], (31, 70)),
            (admin, links["original"], (32, 70)),
            (admin, links["thumbnails"]["400"], (33, 70)),
            (stranger, shared, (34, 70)),
        ):
            store.first = lambda size=size: replacer.replace(image, noise(*size))

            answer = asker.get(address)

            assert store.first is None
            assert (answer.status_code, _size(answer)) == (200, size), address
    finally:
        site.close()
