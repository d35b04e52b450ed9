"""Plans and thumbnail sizes: the lists, adding, changing, deleting."""

from collections.abc import Sequence
from typing import Any, ClassVar

from jinja2.runtime import Context
from markupsafe import Markup
from sqlalchemy import BigInteger, ColumnElement, Select, func, literal, select

from imageapp.accounts.current import me
from imageapp.accounts.models import User
from imageapp.accounts.passwords import name_key
from imageapp.admin import tiers
from imageapp.admin.actions import About, Action
from imageapp.admin.forms import PlanForm, SizeForm
from imageapp.admin.kinds import Nouns, Sort
from imageapp.admin.tables import Table
from imageapp.admin.words import size_badges, size_column
from imageapp.extensions import db
from imageapp.house import house
from imageapp.imaging.formats import EVERY, FORMATS
from imageapp.logs import events
from imageapp.plans.entitlements import format_names, in_order
from imageapp.plans.models import Plan, Size, plan_sizes
from imageapp.sentences import marked, marked_n, say
from imageapp.wording import listed, thousands

log = events(__name__)

NO_LIMIT = 2**62


def _sizes(_view: object, _context: Context | None, plan: Plan, _name: str) -> Markup:
    return size_badges(list(in_order(tuple(size.value for size in plan.sizes))))


def _people(_view: object, context: Context | None, plan: Plan, _name: str) -> str:
    return thousands((context or {}).get("people", {}).get(plan.id, 0))


class Plans(Table[Plan, PlanForm]):
    """What people get."""

    nouns = Nouns(
        add=say("Add plan"),
        added=say("Plan added."),
        choose=say("Choose at least one plan first."),
        gone=say("There is no such plan any more."),
    )
    column_list = ("name", "sizes", "shows_original", "makes_links", "quota_bytes", "people")
    labels: ClassVar = {
        "name": say("Name"),
        "sizes": say("Thumbnail sizes"),
        "shows_original": say("Original"),
        "makes_links": say("Expiring links"),
        "quota_bytes": say("Space"),
        "people": say("Users"),
    }
    sorts: ClassVar = {
        "name": Sort((Plan.name_key,)),
        # No limit is more than any.
        "quota_bytes": Sort((func.coalesce(Plan.quota_bytes, literal(NO_LIMIT, BigInteger)),), descending=True),
        "id": Sort((Plan.id,)),
    }
    search = say("Search by name")
    formatters: ClassVar = {"sizes": _sizes, "quota_bytes": size_column, "people": _people}
    order = "id"
    deleting = Action(
        name="delete",
        icon="trash",
        words=say("Delete"),
        offer=say("Delete chosen…"),
        question=About(marked("Delete %(name)s?"), *marked_n("Delete %(count)s plan?", "Delete %(count)s plans?")),
        button=About(marked("Delete plan"), *marked_n("Delete %(count)s plan", "Delete %(count)s plans")),
        done=About(
            marked("%(name)s was deleted."), *marked_n("%(count)s plan was deleted.", "%(count)s plans were deleted.")
        ),
        consequence=say("Only a plan that nobody is on can be deleted. This cannot be undone."),
    )

    def rows(self) -> Select[Any]:
        """With their sizes, in a second statement."""
        return select(Plan)

    def matching(self, term: str) -> ColumnElement[bool]:
        """By a part of the name, whatever its case."""
        return Plan.name_key.contains(name_key(term), autoescape=True)

    def look_up(self, rows: Sequence[Plan]) -> dict[str, Any]:
        """How many people are on each."""
        of_these = User.plan_id.in_([plan.id for plan in rows])
        counted = db.session().execute(select(User.plan_id, func.count()).where(of_these).group_by(User.plan_id))
        return {"people": {row[0]: row[1] for row in counted}}

    def new_form(self) -> PlanForm:
        """Empty, or as it was sent."""
        return _with_choices(PlanForm(data={"accepts": list(house().settings.formats)}))

    def filled_form(self, row: Plan) -> PlanForm:
        """As the plan is, or as it was sent."""
        named = format_names(row.accepts)
        return _with_choices(
            PlanForm(
                data={
                    "name": row.name,
                    "sizes": [size.id for size in row.sizes],
                    "shows_original": row.shows_original,
                    "makes_links": row.makes_links,
                    "accepts": list(named or house().settings.formats),
                    # As text: a field that holds the number 0 is drawn empty, and empty means no limit.
                    "quota_bytes": "" if row.quota_bytes is None else str(row.quota_bytes),
                }
            ),
            named,
        )

    def add(self, form: PlanForm) -> None:
        """Add a plan. Raises BadForm."""
        plan_id = tiers.save_plan(db.session(), None, form.tier())
        log.info("plan_added", by=me().username, plan=plan_id, name=form.name.data)

    def change(self, row: Plan, form: PlanForm) -> None:
        """Save a plan. Raises BadForm."""
        plan_id = tiers.save_plan(db.session(), row.id, form.tier())
        log.info("plan_changed", by=me().username, plan=plan_id, name=form.name.data)

    def remove(self, row: Plan) -> None:
        """Delete a plan. Raises BadForm naming who is on it."""
        plan_id, name = row.id, row.name
        tiers.delete_plan(db.session(), plan_id)
        log.info("plan_deleted", by=me().username, plan=plan_id, name=name)

    def refuse_if_needed(self, row: Plan) -> None:
        """Raises BadForm naming who is on it."""
        tiers.refuse_plan_in_use(db.session(), row)


