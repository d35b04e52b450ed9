"""Keeping what is sent, and taking it away again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Case, Connection, bindparam, case, delete, insert, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from imageapp.accounts.models import Account, User
from imageapp.arriving import Arrived
from imageapp.database import writing
from imageapp.identifiers import new_blob_keys, new_id
from imageapp.images.days import count_upload
from imageapp.images.models import Image, Thumbnail
from imageapp.images.names import display_name
from imageapp.imaging.formats import Decoder, Rendered, Target
from imageapp.plans.entitlements import Size
from imageapp.plans.models import Plan
from imageapp.plans.models import Size as SizeRow
from imageapp.refusals import NotAnImage, NotFound, QuotaFull, Refusal, SignInNeeded, TooLarge
from imageapp.storage.store import Store, StoreDown

_quota = select(Plan.quota_bytes).where(Plan.id == User.plan_id).scalar_subquery()
# One conditional UPDATE: read, compare and write in three steps lets 40 of 10 in.
_TAKE_ROOM = (
    update(User)
    .where(
        User.id == bindparam("owner"),
        User.is_active,
        or_(_quota.is_(None), User.used_bytes + bindparam("sent", type_=BigInteger) <= _quota),
    )
    .values(used_bytes=User.used_bytes + bindparam("sent", type_=BigInteger), pictures=User.pictures + 1)
    .returning(User.id)
)
# A size may have been deleted meanwhile, or changed to other pixels; the ones that stand are held until the commit.
_HOLD_SIZES = (
    select(SizeRow.id, SizeRow.width, SizeRow.height)
    .where(SizeRow.id.in_(bindparam("ids", expanding=True)))
    .with_for_update(read=True, key_share=True)
)


@dataclass(frozen=True, slots=True)
class Workshop:
    """What an upload is made with. `spool` is a folder for what is being worked on; `max_file_bytes` limits a file.

    `formats` are the names of those that this server accepts.
    """

    store: Store
    decoder: Decoder
    spool: Path
    max_file_bytes: int
    formats: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Made:
    """One thumbnail on its way from the workshop to the store."""

    size: Size
    path: Path
    blob_key: str


def keep(
    session: Session,
    workshop: Workshop,
    account: Account,
    sent: Arrived,
    *,
    file_name: str,
    given_name: str,
    now: datetime,
) -> Image:
    """Keep one file as a picture with every thumbnail of the plan.

    Bytes first, rows after: a stray file can be swept, a row without its file breaks the gallery. Where it is not
    kept, the file is the caller's to remove. Raises TooLarge, NotAnImage, TooManyPixels, QuotaFull, Busy; StoreDown
    when there is no room for the bytes.
    """
    _check(sent, workshop.max_file_bytes, account.free_bytes)
    sizes = account.plan.sizes
    blob_key, *keys = new_blob_keys(1 + len(sizes))
    made = [
        _Made(size, sent.path.with_name(f"{sent.path.name}-{size.label}"), key)
        for size, key in zip(sizes, keys, strict=True)
    ]
    targets = [Target(one.size.width, one.size.height, one.path) for one in made]
    try:
        rendered = workshop.decoder.render(sent.path, targets, account.plan.accepted(workshop.formats))
        name = display_name(given_name, file_name)
        image = _image(sent, rendered, owner_id=account.user_id, name=name, blob_key=blob_key, now=now)
        _store_and_commit(session, workshop.store, image, sent.path, made, rendered)
    finally:
        for one in made:
            one.path.unlink(missing_ok=True)
    return image


def _check(sent: Arrived, most: int, free: int | None) -> None:
    if sent.fault:
        raise StoreDown(sent.fault)
    if not sent.bytes:
        raise NotAnImage("The file is empty. Choose it again.")
    if sent.bytes > most:
        raise TooLarge(f"The file is over the limit of {most / 1_000_000:g} MB. Save a smaller copy.")
    if free is not None and sent.bytes > free:
        raise _quota_full()


def _image(sent: Arrived, rendered: Rendered, *, owner_id: int, name: str, blob_key: str, now: datetime) -> Image:
    return Image(
        id=new_id(),
        owner_id=owner_id,
        name=name,
        format=rendered.format,
        width=rendered.width,
        height=rendered.height,
        frames=rendered.frames,
        bytes=sent.bytes,
        sha256=sent.sha256,
        blob_key=blob_key,
        created_at=now,
        facts=rendered.facts.as_json(),
        placeholder=rendered.placeholder,
        colour=rendered.colour,
    )


def _store_and_commit(
    session: Session, store: Store, image: Image, original: Path, made: Sequence[_Made], rendered: Rendered
) -> None:
    keys = [image.blob_key, *(one.blob_key for one in made)]
    thumbnails = [
        Thumbnail(
            image_id=image.id,
            size_id=one.size.id,
            format=thumbnail.format,
            width=thumbnail.width,
            height=thumbnail.height,
            frames=thumbnail.frames,
            bytes=thumbnail.bytes,
            blob_key=one.blob_key,
        )
        for one, thumbnail in zip(made, rendered.thumbnails, strict=True)
    ]
    try:
        store.put_all({image.blob_key: original, **{one.blob_key: one.path for one in made}})
        with writing(session):
            kept = _insert(session, image, thumbnails, {one.size.id: one.size for one in made})
    except Refusal:
        for key in keys:
            store.delete(key)
        raise
    # After any other fault nobody knows whether the commit took place: the bytes stay, and the sweep takes those that
    # no row points to.
    for unused in set(keys) - kept:
        store.delete(unused)


def _insert(session: Session, image: Image, thumbnails: Sequence[Thumbnail], sizes: Mapping[int, Size]) -> set[str]:
    """Rows and counter, inside `writing`; `sizes` are what the thumbnails were made for, by their ids.

    Returns the blob keys that are in the table afterwards.
    """
    # Without entities: what the session does for those costs twice as much as the statements.
    connection = session.connection()
    if connection.execute(_TAKE_ROOM, {"owner": image.owner_id, "sent": image.bytes}).first() is None:
        if session.scalar(select(User.is_active).where(User.id == image.owner_id)):
            raise _quota_full()
        raise SignInNeeded("Your account was disabled. Ask the person who runs this server.")
    connection.execute(insert(Image), _row(image))
    kept = _of_standing_sizes(connection, thumbnails, sizes) if thumbnails else []
    if kept:
        connection.execute(insert(Thumbnail), [_row(one) for one in kept])
    count_upload(connection, image.bytes, image.created_at)
    return {image.blob_key, *(one.blob_key for one in kept)}


def _of_standing_sizes(
    connection: Connection, thumbnails: Sequence[Thumbnail], sizes: Mapping[int, Size]
) -> list[Thumbnail]:
    """Those whose size is still there with the same pixels; it is held until the commit."""
    rows = connection.execute(_HOLD_SIZES, {"ids": list(sizes)}).all()
    standing = {row.id for row in rows if Size(row.width, row.height) == sizes[row.id]}
    return [one for one in thumbnails if one.size_id in standing]


def _row(entity: Image | Thumbnail) -> dict[str, Any]:
    """What goes into the table: a column that was not set has its default."""
    values = {column.key: getattr(entity, column.key) for column in entity.__table__.columns}
    return {key: value for key, value in values.items() if value is not None}


def _quota_full() -> QuotaFull:
    return QuotaFull("Your plan is full. Delete pictures, empty the trash, or ask for more room.")


def remove(session: Session, store: Store, image_id: str, *, unless_trashed: bool = False) -> Image:
    """Delete anybody's picture for good: its row, thumbnails, links, and then the bytes.

    Raises NotFound, with `unless_trashed` for one in the trash too. Returns the row as it was.
    """
    with writing(session):
        wanted = select(Image).where(Image.id == image_id).with_for_update()
        image = session.scalar(wanted.where(Image.trashed_at.is_(None)) if unless_trashed else wanted)
        if image is None:
            raise NotFound
        keys = remove_rows(session, [image])
        session.expunge_all()
    for key in keys:
        store.delete(key)
    return image


def remove_rows(session: Session, images: Sequence[Image]) -> list[str]:
    """Delete these pictures' rows, with thumbnails and links, and give their bytes back to their owners' plans.

    Inside `writing(session)`. Returns the keys of the bytes, to be deleted from the store after the commit.
    """
    ids = [image.id for image in images]
    keys = [image.blob_key for image in images]
    keys += session.scalars(select(Thumbnail.blob_key).where(Thumbnail.image_id.in_(ids)))
    for owner_id in {image.owner_id for image in images}:
        of_owner = [image.bytes for image in images if image.owner_id == owner_id]
        session.execute(
            update(User)
            .where(User.id == owner_id)
            .values(used_bytes=_less(User.used_bytes, sum(of_owner)), pictures=_less(User.pictures, len(of_owner)))
        )
    session.execute(delete(Image).where(Image.id.in_(ids)).execution_options(synchronize_session=False))
    return keys


def _less(counter: InstrumentedAttribute[int], taken: int) -> Case[int]:
    # Never below zero: a drift that the check has not yet mended must not stop a deletion.
    return case((counter > taken, counter - taken), else_=0)
