"""Users: the list, adding, changing, deleting."""

from collections.abc import Sequence
from typing import Any, ClassVar

from flask import url_for
from flask_wtf import FlaskForm
from jinja2.runtime import Context
from markupsafe import Markup
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload
from wtforms import SelectField

from imageapp.accounts.current import me
from imageapp.accounts.models import User
from imageapp.accounts.passwords import name_key
from imageapp.accounts.service import keep_an_admin
from imageapp.admin import deeds
from imageapp.admin.actions import About, Action
from imageapp.admin.filters import Choice
from imageapp.admin.forms import MoveForm, NewUserForm, UserForm
from imageapp.admin.kinds import Nouns, Sort
from imageapp.admin.tables import Table
from imageapp.admin.words import moment_column, size_column
from imageapp.extensions import db
from imageapp.house import house
from imageapp.logs import events
from imageapp.plans.models import Plan
from imageapp.sentences import marked, marked_n, say, say_n, say_of
from imageapp.speaking import here
from imageapp.wording import file_size, thousands

log = events(__name__)

DELETE = Action(
    name="delete",
    icon="trash",
    words=say("Delete"),
    offer=say("Delete chosen…"),
    question=About(marked("Delete %(name)s?"), *marked_n("Delete %(count)s user?", "Delete %(count)s users?")),
    button=About(marked("Delete user"), *marked_n("Delete %(count)s user", "Delete %(count)s users")),
    done=About(
        marked("%(name)s was deleted."), *marked_n("%(count)s user was deleted.", "%(count)s users were deleted.")
    ),
    consequence=say(
        "Everything that they keep is gone at once: pictures, thumbnails and links. This cannot be undone."
    ),
)
MOVE = Action(
    name="move",
    icon="user",
    words=say("Change plan"),
    offer=say("Change plan…"),
    question=About(
        marked("Change the plan of %(name)s?"),
        *marked_n("Change the plan of %(count)s user?", "Change the plan of %(count)s users?"),
    ),
    button=About(
        marked("Change plan"), *marked_n("Change the plan of %(count)s user", "Change the plan of %(count)s users")
    ),
    done=About(
        marked("The plan of %(name)s was changed."),
        *marked_n("The plan of %(count)s user was changed.", "The plans of %(count)s users were changed."),
    ),
    consequence=say("From now on they get what the new plan gives, and nothing else. Their pictures stay."),
    harmful=False,
)
DISABLE = Action(
    name="disable",
    icon="ban",
    words=say("Disable"),
    offer=say("Disable…"),
    question=About(marked("Disable %(name)s?"), *marked_n("Disable %(count)s user?", "Disable %(count)s users?")),
    button=About(marked("Disable user"), *marked_n("Disable %(count)s user", "Disable %(count)s users")),
    done=About(
        marked("%(name)s was disabled."), *marked_n("%(count)s user was disabled.", "%(count)s users were disabled.")
    ),
    consequence=say(
        "They are signed out everywhere and cannot sign in, and their links open nothing. Their pictures stay."
    ),
    idle=say("All of these are disabled already."),
)
ENABLE = Action(
    name="enable",
    icon="check",
    words=say("Enable"),
    offer=say("Enable…"),
    question=About(marked("Enable %(name)s?"), *marked_n("Enable %(count)s user?", "Enable %(count)s users?")),
    button=About(marked("Enable user"), *marked_n("Enable %(count)s user", "Enable %(count)s users")),
    done=About(
        marked("%(name)s was enabled."), *marked_n("%(count)s user was enabled.", "%(count)s users were enabled.")
    ),
    consequence=say("They can sign in again, and their links that have not ended work again."),
    idle=say("All of these are enabled already."),
    harmful=False,
)


def _standing(_view: object, _context: Context | None, user: User, _name: str) -> Markup:
    return (
        Markup('<span class="badge ok">{}</span>').format(here(say("Active")))
        if user.is_active
        else Markup('<span class="badge">{}</span>').format(here(say("Disabled")))
    )


def _pictures(_view: object, _context: Context | None, user: User, _name: str) -> str:
    count = thousands(user.pictures)
    if not user.pictures:
        return count
    words = say("Pictures of %(name)s: %(count)s", name=user.username, count=user.pictures)
    return Markup('<a href="{}" aria-label="{}">{}</a>').format(
        url_for("image.index_view", owner=user.username), here(words), here(count)
    )


