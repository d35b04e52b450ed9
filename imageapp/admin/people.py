"""Users: the list, adding, changing, deleting."""

from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload
from wtforms import SelectField

from imageapp.accounts.current import me
from imageapp.accounts.models import User
from imageapp.accounts.passwords import name_key
from imageapp.accounts.service import keep_an_admin
from imageapp.admin import deeds
from imageapp.admin.forms import NewUserForm, UserForm
from imageapp.admin.tables import Table
from imageapp.admin.words import moment_column, size_column
from imageapp.extensions import db
from imageapp.house import house
from imageapp.logs import events
from imageapp.plans.models import Plan

log = events(__name__)


class Users(Table[User, UserForm]):
    """People and what they may do."""

    one = "user"
    column_list = ("username", "plan", "is_admin", "is_active", "used_bytes", "created_at")
    labels: ClassVar = {
        "username": "User name",
        "is_admin": "Admin",
        "is_active": "Active",
        "used_bytes": "Space used",
        "created_at": "Added",
    }
    sorts: ClassVar = {"username": User.username_key, "used_bytes": User.used_bytes, "created_at": User.created_at}
    column_searchable_list = ("username",)
    formatters: ClassVar = {"used_bytes": size_column, "created_at": moment_column}
    order = (User.username_key,)
    consequence = "Everything that they keep is gone at once: pictures, thumbnails and links. This cannot be undone."

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
            keep_an_admin(db.session(), row.id)


def _offer_plans(field: SelectField) -> None:
    plans = db.session().execute(select(Plan.id, Plan.name).order_by(Plan.id))
    field.choices = [(row.id, row.name) for row in plans]
