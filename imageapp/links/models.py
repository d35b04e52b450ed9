"""Expiring links as a table."""

from datetime import datetime

from sqlalchemy import CHAR, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from imageapp.accounts.models import User
from imageapp.extensions import Model
from imageapp.images.models import Image


class Link(Model):
    """A link that was handed out. Its address is made from this row and the secret key; the token is not kept."""

    __tablename__ = "links"
    __table_args__ = (
        CheckConstraint("expires_at > created_at", name="lasts"),
        Index(None, "image_id"),
        Index(None, "expires_at"),
    )

    id: Mapped[str] = mapped_column(CHAR(22), primary_key=True)
    image_id: Mapped[str] = mapped_column(ForeignKey("images.id", ondelete="CASCADE"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    image: Mapped[Image] = relationship(viewonly=True)
    owner: Mapped[User] = relationship(viewonly=True)


Index(None, Link.owner_id, Link.created_at.desc(), Link.id.desc())
