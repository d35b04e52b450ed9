"""Whether rows, bytes and counters agree, and mending what does not. Safe while the server runs.

Knows neither Flask nor the command line: what it works on arrives as arguments.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, func, select, tuple_
from sqlalchemy.orm import Session

from imageapp.accounts import signins, tries
from imageapp.accounts.models import User
from imageapp.database import writing
from imageapp.images import trash
from imageapp.images.models import Image, Thumbnail
from imageapp.imaging.formats import fit
from imageapp.links import service as links
from imageapp.plans.models import Size
from imageapp.storage.store import Missing, Store
from imageapp.wording import plural

CHUNK = 1_000  # rows or files that one statement looks at
BYTES = 1 << 20
# An upload puts its bytes before its rows; nothing that is younger can be told from one on its way.
STRAY_AFTER = timedelta(hours=1)
# Links that ended stay in their owner's list for a day.
LINKS_STAY = timedelta(days=1)
# Files of locks, which stay: one that is removed while somebody waits for it keeps nobody out.
LOCKS = "making-"


class Weight(Enum):
    """What a finding means."""

    LOSS = "loss"
    """Bytes that somebody sent are gone or damaged: only a backup helps."""
    FAULT = "fault"
    """Something is wrong that can be mended without a loss."""
    CHORE = "chore"
    """What every running server leaves behind."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found. `kind` is a constant name, `subject` what it is about, `sentence` for people."""

    weight: Weight
    kind: str
    subject: str
    sentence: str
    mended: bool = False


