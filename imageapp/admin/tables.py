"""What all pages of the dashboard have in common: lists, questions before something is done, and forms.

Flask-Admin gives addresses, columns and menus; the pages are our own templates, and what is saved or deleted goes
through deeds.
"""

from typing import Any, cast

from flask import make_response, redirect, request, url_for
from flask_admin import Admin
from flask_admin.base import expose
from flask_admin.blueprints import _BlueprintWithHostSupport as Blueprint
from flask_wtf import FlaskForm
from sqlalchemy import inspect
from werkzeug.wrappers import Response

from imageapp.admin.forms import went_through
from imageapp.admin.kinds import FormT, RowT
from imageapp.admin.questions import Questions
from imageapp.extensions import db
from imageapp.sentences import Sentence, say
from imageapp.speaking import tell

SAVE, SAVED = say("Save"), say("Saved.")


class Table(Questions[RowT, FormT]):
    """All pages of one kind of thing; what differs is in `Kind`."""

    def __init__(self, model: type[RowT], name: Sentence) -> None:
        """`model` gives rows; `name` stands on the tab."""
        self.column_labels = dict(self.labels)
        self.column_formatters = dict(self.formatters)
        self.column_type_formatters = {}  # those that come with it draw with fonts that we do not serve
        super().__init__(cast(Any, model), db, name=name)

    def create_blueprint(self, admin: Admin) -> Blueprint:
        """Only the addresses that are used: those of inline editing, export and look-ups do not exist."""
        used = {"index_view", "delete_view", "action_view", *(("create_view", "edit_view") if self.can_create else ())}
        self._urls = [rule for rule in type(self)._urls if rule[1] in used]
        return super().create_blueprint(admin)

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Response:
        """The form to add one, and adding it."""
        form = self.new_form()
        if request.method == "POST" and went_through(form, lambda: self.add(form)):
            tell(self.nouns.added or SAVED, "ok")
            return redirect(self.back(), 303)
        return self._form_page(form, self.nouns.add or SAVE, None)

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> Response:
        """The form to change one, and changing it."""
        row = self.get_one(request.args.get("id", ""))
        title, key = self.title(row), inspect(row).identity[0]
        form = self.filled_form(row)
        if request.method == "POST" and went_through(form, lambda: self.change(row, form)):
            tell(SAVED, "ok")
            stays = "_continue_editing" in request.form
            return redirect(url_for(".edit_view", id=key, url=self.back()) if stays else self.back(), 303)
        return self._form_page(form, title, key)

    def _form_page(self, form: FlaskForm, heading: str, key: object) -> Response:
        page = self.render("admin/form.html", form=form, heading=heading, key=key, return_url=self.back())
        return make_response(page, 400 if form.errors else 200)
