"""Pictures as lists and one by one, for reading. Never touches a pixel or a file."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Engine, bindparam, select, tuple_
from sqlalchemy.orm import Session, joinedload

from imageapp.accounts.models import User
from imageapp.database import Instant, microseconds, moment
from imageapp.identifiers import PUBLIC_ID
from imageapp.images.models import Image, Thumbnail
from imageapp.prepared import Prepared
from imageapp.refusals import BadForm, InTrash, NotFound

PAGE = 24
LARGEST_PAGE = 100

_AFTER = re.compile(rf"([0-9]{{1,17}})\.({PUBLIC_ID})")


class Listed(NamedTuple):
    """What a list shows of a picture. Not an entity: one costs as much again as everything else about a row."""

    id: str
    name: str
    format: str
    width: int
    height: int
    bytes: int
    created_at: datetime
    placeholder: Any
    """A tiny WebP of it (bytes), None where there is none; `bytes` is a field's name here."""


class Made(NamedTuple):
    """A thumbnail that exists: its file size, and how many of an animation's frames it shows."""

    bytes: int
    frames: int


@dataclass(frozen=True, slots=True)
class Page:
    """Pictures, newest first, and where the next page starts: None at the end."""

    images: Sequence[Listed]
    after: str | None


_newest = (
    select(*(getattr(Image, name) for name in Listed._fields))
    .where(Image.owner_id == bindparam("owner_id"), Image.trashed_at.is_(None))
    .order_by(Image.created_at.desc(), Image.id.desc())
    .limit(bindparam("most"))
)
_NEWEST = Prepared(_newest, Listed)
_OLDER = Prepared(
    _newest.where(
        tuple_(Image.created_at, Image.id) < tuple_(bindparam("before", type_=Instant), bindparam("before_id"))
    ),
    Listed,
)


def newest_first(engine: Engine, owner_id: int, *, after: str | None = None, limit: int = PAGE) -> Page:
    """One page of somebody's pictures, in one statement whose cost does not grow with the pictures before or after it.

    `after` is what an earlier page gave; it stays valid when that picture is gone. Raises BadForm where it is none.
    """
    if after is None:
        images = _NEWEST.rows(engine, {"owner_id": owner_id, "most": limit + 1})
    else:
        created_at, image_id = position(after)
        place = {"before": moment(created_at), "before_id": image_id}
        images = _OLDER.rows(engine, {"owner_id": owner_id, "most": limit + 1, **place})
    more = len(images) > limit
    images = images[:limit]
    return Page(images, marker(images[-1]) if more else None)


def these(session: Session, owner_id: int, ids: Sequence[str]) -> list[Image]:
    """Those of the named pictures that are this owner's, in the order they were sent."""
    chosen = select(Image).where(Image.owner_id == owner_id, Image.id.in_(ids), Image.trashed_at.is_(None))
    return list(session.scalars(chosen.order_by(Image.created_at, Image.id)))


def marker(image: Listed) -> str:
    """Where a page that ends with this picture goes on."""
    return f"{microseconds(image.created_at)}.{image.id}"


def next_address(root: str, page: Page, limit: int | None = None) -> str | None:
    """Where the next page is, None after the last. `root` is the gallery's address, `limit` what was asked for."""
    if page.after is None:
        return None
    return f"{root}?after={page.after}" + (f"&limit={limit}" if limit else "")


def position(after: str) -> tuple[int, str]:
    """The moment (microseconds) and id in a marker. Raises BadForm where it is none."""
    match = _AFTER.fullmatch(after)
    if match is None or not after.isascii():
        raise BadForm("This address of a page is damaged. Start again from the first page.", "after")
    return int(match[1]), match[2]


def find(session: Session, image_id: str, viewer_id: int, *, is_admin: bool) -> Image:
    """A picture that this viewer may see, with its owner. Raises NotFound: not there and not yours are alike.

    What is in the trash is not there, for admins too; its owner gets InTrash, the NotFound that tells where it is.
    """
    # Whose it is stands in the statement: somebody else's costs the same time as none. The owner's plan stays unread.
    wanted = select(Image).where(Image.id == image_id).options(joinedload(Image.owner).raiseload(User.plan))
    image = session.scalar(wanted if is_admin else wanted.where(Image.owner_id == viewer_id))
    if image is None or (image.trashed_at is not None and image.owner_id != viewer_id):
        raise NotFound
    if image.trashed_at is not None:
        raise InTrash(image.id, image.name, image.trashed_at)
    return image


class Beside(NamedTuple):
    """The ids of the next newer and the next older picture in the gallery; None at its ends."""

    previous: str | None
    next: str | None


_place = tuple_(bindparam("at", type_=Instant), bindparam("image_id"))
_theirs = select(Image.id).where(Image.owner_id == bindparam("owner_id"), Image.trashed_at.is_(None))
_BESIDE = Prepared(
    select(
        _theirs.where(tuple_(Image.created_at, Image.id) > _place)
        .order_by(Image.created_at, Image.id)
        .limit(1)
        .scalar_subquery()
        .label("previous"),
        _theirs.where(tuple_(Image.created_at, Image.id) < _place)
        .order_by(Image.created_at.desc(), Image.id.desc())
        .limit(1)
        .scalar_subquery()
        .label("next"),
    ),
    Beside,
)


def beside(engine: Engine, image: Image) -> Beside:
    """What stands beside this picture in its owner's gallery: one statement, as dear for the last as for the first."""
    return _BESIDE.first(engine, {"owner_id": image.owner_id, "at": image.created_at, "image_id": image.id})


def thumbnails_of(session: Session, image_id: str) -> dict[int, Made]:
    """The thumbnails that exist, by size id."""
    made = select(Thumbnail.size_id, Thumbnail.bytes, Thumbnail.frames).where(Thumbnail.image_id == image_id)
    return {row.size_id: Made(row.bytes, row.frames) for row in session.execute(made)}
