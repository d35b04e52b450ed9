"""Pictures as lists and one by one, for reading. Never touches a pixel or a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Boolean, Engine, and_, bindparam, select, tuple_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from imageapp.accounts.models import User
from imageapp.database import microseconds
from imageapp.images.models import Image, Thumbnail
from imageapp.images.orders import ALL, NEWEST, Asked, Order, marker, name_key, place_in
from imageapp.plans.entitlements import Size
from imageapp.plans.models import Size as PlanSize
from imageapp.plans.models import plan_sizes
from imageapp.prepared import Prepared
from imageapp.refusals import InTrash, NotFound

PAGE = 24
LARGEST_PAGE = 100


class Listed(NamedTuple):
    """What a list shows of a picture. Not an entity: one costs as much again as everything else about a row."""

    id: str
    name: str
    format: str
    width: int
    height: int
    bytes: int
    created_at: datetime
    frames: int
    placeholder: Any
    """A tiny WebP of it (bytes), None where there is none; `bytes` is a field's name here."""


class Made(NamedTuple):
    """A thumbnail that exists: its file size, and how many of an animation's frames it shows."""

    bytes: int
    frames: int


@dataclass(frozen=True, slots=True)
class Page:
    """Pictures in the order that was asked for, and where the next page starts: None at the end."""

    images: Sequence[Listed]
    after: str | None


class _Holds(FunctionElement[bool]):
    """Whether a text holds another one, each sign of it as it is. LIKE takes a tenth longer, where no name does."""

    type = Boolean()
    inherit_cache = True


@compiles(_Holds)
def _in_postgresql(element: _Holds, compiler: SQLCompiler, **given: Any) -> str:  # noqa: ANN401 - passed on
    return f"strpos({compiler.process(element.clauses, **given)}) > 0"


@compiles(_Holds, "sqlite")
def _in_sqlite(element: _Holds, compiler: SQLCompiler, **given: Any) -> str:  # noqa: ANN401 - passed on
    return f"instr({compiler.process(element.clauses, **given)}) > 0"


@cache
def _statement(order: Order, *, onward: bool, named: bool) -> Prepared:
    """Of each order that walks one index from its start or from a place in it, and reads names there where asked to."""
    key: Any = getattr(Image, order.key)
    columns = [getattr(Image, name) for name in Listed._fields]
    wanted = select(*columns).where(Image.owner_id == bindparam("owner_id"), Image.trashed_at.is_(None))
    if named:
        wanted = wanted.where(_Holds(Image.name_key, bindparam("words", type_=Image.name_key.type)))
    if onward:
        place = tuple_(key, Image.id)
        here = tuple_(bindparam("here", type_=key.type), bindparam("here_id"))
        wanted = wanted.where(place < here if order.descending else place > here)
    by = (key.desc(), Image.id.desc()) if order.descending else (key, Image.id)
    return Prepared(wanted.order_by(*by).limit(bindparam("most")), Listed)


def listed(engine: Engine, owner_id: int, what: Asked = ALL, *, after: str | None = None, limit: int = PAGE) -> Page:
    """One page of somebody's pictures, in one statement whose cost does not grow with the pictures before or after it;
    where a name is looked for, with those that do not have it.

    `after` is what an earlier page of the same order gave; it stays valid when that picture is gone. Raises BadForm
    where it is none.
    """
    parameters: dict[str, Any] = {"owner_id": owner_id, "most": limit + 1}
    if what.words:
        parameters["words"] = name_key(what.words)
    if after is not None:
        parameters["here"], parameters["here_id"] = place_in(what.order, after)
    statement = _statement(what.order, onward=after is not None, named=bool(what.words))
    images = statement.rows(engine, parameters)
    more = len(images) > limit
    images = images[:limit]
    return Page(images, marker(what.order, images[-1]) if more else None)


def these(session: Session, owner_id: int, ids: Sequence[str]) -> list[Image]:
    """Those of the named pictures that are this owner's, in the order they were sent."""
    chosen = select(Image).where(Image.owner_id == owner_id, Image.id.in_(ids), Image.trashed_at.is_(None))
    return list(session.scalars(chosen.order_by(Image.created_at, Image.id)))


def next_address(root: str, page: Page, limit: int | None = None, what: Asked = ALL) -> str | None:
    """Where the next page is, None after the last. `root` is the gallery's address, `limit` what was asked for."""
    if page.after is None:
        return None
    return what.address(root, after=page.after, **({"limit": limit} if limit else {}))


def position(after: str) -> tuple[int, str]:
    """The moment (microseconds) and id in a place of a list that begins with the newest. Raises BadForm."""
    moment, entry_id = place_in(NEWEST, after)
    return microseconds(moment), entry_id


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


@cache
def _beside(order: Order, *, named: bool) -> Prepared:
    """Walks the order's index from the place of a picture, once to either side."""
    key: Any = getattr(Image, order.key)
    place, here = tuple_(key, Image.id), tuple_(bindparam("here", type_=key.type), bindparam("here_id"))
    theirs = select(Image.id).where(Image.owner_id == bindparam("owner_id"), Image.trashed_at.is_(None))
    if named:
        theirs = theirs.where(_Holds(Image.name_key, bindparam("words", type_=Image.name_key.type)))
    larger = theirs.where(place > here).order_by(key, Image.id).limit(1).scalar_subquery()
    smaller = theirs.where(place < here).order_by(key.desc(), Image.id.desc()).limit(1).scalar_subquery()
    previous, following = (larger, smaller) if order.descending else (smaller, larger)
    return Prepared(select(previous.label("previous"), following.label("next")), Beside)


def beside(engine: Engine, image: Image, what: Asked = ALL) -> Beside:
    """What stands beside this picture in its owner's gallery, as that was asked for: one statement, as dear for the
    last as for the first; where a name is looked for, with those in between that do not have it.
    """
    parameters = {"owner_id": image.owner_id, "here": getattr(image, what.order.key), "here_id": image.id}
    if what.words:
        parameters["words"] = name_key(what.words)
    return _beside(what.order, named=bool(what.words)).first(engine, parameters)


def sizes_for(session: Session, image_id: str) -> list[tuple[Size, Made | None]]:
    """Every size that some plan gives, with what of it exists for this picture."""
    made = and_(Thumbnail.size_id == PlanSize.id, Thumbnail.image_id == image_id)
    columns = (PlanSize.id, PlanSize.width, PlanSize.height, Thumbnail.bytes, Thumbnail.frames)
    rows = select(*columns).outerjoin(Thumbnail, made).where(PlanSize.id.in_(select(plan_sizes.c.size_id)))
    return [
        (Size(width, height, size_id), None if size is None else Made(size, frames))
        for size_id, width, height, size, frames in session.execute(rows)
    ]
