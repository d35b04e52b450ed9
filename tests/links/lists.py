"""Somebody's links as rows, made all at once: of any state, however long ago."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from imageapp.accounts.models import User
from imageapp.database import writing
from imageapp.links.models import Link
from tests.site import JSON, Client, Site


def put_links(
    site: Site, owner: Client, image: dict[str, Any], lives: Iterable[tuple[datetime, datetime, datetime | None]]
) -> list[str]:
    """A row for each life: when it was made, when it ends or ended, and when it was revoked. Returns their ids."""
    with site.session() as session, writing(session):
        owner_id = session.scalars(select(User.id).where(User.username == owner.username)).one()
        rows = [
            {
                "id": f"{owner.username}-{number:05}".ljust(22, "_"),
                "image_id": image["id"],
                "owner_id": owner_id,
                "created_at": made,
                "expires_at": ends,
                "revoked_at": revoked,
            }
            for number, (made, ends, revoked) in enumerate(lives)
        ]
        session.execute(insert(Link), rows)
    return [row["id"] for row in rows]


def leafed_through(owner: Client, address: str) -> list[dict[str, Any]]:
    """Every link of a list, page after page."""
    seen: list[dict[str, Any]] = []
    following: str | None = address
    while following:
        answer = owner.get(following, headers=JSON).json()
        seen += answer["links"]
        following = answer["next"]
    return seen


def ago(now: datetime, **span: float) -> datetime:
    """A moment so long before that one."""
    return now - timedelta(**span)