class Users(Table[User, UserForm]):
    """People and what they may do."""

    nouns = Nouns(
        add=say("Add user"),
        added=say("User added."),
        choose=say("Choose at least one user first."),
        gone=say("There is no such user any more."),
    )
    column_list = ("username", "plan", "is_admin", "is_active", "pictures", "used_bytes", "created_at")
    labels: ClassVar = {
        "username": say("User name"),
        "plan": say("Plan"),
        "is_admin": say_of("a person", "Admin"),
        "pictures": say("Pictures"),
        "is_active": say("Active"),
        "used_bytes": say("Space used"),
        "created_at": say("Added"),
    }
    sorts: ClassVar = {
        "username": Sort((User.username_key,)),
        "pictures": Sort((User.pictures,), descending=True),
        "used_bytes": Sort((User.used_bytes,), descending=True),
        # Ids are given out as people are added, and have an index.
        "created_at": Sort((User.id,), descending=True),
    }
    order = "username"
    filters = (
        Choice(
            name="plan",
            label=say("Plan"),
            column=User.plan_id,
            where=lambda column, value: column == int(value),
            options=lambda: [(str(plan_id), name) for plan_id, name in _plans()],
            orders=frozenset(sorts),
        ),
        Choice(
            name="active",
            label=say("Active"),
            column=User.is_active,
            where=lambda column, value: column.is_(value == "yes"),
            options=lambda: [("yes", say("Active")), ("no", say("Disabled"))],
            orders=frozenset(sorts),
        ),
    )
    search = say("Search by name")
    formatters: ClassVar = {
        "pictures": _pictures,
        "used_bytes": size_column,
        "created_at": moment_column,
        "is_active": _standing,
    }
    deleting = DELETE
    actions = (MOVE, DISABLE, ENABLE)

    def rows(self) -> Select[Any]:
        """With the plan's name, in one statement."""
        return select(User).options(joinedload(User.plan, innerjoin=True).load_only(Plan.name).raiseload(Plan.sizes))

    def matching(self, term: str) -> ColumnElement[bool]:
        """By a part of the name, whatever its case and Unicode form."""
        return User.username_key.contains(name_key(term), autoescape=True)

    def new_form(self) -> NewUserForm:
        """Empty, or as it was sent."""
        form = NewUserForm()
        _offer_plans(form.plan)
        return form

    def filled_form(self, row: User) -> UserForm:
        """As the user is, or as it was sent."""
        form = UserForm(
            data={
                "username": row.username,
                "plan": row.plan_id,
                "is_admin": row.is_admin,
                "is_active": row.is_active,
            }
        )
        _offer_plans(form.plan)
        return form

    def add(self, form: UserForm) -> None:
        """Add a user. Raises BadForm."""
        user_id = deeds.add_person(db.session(), form.person(), house().clock())
        log.info("user_added", by=me().username, user=user_id, username=form.username.data)

    def change(self, row: User, form: UserForm) -> None:
        """Save a user; the admin's own sign-in, from which this comes, goes on. Raises BadForm."""
        person, user_id = form.person(), row.id
        deeds.change_person(db.session(), user_id, person, keep_signin=me().signin_id)
        log.info(
            "user_changed",
            by=me().username,
            user=user_id,
            username=person.username,
            plan=person.plan_id,
            is_admin=person.is_admin,
            is_active=person.is_active,
            password_changed=bool(person.password),
        )

    def remove(self, row: User) -> None:
        """Delete a user with everything. Raises BadForm for the last admin."""
        user_id, username = row.id, row.username
        deeds.delete_person(db.session(), house().store, user_id)
        log.info("user_deleted", by=me().username, user=user_id, username=username)

    def refuse_if_needed(self, row: User) -> None:
        """Raises BadForm for the last admin."""
        if row.is_admin and row.is_active:
            keep_an_admin(db.session(), {row.id})

    def touched(self, action: Action, rows: Sequence[User]) -> list[User]:
        """Whoever is not yet as the action would leave them."""
        if action in {DISABLE, ENABLE}:
            return [row for row in rows if row.is_active is (action is DISABLE)]
        return list(rows)

    def extent(self, action: Action, rows: Sequence[User]) -> str:
        """What they keep, where that goes with them."""
        kept = sum(row.pictures for row in rows)
        if action is not DELETE or not kept:
            return ""
        size = file_size(sum(row.used_bytes for row in rows))
        return say_n(
            "In all: %(count)s picture of %(size)s.", "In all: %(count)s pictures of %(size)s.", kept, size=size
        )

    def question_form(self, action: Action) -> FlaskForm:
        """The plan to move to."""
        if action is not MOVE:
            return super().question_form(action)
        form = MoveForm()
        _offer_plans(form.plan)
        return form

    def carry_out(self, action: Action, rows: Sequence[User], form: FlaskForm) -> None:
        """Move, disable or enable. Raises BadForm."""
        ids = [row.id for row in rows]
        if isinstance(form, MoveForm):
            deeds.move(db.session(), ids, form.plan.data)
            log.info("users_moved", by=me().username, users=ids, plan=form.plan.data)
        else:
            deeds.set_active(db.session(), ids, is_active=action is ENABLE)
            log.info("users_enabled" if action is ENABLE else "users_disabled", by=me().username, users=ids)


def _plans() -> Sequence[tuple[int, str]]:
    """Every plan, by id and name."""
    return [(row.id, row.name) for row in db.session().execute(select(Plan.id, Plan.name).order_by(Plan.id))]


def _offer_plans(field: SelectField) -> None:
    field.choices = [*_plans()]
