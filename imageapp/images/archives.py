"""Many pictures as one zip file: which may go into it at this moment, and the file, whole before a byte is sent."""

import re
import tempfile
import zipfile
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from pathlib import Path
from shutil import copyfileobj, disk_usage
from typing import Any, BinaryIO, NamedTuple

from sqlalchemy import Engine, and_, literal, null, select
from sqlalchemy.engine import Row

from imageapp.accounts.models import User
from imageapp.disks import is_full
from imageapp.images.models import Image, Thumbnail
from imageapp.images.orders import name_key
from imageapp.imaging.formats import FORMATS
from imageapp.logs import events
from imageapp.plans.entitlements import Size
from imageapp.plans.models import Plan, plan_sizes
from imageapp.plans.models import Size as SizeRow
from imageapp.refusals import (
    ORIGINALS,
    THUMBNAILS_OF_THIS_SIZE,
    Busy,
    NoRoom,
    NotFound,
    PlanForbids,
    SignInNeeded,
    TooLarge,
)
from imageapp.sending import saved_as
from imageapp.sentences import say
from imageapp.storage.store import Blob, Missing, Store, down
from imageapp.wording import file_size

log = events(__name__)

MOST_PICTURES = 100
MOST_BYTES = 1_000_000_000
# Bytes that stay free on the disk of the spool, so that uploads go on while archives are made.
KEPT_FREE = 1_000_000_000
BUFFER = 1 << 20
TRIES = 3  # of one picture, each of another file
NOTE = "missing.txt"  # no picture is called so: their names end as their formats do

# What no file is called on one of the systems that people unpack on.
_UNSAFE = re.compile(r'[/\\:*?"<>|]')
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_FIRST_YEAR = 1980  # of a zip's clock


class Packed(NamedTuple):
    """One picture on its way into an archive; `blob_key` is None for a thumbnail that is yet to be made."""

    image_id: str
    name: str
    created_at: datetime
    format: str
    bytes: int
    blob_key: str | None
    size_id: int


def chosen(engine: Engine, owner_id: int, ids: Collection[str], size: Size | None) -> list[Packed]:
    """Those of these pictures that are this owner's and shown, newest first: thumbnails of that size, or originals.

    One statement says what the plan allows and what is there. Raises SignInNeeded where the account was disabled,
    PlanForbids, and NotFound where none of the pictures is there.
    """
    with engine.connect() as connection:
        rows = connection.execute(_wanted(owner_id, ids, size)).all()
    if not rows:
        raise SignInNeeded(say("Your account was disabled. Ask the person who runs this server."))
    if not rows[0].given:
        raise PlanForbids(rows[0].plan, THUMBNAILS_OF_THIS_SIZE if size else ORIGINALS)
    if rows[0].id is None:
        raise NotFound(say("None of these pictures is there any more."))
    return [_packed(row) for row in rows]


def _wanted(owner_id: int, ids: Collection[str], size: Size | None) -> Any:  # noqa: ANN401 - a SELECT of many columns
    shown = and_(Image.owner_id == User.id, Image.id.in_(ids), Image.trashed_at.is_(None))
    columns: list[Any] = [Plan.name.label("plan"), Image.id, Image.name, Image.created_at, Image.format]
    if size is None:
        columns += [Plan.shows_original.label("given"), Image.bytes, Image.blob_key, literal(0).label("size_id")]
        columns += [null().label("made_as")]
        wanted = select(*columns).select_from(User).join(Plan, Plan.id == User.plan_id).outerjoin(Image, shown)
    else:
        columns += [SizeRow.id.is_not(None).label("given"), Thumbnail.bytes, Thumbnail.blob_key]
        columns += [SizeRow.id.label("size_id"), Thumbnail.format.label("made_as")]
        wanted = (
            select(*columns)
            .select_from(User)
            .join(Plan, Plan.id == User.plan_id)
            .outerjoin(
                plan_sizes.join(SizeRow, SizeRow.id == plan_sizes.c.size_id),
                and_(plan_sizes.c.plan_id == Plan.id, SizeRow.width == size.width, SizeRow.height == size.height),
            )
            .outerjoin(Image, shown)
            .outerjoin(Thumbnail, and_(Thumbnail.image_id == Image.id, Thumbnail.size_id == SizeRow.id))
        )
    return wanted.where(User.id == owner_id, User.is_active).order_by(Image.created_at.desc(), Image.id.desc())


def _packed(row: Row[Any]) -> Packed:
    made_as = row.made_as or row.format
    return Packed(row.id, row.name, row.created_at, made_as, row.bytes or 0, row.blob_key, row.size_id)


