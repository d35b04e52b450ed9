"""Somebody's links, a page at a time: all of them, or those of one state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, literal, select, true, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, contains_eager

from imageapp.database import Instant, microseconds, moment
from imageapp.images.gallery import position
from imageapp.images.models import Image
from imageapp.links.models import Link
from imageapp.refusals import BadForm
from imageapp.sentences import Listing, say

PAGE = 50
COUNTED = 100  # of each state at most, so that a count never reads more than a page does
COUNTED_STATES = ("live", "ended", "revoked")
# Where the plan gives no links, those that would be live are "off". Links of a picture in the trash stay in the list in
# which they were: they may open it again.
STATES = ("live", "off", "ended", "revoked")


@dataclass(frozen=True, slots=True)
class LinkPage:
    """Links with their pictures; `after` is where the next page starts, None at the end.

    `counts` says how many links there are that are "live" (or off), "ended" and "revoked", COUNTED standing for as many
    or more.
    """

    links: Sequence[Link]
    after: str | None
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Order:
    """By which moment the links of a list are ordered, and whether the earliest comes first."""

    column: InstrumentedAttribute[Any]
    rising: bool = False

    def of(self, table: type[Link]) -> list[ColumnElement[Any]]:
        columns = (getattr(table, self.column.key), table.id)
        return [column.asc() if self.rising else column.desc() for column in columns]


# Each is the order of an index, so that a page reads the rows that it shows and no others.
_ORDERS: Mapping[str | None, _Order] = {
    None: _Order(Link.created_at),
    "live": _Order(Link.expires_at, rising=True),
    "off": _Order(Link.expires_at, rising=True),
    "ended": _Order(Link.expires_at),
    "revoked": _Order(Link.revoked_at),
}


def page_of(
    session: Session,
    owner_id: int,
    now: datetime,
    *,
    plan_gives: bool,
    state: str | None = None,
    after: str | None = None,
    limit: int = PAGE,
) -> LinkPage:
    """One page of somebody's links: all, newest first, or those of a state of STATES. One statement.

    Of those that still work comes first which ends first, of the others that which ended or was revoked last.
    `plan_gives` says whether the owner's plan gives links at this moment. Raises BadForm for a state that there is not,
    or where `after` is not one that an earlier page gave.
    """
    if state is not None and state not in STATES:
        raise BadForm(say("Links are %(states)s: choose one of these.", states=Listing(STATES)), "state")
    order = _ORDERS[state]
    wanted = _wanted(owner_id, now, state, after)
    if state == ("off" if plan_gives else "live"):
        wanted = wanted.where(false())
    page = wanted.order_by(*order.of(Link)).limit(limit + 1).subquery()
    shown = aliased(Link, page)
    counts = select(*[_count(owner_id, now, one).label(one) for one in COUNTED_STATES]).subquery()
    # From the counts, which are there for an empty page as well.
    rows = session.execute(
        select(shown, *counts.c)
        .select_from(counts)
        .outerjoin(shown, true())
        .outerjoin(Image, Image.id == shown.image_id)
        .options(contains_eager(shown.image))
        .order_by(*order.of(shown))
    ).all()
    links = [row[0] for row in rows if row[0] is not None]
    last = links[limit - 1] if len(links) > limit else None
    following = f"{microseconds(getattr(last, order.column.key))}.{last.id}" if last else None
    return LinkPage(links[:limit], following, dict(zip(COUNTED_STATES, rows[0][1:], strict=True)))


def _wanted(owner_id: int, now: datetime, state: str | None, after: str | None) -> Select[Link]:
    order = _ORDERS[state]
    query = select(Link).where(Link.owner_id == owner_id)
    if after is None:
        return query.where(*_in_state(state, now))
    at, link_id = position(after)
    # The type is named: inside a tuple it is not taken from the column, and a moment would go out as a text.
    place = tuple_(literal(moment(at), Instant), literal(link_id))
    here = tuple_(order.column, Link.id)
    query = query.where(here > place if order.rising else here < place)
    # Of two bounds on the same side SQLite takes either for the start of its search: none but the nearer is given.
    nearer = {"live": moment(at) >= now, "off": moment(at) >= now, "ended": moment(at) <= now}
    if nearer.get(state or ""):
        return query.where(Link.revoked_at.is_(None))
    return query.where(*_in_state(state, now))


def _in_state(state: str | None, now: datetime) -> list[ColumnElement[bool]]:
    if state is None:
        return []
    if state == "revoked":
        return [Link.revoked_at.is_not(None)]
    return [Link.revoked_at.is_(None), Link.expires_at <= now if state == "ended" else Link.expires_at > now]


def _count(owner_id: int, now: datetime, state: str) -> ColumnElement[int]:
    some = select(literal(1)).select_from(Link).where(Link.owner_id == owner_id, *_in_state(state, now)).limit(COUNTED)
    return select(func.count()).select_from(some.subquery()).scalar_subquery()