@dataclass(frozen=True, slots=True)
class Upkeep:
    """One round of checking. `spool` is the folder of uploads on their way.

    `repair` mends what can be; `full` also reads every original and compares its hash, which takes long.
    """

    session: Session
    store: Store
    spool: Path
    now: datetime
    repair: bool = False
    full: bool = False

    def findings(self) -> Iterator[Finding]:
        """Everything that is found, as it is found; with `repair`, what can be mended is when it is given out.

        Raises StoreDown when the store does not answer.
        """
        yield from self._due_trash()
        yield from self._originals()
        yield from self._thumbnails()
        yield from self._strays()
        yield from self._counters()
        yield from self._leftovers()
        yield from self._dead_rows()

    # ---------- pictures whose time in the trash is over
    def _due_trash(self) -> Iterator[Finding]:
        before = self.now - trash.STAYS
        if self.repair:
            count = trash.empty_due(self.session, self.store, before)
        else:
            count = trash.count_due(self.session, before)
            self.session.rollback()
        if count:
            sentence = f"{plural(count, 'picture')} lay in the trash for more than {trash.DAYS} days."
            yield Finding(Weight.CHORE, "due_trash", str(count), sentence, self.repair)

    # ---------- bytes of rows
    def _originals(self) -> Iterator[Finding]:
        wanted = select(Image.id, Image.blob_key, Image.bytes, Image.sha256, Image.owner_id)
        for row in self._each(wanted, Image.id):
            fault = self._fault(row.blob_key, row.bytes, row.sha256)
            if fault and self._stands(Image.blob_key, row.blob_key):
                yield Finding(
                    Weight.LOSS,
                    f"original_{fault}",
                    row.id,
                    f"Picture {row.id} of user {row.owner_id}: the original is {fault}. Restore it from a backup.",
                )

    def _thumbnails(self) -> Iterator[Finding]:
        wanted = (
            select(
                Thumbnail.image_id,
                Thumbnail.size_id,
                Thumbnail.blob_key,
                Thumbnail.bytes,
                Thumbnail.width,
                Thumbnail.height,
                Image.width.label("of_width"),
                Image.height.label("of_height"),
                Size.width.label("box_width"),
                Size.height.label("box_height"),
            )
            .join(Image, Image.id == Thumbnail.image_id)
            .join(Size, Size.id == Thumbnail.size_id)
        )
        for row in self._each(wanted, Thumbnail.image_id, Thumbnail.size_id):
            pixels = fit(row.of_width, row.of_height, row.box_width, row.box_height)
            odd = (row.width, row.height) != pixels
            fault = "odd" if odd else self._fault(row.blob_key, row.bytes, None)
            if fault and self._stands(Thumbnail.blob_key, row.blob_key):
                if self.repair:
                    self._forget_thumbnail(row.blob_key)
                yield Finding(
                    Weight.FAULT,
                    f"thumbnail_{fault}",
                    row.blob_key,
                    f"Picture {row.image_id}: a thumbnail is {fault}. It is made anew once its row is gone.",
                    self.repair,
                )

    def _each(self, wanted: Select[*tuple[Any, ...]], *keys: Any) -> Iterator[Row[*tuple[Any, ...]]]:  # noqa: ANN401 - columns
        """The rows in the order of `keys`, which stand first among what is wanted; no statement stays open."""
        query = wanted.order_by(*keys).limit(CHUNK)
        rows = self.session.execute(query).all()
        while rows:
            self.session.rollback()
            yield from rows
            last = tuple(getattr(rows[-1], key.key) for key in keys)
            rows = self.session.execute(query.where(tuple_(*keys) > last)).all()
        self.session.rollback()

    def _fault(self, key: str, size: int, sha256: str | None) -> str | None:
        """What is wrong with the bytes under this key, in a word."""
        try:
            blob = self.store.open(key)
        except Missing:
            return "missing"
        with blob.file as file:
            if blob.size != size:
                return "cut"
            if self.full and sha256 and _sha256(iter(lambda: file.read(BYTES), b"")) != sha256:
                return "damaged"
        return None

    def _stands(self, column: Any, key: str) -> bool:  # noqa: ANN401 - a column
        """Whether that row is still there: somebody may have deleted it, bytes and all, since it was read."""
        stands = self.session.scalar(select(column).where(column == key)) is not None
        self.session.rollback()
        return stands

    def _forget_thumbnail(self, key: str) -> None:
        with writing(self.session):
            self.session.execute(delete(Thumbnail).where(Thumbnail.blob_key == key))
        self.store.delete(key)

    # ---------- bytes without rows
    def _strays(self) -> Iterator[Finding]:
        before = (self.now - STRAY_AFTER).timestamp()
        listing = (stored.key for stored in self.store.list() if stored.written_at < before)
        while keys := set(islice(listing, CHUNK)):
            for column in (Image.blob_key, Thumbnail.blob_key):
                keys.difference_update(self.session.scalars(select(column).where(column.in_(keys))))
            self.session.rollback()
            for key in sorted(keys):
                if self.repair:
                    self.store.delete(key)
                yield Finding(Weight.FAULT, "stray", key, f"File {key} belongs to no picture.", self.repair)

    def _leftovers(self) -> Iterator[Finding]:
        before = (self.now - STRAY_AFTER).timestamp()
        for path in sorted(self.spool.iterdir()) if self.spool.is_dir() else ():
            if path.name.startswith(LOCKS) or _touched_at(path) >= before:
                continue
            if self.repair:
                _delete(path)
            yield Finding(
                Weight.FAULT, "leftover", path.name, f"{path.name} is left of an upload that never ended.", self.repair
            )

    # ---------- counters
    def _counters(self) -> Iterator[Finding]:
        for kind, counter, counted, what in (
            ("used_bytes_drift", User.used_bytes, _sum_of_bytes(), "byte"),
            ("pictures_drift", User.pictures, func.count(), "picture"),
        ):
            kept = select(counted).select_from(Image).where(Image.owner_id == User.id).correlate(User).scalar_subquery()
            wrong = select(User.id, User.username, counter.label("said"), kept.label("kept")).where(counter != kept)
            rows = self.session.execute(wrong.order_by(User.id)).all()
            self.session.rollback()
            for row in rows:
                if self.repair:
                    self._recount(row.id)
                sentence = f"{row.username} keeps {int(row.kept)} {what}s, but {row.said} are counted."
                yield Finding(Weight.FAULT, kind, row.username, sentence, self.repair)

    def _recount(self, user_id: int) -> None:
        with writing(self.session):
            # The row first: whoever keeps or deletes a picture at this moment waits, and the sum is of a standstill.
            user = self.session.get(User, user_id, with_for_update={"of": User})
            if user is not None:
                kept = select(_sum_of_bytes(), func.count()).select_from(Image).where(Image.owner_id == user_id)
                total, user.pictures = self.session.execute(kept).one()
                user.used_bytes = int(total)

    # ---------- rows that nobody needs
    def _dead_rows(self) -> Iterator[Finding]:
        chores: tuple[tuple[str, str, Callable[[], int]], ...] = (
            ("ended_link", "link", lambda: links.forget_ended(self.session, self.now - LINKS_STAY)),
            ("dead_signin", "sign-in", lambda: signins.forget_dead(self.session, self.now)),
            ("old_try", "try", lambda: tries.forget_old(self.session, self.now)),
        )
        for kind, noun, forget in chores:
            count = self._done_or_only_counted(forget)
            if count:
                what = f"{count} old tries to sign in" if noun == "try" else f"{plural(count, noun)} that ended"
                yield Finding(Weight.CHORE, kind, str(count), f"{what[0].upper()}{what[1:]}.", self.repair)

    def _done_or_only_counted(self, forget: Callable[[], int]) -> int:
        """How many rows `forget` removes; without `repair` they are there again afterwards."""
        count = 0
        with suppress(_Undo), writing(self.session):
            count = forget()
            if not self.repair:
                raise _Undo
        return count


class _Undo(Exception):
    """Ends a deed so that nothing of it stays."""


def _sum_of_bytes() -> ColumnElement[Any]:
    return func.coalesce(func.sum(Image.bytes), 0)


def _sha256(chunks: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def _touched_at(path: Path) -> float:
    """When the file, or anything in the folder, was last written to (seconds since 1970, UTC)."""
    times = []
    for part in (path, *path.rglob("*")):
        with suppress(FileNotFoundError):
            times.append(part.lstat().st_mtime)
    return max(times, default=float("inf"))


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
