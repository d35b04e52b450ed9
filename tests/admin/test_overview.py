"""The first page of the dashboard: the figures that an operator looks for."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

from imageapp.admin.figures import LEAST, TALL, bars
from imageapp.images.days import Day
from imageapp.storage.disk import DiskStore
from imageapp.storage.store import Room
from imageapp.wording import file_size
from tests.admin.forms import words
from tests.authorization.people import small_picture
from tests.site import Site

GIGABYTE = 1_000_000_000


class NearlyFull(DiskStore):
    """A store on a disk of which little is left."""

    def room(self) -> Room:
        return Room(free=3 * GIGABYTE, total=100 * GIGABYTE)


def test_operator_sees_people_pictures_space_links_and_uploads(start_site: Callable[..., Site], photo: Path) -> None:
    site = start_site()
    alice, bob = site.member("Premium"), site.member()
    site.person("Basic", is_active=False)
    alice.keep(photo)
    site.clock.advance(days=3)
    gone = alice.keep(photo)
    alice.submit(f"/images/{gone['id']}/delete")
    kept = bob.keep(photo)
    bob.link(kept, 300)
    ended = bob.link(kept, 3_000)
    bob.submit(f"/links/{ended['id']}/revoke")

    page = site.admin().get("/admin/")

    shown, size = words(page), photo.stat().st_size
    assert "Users 4 1 disabled" in shown
    assert f"Pictures 3 {file_size(3 * size)} of originals" in shown
    assert "Live links 1" in shown
    assert "Uploads a day 3 pictures" in shown
    assert f"Premium 1 0 2 {file_size(2 * size)}" in shown
    assert "Basic 1 1 0 0 bytes" in shown
    assert re.search(r"Free disk [\d.]+ (GB|TB|MB)", shown)


def test_a_link_is_not_live_while_its_picture_is_in_the_trash(site: Site) -> None:
    site.clock.freeze()
    admin, alice = site.admin(), site.member("Enterprise")
    image = alice.keep(small_picture())

    def live() -> int:
        found = re.search(r"Live links (\d[\d ]*)", words(admin.get("/admin/")))
        assert found is not None
        return int(found[1].replace(" ", ""))

    before = live()
    alice.link(image)
    made = live()
    alice.submit(f"/images/{image['id']}/delete")
    put_away = live()
    alice.submit("/trash/restore", {"id": image["id"]})
    restored = live()

    assert [count - before for count in (made, put_away, restored)] == [1, 0, 1]


def test_the_chart_says_the_same_as_its_table(start_site: Callable[..., Site], photo: Path) -> None:
    site = start_site()
    alice = site.member()
    alice.keep(photo)
    site.clock.advance(days=1)
    for _ in range(2):
        alice.keep(photo)
    today = site.clock()

    page = site.admin().get("/admin/")

    drawn = [int(height) for height in re.findall(r'<rect class="bar"[^>]* height="(\d+)"', page.text)]
    rows = re.findall(r'<th scope="row">(\d+ \w+)</th><td class="r num">(\d+)</td>', page.text)
    assert drawn == [TALL // 2, TALL]
    assert len(rows) == 30
    assert [int(count) for _, count in rows[:3]] == [2, 1, 0]
    assert rows[0][0] == f"{today.day} {today:%b}"
    assert re.search(r'role="img" aria-labelledby="chart">\s*<title id="chart">Uploads a day from', page.text)


def test_a_house_without_uploads_draws_no_chart(start_site: Callable[..., Site]) -> None:
    page = start_site().admin().get("/admin/")

    assert "Uploads a day None in 30 days" in words(page)
    assert "<rect" not in page.text


def test_operator_is_warned_of_a_disk_that_is_nearly_full(start_site: Callable[..., Site], tmp_path: Path) -> None:
    store = NearlyFull(tmp_path / "pictures")
    store.lay_out(tmp_path / "pictures")

    page = start_site(store=store).admin().get("/admin/")

    assert "Free disk 3 GB" in words(page)
    assert "of 100 GB: nearly full" in words(page)


def test_one_picture_is_seen_beside_a_thousand() -> None:
    drawn = bars([Day(date(2026, 1, 1), 1_000, 5), Day(date(2026, 1, 2), 1, 5), Day(date(2026, 1, 3), 0, 0)])

    assert [(bar.height, bar.y) for bar in drawn] == [(TALL, 0), (LEAST, TALL - LEAST), (0, TALL)]
    assert [bar.date for bar in drawn] == ["1 Jan", "2 Jan", "3 Jan"]
