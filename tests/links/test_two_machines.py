"""A link of one machine opens on every machine of the site, whatever their clocks and however often they start."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.operations.program import Served
from tests.site import ADMIN_PASSWORD, JSON, Client, Site, new_postgres_database

NOON = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)


class Machines:
    """What the machines of one site share: key, database and pictures. Each has a data folder of its own."""

    def __init__(self, folder: Path, database_url: str | None) -> None:
        folder.mkdir()
        self._folder = folder
        self._shared = {
            "secret_key": "of-both-machines-and-long-enough",
            "database_url": database_url or f"sqlite:///{folder / 'shared.db'}",
            "storage_url": f"file://{folder / 'pictures'}",
            "admin_password": ADMIN_PASSWORD,
        }

    @contextmanager
    def with_clock(self, name: str, at: datetime | None = None, **settings: Any) -> Iterator[Site]:
        """One whose clock can be moved, standing still `at` this moment if one is given."""
        site = Site(self._folder / name, **{**self._shared, **settings})
        try:
            if at:
                site.clock.freeze(at)
            yield site
        finally:
            site.close()

    @contextmanager
    def program(self, name: str) -> Iterator[Served]:
        """One as an operator starts it, until it is stopped as an operator does."""
        served = Served(self._folder / name, **self._shared)
        try:
            yield served
        finally:
            served.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def machines(request: pytest.FixtureRequest, tmp_path: Path, worker_name: str) -> Machines:
    """The machines of a new site, on each kind of database."""
    url = None
    if request.param == "postgresql":
        name = f"imageapp_{worker_name}_machines"
        url = new_postgres_database(request.getfixturevalue("postgres_url"), name)
    return Machines(tmp_path / "site", url)


def moved_to(client: Client, machine: Site | Served) -> Client:
    """The same browser, which a proxy now sends to this machine."""
    moved = machine.client()
    moved.cookies.update(client.cookies)
    return moved


@pytest.mark.parametrize("ahead", [-5, -1, 1, 5])
def test_link_of_one_machine_works_on_another_whose_clock_is_not_the_same(
    machines: Machines, photo: Path, ahead: int
) -> None:
    with (
        machines.with_clock("here", at=NOON) as here,
        machines.with_clock("there", at=NOON + timedelta(seconds=ahead)) as there,
    ):
        admin = here.admin()
        link = admin.link(admin.keep(photo), 300)
        path = link["url"].removeprefix(here.root)

        at_once = there.client().get(path)
        there.clock.freeze(NOON + timedelta(seconds=299))
        in_the_last_second = there.client().get(path)
        there.clock.freeze(NOON + timedelta(seconds=300))
        at_the_end = there.client().get(path)
        back_here = here.client().get(path)

    assert at_once.content == in_the_last_second.content == back_here.content == photo.read_bytes()
    assert at_the_end.status_code == 410


def test_what_one_machine_takes_back_is_gone_on_the_other_at_once(machines: Machines, photo: Path) -> None:
    with machines.program("here") as here, machines.program("there") as there:
        admin = here.client().sign_in("admin", ADMIN_PASSWORD)
        link = admin.link(admin.keep(photo))
        path = link["url"].removeprefix(here.root)

        before = there.client().get(path)
        moved_to(admin, there).submit(f"/links/{link['id']}/revoke")
        after = {machine.client().get(path).status_code for machine in (here, there)}

    assert before.content == photo.read_bytes()
    assert after == {410}


def test_link_and_sign_in_outlive_the_machine_that_made_them(machines: Machines, photo: Path) -> None:
    with ExitStack() as others:
        with machines.program("here") as here:
            admin = here.client().sign_in("admin", ADMIN_PASSWORD)
            image = admin.keep(photo)
            path = admin.link(image, 30_000)["url"].removeprefix(here.root)
            there = others.enter_context(machines.program("there"))

        opened_there = there.client().get(path)
        again = others.enter_context(machines.program("here"))
        opened_again = again.client().get(path)
        listed = [moved_to(admin, machine).get("/images", headers=JSON).json()["images"] for machine in (there, again)]

    assert opened_there.content == opened_again.content == photo.read_bytes()
    assert [[one["id"] for one in images] for images in listed] == [[image["id"]]] * 2


def test_key_is_rotated_without_a_break_and_dropped_for_good(machines: Machines, photo: Path) -> None:
    old, new = "the old key, long enough too", "the new key, long enough as well"

    with machines.with_clock("before", secret_key=old) as before:
        admin = before.admin()
        first = admin.link(admin.keep(photo), 30_000)["url"].removeprefix(before.root)
    with machines.with_clock("between", secret_key=new, secret_key_fallbacks=(old,)) as between:
        while_rotating = between.client().get(first)
        still_in = moved_to(admin, between).get("/images").status_code
        admin = between.admin()
        second = admin.link(admin.get("/images", headers=JSON).json()["images"][0], 30_000)
        path = second["url"].removeprefix(between.root)
        links = admin.get("/links", headers=JSON).json()["links"]
        [shown] = [one["url"] for one in links if one["id"] == second["id"]]
    with machines.with_clock("after", secret_key=new) as after:
        dropped, kept = after.client().get(first), after.client().get(path)

    assert while_rotating.content == photo.read_bytes()
    assert still_in == 200
    assert shown == second["url"]
    assert (dropped.status_code, kept.status_code) == (404, 200)


def test_link_outlives_a_restart_of_a_site_that_made_its_own_key(
    tmp_path: Path, photo: Path, serve_in: Callable[[Path], Served]
) -> None:
    first = serve_in(tmp_path / "site")
    admin = first.client().sign_in("admin", ADMIN_PASSWORD)
    path = admin.link(admin.keep(photo), 30_000)["url"].removeprefix(first.root)
    first.close()

    second = serve_in(tmp_path / "site")
    opened = second.client().get(path)
    still_in = moved_to(admin, second).get("/images")

    assert opened.content == photo.read_bytes()
    assert still_in.status_code == 200


@pytest.fixture
def serve_in() -> Iterator[Callable[[Path], Served]]:
    """Start the program on a data folder; what still runs at the end is stopped."""
    with ExitStack() as running:

        def start(folder: Path) -> Served:
            served = Served(folder, admin_password=ADMIN_PASSWORD)
            running.callback(served.close)
            return served

        yield start