def again(engine: Engine, owner_id: int, image_id: str, size: Size | None) -> Packed | None:
    """What there is of one picture by now; None where nothing may go out any more, for whatever cause."""
    try:
        return chosen(engine, owner_id, [image_id], size)[0]
    except (NotFound, PlanForbids, SignInNeeded):
        return None


Again = Callable[[str], Packed | None]
# What the file says of so many pictures that are not in it.
Lacking = Callable[[int], str]


def pack(
    store: Store,
    spool: Path,
    pictures: Sequence[Packed],
    found_again: Again,
    lacking: Lacking,
    *,
    wanted: int = 0,
    kept_free: int = KEPT_FREE,
) -> BinaryIO:
    """A zip file with these pictures, stored as they are, open at its start; it has no name, so nothing of it is left
    behind, whatever happens. `kept_free` are the bytes that stay free on the disk.

    Where bytes went meanwhile, `found_again` is asked for that picture's id: of one that was replaced the new ones are
    packed, one that was deleted is left out. If fewer than `wanted` are in it, NOTE says so. Raises TooLarge, NoRoom,
    Busy, StoreDown, and Missing where bytes are gone that should be there.
    """
    total = sum(picture.bytes for picture in pictures)
    if total > MOST_BYTES:
        raise TooLarge(
            say(
                "These pictures are %(total)s together, over the limit of %(most)s. Choose fewer.",
                total=file_size(total),
                most=file_size(MOST_BYTES),
            )
        )
    try:
        if (free := disk_usage(spool).free) - total < kept_free:
            raise _no_room(f"{free} bytes are free")
        file = tempfile.TemporaryFile(dir=spool)  # noqa: SIM115 - the taker closes it
        try:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
                missing = max(wanted, len(pictures)) - _write(store, archive, pictures, found_again)
                if missing:
                    archive.writestr(NOTE, lacking(missing) + "\n")
        except BaseException:
            file.close()
            raise
    except OSError as error:
        raise _no_room(str(error)) if is_full(error) else down(error) from error
    file.seek(0)
    return file


def _no_room(reason: str) -> NoRoom:
    log.error("no_room_for_archive", reason=reason)
    return NoRoom(
        say(
            "The disk of the server is too full to put these pictures together. Download them one by one, or tell "
            "the person who runs it."
        )
    )


def _write(store: Store, archive: zipfile.ZipFile, pictures: Sequence[Packed], found_again: Again) -> int:
    """How many of the pictures are in the archive now."""
    taken: set[str] = set()
    for picture in pictures:
        opened = _opened(store, picture, found_again)
        if opened is None:
            continue
        shown, blob = opened
        entry = zipfile.ZipInfo(_untaken_name(shown, taken), _zip_time(shown.created_at))
        entry.external_attr = 0o644 << 16
        entry.file_size = blob.size
        with blob.file as source, archive.open(entry, "w") as target:
            copyfileobj(source, target, BUFFER)
    return len(taken)


def _opened(store: Store, picture: Packed, found_again: Again) -> tuple[Packed, Blob] | None:
    """The picture, as it is by now, and its bytes; None where it may not go out any more."""
    for _ in range(TRIES):
        try:
            return picture, store.open(str(picture.blob_key))
        except Missing:
            now = found_again(picture.image_id)
            if now is None:
                return None
            if now.blob_key == picture.blob_key:
                raise
            if now.blob_key is None:
                break
            picture = now
    raise Busy(say("One of these pictures is being replaced. Try again in a moment."), retry_after=5)


def _zip_time(moment: datetime) -> tuple[int, int, int, int, int, int]:
    year, month, day, hour, minute, second = moment.timetuple()[:6]
    return (year, month, day, hour, minute, second) if year >= _FIRST_YEAR else (_FIRST_YEAR, 1, 1, 0, 0, 0)


def _untaken_name(picture: Packed, taken: set[str]) -> str:
    """A name that leads nowhere and is not yet `taken`, also where capitals make no difference; from then on it is."""
    whole = saved_as(_safe(picture.name), FORMATS[picture.format])
    stem, point, ending = whole.rpartition(".")
    name, number = whole, 1
    while name_key(name) in taken:
        number += 1
        name = f"{stem} ({number}){point}{ending}"
    taken.add(name_key(name))
    return name


def _safe(name: str) -> str:
    plain = _UNSAFE.sub("_", name).strip(". ") or "image"
    return f"_{plain}" if _DEVICES.match(plain) else plain
