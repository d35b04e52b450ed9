"""Passwords cannot be tried without end, and trying costs the site little."""

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from sqlalchemy import select

from imageapp.accounts import tries
from imageapp.accounts.models import Tries, User
from tests.accounts.visiting import from_elsewhere, has_failed, is_signed_in
from tests.images.sending import words
from tests.site import JSON, PASSWORD, Client, Site

# The middle of a minute: tries are counted by the minute, and the tests speak of whole ones.
NOON = datetime(2026, 11, 20, 12, 0, 30, tzinfo=UTC)


def try_as(client: Client, username: str, password: str = "wrong", **headers: str) -> tuple[int, int]:
    """The status, and the seconds after which another try is worth it."""
    answer = client.submit("/login", {"username": username, "password": password}, as_json=True, **headers)
    named = answer.json().get("error")
    assert (named, "Retry-After" in answer.headers) in {
        ("bad_form", False), ("too_many_tries", True), (None, False)
    }  # fmt: skip
    return answer.status_code, int(answer.headers.get("Retry-After", 0))


def test_name_that_is_tried_from_one_address_is_locked_after_ten_and_opens_again(site: Site) -> None:
    site.clock.freeze(NOON)
    mallory, name = from_elsewhere(site), site.person()

    answers = [try_as(mallory, name) for _ in range(11)]
    right_too = try_as(mallory, name.upper(), PASSWORD)
    site.clock.advance(seconds=right_too[1] - 1)
    a_second_early = try_as(mallory, name, PASSWORD)
    site.clock.advance(seconds=1)
    in_time = try_as(mallory, name, PASSWORD)

    assert answers == [(400, 0)] * 10 + [(429, 270)]
    assert right_too == (429, 270)
    assert a_second_early == (429, 1)
    assert in_time[0] == 200


def test_forwarded_addresses_that_mallory_makes_up_change_nothing(site: Site) -> None:
    site.clock.freeze(NOON)
    mallory, name = from_elsewhere(site), site.person()
    has_failed(site, mallory, name, 9)

    statuses = [
        try_as(mallory, name, **{"X-Forwarded-For": f"203.0.113.{n}", "Forwarded": f"for=203.0.113.{n}"})[0]
        for n in range(3)
    ]

    assert statuses == [400, 429, 429]


def test_owner_of_a_name_that_mallory_tries_signs_in_from_elsewhere(site: Site) -> None:
    site.clock.freeze(NOON)
    mallory, alice, name = from_elsewhere(site), from_elsewhere(site), site.person()
    has_failed(site, mallory, name, 10)

    refused = try_as(mallory, name)
    alice.sign_in(name)

    assert refused[0] == 429
    assert is_signed_in(alice)


def test_one_address_may_try_fifty_times_over_all_names(site: Site) -> None:
    site.clock.freeze(NOON)
    mallory, alice, name = from_elsewhere(site), from_elsewhere(site), site.person()
    for n in range(49):
        has_failed(site, mallory, f"name{n}", 1)

    last, beyond = try_as(mallory, "name49"), try_as(mallory, name, PASSWORD)
    alice.sign_in(name)

    assert (last, beyond) == ((400, 0), (429, 270))
    assert is_signed_in(alice)


def test_two_hundred_tries_cost_ten_hashes_and_hold_nobody_else_up(start_site: Callable[..., Site]) -> None:
    site = start_site()
    site.clock.freeze(NOON)
    name, other = site.person(), site.person()
    mallory, alice = from_elsewhere(site), from_elsewhere(site)
    sent = {"X-CSRFToken": mallory.csrf(), **JSON}
    form = {"username": name, "password": "wrong"}

    def statuses(count: int) -> tuple[list[int], float]:
        start = time.process_time()
        answers = [mallory.post("/login", form, headers=sent).status_code for _ in range(count)]
        return answers, (time.process_time() - start) / count

    hashed, cost_of_hashing = statuses(10)
    refused, cost_of_refusing = statuses(190)
    alice.sign_in(other)

    assert hashed == [400] * 10
    assert refused == [429] * 190
    assert cost_of_refusing < cost_of_hashing / 2
    assert is_signed_in(alice)


