"""People, where they are signed in, and how often somebody tried; and the snapshot that a request works with."""

from dataclasses import dataclass
from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import CHAR, BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from imageapp.extensions import Model
from imageapp.plans.entitlements import Entitlements
from imageapp.plans.models import Plan


class User(Model):
    """A person. `username_key` is the name as compared (NFKC, case folded).

    `used_bytes` and `pictures` count what the person keeps: they change in the same commit as the rows of pictures.
    `language` and `theme` are what the person chose; None where browser and system decide.
    """

    __tablename__ = "users"
    __table_args__ = (
        UniqueConstraint("username_key"),
        CheckConstraint("used_bytes >= 0", name="used"),
        CheckConstraint("pictures >= 0", name="pictures"),
        CheckConstraint("language IN ('en', 'pl')", name="language"),
        CheckConstraint("theme IN ('light', 'dark')", name="theme"),
        Index(None, "plan_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(64))
    # NFKC and case folding can make one character into many: up to 18.
    username_key: Mapped[str] = mapped_column(String(1200))
    password_hash: Mapped[str] = mapped_column(String(255))
    must_change: Mapped[bool] = mapped_column(default=False)
    is_admin: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id", ondelete="RESTRICT"))
    used_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime]
    pictures: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    language: Mapped[str | None] = mapped_column(String(10))
    theme: Mapped[str | None] = mapped_column(String(10))
    plan: Mapped[Plan] = relationship(lazy="joined", innerjoin=True)

    def __str__(self) -> str:
        return self.username


class Signin(Model):
    """One browser or program that is signed in. `id` is the SHA-256 of the token that its cookie carries."""

    __tablename__ = "signins"
    __table_args__ = (Index(None, "user_id"), Index(None, "seen_at"))

    id: Mapped[str] = mapped_column(CHAR(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    agent: Mapped[str] = mapped_column(String(300))


class Tries(Model):
    """How often `bucket` was tried in the minute `slot` (minutes since 1970 UTC)."""

    __tablename__ = "tries"
    __table_args__ = (Index(None, "slot"),)

    bucket: Mapped[str] = mapped_column(String(200), primary_key=True)
    slot: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    count: Mapped[int]


@dataclass(frozen=True, slots=True, eq=False)
class Account(UserMixin):
    """Who asks, as it stood when this request came: nothing of it is kept for the next one."""

    signin_id: str
    signed_in_at: datetime
    seen_at: datetime
    user_id: int
    username: str
    is_admin: bool
    must_change: bool
    used_bytes: int
    language: str | None
    theme: str | None
    plan: Entitlements

    def get_id(self) -> str:
        """Flask-Login keeps this in the cookie at sign-in; a snapshot is never signed in itself."""
        raise NotImplementedError("a snapshot holds the hash of its token, never the token")

    @property
    def free_bytes(self) -> int | None:
        """Bytes left in the plan; None when it has no limit."""
        return self.plan.free_bytes(self.used_bytes)
