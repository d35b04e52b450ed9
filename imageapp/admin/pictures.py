"""Pictures of everybody: to look through, and to take away."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from flask import url_for
from jinja2.runtime import Context
from markupsafe import Markup
from sqlalchemy import ColumnElement, Select, SQLColumnExpression, or_, select
from sqlalchemy.orm import joinedload, load_only, raiseload

from imageapp.accounts.current import me
from imageapp.accounts.models import User
from imageapp.accounts.passwords import name_key
from imageapp.admin.actions import About, Action
from imageapp.admin.filters import Choice, Day, Options, Word, end_of, start_of
from imageapp.admin.forms import NoForm
from imageapp.admin.kinds import Nouns, Sort
from imageapp.admin.tables import Table
from imageapp.admin.walking import Condition
from imageapp.admin.words import moment_column, owner_link, size_column
from imageapp.extensions import db
from imageapp.house import house
from imageapp.images import orders, uploads
from imageapp.images.models import Image, Thumbnail
from imageapp.imaging.formats import FORMATS
from imageapp.logs import events
from imageapp.plans.entitlements import Size as SizeValue
from imageapp.plans.models import Size
from imageapp.sentences import marked, marked_n, say
from imageapp.wording import file_size

log = events(__name__)

DELETE = Action(
    name="delete",
    icon="trash",
    words=say("Delete"),
    offer=say("Delete chosen…"),
    question=About(marked("Delete %(name)s?"), *marked_n("Delete %(count)s picture?", "Delete %(count)s pictures?")),
    button=About(marked("Delete picture"), *marked_n("Delete %(count)s picture", "Delete %(count)s pictures")),
    done=About(
        marked("%(name)s was deleted."), *marked_n("%(count)s picture was deleted.", "%(count)s pictures were deleted.")
    ),
    consequence=say("Thumbnails and links go too, at once. This cannot be undone."),
)

# Bytes from (included) and to (not included); what is open has no end.
FILE_SIZES = {
    "small": (0, 100_000, say("Under 100 KB")),
    "medium": (100_000, 1_000_000, say("100 KB to 1 MB")),
    "large": (1_000_000, 10_000_000, say("1 MB to 10 MB")),
    "huge": (10_000_000, None, say("10 MB and more")),
}

NEWEST, LARGEST, TRASHED = frozenset({"created_at"}), frozenset({"bytes"}), frozenset({"trashed_at"})


class Tile(NamedTuple):
    """The smallest thumbnail of a picture. Width and height in pixels."""

    url: str
    width: int
    height: int


def _name(_view: object, context: Context | None, image: Image, _column: str) -> Markup:
    if image.trashed_at is not None:  # served to nobody
        return Markup('<span class="pic"><span class="th"></span><span class="ell">{}</span></span>').format(image.name)
    tile = (context or {}).get("tiles", {}).get(image.id)
    shown = Markup('<span class="th"></span>')
    if tile is not None:
        shown = Markup('<img class="th" src="{}" width="{}" height="{}" alt="" loading="lazy">').format(*tile)
    address = url_for("images.detail", image_id=image.id)
    return Markup('<a class="pic" href="{}">{}<span class="ell">{}</span></a>').format(address, shown, image.name)


def _owner(_view: object, _context: Context | None, image: Image, _column: str) -> Markup:
    return owner_link(image.owner, "image.index_view")


def _format(_view: object, _context: Context | None, image: Image, _column: str) -> str:
    return FORMATS[image.format].label


def _pixels(_view: object, _context: Context | None, image: Image, _column: str) -> str:
    return f"{image.width} × {image.height}"


def owned_by(column: SQLColumnExpression[Any], name: str) -> ColumnElement[bool]:
    """Of whoever has exactly this name, whatever its case and Unicode form; of nobody where there is no such user."""
    # Asked for first: PostgreSQL plans for the number of pictures of this owner, not of an average one.
    return column == (db.session().scalar(select(User.id).where(User.username_key == name_key(name))) or 0)


def _of_size(column: SQLColumnExpression[Any], value: str) -> ColumnElement[bool]:
    least, most, _ = FILE_SIZES[value]
    return column >= least if most is None else column.between(least, most - 1)


def _formats() -> Options:
    return [(name, kind.label) for name, kind in FORMATS.items()]


class Pictures(Table[Image, NoForm]):
    """Everybody's pictures. Looking at one of somebody else's is logged, small or large."""

    nouns = Nouns(
        choose=say("Choose at least one picture first."),
        gone=say("There is no such picture any more."),
    )
    can_create = can_edit = False
    column_list = ("name", "owner", "format", "pixels", "bytes", "created_at")
    labels: ClassVar = {
        "name": say("Name"),
        "owner": say("Owner"),
        "format": say("Format"),
        "pixels": say("Pixels"),
        "bytes": say("File size"),
        "created_at": say("Uploaded"),
    }
    formatters: ClassVar = {
        "name": _name,
        "owner": _owner,
        "format": _format,
        "pixels": _pixels,
        "bytes": size_column,
        "created_at": moment_column,
    }
    endless = True
    sorts: ClassVar = {
        "created_at": Sort((Image.created_at,), descending=True),
        "bytes": Sort((Image.bytes,), descending=True),
        "trashed_at": Sort((Image.trashed_at,), descending=True),
    }
    order = "created_at"
    filters = (
        Word(
            name="owner", label=say("Owner"), column=Image.owner_id, where=owned_by, orders=frozenset(sorts), exact=True
        ),
        Choice(
            name="format",
            label=say("Format"),
            column=Image.format,
            where=lambda column, value: column == value,
            options=_formats,
            orders=NEWEST,
            exact=True,
        ),
        Choice(
            name="size",
            label=say("File size"),
            column=Image.bytes,
            where=_of_size,
            options=lambda: [(value, words) for value, (_, _, words) in FILE_SIZES.items()],
            orders=LARGEST,
        ),
        Day(
            name="from",
            label=say("Uploaded from"),
            column=Image.created_at,
            where=lambda column, day: column >= start_of(day),
            orders=NEWEST,
        ),
        Day(
            name="to",
            label=say("Uploaded to"),
            column=Image.created_at,
            where=lambda column, day: column < end_of(day),
            orders=NEWEST,
        ),
        Choice(
            name="state",
            label=say("State"),
            column=Image.trashed_at,
            where=lambda _column, _value: None,  # `conditions` knows which indexes answer that
            options=lambda: [("shown", say("Shown")), ("trash", say("In the trash"))],
            standard="shown",
        ),
    )
    search = say("Search by name")
    deleting = DELETE

    def rows(self) -> Select[Any]:
        """With the owner's name, in the same statement. An outer join: it cannot decide where the walk begins."""
        owner = joinedload(Image.owner).options(load_only(User.username), raiseload(User.plan))
        facts = load_only(Image.name, Image.owner_id, Image.format, Image.width, Image.height, Image.bytes)
        return select(Image).options(facts, load_only(Image.created_at, Image.trashed_at), owner)

    def conditions(self, values: Mapping[str, str], order: str) -> tuple[list[Condition], list[Condition]]:
        """What is shown or what is in the trash, never both: each has its own indexes."""
        led, rest = super().conditions(values, order)
        if order in TRASHED:
            return [*led, Image.trashed_at.is_not(None)], rest
        (led if values["owner"] else rest).append(Image.trashed_at.is_(None))
        return led, rest

    def order_of(self, asked: str, values: Mapping[str, str]) -> str:
        """What is in the trash has the order in which it came there."""
        if values["state"] == "trash":
            return "trashed_at"
        return asked if asked in NEWEST | LARGEST else self.order

    def matching(self, term: str) -> ColumnElement[bool]:
        """By a part of the picture's name, or of the owner's."""
        owners = select(User.id).where(User.username_key.contains(name_key(term), autoescape=True)).correlate(None)
        return or_(Image.name_key.contains(orders.name_key(term), autoescape=True), Image.owner_id.in_(owners))

    def look_up(self, rows: Sequence[Image]) -> dict[str, Any]:
        """The smallest thumbnail that there is of each: an address that makes none."""
        kept = (
            select(Thumbnail.image_id, Thumbnail.width, Thumbnail.height, Size.width, Size.height)
            .join(Size, Size.id == Thumbnail.size_id)
            .where(Thumbnail.image_id.in_([image.id for image in rows if image.trashed_at is None]))
            .order_by((Thumbnail.width * Thumbnail.height).desc())
        )
        tiles = {}
        for image_id, width, height, *box in db.session().execute(kept):
            url = url_for("images.thumbnail", image_id=image_id, size=SizeValue(*box).label)
            tiles[image_id] = Tile(url, width, height)
        return {"tiles": tiles}

    def extent(self, action: Action, rows: Sequence[Image]) -> str:  # noqa: ARG002 - there is one action
        """How much room that gives back."""
        return say("That gives back %(size)s.", size=file_size(sum(image.bytes for image in rows)))

    def remove(self, row: Image) -> None:
        """Delete a picture with its thumbnails, links and bytes."""
        image = uploads.remove(db.session(), house().store, row.id)
        log.info("picture_deleted", by=me().username, image=image.id, owner=image.owner_id)
