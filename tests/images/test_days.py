"""What is uploaded on each day is counted as it comes, and stays counted."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from imageapp.accounts.models import User
from imageapp.images.days import Day, last_days
from tests.authorization.people import small_picture
from tests.site import Site


def last(site: Site, count: int) -> list[Day]:
    with site.session() as session:
        return list(last_days(session, count, site.clock()))


def test_operator_sees_what_came_on_each_day_even_when_it_is_deleted_since(start_site: Callable[..., Site]) -> None:
    site = start_site()
    alice, bob = site.member(), site.member()
    small, large = small_picture(), small_picture(1_200, 900)
    today = site.clock()
    gone = alice.keep(small)
    site.clock.advance(days=2)
    bob.keep(small)
    bob.keep(large)

    alice.submit(f"/images/{gone['id']}/delete")
    refused = bob.upload(("no.jpg", b"not a picture"))

    assert refused.status_code == 422
    dates = [(today + timedelta(days=ahead)).date() for ahead in range(-1, 3)]
    sizes = [(0, 0), (1, len(small[1])), (0, 0), (2, len(small[1]) + len(large[1]))]
    assert last(site, 4) == [Day(day, *size) for day, size in zip(dates, sizes, strict=True)]


def test_pictures_that_somebody_keeps_are_counted_with_every_upload_and_deletion(site: Site) -> None:
    alice = site.member()
    first = alice.keep(small_picture())
    alice.keep(small_picture())

    alice.submit(f"/images/{first['id']}/delete")
    with site.session() as session:
        in_the_trash = session.scalars(select(User.pictures).where(User.username == alice.username)).one()
    site.admin().submit("/admin/image/delete/", {"id": first["id"]})

    assert in_the_trash == 2
    with site.session() as session:
        assert session.scalars(select(User.pictures).where(User.username == alice.username)).one() == 1
