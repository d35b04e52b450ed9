"""A link works until its second, on every machine that serves the site, and not a moment longer."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from imageapp.links.tokens import LinkSigner
from tests.site import ADMIN_PASSWORD, Site

NOON = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)
NEVER_MADE = "A" * 22


@pytest.mark.parametrize(
    ("after", "status"),
    [(0, 200), (299, 200), (299.999999, 200), (300, 410), (300.000001, 410), (300.5, 410), (301, 410), (10**9, 410)],
)
def test_link_of_five_minutes_works_for_three_hundred_seconds(
    site: Site, link_at_noon: dict[str, Any], after: float, status: int
) -> None:
    site.clock.freeze(NOON + timedelta(seconds=after))

    opened = site.client().get(link_at_noon["url"])

    assert opened.status_code == status
    assert (status == 200) == (opened.headers["Content-Type"] == "image/jpeg")
    assert (status == 410) == ("This link no longer works" in opened.text)


@pytest.fixture(scope="module")
def link_at_noon(running_site: Site, photo: Path) -> Iterator[dict[str, Any]]:
    running_site.clock.freeze(NOON)
    alice = running_site.member()
    yield alice.link(alice.keep(photo), 300)
    running_site.clock.reset()


def test_expired_link_is_refused_without_asking_the_database(site: Site, link_at_noon: dict[str, Any]) -> None:
    stranger = site.client()
    site.clock.freeze(NOON + timedelta(seconds=300))

    with site.statements() as asked:
        answer = stranger.get(link_at_noon["url"])

    assert answer.status_code == 410
    assert asked == []


def test_living_link_costs_one_statement(site: Site, link_at_noon: dict[str, Any]) -> None:
    stranger = site.client()
    site.clock.freeze(NOON)

    with site.statements() as asked:
        answer = stranger.get(link_at_noon["url"])

    assert answer.status_code == 200
    assert len(asked) == 1


def test_link_that_was_signed_and_never_kept_is_gone_like_any_other(start_site: Callable[..., Site]) -> None:
    site = start_site(secret_key="k" * 40)
    now = site.clock()
    token = LinkSigner("k" * 40).sign(NEVER_MADE, now, now + timedelta(seconds=300))

    answer = site.client().get(f"/l/{token}")

    assert answer.status_code == 410
    assert "This link no longer works" in answer.text


class Node:
    """What two machines of one site share."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.shared = {
            "secret_key": "of both machines, and long enough",
            "database_url": f"sqlite:///{folder / 'shared.db'}",
            "storage_url": f"file://{folder / 'pictures'}",
        }

    @contextmanager
    def running(self, name: str, **settings: Any) -> Iterator[Site]:
        site = Site(self.folder / name, **{**self.shared, **settings})
        try:
            yield site
        finally:
            site.close()


@pytest.fixture
def nodes(tmp_path: Path) -> Node:
    return Node(tmp_path / "nodes")


@pytest.mark.parametrize("ahead", [-5, -1, 1, 5])
def test_link_of_one_machine_works_on_another_whose_clock_is_not_the_same(
    start_site: Callable[..., Site], tmp_path: Path, photo: Path, ahead: int
) -> None:
    shared = Node(tmp_path / "nodes").shared
    here, there = start_site(**shared), start_site(**shared)
    here.clock.freeze(NOON)
    there.clock.freeze(NOON + timedelta(seconds=ahead))
    admin = here.client().sign_in("admin", ADMIN_PASSWORD)

    link = admin.link(admin.keep(photo), 300)
    path = link["url"].removeprefix(here.root)
    at_once = there.client().get(path)
    there.clock.freeze(NOON + timedelta(seconds=299))
    in_the_last_second = there.client().get(path)
    there.clock.freeze(NOON + timedelta(seconds=300))
    at_the_end = there.client().get(path)

    assert at_once.content == in_the_last_second.content == photo.read_bytes()
    assert at_the_end.status_code == 410


def test_link_outlives_a_restart_of_the_site(tmp_path: Path, photo: Path) -> None:
    first = Site(tmp_path / "site")
    try:
        admin = first.admin()
        link = admin.link(admin.keep(photo), 30_000)
    finally:
        first.close()

    second = Site(tmp_path / "site")
    try:
        opened = second.client().get(link["url"].removeprefix(first.root))
        admin.root = second.root
        still_in = admin.get("/images")
    finally:
        second.close()

    assert opened.content == photo.read_bytes()
    assert still_in.status_code == 200


def test_key_is_rotated_without_a_break_and_dropped_for_good(nodes: Node, photo: Path) -> None:
    old, new = "the old key, long enough too", "the new key, long enough as well"

    with nodes.running("before", secret_key=old) as before:
        admin = before.admin()
        first = admin.link(admin.keep(photo), 30_000)["url"].removeprefix(before.root)
    with nodes.running("between", secret_key=new, secret_key_fallbacks=(old,)) as between:
        while_rotating = between.client().get(first)
        admin.root = between.root
        still_in = admin.get("/images").status_code
        admin = between.admin()
        second = admin.link(admin.get("/images", headers={"Accept": "application/json"}).json()["images"][0], 30_000)
        path = second["url"].removeprefix(between.root)
        [shown] = [
            one["url"]
            for one in admin.get("/links", headers={"Accept": "application/json"}).json()["links"]
            if one["id"] == second["id"]
        ]
    with nodes.running("after", secret_key=new) as after:
        dropped, kept = after.client().get(first), after.client().get(path)

    assert while_rotating.content == photo.read_bytes()
    assert still_in == 200
    assert shown == second["url"]
    assert (dropped.status_code, kept.status_code) == (404, 200)
