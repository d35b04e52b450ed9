"""What admins do to plans and thumbnail sizes. Each function is a deed of its own."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from imageapp.accounts.models import User
from imageapp.accounts.passwords import name_key
from imageapp.admin.deeds import CHUNK, unless_somebody_was_quicker
from imageapp.database import writing
from imageapp.images.models import Thumbnail
from imageapp.plans.entitlements import Size as SizeValue
from imageapp.plans.models import Plan, Size, plan_sizes
from imageapp.refusals import BadForm, NotFound
from imageapp.sentences import say, say_n
from imageapp.storage.store import Store
from imageapp.wording import listed

Row = TypeVar("Row", Plan, Size)

LONGEST_NAME = 50
LONGEST_KEY = 150
NAMES_SHOWN = 5
# Control and direction characters, line separators, and what stands for no character at all.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Tier:
    """What an admin says about a plan. `quota_bytes` None means no limit, `accepts` None every format."""

    name: str
    size_ids: Sequence[int]
    new_sizes: Sequence[SizeValue]
    shows_original: bool
    makes_links: bool
    quota_bytes: int | None
    accepts: tuple[str, ...] | None = None


def save_plan(session: Session, plan_id: int | None, tier: Tier) -> int:
    """Save a plan, a new one where `plan_id` is None; returns its id. Sizes that there are not yet are made.

    Raises NotFound, and BadForm at the field that is wrong.
    """
    name, key = _checked_name(tier.name)
    with unless_somebody_was_quicker(), writing(session):
        other = session.scalar(select(Plan).where(Plan.name_key == key, Plan.id != (plan_id or 0)))
        if other is not None:
            raise BadForm(say("There is a plan “%(name)s” already.", name=other.name), "name")
        sizes = _chosen_sizes(session, tier)
        plan = _found(session, Plan, plan_id) if plan_id else Plan()
        plan.name, plan.name_key = name, key
        plan.shows_original, plan.makes_links, plan.quota_bytes = (
            tier.shows_original,
            tier.makes_links,
            tier.quota_bytes,
        )
        plan.accepts = None if tier.accepts is None else ",".join(tier.accepts)
        plan.sizes = sizes
        session.add(plan)
        session.flush()
        return plan.id


def delete_plan(session: Session, plan_id: int) -> None:
    """Raises NotFound, and BadForm naming the people who are on it."""
    with unless_somebody_was_quicker(), writing(session):
        plan = _found(session, Plan, plan_id)
        refuse_plan_in_use(session, plan)
        session.delete(plan)


def refuse_plan_in_use(session: Session, plan: Plan) -> None:
    """Raises BadForm naming the people who are on this plan, if there are any."""
    count = session.scalar(select(func.count()).select_from(User).where(User.plan_id == plan.id)) or 0
    if not count:
        return
    names = session.scalars(
        select(User.username).where(User.plan_id == plan.id).order_by(User.username_key).limit(NAMES_SHOWN)
    )
    shown: str = ", ".join(names)
    if count > NAMES_SHOWN:
        shown = say("%(names)s and %(more)s more", names=shown, more=count - NAMES_SHOWN)
    raise BadForm(
        say_n(
            "%(plan)s is used by %(count)s person: %(names)s. Move that person to another plan first.",
            "%(plan)s is used by %(count)s people: %(names)s. Move them to another plan first.",
            count,
            plan=plan.name,
            names=shown,
        )
    )


def save_size(session: Session, store: Store, size_id: int | None, width: int, height: int) -> int:
    """Save a size, a new one where `size_id` is None; returns its id. Thumbnails of the old pixels go and are made
    anew when they are asked for.

    Raises NotFound, and BadForm for a size that there is already.
    """
    with unless_somebody_was_quicker(), writing(session):
        twin = session.scalar(select(Size).where(Size.width == width, Size.height == height, Size.id != (size_id or 0)))
        if twin is not None:
            raise BadForm(say("There is a size %(size)s already.", size=str(twin)), "width" if width else "height")
        size = _found(session, Size, size_id) if size_id else Size()
        differs = (size.width, size.height) != (width, height)
        size.width, size.height = width, height
        session.add(size)
        session.flush()
        saved_id = size.id
    if size_id and differs:
        _drop_thumbnails(session, store, saved_id)
    return saved_id


def delete_size(session: Session, store: Store, size_id: int) -> None:
    """Delete a size with its thumbnails. Raises NotFound, and BadForm naming the plans that give it."""
    refuse_size_in_use(session, _found(session, Size, size_id))
    _drop_thumbnails(session, store, size_id)
    with unless_somebody_was_quicker(), writing(session):
        size = _found(session, Size, size_id)
        refuse_size_in_use(session, size)
        session.delete(size)


def refuse_size_in_use(session: Session, size: Size) -> None:
    """Raises BadForm naming the plans that give this size, if there are any."""
    plans = session.scalars(
        select(Plan.name).join(plan_sizes).where(plan_sizes.c.size_id == size.id).order_by(Plan.name_key)
    ).all()
    if plans:
        raise BadForm(
            say_n(
                "%(size)s is used by the plan %(plans)s. Take it out of it first.",
                "%(size)s is used by the plans %(plans)s. Take it out of them first.",
                len(plans),
                size=str(size),
                plans=listed(plans),
            )
        )


def _checked_name(text: str) -> tuple[str, str]:
    """The name as it is kept, and as it is compared. Raises BadForm."""
    name = unicodedata.normalize("NFC", text).strip()
    key = name_key(name)
    if not name or not key:
        raise BadForm(say("A plan needs a name."), "name")
    if len(name) > LONGEST_NAME or len(key) > LONGEST_KEY:
        raise BadForm(say("Use at most %(most)s plain characters.", most=LONGEST_NAME), "name")
    if any(unicodedata.category(character) in _UNSEEN for character in name):
        raise BadForm(say("The name holds a character that cannot be seen. Type it again."), "name")
    return name, key


def _chosen_sizes(session: Session, tier: Tier) -> list[Size]:
    """The rows of the sizes that were ticked and typed, each once. Inside `writing(session)`."""
    # Held until the commit: none of them is deleted meanwhile.
    ticked = session.scalars(
        select(Size).where(Size.id.in_(tier.size_ids)).with_for_update(read=True, key_share=True)
    ).all()
    if len(ticked) != len(set(tier.size_ids)):
        raise BadForm(say("One of these sizes was deleted meanwhile. Choose again."), "sizes")
    sizes = {row.id: row for row in ticked}
    for typed in tier.new_sizes:
        row = session.scalar(select(Size).where(Size.width == typed.width, Size.height == typed.height))
        if row is None:
            row = Size(width=typed.width, height=typed.height)
            session.add(row)
            session.flush()
        sizes[row.id] = row
    return list(sizes.values())


def _drop_thumbnails(session: Session, store: Store, size_id: int) -> None:
    """Delete every thumbnail of this size, rows before bytes, a chunk at a time."""
    more = True
    while more:
        with writing(session):
            some = select(Thumbnail.image_id, Thumbnail.blob_key).where(Thumbnail.size_id == size_id).limit(CHUNK)
            rows = session.execute(some).all()
            ids = [row.image_id for row in rows]
            session.execute(delete(Thumbnail).where(Thumbnail.size_id == size_id, Thumbnail.image_id.in_(ids)))
        for row in rows:
            store.delete(row.blob_key)
        more = len(rows) == CHUNK


def _found(session: Session, kind: type[Row], row_id: int) -> Row:
    row = session.get(kind, row_id)
    if row is None:
        raise NotFound(say("This was deleted meanwhile."))
    return row
