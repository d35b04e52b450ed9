"""The figures of the overview. They come from counters and from people and links: never from going through pictures."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from imageapp.accounts.models import User
from imageapp.images.days import Day
from imageapp.images.models import Image
from imageapp.links.models import Link
from imageapp.plans.models import Plan
from imageapp.sentences import Day as Words

# The pixels of the drawing itself; it is stretched to where it stands.
BAR, GAP, TALL = 20, 4, 160
# So that a day with one picture is seen beside a day with a thousand.
LEAST = 2


class PlanFigures(NamedTuple):
    """A plan and its people: how many, how many of these are disabled, and what they keep."""

    id: int
    name: str
    people: int
    disabled: int
    pictures: int
    used_bytes: int


class Bar(NamedTuple):
    """A day of the chart: its date in words, what came, and where its bar is drawn, in pixels from the top left."""

    date: str
    pictures: int
    bytes: int
    x: int
    y: int
    height: int


def by_plan(session: Session) -> list[PlanFigures]:
    """Every plan, in one statement over people and their counters."""
    rows = session.execute(
        select(
            Plan.id,
            Plan.name,
            func.count(User.id),
            func.count(User.id).filter(User.is_active.is_(False)),
            func.coalesce(func.sum(User.pictures), 0),
            func.coalesce(func.sum(User.used_bytes), 0),
        )
        .outerjoin(User, User.plan_id == Plan.id)
        .group_by(Plan.id, Plan.name)
        .order_by(Plan.id)
    )
    return [PlanFigures(plan_id, name, *map(int, counts)) for plan_id, name, *counts in rows]


def live_links(session: Session, now: datetime) -> int:
    """How many links open something at this moment: those that have not ended are looked at, no others."""
    count = session.scalar(
        select(func.count())
        .select_from(Link)
        .join(Image, Image.id == Link.image_id)
        .join(User, User.id == Link.owner_id)
        .join(Plan, Plan.id == User.plan_id)
        .where(Link.expires_at > now, Link.revoked_at.is_(None), Image.trashed_at.is_(None))
        .where(User.is_active, Plan.makes_links)
    )
    return count or 0


def bars(days: Sequence[Day]) -> list[Bar]:
    """The chart of these days: the busiest one is as tall as the drawing."""
    most = max((day.pictures for day in days), default=0)
    drawn = []
    for number, day in enumerate(days):
        height = max(LEAST, round(TALL * day.pictures / most)) if day.pictures else 0
        words = Words(day.date, "short")
        x = number * (BAR + GAP) + GAP // 2
        drawn.append(Bar(words, day.pictures, day.bytes, x, TALL - height, height))
    return drawn
