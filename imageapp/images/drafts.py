"""A picture made of a file that was sent, on its way into the store and the tables."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select
from sqlalchemy.orm import Session

from imageapp.accounts.models import Account, User
from imageapp.arriving import Arrived
from imageapp.database import writing
from imageapp.disks import is_full
from imageapp.identifiers import new_blob_keys
from imageapp.images.models import Image, Thumbnail
from imageapp.imaging.formats import Decoder, Rendered, Target
from imageapp.imaging.formats import Thumbnail as Made
from imageapp.logs import events
from imageapp.once import Once
from imageapp.plans.entitlements import Size
from imageapp.plans.models import Plan
from imageapp.plans.models import Size as SizeRow
from imageapp.refusals import NoRoom, NotAnImage, QuotaFull, Refusal, SignInNeeded, TooLarge
from imageapp.sentences import say
from imageapp.storage.store import Store, StoreFull, down

log = events(__name__)

# Of the plan of the person whose row an UPDATE looks at: read at that moment.
QUOTA = select(Plan.quota_bytes).where(Plan.id == User.plan_id).scalar_subquery()
# A size may have been deleted meanwhile, or changed to other pixels; the ones that stand are held until the commit.
_HOLD_SIZES = (
    select(SizeRow.id, SizeRow.width, SizeRow.height)
    .where(SizeRow.id.in_(bindparam("ids", expanding=True)))
    .with_for_update(read=True, key_share=True)
)


@dataclass(frozen=True, slots=True)
class Workshop:
    """What an upload is made with. `spool` is a folder for what is being worked on; `max_file_bytes` limits a file.

    `formats` are the names of those that this server accepts; `making` are the thumbnails that are being made because
    they were missing.
    """

    store: Store
    decoder: Decoder
    spool: Path
    max_file_bytes: int
    formats: Sequence[str]
    making: Once


@dataclass(frozen=True, slots=True)
class Draft:
    """A picture made of a file: rows that are in no table yet, and `files`, by their blob keys, that are in no store.

    `sizes` are what the thumbnails were made for, by their ids.
    """

    image: Image
    thumbnails: Sequence[Thumbnail]
    files: Mapping[str, Path]
    sizes: Mapping[int, Size]


def check(sent: Arrived, most: int, free: int | None) -> None:
    """Refuse what need not be looked into: more than `most` bytes, or more than are `free` where there is a limit.

    Raises NotAnImage, TooLarge and QuotaFull; NoRoom or StoreDown for a file that could not be written.
    """
    if sent.fault:
        raise NoRoom if is_full(sent.fault) else down(sent.fault)
    if not sent.bytes:
        raise NotAnImage(say("The file is empty. Choose it again."))
    if sent.bytes > most:
        raise TooLarge(
            say("The file is over the limit of %(most)s MB. Save a smaller copy.", most=float(most / 1_000_000))
        )
    check_room(sent, free)


def check_room(sent: Arrived, free: int | None) -> None:
    """Raises QuotaFull for more bytes than are `free`; None is no limit."""
    if free is not None and sent.bytes > free:
        raise _quota_full(free)


@contextmanager
def drafted(
    workshop: Workshop, account: Account, sent: Arrived, *, image_id: str, name: str, created_at: datetime
) -> Iterator[Draft]:
    """The picture that the file makes, with every thumbnail of the plan; what is not stored of these goes afterwards.

    Raises NotAnImage, TooManyPixels and Busy.
    """
    sizes = account.plan.sizes
    blob_key, *keys = new_blob_keys(1 + len(sizes))
    paths = [sent.path.with_name(f"{sent.path.name}-{size.label}") for size in sizes]
    targets = [Target(size.width, size.height, path) for size, path in zip(sizes, paths, strict=True)]
    try:
        rendered = workshop.decoder.render(sent.path, targets, account.plan.accepted(workshop.formats))
        yield Draft(
            _image(
                sent,
                rendered,
                id=image_id,
                owner_id=account.user_id,
                name=name,
                blob_key=blob_key,
                created_at=created_at,
            ),
            [
                _thumbnail(made, image_id=image_id, size_id=size.id, blob_key=key)
                for made, size, key in zip(rendered.thumbnails, sizes, keys, strict=True)
            ],
            {blob_key: sent.path, **dict(zip(keys, paths, strict=True))},
            {size.id: size for size in sizes},
        )
    finally:
        for path in paths:
            path.unlink(missing_ok=True)


def _image(sent: Arrived, rendered: Rendered, **whose: Any) -> Image:  # noqa: ANN401 - the columns that no file says
    return Image(
        **whose,
        format=rendered.format,
        width=rendered.width,
        height=rendered.height,
        frames=rendered.frames,
        bytes=sent.bytes,
        sha256=sent.sha256,
        facts=rendered.facts.as_json(),
        placeholder=rendered.placeholder,
        colour=rendered.colour,
    )


def _thumbnail(made: Made, **whose: Any) -> Thumbnail:  # noqa: ANN401 - as above
    return Thumbnail(
        **whose,
        format=made.format,
        width=made.width,
        height=made.height,
        frames=made.frames,
        bytes=made.bytes,
    )


def publish(session: Session, store: Store, draft: Draft, write: Callable[[Session, Draft], set[str]]) -> None:
    """Store the draft's files, then have `write` put its rows into the tables, in one commit.

    `write` returns the keys of bytes that no row points to then; they go after the commit. Bytes first, rows after: a
    stray file can be swept, a row without its file breaks the gallery.
    """
    try:
        store.put_all(draft.files)
        with writing(session):
            unused = write(session, draft)
    except (Refusal, StoreFull) as fault:
        for key in draft.files:
            store.delete(key)
        if isinstance(fault, StoreFull):
            log.exception("storage_full")
            raise NoRoom from fault
        raise
    # After any other fault nobody knows whether the commit took place: the bytes stay, and the sweep takes those that
    # no row points to.
    for key in unused:
        store.delete(key)


def no_room(session: Session, owner_id: int) -> Refusal:
    """Why the counter of this person took no more."""
    if session.scalar(select(User.is_active).where(User.id == owner_id)):
        return _quota_full()
    return SignInNeeded(say("Your account was disabled. Ask the person who runs this server."))


def of_standing_sizes(connection: Connection, draft: Draft) -> list[Thumbnail]:
    """Those thumbnails whose size is still there with the same pixels; it is held until the commit."""
    if not draft.thumbnails:
        return []
    rows = connection.execute(_HOLD_SIZES, {"ids": list(draft.sizes)}).all()
    standing = {row.id for row in rows if Size(row.width, row.height) == draft.sizes[row.id]}
    return [one for one in draft.thumbnails if one.size_id in standing]


def insert_thumbnails(connection: Connection, draft: Draft, kept: Sequence[Thumbnail]) -> set[str]:
    """Rows for these thumbnails of the draft. Returns the blob keys of the others."""
    if kept:
        connection.execute(insert(Thumbnail), [row(one) for one in kept])
    return {one.blob_key for one in draft.thumbnails} - {one.blob_key for one in kept}


def row(entity: Image | Thumbnail) -> dict[str, Any]:
    """What goes into the table: a column that was not set has its default."""
    values = {column.key: getattr(entity, column.key) for column in entity.__table__.columns}
    return {key: value for key, value in values.items() if value is not None}


def _quota_full(free: int | None = None) -> QuotaFull:
    if free == 0:
        return QuotaFull(say("Your plan is full. Delete pictures, empty the trash, or ask for more room."))
    return QuotaFull(
        say("There is not enough room left in your plan. Delete pictures, empty the trash, or ask for more room.")
    )
