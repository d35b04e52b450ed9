"""Expiring links as a table."""

from datetime import datetime

from sqlalchemy import CHAR, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from imageapp.accounts.models import User
from imageapp.extensions import Model
from imageapp.images.models import Image


class Link(Model):
    """A link that was handed out. Its address is made from this row and the secret key; the token is not kept.

    It works until `expires_at`. Where its owner moved that end to an earlier moment, `signed_until` is the one that it
    was made with, which its token still names: so its address stays the same.
    """

    __tablename__ = "links"
    __table_args__ = (
        CheckConstraint("expires_at > created_at", name="lasts"),
        CheckConstraint("signed_until > expires_at", name="signed_until"),
        Index(None, "image_id"),
        Index(None, "expires_at"),
    )

    id: Mapped[str] = mapped_column(CHAR(22), primary_key=True)
    image_id: Mapped[str] = mapped_column(ForeignKey("images.id", ondelete="CASCADE"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    signed_until: Mapped[datetime | None]
    image: Mapped[Image] = relationship(viewonly=True)
    owner: Mapped[User] = relationship(viewonly=True)


Index(None, Link.owner_id, Link.created_at.desc(), Link.id.desc())
# What somebody's live links and those that ended are found by, and those that were revoked: a list of one kind reads
# none of the others.
Index(
    None,
    Link.owner_id,
    Link.expires_at,
    Link.id,
    sqlite_where=Link.revoked_at.is_(None),
    postgresql_where=Link.revoked_at.is_(None),
)
Index(
    None,
    Link.owner_id,
    Link.revoked_at,
    Link.id,
    sqlite_where=Link.revoked_at.is_not(None),
    postgresql_where=Link.revoked_at.is_not(None),
)
