"""A sign-in lasts as long as it is used, and never beyond its end."""

from sqlalchemy import select

from imageapp.accounts.models import Signin, User
from imageapp.accounts.signins import ABSOLUTE, IDLE
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


def test_sign_in_that_is_over_is_not_listed_where_alice_is_signed_in(site: Site) -> None:
    site.clock.freeze()
    old = site.member()
    site.clock.advance(days=8)
    new = site.client().sign_in(old.username)

    page = new.get("/account")

    assert page.text.count('class="dev"') == 1
    assert "Sign out all other devices" not in page.text