def test_tries_that_are_sent_at_once_are_all_counted(site: Site) -> None:
    site.clock.freeze(NOON)
    mallory, name = from_elsewhere(site), site.person()
    sent = {"X-CSRFToken": mallory.csrf(), **JSON}
    form = {"username": name, "password": "wrong"}

    with ThreadPoolExecutor(24) as crowd:
        answers = list(crowd.map(lambda _: mallory.post("/login", form, headers=sent).status_code, range(24)))

    assert sorted(answers) == [400] * 10 + [429] * 14
    buckets = [one.name for one in tries.for_signing_in(name, mallory.address)]
    with site.session() as session:
        assert session.scalars(select(Tries.count).where(Tries.bucket.in_(buckets))).all() == [10, 10]


def test_success_forgets_the_failures_before_it(site: Site) -> None:
    site.clock.freeze(NOON)
    alice, name = from_elsewhere(site), site.person()
    has_failed(site, alice, name, 9)

    alice.sign_in(name)
    has_failed(site, alice, name, 9)
    tenth = try_as(alice, name)

    assert tenth == (400, 0)


def test_current_password_cannot_be_tried_without_end_by_somebody_at_an_open_browser(site: Site) -> None:
    site.clock.freeze(NOON)
    alice = site.member()
    form = {"current_password": "wrong", "new_password": "a heron in the reeds", "confirm": "a heron in the reeds"}

    with site.session() as session:
        user = session.scalars(select(User.id).where(User.username == alice.username)).one()
        for _ in range(9):
            tries.count(session, [tries.for_changing_password(user)], site.clock())

    answers = [alice.submit("/account", form, as_json=True) for _ in range(2)]
    right = alice.submit("/account", {**form, "current_password": PASSWORD}, as_json=True)
    page = words(alice.submit("/account", form))

    assert "Too many tries. Wait 5 minutes, then try again. Nothing was lost." in page
    assert [answer.status_code for answer in answers] == [400, 429]
    assert right.json()["error"] == "too_many_tries"
    assert int(right.headers["Retry-After"]) == 270
    assert is_signed_in(alice)


def test_table_of_tries_holds_no_name_and_is_swept(site: Site) -> None:
    start = site.clock.freeze(NOON)
    mallory = from_elsewhere(site)
    secret = "a password typed into the wrong field"
    try_as(mallory, secret)

    with site.session() as session:
        kept = session.scalars(select(Tries.bucket)).all()
        site.clock.advance(minutes=6)
        removed = tries.forget_old(session, site.clock())
        left = session.scalars(select(Tries).where(Tries.slot <= start.timestamp() // 60)).all()
        session.rollback()

    assert not any("wrong field" in bucket for bucket in kept)
    assert removed >= 2
    assert left == []


def test_who_tried_too_often_reads_why_the_sign_in_is_closed(site: Site) -> None:
    site.clock.freeze(NOON)
    alice, name = from_elsewhere(site), site.person()
    has_failed(site, alice, name, 10)

    answer = alice.submit("/login", {"username": name, "password": "wrong"})

    assert answer.status_code == 429
    assert "Too many tries. Wait 5 minutes, then try again. Nothing was lost." in words(answer)


def test_the_sentence_about_a_wrong_password_stands_at_its_field_and_no_other_one_does(site: Site) -> None:
    site.clock.freeze(NOON)
    mallory, name = from_elsewhere(site), site.person()

    pages = [mallory.submit("/login", {"username": name, "password": "wrong"}).text for _ in range(11)]

    fields = [
        found[0] for page in (pages[0], pages[-1]) if (found := re.search(r'<input[^>]* id="password"[^>]*>', page))
    ]
    assert ['aria-describedby="problem"' in field for field in fields] == [True, True]
    assert ['aria-invalid="true"' in field for field in fields] == [True, False]
    assert ['id="problem" role="alert"' in page for page in (pages[0], pages[-1])] == [True, True]
