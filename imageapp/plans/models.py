"""Plans and thumbnail sizes as tables."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from imageapp.extensions import Model, db
from imageapp.plans.entitlements import LARGEST_SIDE
from imageapp.plans.entitlements import Size as SizeValue

plan_sizes = Table(
    "plan_sizes",
    db.metadata,
    Column("plan_id", ForeignKey("plans.id", ondelete="CASCADE"), primary_key=True),
    Column("size_id", ForeignKey("sizes.id", ondelete="RESTRICT"), primary_key=True),
    Index(None, "size_id"),
)


class Size(Model):
    """A thumbnail size that plans may give. 0 leaves a side free."""

    __tablename__ = "sizes"
    __table_args__ = (
        UniqueConstraint("width", "height"),
        CheckConstraint(f"width BETWEEN 0 AND {LARGEST_SIDE}", name="width"),
        CheckConstraint(f"height BETWEEN 0 AND {LARGEST_SIDE}", name="height"),
        CheckConstraint("width + height > 0", name="some_side"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    width: Mapped[int]
    height: Mapped[int]

    @property
    def value(self) -> SizeValue:
        """The plain value."""
        return SizeValue(self.width, self.height, self.id)

    def __str__(self) -> str:
        return self.value.label


class Plan(Model):
    """What its people get. `name_key` is the name as compared: no two plans differ only in case.

    `accepts` are the names of the formats that may be uploaded, with commas between them; None: all of them.
    """

    __tablename__ = "plans"
    __table_args__ = (
        UniqueConstraint("name_key"),
        CheckConstraint("quota_bytes >= 0", name="quota"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    name_key: Mapped[str] = mapped_column(String(150))
    shows_original: Mapped[bool]
    makes_links: Mapped[bool]
    quota_bytes: Mapped[int | None] = mapped_column(BigInteger)
    accepts: Mapped[str | None] = mapped_column(String(100))
    sizes: Mapped[list[Size]] = relationship(secondary=plan_sizes, order_by=(Size.width, Size.height), lazy="selectin")

    def __str__(self) -> str:
        return self.name
