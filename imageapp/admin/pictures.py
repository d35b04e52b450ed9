"""Pictures and links of everybody: to look through, and to take away."""

from typing import Any, ClassVar

from jinja2.runtime import Context
from markupsafe import Markup
from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import contains_eager, lazyload, load_only, raiseload

from imageapp.accounts.current import me
from imageapp.accounts.models import User
from imageapp.accounts.passwords import name_key
from imageapp.admin.forms import NoForm
from imageapp.admin.tables import Table
from imageapp.admin.words import moment_column, picture_link, size_column
from imageapp.extensions import db
from imageapp.house import house
from imageapp.images import uploads
from imageapp.images.models import Image
from imageapp.imaging.formats import FORMATS
from imageapp.links import service as links
from imageapp.links.models import Link
from imageapp.logs import events
from imageapp.plans.models import Plan

log = events(__name__)


def _name(_view: object, _context: Context | None, image: Image, _column: str) -> Markup:
    return picture_link(image)


def _format(_view: object, _context: Context | None, image: Image, _column: str) -> str:
    return FORMATS[image.format].label


def _pixels(_view: object, _context: Context | None, image: Image, _column: str) -> str:
    return f"{image.width} × {image.height}"


class Pictures(Table[Image, NoForm]):
    """Everybody's pictures. Opening one of somebody else's is logged."""

    one = "picture"
    can_create = can_edit = False
    column_list = ("name", "owner", "format", "pixels", "bytes", "created_at")
    labels: ClassVar = {"bytes": "File size", "created_at": "Uploaded"}
    column_searchable_list = ("name",)
    formatters: ClassVar = {
        "name": _name,
        "format": _format,
        "pixels": _pixels,
        "bytes": size_column,
        "created_at": moment_column,
    }
    order = (Image.created_at.desc(), Image.id.desc())
    consequence = "Thumbnails and links go with it at once. This cannot be undone."

    def rows(self) -> Select[Any]:
        """With the owner's name, in the same statement."""
        owner = contains_eager(Image.owner).options(load_only(User.username), lazyload(User.plan))
        return select(Image).join(Image.owner).options(owner)

    def matching(self, term: str) -> ColumnElement[bool]:
        """By a part of the picture's name, or of the owner's."""
        return or_(
            Image.name.icontains(term, autoescape=True), User.username_key.contains(name_key(term), autoescape=True)
        )

    def remove(self, row: Image) -> None:
        """Delete a picture with its thumbnails, links and bytes."""
        image = uploads.remove(db.session(), house().store, row.id)
        log.info("picture_deleted", by=me().username, image=image.id, owner=image.owner_id)


def _picture(_view: object, _context: Context | None, link: Link, _column: str) -> Markup:
    return picture_link(link.image)


def _state(_view: object, _context: Context | None, link: Link, _column: str) -> Markup:
    if link.revoked_at is not None:
        return Markup('<span class="badge bad">Revoked</span>')
    if link.expires_at <= house().clock():
        return Markup('<span class="badge">Expired</span>')
    if not (link.owner.is_active and link.owner.plan.makes_links):
        return Markup('<span class="badge bad">Off</span>')
    return Markup('<span class="badge ok">Live</span>')


class Links(Table[Link, NoForm]):
    """Everybody's expiring links. Their addresses are not shown: whoever has one needs no account."""

    one = "link"
    deleting = ("Revoke", "revoked")
    can_create = can_edit = False
    column_list = ("picture", "owner", "state", "created_at", "expires_at")
    labels: ClassVar = {"created_at": "Created", "expires_at": "Ends"}
    column_searchable_list = ("image.name",)
    formatters: ClassVar = {
        "picture": _picture,
        "state": _state,
        "created_at": moment_column,
        "expires_at": moment_column,
    }
    order = (Link.expires_at.desc(), Link.id.desc())
    consequence = "From now on it opens nothing, whoever has it. This cannot be undone."

    def rows(self) -> Select[Any]:
        """With the picture's and the owner's name, and what decides whether it works, in the same statement."""
        plan = contains_eager(User.plan).options(load_only(Plan.makes_links), raiseload(Plan.sizes))
        owner = contains_eager(Link.owner).options(load_only(User.username, User.is_active), plan)
        image = contains_eager(Link.image).options(load_only(Image.name))
        return (
            select(Link)
            .join(Link.image)
            .join(User, User.id == Link.owner_id)
            .join(Plan, Plan.id == User.plan_id)
            .options(owner, image)
        )

    def matching(self, term: str) -> ColumnElement[bool]:
        """By a part of the picture's name, or of the owner's."""
        return or_(
            Image.name.icontains(term, autoescape=True), User.username_key.contains(name_key(term), autoescape=True)
        )

    def title(self, row: Link) -> str:
        """Links have no name but their picture's."""
        return f"Link to {row.image.name}"

    def remove(self, row: Link) -> None:
        """Revoke a link: its row stays, so that its owner sees what became of it."""
        link_id = row.id
        links.revoke(db.session(), link_id, house().clock())
        log.info("link_revoked", by=me().username, link=link_id)
