"""The trash: pictures that their owners put away. They are served to nobody, still count, and end after STAYS.

Whoever has many is served in chunks, each a deed of its own: what is interrupted goes on when it is asked for again.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Engine, Select, bindparam, func, select, tuple_, update
from sqlalchemy.orm import Session

from imageapp.database import Instant, microseconds, moment, writing
from imageapp.images import uploads
from imageapp.images.gallery import position
from imageapp.images.models import Image
from imageapp.prepared import Prepared
from imageapp.storage.store import Store

DAYS = 30
STAYS = timedelta(days=DAYS)
PAGE = 50
# Rows that one commit takes: everybody else who writes waits no longer than for these.
CHUNK = 500
# Pictures that one request deletes or restores: about three seconds, which a thread is held for.
MOST_AT_ONCE = 10_000


class Trashed(NamedTuple):
    """What the list of the trash shows of a picture. `placeholder` is a tiny WebP of it, None where there is none."""

    id: str
    name: str
    format: str
    width: int
    height: int
    bytes: int
    created_at: datetime
    trashed_at: datetime
    placeholder: Any

    @property
    def gone_at(self) -> datetime:
        """When it is deleted for good, but for the time until the next hourly sweep."""
        return gone_at(self.trashed_at)


@dataclass(frozen=True, slots=True)
class TrashPage:
    """Pictures, the last one put away first, and where the next page starts: None at the end."""

    images: Sequence[Trashed]
    after: str | None


_last_first = (
    select(*(getattr(Image, name) for name in Trashed._fields))
    .where(Image.owner_id == bindparam("owner_id"), Image.trashed_at.is_not(None))
    .order_by(Image.trashed_at.desc(), Image.id.desc())
    .limit(bindparam("most"))
)
_LAST = Prepared(_last_first, Trashed)
_EARLIER = Prepared(
    _last_first.where(
        tuple_(Image.trashed_at, Image.id) < tuple_(bindparam("before", type_=Instant), bindparam("before_id"))
    ),
    Trashed,
)


def gone_at(trashed_at: datetime) -> datetime:
    """When a picture that was put away at this moment is deleted for good."""
    return trashed_at + STAYS


def last_first(engine: Engine, owner_id: int, *, after: str | None = None, limit: int = PAGE) -> TrashPage:
    """One page of somebody's trash, in one statement. Raises BadForm where `after` is not what an earlier page gave."""
    asked: dict[str, Any] = {"owner_id": owner_id, "most": limit + 1}
    if after is None:
        images = _LAST.rows(engine, asked)
    else:
        trashed_at, image_id = position(after)
        images = _EARLIER.rows(engine, {**asked, "before": moment(trashed_at), "before_id": image_id})
    more, images = len(images) > limit, images[:limit]
    return TrashPage(images, f"{microseconds(images[-1].trashed_at)}.{images[-1].id}" if more else None)


def move(session: Session, ids: Collection[str], owner_id: int, now: datetime) -> dict[str, str]:
    """Put those of these pictures away that are this owner's and are shown. Returns their names by id.

    One deed for all of them, so meant for as many as somebody can choose on a page.
    """
    theirs = select(Image.id).where(Image.id.in_(ids), Image.owner_id == owner_id, Image.trashed_at.is_(None))
    moving = update(Image).where(Image.id.in_(_locked(theirs))).values(trashed_at=now)
    with writing(session):
        moved = session.execute(
            moving.returning(Image.id, Image.name).execution_options(synchronize_session=False)
        ).all()
    return {row.id: row.name for row in moved}


def restore(
    session: Session,
    owner_id: int,
    ids: Collection[str] | None = None,
    put_away: datetime | None = None,
    *,
    chunk: int = CHUNK,
    most: int = MOST_AT_ONCE,
) -> dict[str, str]:
    """Show pictures of this owner's trash again: these, those put away by one deed at this moment, or all of it.

    `chunk` is how many rows one commit takes; once they are `most` or more the rest is left. Returns the names of those
    restored by id.
    """
    which = _of_owner(owner_id, ids)
    if put_away is not None:
        which.append(Image.trashed_at == put_away)
    return _until_done(lambda: _restore_some(session, which, chunk), chunk, most)


def _restore_some(session: Session, which: Sequence[ColumnElement[bool]], chunk: int) -> dict[str, str]:
    theirs = select(Image.id).where(Image.trashed_at.is_not(None), *which)
    showing = update(Image).where(Image.id.in_(_locked(theirs).limit(chunk))).values(trashed_at=None)
    with writing(session):
        shown = session.execute(
            showing.returning(Image.id, Image.name).execution_options(synchronize_session=False)
        ).all()
    return {row.id: row.name for row in shown}


def delete(
    session: Session,
    store: Store,
    owner_id: int,
    ids: Collection[str] | None = None,
    *,
    chunk: int = CHUNK,
    most: int = MOST_AT_ONCE,
) -> dict[str, str]:
    """Delete pictures of this owner's trash for good, these or all of it: rows, thumbnails, links, then the bytes.

    `chunk` is how many rows one commit takes; once they are `most` or more the rest is left. Returns the names of those
    deleted by id. Raises StoreDown; the bytes that are left then are swept as strays.
    """
    return _until_done(lambda: _delete_some(session, store, _of_owner(owner_id, ids), chunk), chunk, most)


def holds_any(engine: Engine, owner_id: int) -> bool:
    """Whether anything lies in this owner's trash."""
    return bool(last_first(engine, owner_id, limit=1).images)


def empty_due(session: Session, store: Store, before: datetime, *, chunk: int = CHUNK) -> int:
    """Delete for good whatever was put away before that moment, of everybody. Returns how many pictures it was."""
    return len(_until_done(lambda: _delete_some(session, store, [Image.trashed_at < before], chunk), chunk))


def _until_done(deed: Callable[[], dict[str, str]], chunk: int, most: int | None = None) -> dict[str, str]:
    done = dict(some := deed())
    while len(some) == chunk and (most is None or len(done) < most):
        done.update(some := deed())
    return done


def count_due(session: Session, before: datetime) -> int:
    """How many pictures `empty_due` would delete."""
    due = select(func.count()).select_from(Image).where(Image.trashed_at.is_not(None), Image.trashed_at < before)
    return session.scalar(due) or 0


def _delete_some(session: Session, store: Store, which: Sequence[ColumnElement[bool]], chunk: int) -> dict[str, str]:
    theirs = select(Image).where(Image.trashed_at.is_not(None), *which)
    with writing(session):
        images = session.scalars(_locked(theirs).limit(chunk)).all()
        keys = uploads.remove_rows(session, images)
        session.expunge_all()
    for key in keys:
        store.delete(key)
    return {image.id: image.name for image in images}


def _of_owner(owner_id: int, ids: Collection[str] | None) -> list[ColumnElement[bool]]:
    chosen = [] if ids is None else [Image.id.in_(ids)]
    return [Image.owner_id == owner_id, *chosen]


def _locked(wanted: Select[Any]) -> Select[Any]:
    # In one order, so that two who want the same pictures wait for each other instead of both for ever.
    return wanted.order_by(Image.trashed_at, Image.id).with_for_update()
