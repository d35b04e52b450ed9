"""Pictures and their thumbnails as tables."""

from datetime import datetime

from sqlalchemy import CHAR, BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from imageapp.accounts.models import User
from imageapp.extensions import Model


class Image(Model):
    """An uploaded picture. Width and height in pixels are those of the upright picture; `bytes` of the file as sent."""

    __tablename__ = "images"
    __table_args__ = (
        UniqueConstraint("blob_key"),
        CheckConstraint("width > 0", name="width"),
        CheckConstraint("height > 0", name="height"),
        CheckConstraint("bytes > 0", name="bytes"),
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
    owner: Mapped[User] = relationship(viewonly=True)

    def __str__(self) -> str:
        return self.name


Index(None, Image.owner_id, Image.created_at.desc(), Image.id.desc())
# Everybody's, newest first, as admins look through them.
Index(None, Image.created_at.desc(), Image.id.desc())


class Thumbnail(Model):
    """A thumbnail that exists. One that a plan gives and that is missing here is made when it is first asked for."""

    __tablename__ = "thumbnails"
    __table_args__ = (UniqueConstraint("blob_key"), Index(None, "size_id"))

    image_id: Mapped[str] = mapped_column(ForeignKey("images.id", ondelete="CASCADE"), primary_key=True)
    size_id: Mapped[int] = mapped_column(ForeignKey("sizes.id", ondelete="CASCADE"), primary_key=True)
    format: Mapped[str] = mapped_column(String(10))
    width: Mapped[int]
    height: Mapped[int]
    bytes: Mapped[int] = mapped_column(BigInteger)
    blob_key: Mapped[str] = mapped_column(CHAR(32))
