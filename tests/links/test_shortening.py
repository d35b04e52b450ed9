"""A live link may end earlier than it was made for, at the same address, and never later."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from imageapp.links.models import Link
from tests.site import JSON, Site

NOON = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)


def test_alice_lets_a_link_end_earlier_and_it_does_at_that_second(site: Site, photo: Path) -> None:
    site.clock.freeze(NOON)
    alice = site.member()
    link = alice.link(alice.keep(photo), 3_600)
    site.clock.freeze(NOON + timedelta(seconds=100))

    answer = alice.submit(f"/links/{link['id']}/shorten", {"seconds": "200"})
    page = alice.get(answer.headers["Location"]).text
    shown = alice.get(f"/links/{link['id']}", headers=JSON).json()
    site.clock.freeze(NOON + timedelta(seconds=299, microseconds=999_999))
    before = site.client().get(link["url"])
    site.clock.freeze(NOON + timedelta(seconds=300))
    after = site.client().get(link["url"])

    assert answer.status_code == 303
    assert "The end was moved." in page
    assert "12:05 UTC" in page
    assert (shown["url"], shown["seconds"], shown["shortened"]) == (link["url"], 3_600, True)
    assert datetime.fromisoformat(shown["expires_at"]) == NOON + timedelta(seconds=300)
    assert (before.status_code, before.content) == (200, photo.read_bytes())
    assert after.status_code == 410
    assert "This link no longer works" in after.text


def test_link_that_was_ended_earlier_looks_like_any_other_that_is_over(site: Site, photo: Path) -> None:
    site.clock.freeze(NOON)
    alice = site.member()
    image = alice.keep(photo)
    shortened, expired = alice.link(image, 3_600), alice.link(image, 300)
    etag = site.client().get(shortened["url"]).headers["ETag"]
    alice.submit(f"/links/{shortened['id']}/shorten", {"seconds": "60"})
    site.clock.freeze(NOON + timedelta(seconds=301))

    answers = [
        site.client().get(shortened["url"], headers=headers)
        for headers in ({}, {"If-None-Match": etag}, {"Range": "bytes=0-9"})
    ]
    other = site.client().get(expired["url"])
    [listed] = alice.get("/links?state=live", headers=JSON).json()["links"] or [None]

    assert {answer.status_code for answer in answers} == {410}
    pages = {answer.text.replace(answer.headers["X-Request-Id"], "") for answer in [*answers, other]}
    assert len(pages) == 1
    assert all("ETag" not in answer.headers for answer in answers)
    assert listed is None


def test_program_gets_the_link_with_its_new_end(site: Site, photo: Path) -> None:
    site.clock.freeze(NOON)
    alice = site.member()
    link = alice.link(alice.keep(photo), 3_600)

    once = alice.submit(f"/links/{link['id']}/shorten", {"seconds": "600"}, as_json=True)
    twice = alice.submit(f"/links/{link['id']}/shorten", {"seconds": "599"}, as_json=True)

    assert (once.status_code, twice.status_code) == (200, 200)
    assert once.json() == {**link, "expires_at": "2026-11-20T12:10:00.000000Z", "shortened": True}
    assert twice.json() == {**link, "expires_at": "2026-11-20T12:09:59.000000Z", "shortened": True}


@pytest.mark.parametrize("fraction", [0, 1, 999_999])
def test_no_number_of_seconds_makes_a_link_last_longer(site: Site, photo: Path, fraction: int) -> None:
    site.clock.freeze(NOON)
    alice = site.member()
    link = alice.link(alice.keep(photo), 600)
    path = f"/links/{link['id']}/shorten"
    alice.submit(path, {"seconds": "500"})
    site.clock.freeze(NOON + timedelta(seconds=100, microseconds=fraction))
    left = 400 if fraction == 0 else 399

    refused = [alice.submit(path, {"seconds": str(seconds)}, as_json=True) for seconds in (left, 401, 500, 30_000)]
    taken = alice.submit(path, {"seconds": str(left - 1)}, as_json=True)

    assert [(answer.status_code, answer.json()["error"]) for answer in refused] == [(400, "bad_form")] * 4
    assert f"Choose 1 to {left - 1}." in refused[0].json()["message"]
    assert datetime.fromisoformat(taken.json()["expires_at"]) == NOON + timedelta(seconds=499)


@pytest.mark.parametrize("text", ["", "0", "-1", "1.5", "soon", "+5", "٣٠٠", "9" * 40, "5\0"])
def test_alice_reads_at_the_field_what_was_wrong(site: Site, photo: Path, text: str) -> None:
    alice = site.member()
    link = alice.link(alice.keep(photo), 600)
    path = f"/links/{link['id']}/shorten"

    page = alice.submit(path, {"seconds": text})
    program = alice.submit(path, {"seconds": text}, as_json=True)

    assert (page.status_code, program.status_code) == (400, 400)
    assert "\0" in text or "<title>Error: Your link is ready" in page.text
    assert "\0" in text or ("<details" in page.text and 'id="seconds-error"' in page.text)
    assert program.json()["error"] == "bad_form"
    assert alice.get(f"/links/{link['id']}", headers=JSON).json() == link


def test_link_that_is_over_is_ended_no_earlier(site: Site, photo: Path) -> None:
    start = site.clock.freeze(NOON)
    alice = site.member()
    image = alice.keep(photo)
    revoked, ended = alice.link(image, 600), alice.link(image, 300)
    alice.submit(f"/links/{revoked['id']}/revoke")
    site.clock.freeze(start + timedelta(seconds=300))

    answers = [alice.submit(f"/links/{one['id']}/shorten", {"seconds": "1"}) for one in (revoked, ended)]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert all("This link is over, or will be in a moment." in answer.text for answer in answers)
    with site.session() as session:
        assert session.get_one(Link, revoked["id"]).signed_until is None
        assert session.get_one(Link, ended["id"]).expires_at == start + timedelta(seconds=300)


def test_nobody_ends_a_link_of_another(site: Site, photo: Path) -> None:
    alice, bob, admin = site.member(), site.member(), site.member(is_admin=True)
    link = alice.link(alice.keep(photo), 600)

    answers = [
        who.submit(f"/links/{one}/shorten", {"seconds": "1"}, as_json=True)
        for who in (bob, admin)
        for one in (link["id"], "A" * 22)
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert alice.get(f"/links/{link['id']}", headers=JSON).json() == link


def test_of_many_ends_at_once_the_earliest_holds(site: Site, photo: Path) -> None:
    site.clock.freeze(NOON)
    alice = site.member()
    link = alice.link(alice.keep(photo), 3_600)
    token = alice.csrf()
    together, statuses = Barrier(8), []

    def end(seconds: int) -> None:
        tab = site.client()
        tab.cookies.update(alice.cookies)
        together.wait(20)
        sent = {"X-CSRFToken": token, **JSON}
        statuses.append(tab.post(f"/links/{link['id']}/shorten", {"seconds": seconds}, headers=sent).status_code)

    threads = [Thread(target=end, args=(seconds,)) for seconds in range(100, 900, 100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert len(statuses) == 8
    assert set(statuses) <= {200, 400}
    shown = alice.get(f"/links/{link['id']}", headers=JSON).json()
    assert (shown["expires_at"], shown["url"]) == ("2026-11-20T12:01:40.000000Z", link["url"])


def test_site_that_allows_long_links_lets_them_end_within_its_least(
    start_site: Callable[..., Site], photo: Path
) -> None:
    """The least that a link may be made for does not keep anybody from ending it."""
    site = start_site(link_seconds_min=600, link_seconds_max=1_800)
    alice = site.member()
    link = alice.link(alice.keep(photo), 600)

    answer = alice.submit(f"/links/{link['id']}/shorten", {"preset": "60"}, as_json=True)

    assert answer.status_code == 200
    assert answer.json()["shortened"] is True