def _with_choices(form: PlanForm, named: Sequence[str] | None = None) -> PlanForm:
    """The form with every size, and the formats that the server accepts or that the plan has `named`."""
    names = [name for name in EVERY if name in house().settings.formats or name in (named or ())]
    form.accepts.choices = [(name, FORMATS[name].label) for name in names]
    sizes = in_order(tuple(size.value for size in db.session().scalars(select(Size))))
    form.sizes.choices = [(size.id, size.words) for size in sizes]
    return form


def _label(_view: object, _context: Context | None, size: Size, _name: str) -> str:
    return str(size)


def _words(_view: object, _context: Context | None, size: Size, _name: str) -> str:
    return size.value.words


def _plans(_view: object, context: Context | None, size: Size, _name: str) -> str:
    return listed((context or {}).get("plans", {}).get(size.id, [])) or say("None")


class Sizes(Table[Size, SizeForm]):
    """Thumbnail sizes that plans may give."""

    nouns = Nouns(
        add=say("Add size"),
        added=say("Size added."),
        choose=say("Choose at least one size first."),
        gone=say("There is no such size any more."),
    )
    column_list = ("label", "words", "plans")
    labels: ClassVar = {"label": say("Size"), "words": say("Meaning"), "plans": say("In plans")}
    formatters: ClassVar = {"label": _label, "words": _words, "plans": _plans}
    sorts: ClassVar = {"sides": Sort((Size.width, Size.height))}
    order = "sides"
    deleting = Action(
        name="delete",
        icon="trash",
        words=say("Delete"),
        offer=say("Delete chosen…"),
        question=About(marked("Delete %(name)s?"), *marked_n("Delete %(count)s size?", "Delete %(count)s sizes?")),
        button=About(marked("Delete size"), *marked_n("Delete %(count)s size", "Delete %(count)s sizes")),
        done=About(
            marked("%(name)s was deleted."), *marked_n("%(count)s size was deleted.", "%(count)s sizes were deleted.")
        ),
        consequence=say("Only a size that no plan gives can be deleted. Thumbnails of it that are left go, too."),
    )

    def rows(self) -> Select[Any]:
        """Nothing besides."""
        return select(Size)

    def look_up(self, rows: Sequence[Size]) -> dict[str, Any]:
        """The names of the plans that give each."""
        of_these = plan_sizes.c.size_id.in_([size.id for size in rows])
        found = db.session().execute(
            select(plan_sizes.c.size_id, Plan.name).join(Plan).where(of_these).order_by(Plan.name_key)
        )
        plans: dict[int, list[str]] = {}
        for size_id, name in found:
            plans.setdefault(size_id, []).append(name)
        return {"plans": plans}

    def new_form(self) -> SizeForm:
        """Empty, or as it was sent."""
        return SizeForm()

    def filled_form(self, row: Size) -> SizeForm:
        """As the size is, or as it was sent."""
        return SizeForm(data={"width": str(row.width or ""), "height": str(row.height or "")})

    def add(self, form: SizeForm) -> None:
        """Add a size. Raises BadForm."""
        size_id = tiers.save_size(db.session(), house().store, None, *form.sides())
        log.info("size_added", by=me().username, size=size_id, sides=form.sides())

    def change(self, row: Size, form: SizeForm) -> None:
        """Save a size. Raises BadForm."""
        size_id = tiers.save_size(db.session(), house().store, row.id, *form.sides())
        log.info("size_changed", by=me().username, size=size_id, sides=form.sides())

    def remove(self, row: Size) -> None:
        """Delete a size. Raises BadForm naming the plans that give it."""
        size_id, label = row.id, str(row)
        tiers.delete_size(db.session(), house().store, size_id)
        log.info("size_deleted", by=me().username, size=size_id, label=label)

    def refuse_if_needed(self, row: Size) -> None:
        """Raises BadForm naming the plans that give it."""
        tiers.refuse_size_in_use(db.session(), row)
