"""A sign-in lasts as long as it is used, and never beyond its end."""

from collections.abc import Callable

from sqlalchemy import select, text

from imageapp.accounts.models import Signin, User
from imageapp.accounts.signins import ABSOLUTE, IDLE
from imageapp.extensions import db
from tests.accounts.visiting import is_signed_in
from tests.site import Site


def test_sign_in_that_lies_idle_for_a_week_is_over(site: Site) -> None:
    site.clock.freeze()
    alice, bob = site.member(), site.member()

    site.clock.advance(seconds=IDLE.total_seconds() - 1)
    alice_came_in_time = is_signed_in(alice)
    site.clock.advance(seconds=1)

    assert alice_came_in_time
    assert not is_signed_in(bob)
    assert is_signed_in(alice)


def test_sign_in_that_is_used_every_day_is_over_after_thirty(site: Site) -> None:
    site.clock.freeze()
    alice = site.member()

    days = []
    for _ in range(ABSOLUTE.days - 1):
        site.clock.advance(days=1)
        days.append(is_signed_in(alice))
    site.clock.advance(hours=23, minutes=59, seconds=59)
    in_the_last_second = is_signed_in(alice)
    site.clock.advance(seconds=1)

    assert all(days)
    assert in_the_last_second
    assert not is_signed_in(alice)


def test_last_use_is_written_down_at_most_every_ten_minutes(site: Site) -> None:
    start = site.clock.freeze()
    alice = site.member()

    def seen() -> float:
        with site.session() as session:
            row = session.scalars(select(Signin).join(User).where(User.username == alice.username)).one()
            return (row.seen_at - start).total_seconds()

    site.clock.advance(minutes=9, seconds=59)
    with site.statements() as within:
        alice.get("/account")
    seen_within = seen()
    site.clock.advance(seconds=1)
    alice.get("/account")

    assert not any(statement.startswith(("UPDATE", "INSERT")) for statement in within)
    assert seen_within == 0
    assert seen() == 600


def test_alice_sees_her_page_though_her_use_of_it_cannot_be_written_down(start_site: Callable[..., Site]) -> None:
    """As on a disk that is full: what only reads goes on, and the answer has its headers."""
    site = start_site()
    site.clock.freeze()
    alice = site.member()
    with site.app.app_context(), db.engine.begin() as connection:
        connection.execute(text("CREATE TRIGGER full BEFORE UPDATE ON signins BEGIN SELECT RAISE(ABORT, 'full'); END"))

    site.clock.advance(minutes=11)
    answer = alice.get("/images")

    assert answer.status_code == 200
    assert "<h1>Gallery</h1>" in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_sign_in_that_is_over_is_not_listed_where_alice_is_signed_in(site: Site) -> None:
    site.clock.freeze()
    old = site.member()
    site.clock.advance(days=8)
    new = site.client().sign_in(old.username)

    page = new.get("/account")

    assert page.text.count('class="dev"') == 1
    assert "Sign out all other devices" not in page.text
