"""Pictures and their thumbnails as tables."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CHAR,
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from imageapp.accounts.models import User
from imageapp.extensions import Model
from imageapp.images.orders import name_key

# Inside Image the name `bytes` is a column.
Octets = bytes


def _key_of_name(context: Any) -> str:  # noqa: ANN401 - the statement that is being run
    return name_key(context.get_current_parameters()["name"])


class Image(Model):
    """An uploaded picture. Width and height in pixels are those of the upright picture; `bytes` of the file as sent.

    `trashed_at` is when its owner put it into the trash; None is a picture that is shown. What is there is served to
    nobody, still counts, and ends with its bytes after trash.STAYS.

    `frames` are those of an animation, 1 for a still. None means not known in `facts` (what the camera wrote down, see
    imaging.facts), `placeholder` (a tiny WebP of the picture) and `colour` (`#rrggbb`, its dominant colour).

    `upload_key` is what its sender called the upload, None where they did not: the same key again is the same picture.
    """

    __tablename__ = "images"
    __table_args__ = (
        UniqueConstraint("blob_key"),
        CheckConstraint("width > 0", name="width"),
        CheckConstraint("height > 0", name="height"),
        CheckConstraint("bytes > 0", name="bytes"),
        CheckConstraint("frames > 0", name="frames"),
        CheckConstraint("length(placeholder) <= 200", name="placeholder"),
    )

    id: Mapped[str] = mapped_column(CHAR(22), primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(String(50))
    format: Mapped[str] = mapped_column(String(10))
    width: Mapped[int]
    height: Mapped[int]
    bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(CHAR(64))
    blob_key: Mapped[str] = mapped_column(CHAR(32))
    created_at: Mapped[datetime]
    frames: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    placeholder: Mapped[Octets | None] = mapped_column(LargeBinary)
    colour: Mapped[str | None] = mapped_column(CHAR(7))
    trashed_at: Mapped[datetime | None]
    name_key: Mapped[str] = mapped_column(String(200), default=_key_of_name, server_default=text("''"))
    upload_key: Mapped[str | None] = mapped_column(CHAR(22))
    owner: Mapped[User] = relationship(viewonly=True)

    @validates("name")
    def _renamed(self, _attribute: str, name: str) -> str:
        self.name_key = name_key(name)
        return name

    def __str__(self) -> str:
        return self.name


_shown = Image.trashed_at.is_(None)
_trashed = Image.trashed_at.is_not(None)
_keyed = Image.upload_key.is_not(None)
# Somebody's own that are shown, in each order that a gallery has: however much lies in the trash, no page walks through
# it. The key of the name stands in every one, so that looking for a name reads the index alone: with a look at each
# row, 200,000 take 140 ms instead of 30.
for _index, _columns in {
    "age": (Image.created_at.desc(), Image.id.desc(), Image.name_key),
    "name": (Image.name_key, Image.id),
    "bytes": (Image.bytes.desc(), Image.id.desc(), Image.name_key),
}.items():
    Index(f"ix_images_shown_by_{_index}", Image.owner_id, *_columns, sqlite_where=_shown, postgresql_where=_shown)
Index(
    "ix_images_trashed", Image.owner_id, Image.trashed_at.desc(), Image.id.desc(), sqlite_where=_trashed,
    postgresql_where=_trashed,
)  # fmt: skip
# What the trash holds longest, of everybody.
Index("ix_images_trashed_at", Image.trashed_at, sqlite_where=_trashed, postgresql_where=_trashed)
# One picture for each key, in the trash too. Uploads without a key are not in it, and pay nothing for it.
Index(
    None, Image.owner_id, Image.upload_key, unique=True, sqlite_where=_keyed, postgresql_where=_keyed,
)  # fmt: skip
# All that somebody keeps, the trash too: to be summed up, and before the person may go.
Index(None, Image.owner_id, Image.bytes)
# Everybody's, as admins look through them: newest first, also of one format, and largest first.
Index(None, Image.created_at.desc(), Image.id.desc())
Index(None, Image.format, Image.created_at.desc(), Image.id.desc())
Index(None, Image.bytes, Image.id)


class Thumbnail(Model):
    """A thumbnail that exists. One that a plan gives and that is missing here is made when it is first asked for."""

    __tablename__ = "thumbnails"
    __table_args__ = (
        UniqueConstraint("blob_key"),
        CheckConstraint("frames > 0", name="frames"),
        Index(None, "size_id"),
    )

    image_id: Mapped[str] = mapped_column(ForeignKey("images.id", ondelete="CASCADE"), primary_key=True)
    size_id: Mapped[int] = mapped_column(ForeignKey("sizes.id", ondelete="CASCADE"), primary_key=True)
    format: Mapped[str] = mapped_column(String(10))
    width: Mapped[int]
    height: Mapped[int]
    bytes: Mapped[int] = mapped_column(BigInteger)
    blob_key: Mapped[str] = mapped_column(CHAR(32))
    frames: Mapped[int] = mapped_column(default=1, server_default=text("1"))


class UploadDay(Model):
    """How many pictures and bytes were uploaded on one day, in UTC, whatever was deleted since.

    `day` is its number, counted from 1970-01-01, which is 0.
    """

    __tablename__ = "upload_days"

    day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    pictures: Mapped[int]
    bytes: Mapped[int] = mapped_column(BigInteger)
