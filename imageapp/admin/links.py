"""Expiring links of everybody: to look through, and to revoke."""

from collections.abc import Sequence
from typing import Any, ClassVar

from jinja2.runtime import Context
from markupsafe import Markup
from sqlalchemy import ColumnElement, Select, SQLColumnExpression, false, func, or_, select
from sqlalchemy.orm import contains_eager, load_only, raiseload

from imageapp.accounts.current import me
from imageapp.accounts.models import User
from imageapp.accounts.passwords import name_key
from imageapp.admin.actions import About, Action
from imageapp.admin.filters import Choice, Word
from imageapp.admin.forms import NoForm
from imageapp.admin.kinds import Nouns, Sort
from imageapp.admin.pictures import owned_by
from imageapp.admin.tables import Table
from imageapp.admin.words import moment_column, owner_link, picture_link
from imageapp.extensions import db
from imageapp.house import house
from imageapp.images import orders
from imageapp.images.models import Image
from imageapp.links import service as links
from imageapp.links.models import Link
from imageapp.logs import events
from imageapp.plans.models import Plan
from imageapp.sentences import marked, marked_n, say, say_of
from imageapp.speaking import here

log = events(__name__)

REVOKE = Action(
    name="delete",
    icon="ban",
    words=say("Revoke"),
    offer=say("Revoke chosen…"),
    question=About(marked("Revoke %(name)s?"), *marked_n("Revoke %(count)s link?", "Revoke %(count)s links?")),
    button=About(marked("Revoke link"), *marked_n("Revoke %(count)s link", "Revoke %(count)s links")),
    done=About(
        marked("%(name)s was revoked."), *marked_n("%(count)s link was revoked.", "%(count)s links were revoked.")
    ),
    consequence=say("From now on nothing opens there, whoever has the address. This cannot be undone."),
    idle=say("All of these have ended already."),
)

STATES = {
    "live": (Markup('<span class="badge ok">{}</span>'), say("Live")),
    "ended": (Markup('<span class="badge">{}</span>'), say("Expired")),
    "revoked": (Markup('<span class="badge bad">{}</span>'), say("Revoked")),
    "off": (Markup('<span class="badge bad">{}</span>'), say("Off")),
}
# Off is what a disabled owner has handed out, or one without links in the plan, or of a picture in the trash: it works
# again once that changes.
WORDS = {
    "live": say_of("several links", "Live"),
    "ended": say_of("several links", "Expired"),
    "revoked": say_of("several links", "Revoked"),
    "off": say("Off for now"),
}


def state(link: Link) -> str:
    """Which of STATES a link is in, which must have been loaded with its owner and plan."""
    if link.revoked_at is not None:
        return "revoked"
    if link.expires_at <= house().clock():
        return "ended"
    opens = link.owner.is_active and link.owner.plan.makes_links and link.image.trashed_at is None
    return "live" if opens else "off"


def _picture(_view: object, _context: Context | None, link: Link, _column: str) -> Markup:
    return picture_link(link.image)


def _owner(_view: object, _context: Context | None, link: Link, _column: str) -> Markup:
    return owner_link(link.owner, "link.index_view")


def _state(_view: object, _context: Context | None, link: Link, _column: str) -> Markup:
    badge, words = STATES[state(link)]
    return badge.format(here(words))


def _ends(column: SQLColumnExpression[Any], value: str) -> ColumnElement[bool] | None:
    now = house().clock()
    return {"live": column > now, "off": column > now, "ended": column <= now}.get(value)


def _besides(value: str) -> Sequence[ColumnElement[bool]]:
    # Written so that a link without an owner would not do: see walking.beside_index.
    given = (
        func.coalesce(User.is_active, false()) & func.coalesce(Plan.makes_links, false()) & Image.trashed_at.is_(None)
    )
    revoked = Link.revoked_at.is_not(None)
    return {"live": [~revoked, given], "off": [~revoked, ~given], "ended": [~revoked], "revoked": [revoked]}[value]


class Links(Table[Link, NoForm]):
    """Everybody's expiring links. Their addresses are not shown: whoever has one needs no account."""

    nouns = Nouns(choose=say("Choose at least one link first."), gone=say("There is no such link any more."))
    can_create = can_edit = False
    column_list = ("picture", "owner", "state", "created_at", "expires_at")
    labels: ClassVar = {
        "picture": say("Picture"),
        "owner": say("Owner"),
        "state": say("State"),
        "created_at": say("Created"),
        "expires_at": say("Ends"),
    }
    formatters: ClassVar = {
        "picture": _picture,
        "owner": _owner,
        "state": _state,
        "created_at": moment_column,
        "expires_at": moment_column,
    }
    endless = True
    sorts: ClassVar = {"expires_at": Sort((Link.expires_at,), descending=True)}
    order = "expires_at"
    filters = (
        Choice(
            name="state",
            label=say("State"),
            column=Link.expires_at,
            where=_ends,
            besides=_besides,
            options=lambda: list(WORDS.items()),
            orders=frozenset(sorts),
        ),
        # Its index has another order, but nobody has many links: they are forgotten a day after their end.
        Word(
            name="owner", label=say("Owner"), column=Link.owner_id, where=owned_by, orders=frozenset(sorts), exact=True
        ),
    )
    search = say("Search by picture")
    deleting = REVOKE

    def rows(self) -> Select[Any]:
        """With the picture's and the owner's name, and what decides whether it works, in the same statement.

        Outer joins: none of them can decide where the walk begins.
        """
        plan = contains_eager(User.plan).options(load_only(Plan.makes_links), raiseload(Plan.sizes))
        owner = contains_eager(Link.owner).options(load_only(User.username, User.is_active), plan)
        image = contains_eager(Link.image).options(load_only(Image.name, Image.trashed_at), raiseload(Image.owner))
        return (
            select(Link)
            .outerjoin(Image, Image.id == Link.image_id)
            .outerjoin(User, User.id == Link.owner_id)
            .outerjoin(Plan, Plan.id == User.plan_id)
            .options(owner, image)
        )

    def matching(self, term: str) -> ColumnElement[bool]:
        """By a part of the picture's name, or of the owner's."""
        owners = select(User.id).where(User.username_key.contains(name_key(term), autoescape=True)).correlate(None)
        name = func.coalesce(Image.name_key, "")
        return or_(name.contains(orders.name_key(term), autoescape=True), Link.owner_id.in_(owners))

    def title(self, row: Link) -> str:
        """Links have no name but their picture's."""
        return say("Link to %(name)s", name=row.image.name)

    def touched(self, action: Action, rows: Sequence[Link]) -> list[Link]:  # noqa: ARG002 - there is one action
        """Those that may still open something."""
        return [row for row in rows if state(row) in {"live", "off"}]

    def remove(self, row: Link) -> None:
        """Revoke a link: its row stays, so that its owner sees what became of it."""
        link_id = row.id
        links.revoke(db.session(), link_id, house().clock())
        log.info("link_revoked", by=me().username, link=link_id)
