"""My links: all of them or those of one state, a page at a time, whatever else there is."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.links.lists import ago, leafed_through, put_links
from tests.site import JSON, Site


def test_alice_finds_her_links_by_what_became_of_them(site: Site, photo: Path) -> None:
    start = site.clock.freeze()
    alice = site.member()
    image = alice.keep(photo)
    ended, revoked, later = alice.link(image, 300), alice.link(image, 3_600), alice.link(image, 7_200)
    sooner = alice.link(image, 1_800)
    alice.submit(f"/links/{revoked['id']}/revoke")
    site.clock.freeze(start + timedelta(seconds=301))

    lists = {
        state: [link["id"] for link in alice.get(f"/links?state={state}", headers=JSON).json()["links"]]
        for state in ("live", "ended", "revoked", "")
    }
    page = alice.get("/links?state=ended").text

    assert lists["live"] == [sooner["id"], later["id"]]
    assert (lists["ended"], lists["revoked"]) == ([ended["id"]], [revoked["id"]])
    assert set(lists[""]) == {sooner["id"], later["id"], ended["id"], revoked["id"]}
    assert ended["url"] not in page
    assert re.findall(r'aria-current="page">(\w+) <span class="n">(\d+)', page) == [("Expired", "1")]
    assert re.findall(r'state=(\w+)">\w+ <span class="n">(\d+)', page) == [("live", "2"), ("revoked", "1")]


def test_each_list_shows_every_link_of_it_once_in_its_order(site: Site, photo: Path) -> None:
    now = site.clock.freeze()
    alice = site.member()
    image = alice.keep(photo)
    put_links(
        site,
        alice,
        image,
        [
            # Two of each moment: the order must hold all the same.
            (ago(now, hours=9), now + timedelta(minutes=1 + number // 2), None) if number % 3 == 0
            else (ago(now, days=2), ago(now, minutes=number // 2), None) if number % 3 == 1
            else (ago(now, days=3), now + timedelta(hours=1), ago(now, minutes=number // 2))
            for number in range(330)
        ],
    )  # fmt: skip

    live, ended, revoked = (leafed_through(alice, f"/links?state={state}") for state in ("live", "ended", "revoked"))

    for links, state in ((live, "live"), (ended, "ended"), (revoked, "revoked")):
        assert len(links) == len({link["id"] for link in links}) == 110
        assert {link["state"] for link in links} == {state}
    assert [link["expires_at"] for link in live] == sorted(link["expires_at"] for link in live)
    assert [link["expires_at"] for link in ended] == sorted((link["expires_at"] for link in ended), reverse=True)
    assert ">99+<" in alice.get("/links").text


def test_links_that_end_between_two_pages_are_neither_shown_twice_nor_hide_others(site: Site, photo: Path) -> None:
    now = site.clock.freeze()
    alice = site.member()
    image = alice.keep(photo)
    ids = put_links(
        site, alice, image, [(ago(now, hours=1), now + timedelta(seconds=1 + number), None) for number in range(80)]
    )

    first = alice.get("/links?state=live", headers=JSON).json()
    site.clock.freeze(now + timedelta(seconds=60))
    rest = alice.get(first["next"], headers=JSON).json()

    assert [link["id"] for link in first["links"]] == ids[:50]
    assert [link["id"] for link in rest["links"]] == ids[60:]
    assert rest["next"] is None


@pytest.mark.parametrize("state", ["dead", "LIVE", "live ", "live,ended"])
def test_a_list_that_there_is_not_is_refused(site: Site, state: str) -> None:
    alice = site.member()

    program = alice.get(f"/links?state={state}", headers=JSON)
    page = alice.get(f"/links?state={state}")

    assert (program.status_code, program.json()["error"]) == (400, "bad_form")
    assert "live, off, ended and revoked" in page.text


def test_alice_whose_plan_gives_no_links_any_more_finds_those_it_holds_back(site: Site, photo: Path) -> None:
    plan = site.plan((0, 200), makes_links=True)
    alice = site.member(plan)
    link = alice.link(alice.keep(photo), 3_600)

    site.change_plan(plan, makes_links=False)
    off = alice.get("/links?state=off", headers=JSON).json()["links"]
    live = alice.get("/links?state=live", headers=JSON).json()["links"]
    page = alice.get("/links?state=off").text
    site.change_plan(plan, makes_links=True)

    assert ([one["id"] for one in off], live) == ([link["id"]], [])
    assert "Not in your plan <span" in page
    assert alice.get("/links?state=off", headers=JSON).json()["links"] == []


def test_empty_lists_say_which_they_are(site: Site, photo: Path) -> None:
    alice, emma = site.member(), site.member()
    alice.link(alice.keep(photo))

    assert "No revoked links." in alice.get("/links?state=revoked").text
    assert "No expired links." in alice.get("/links?state=ended").text
    assert "No links yet" in emma.get("/links?state=live").text


def test_old_link_offers_a_new_one_of_its_picture(site: Site, photo: Path) -> None:
    site.clock.freeze()
    alice = site.member()
    image = alice.keep(photo)
    alice.link(image, 300)
    site.clock.advance(hours=2, seconds=301)

    page = alice.get("/links").text

    assert f'href="{image["links"]["self"]}/links/new"' in page
    assert "2 hours ago" in page
    assert 'name="id"' not in page


@pytest.mark.parametrize("state", ["live", "ended", "revoked", None])
@pytest.mark.parametrize("after", ["", "&after={place}"])
def test_a_list_reads_by_its_index_alone(
    start_site: Callable[..., Site], photo: Path, state: str | None, after: str
) -> None:
    """Whatever there is of other states, and however far into the list."""
    site = start_site()
    now = site.clock.freeze()
    alice = site.member()
    put_links(site, alice, alice.keep(photo), [(ago(now, hours=1), now + timedelta(hours=1), None)])
    place = f"{int((now.timestamp() + (60 if state == 'live' else -60)) * 1_000_000)}.{'A' * 22}"
    column = {"live": "expires_at", "ended": "expires_at", "revoked": "revoked_at", None: "created_at"}[state]
    kind = f"?state={state}" if state else "?"

    with site.statements() as asked:
        alice.get(f"/links{kind}{after.format(place=place)}", headers=JSON)
    [statement] = [one for one in asked if "FROM links" in one and "count(*)" in one]
    with site.session() as session:
        values = tuple([0] * statement.count("?"))
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        steps = [row[3] for row in plan]

    reading = [step for step in steps if "links" in step]
    assert len(reading) == 4
    assert all(step.startswith("SEARCH links USING") and "INDEX ix_links_owner_id_" in step for step in reading)
    bound = {"created_at": "(created_at,id)<", "revoked_at": "(revoked_at,id)<"}.get(column, "")
    wanted = re.compile(rf"ix_links_owner_id_{column}_id \(owner_id=\?.*{re.escape(bound) if after else ''}")
    assert any(wanted.search(step) for step in reading), reading


def test_link_of_a_picture_in_the_trash_is_no_live_one_until_it_is_restored(site: Site, photo: Path) -> None:
    alice = site.member()
    image = alice.keep(photo)
    link = alice.link(image, 3_600)

    alice.submit(f"/images/{image['id']}/delete")
    [listed] = alice.get("/links?state=live", headers=JSON).json()["links"]
    page, one = alice.get("/links").text, alice.get(f"/links/{link['id']}").text
    alice.submit("/trash/restore", {"id": image["id"]})
    again = alice.get(f"/links/{link['id']}", headers=JSON).json()

    assert (listed["id"], listed["state"]) == (link["id"], "trashed")
    assert "In the trash" in page
    assert "It opens nothing while its picture is in the trash." in one
    assert link["url"] not in page + one
    assert again == link
