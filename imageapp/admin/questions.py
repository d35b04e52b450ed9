"""Doing something to rows that somebody chose: first a question that names them and says how many, then the deed."""

from collections.abc import Sequence
from typing import NamedTuple

from flask import make_response, redirect, request
from flask_admin.base import expose
from flask_wtf import FlaskForm
from sqlalchemy import inspect
from werkzeug.wrappers import Response

from imageapp.admin.actions import Action
from imageapp.admin.forms import went_through
from imageapp.admin.kinds import FormT, RowT
from imageapp.admin.lists import Lists
from imageapp.admin.walking import PAGE
from imageapp.extensions import db
from imageapp.refusals import BadForm, NotFound
from imageapp.sentences import say
from imageapp.speaking import tell


class Chosen(NamedTuple):
    """A row that the question is about: its id, and its name as the question says it."""

    key: str
    title: str


class Questions(Lists[RowT, FormT]):
    """Asking and doing, for one kind. Nobody chooses more than a page shows.

    Built on the list, as Flask-Admin puts each view that a class inherits into that class itself: of two that stand
    side by side the first one's would hide the second's.
    """

    @expose("/delete/", methods=("GET", "POST"))
    def delete_view(self) -> Response:
        """The question whether to take one or more away, and taking one."""
        if request.method == "POST":
            return self._take_away([request.form.get("id", "")])
        return self._ask(self.deleting, request.args.getlist("id"))

    @expose("/action/", methods=("GET", "POST"))
    def action_view(self) -> Response:
        """The question whether to do something to several, and doing it."""
        name, keys = request.values.get("action"), request.values.getlist("rowid") or request.values.getlist("id")
        action = next((one for one in self.bulk if one.name == name), None)
        if action is None or (request.method == "POST" and not keys):
            raise BadForm(say("Choose at least one row, and what to do."))
        if request.method != "POST":
            return self._ask(action, keys)
        return self._take_away(keys[:PAGE]) if action is self.deleting else self._do(action, keys[:PAGE])

    def _ask(self, action: Action, keys: Sequence[str]) -> Response:
        if not keys:
            tell(self.nouns.choose, "info")
            return redirect(self.back(), 303)
        rows = self.touched(action, self._those(keys[:PAGE]))
        if not rows:
            tell(action.idle, "info")
            return redirect(self.back(), 303)
        problem = None
        try:
            if action is self.deleting and len(rows) == 1:
                self.refuse_if_needed(rows[0])
        except BadForm as refusal:
            problem = refusal.message
        # A single one that is refused is not offered again: the same answer would come.
        return self._question(action, rows, problem=problem, offered=problem is None)

    def _do(self, action: Action, keys: Sequence[str]) -> Response:
        """All of them or none, in one deed."""
        rows = self.touched(action, self._those(keys))
        titles = [self.title(row) for row in rows]
        form = self.question_form(action)
        if not rows:
            tell(action.idle, "info")
            return redirect(self.back(), 303)
        if not went_through(form, lambda: self.carry_out(action, rows, form)):
            problem = form.form_errors[0] if form.form_errors else None
            left = self.touched(action, self._those(keys))
            return self._question(action, left, form=form, problem=problem, status=400)
        tell(action.told(titles), "ok")
        return redirect(self.back(), 303)

    def _take_away(self, keys: Sequence[str]) -> Response:
        """One after another; at the first that is refused the question comes back with the reason, for those left."""
        done: list[str] = []
        for at, key in enumerate(keys):
            try:
                row = self.get_one(key)
                title = self.title(row)
                self.remove(row)
            except BadForm as refusal:
                left = self._those(keys[at:])
                self._say_done(done)
                offered = len(left) > 1
                return self._question(self.deleting, left, problem=refusal.message, offered=offered, status=400)
            except NotFound:
                if len(keys) == 1:
                    raise
                continue  # somebody else was quicker: it is as gone as was asked for
            done.append(title)
        self._say_done(done)
        return redirect(self.back(), 303)

    def _say_done(self, titles: Sequence[str]) -> None:
        if titles:
            tell(self.deleting.told(titles), "ok")

    def _those(self, keys: Sequence[str]) -> list[RowT]:
        """The rows with these ids that are still there, in one statement. Raises NotFound if none is."""
        key = inspect(self.model).primary_key[0]
        query = self.rows().where(key.in_([self.key(text) for text in keys])).order_by(*self.sorts[self.order].by, key)
        rows = list(db.session().scalars(query))
        if not rows:
            raise NotFound(self.nouns.gone)
        return rows

    def _question(
        self,
        action: Action,
        rows: Sequence[RowT],
        *,
        form: FlaskForm | None = None,
        problem: str | None = None,
        offered: bool = True,
        status: int = 200,
    ) -> Response:
        page = self.render(
            "admin/confirm.html",
            action=action,
            chosen=[Chosen(str(self.get_pk_value(row)), self.title(row)) for row in rows],
            extent=self.extent(action, rows),
            form=form or self.question_form(action),
            problem=problem,
            offered=offered,
            return_url=self.back(),
        )
        return make_response(page, status)
