"""A link works until its second, and not a moment longer."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from imageapp.links.tokens import LinkSigner
from tests.site import Site

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
