"""What all pages of the dashboard have in common: lists, forms, and asking before deleting.

Flask-Admin gives addresses, lists, columns and menus; the pages are our own templates, and what is saved or deleted
goes through deeds.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar, cast

from flask import flash, make_response, redirect, request, url_for
from flask_admin import Admin
from flask_admin.base import expose
from flask_admin.blueprints import _BlueprintWithHostSupport as Blueprint
from flask_admin.contrib.sqla import ModelView
from flask_admin.model.base import ViewArgs
from flask_wtf import FlaskForm
from sqlalchemy import ColumnElement, Select, inspect
from sqlalchemy.orm import InstrumentedAttribute
from werkzeug.wrappers import Response

from imageapp.accounts.destinations import local_path
from imageapp.admin.forms import NoForm, row_number, went_through
from imageapp.admin.guard import Guarded
from imageapp.extensions import db
from imageapp.identifiers import is_id
from imageapp.refusals import BadForm, NotFound
from imageapp.wording import plural

PAGE = 50
# Far beyond what anybody pages through, and within what a database takes as an offset.
LAST_PAGE = 1_000_000
LONGEST_SEARCH = 100

RowT = TypeVar("RowT")
FormT = TypeVar("FormT", bound=FlaskForm)


class Chosen(NamedTuple):
    """A row that is about to be deleted: its id, and its name as the question says it."""

    key: str
    title: str


class Table(Guarded, ModelView, Generic[RowT, FormT]):
    """The list of one kind of thing, and its forms. What differs is below "for each kind"."""

    list_template = "admin/list.html"
    form = NoForm

    # ---------- for each kind
    one: ClassVar[str]
    """Its noun, as in "Add user"."""
    deleting: ClassVar[tuple[str, str]] = ("Delete", "deleted")
    """What its delete button says, and what was then done."""
    labels: ClassVar[Mapping[str, str]] = {}
    """What its columns are called, where that is not their own name."""
    formatters: ClassVar[Mapping[str, Callable[..., Any]]] = {}
    """How columns are written, as Flask-Admin's `column_formatters`."""
    sorts: ClassVar[Mapping[str, InstrumentedAttribute[Any]]] = {}
    """By which columns people may sort the list, and what that compares."""
    order: ClassVar[Sequence[Any]]
    """How the list is ordered unless somebody asks otherwise: by an index where it may be long."""
    consequence: ClassVar[str] = "This cannot be undone."
    """What the question before deleting says."""

    def rows(self) -> Select[Any]:
        """The statement of the list, without order and limit."""
        raise NotImplementedError

    def matching(self, term: str) -> ColumnElement[bool]:
        """What a search for `term` finds."""
        raise NotImplementedError

    def look_up(self, rows: Sequence[RowT]) -> dict[str, Any]:  # noqa: ARG002 - for those that need it
        """What the columns of these rows need besides, in as few statements as there are kinds of it."""
        return {}

    def title(self, row: RowT) -> str:
        """Its name."""
        return str(row)

    def new_form(self) -> FormT:
        """The form to add one; filled from what was sent."""
        raise NotImplementedError

    def filled_form(self, row: RowT) -> FormT:
        """The form to change this one; filled from the row, or from what was sent."""
        raise NotImplementedError

    def add(self, form: FormT) -> None:
        """Make one. Raises BadForm."""
        raise NotImplementedError

    def change(self, row: RowT, form: FormT) -> None:
        """Save one. Raises BadForm."""
        raise NotImplementedError

    def remove(self, row: RowT) -> None:
        """Delete one. Raises BadForm."""
        raise NotImplementedError

    def refuse_if_needed(self, row: RowT) -> None:
        """Raises BadForm where it cannot be deleted as things are."""

    def __init__(self, model: type[RowT], name: str) -> None:
        """`model` gives rows; `name` stands on the tab."""
        self.column_labels = dict(self.labels)
        self.column_formatters = dict(self.formatters)
        self.column_type_formatters = {}  # those that come with it draw with fonts that we do not serve
        super().__init__(cast(Any, model), db, name=name)

    # ---------- addresses
    def create_blueprint(self, admin: Admin) -> Blueprint:
        """Only the addresses that are used: those of inline editing, export and look-ups do not exist."""
        used = {"index_view", "delete_view", "action_view", *(("create_view", "edit_view") if self.can_create else ())}
        self._urls = [rule for rule in type(self)._urls if rule[1] in used]
        return super().create_blueprint(admin)

    # ---------- the list
    def is_sortable(self, name: Any) -> bool:  # noqa: ANN401 - the signature is Flask-Admin's
        """Whether the list can be sorted by this column."""
        return name in self.sorts

    def get_list(
        self,
        page: int | None,
        sort_column: Any,  # noqa: ANN401 - the signature is Flask-Admin's
        sort_desc: bool,
        search: str | None,
        filters: object,  # noqa: ARG002 - as above
        execute: bool = True,  # noqa: ARG002 - as above
        page_size: int | None = None,  # noqa: ARG002 - as above
    ) -> tuple[None, list[Any]]:
        """One page of rows. They are not counted: one more than shown is asked for, to know whether it goes on."""
        query = self.rows()
        if search and self._search_supported:
            query = query.where(self.matching(search))
        order = self.order
        if sort_column in self.sorts:
            column = self.sorts[sort_column]
            order = (column.desc() if sort_desc else column.asc(), *inspect(self.model).primary_key)
        query = query.order_by(*order).offset((page or 0) * PAGE).limit(PAGE + 1)
        found = list(db.session().scalars(query).unique())
        rows = found[:PAGE]
        besides = cast(dict[str, object], self._template_args)
        besides.update(self.look_up(rows), goes_on=len(found) > PAGE, title=self.title)
        return None, rows

    def render(self, template: str, **kwargs: Any) -> str:  # noqa: ANN401 - the signature is Flask-Admin's
        """The template, drawn. `page` is what our pages call the maker of addresses, so the page's number is not."""
        if "page" in kwargs:
            kwargs["page_number"] = kwargs.pop("page")
        return super().render(template, **kwargs)

    def _get_list_extra_args(self) -> ViewArgs:
        # Nothing else of the address is taken over into other addresses: some words mean something to url_for.
        term = "".join(letter for letter in request.args.get("search", "") if letter.isprintable())
        return ViewArgs(
            page=min(max(request.args.get("page", 0, type=int), 0), LAST_PAGE),
            sort=request.args.get("sort", None, type=int),
            sort_desc=request.args.get("desc", None, type=int),
            search=term.strip()[:LONGEST_SEARCH],
        )

    def _get_list_url(self, view_args: ViewArgs) -> str:
        return url_for(
            ".index_view",
            page=view_args.page or None,
            sort=view_args.sort,
            desc=1 if view_args.sort_desc else None,
            search=view_args.search,
        )

    def get_one(self, id: Any) -> Any:  # noqa: ANN401 - the signature is Flask-Admin's
        """The row with this id, as it stands in an address. Raises NotFound, for whatever is no id too."""
        key = self._key(str(id))
        row = db.session().get(self.model, key) if key else None
        if row is None:
            raise NotFound(f"There is no such {self.one} any more.")
        return cast(RowT, row)

    def _key(self, text: str) -> str | int:
        if isinstance(inspect(self.model).primary_key[0].type.python_type(), str):
            return text if is_id(text) else ""
        return row_number(text)

    # ---------- forms
    def create_model(self, form: Any) -> bool:  # noqa: ANN401 - the form of this kind
        """Make one. Raises BadForm, which Flask-Admin's own would turn into a message without a place."""
        self.add(form)
        return True

    def update_model(self, form: Any, model: Any) -> bool:  # noqa: ANN401 - as above
        """Save one. Raises BadForm."""
        self.change(model, form)
        return True

    def delete_model(self, model: Any) -> bool:  # noqa: ANN401 - as above
        """Delete one. Raises BadForm."""
        self.remove(model)
        return True

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Response:
        """The form to add one, and adding it."""
        form = self.new_form()
        if request.method == "POST" and went_through(form, lambda: self.create_model(form)):
            flash(f"{self.one.capitalize()} added.", "ok")
            return redirect(self._back(), 303)
        return self._form_page(form, f"Add {self.one}", None)

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> Response:
        """The form to change one, and changing it."""
        row = self.get_one(request.args.get("id", ""))
        title, key = self.title(row), inspect(row).identity[0]
        form = self.filled_form(row)
        if request.method == "POST" and went_through(form, lambda: self.update_model(form, row)):
            flash("Saved.", "ok")
            stays = "_continue_editing" in request.form
            return redirect(url_for(".edit_view", id=key, url=self._back()) if stays else self._back(), 303)
        return self._form_page(form, title, key)

    def _form_page(self, form: FlaskForm, heading: str, key: object) -> Response:
        page = self.render("admin/form.html", form=form, heading=heading, key=key, return_url=self._back())
        return make_response(page, 400 if form.errors else 200)

    def _back(self) -> str:
        """The list, as it was when somebody left it."""
        all_of_them = url_for(".index_view")
        asked = local_path(request.values.get("url")) or ""
        return asked if asked.partition("?")[0] == all_of_them else all_of_them

    # ---------- deleting
    @expose("/delete/", methods=("GET", "POST"))
    def delete_view(self) -> Response:
        """The question whether to delete one or more, and deleting one."""
        if request.method == "POST":
            return self._delete([request.form.get("id", "")])
        keys = request.args.getlist("id")
        if not keys:
            flash(f"Choose at least one {self.one} first.", "info")
            return redirect(self._back(), 303)
        rows = self._those(keys[:PAGE])
        chosen = [self._chosen(row) for row in rows]
        try:
            if len(rows) == 1:
                self.refuse_if_needed(rows[0])
        except BadForm as refusal:
            return self._question(chosen, refusal.message)
        return self._question(chosen, None)

    @expose("/action/", methods=("POST",))
    def action_view(self) -> Response:
        """Deleting several."""
        keys = request.form.getlist("rowid")
        if request.form.get("action") != "delete" or not keys:
            raise BadForm(f"Choose at least one {self.one}, and what to do.")
        return self._delete(keys[:PAGE])

    def _delete(self, keys: Sequence[str]) -> Response:
        """One after another; at the first that is refused the question comes back with the reason, for those left."""
        done: list[str] = []
        for at, key in enumerate(keys):
            try:
                row = self.get_one(key)
                title = self.title(row)
                self.delete_model(row)
            except BadForm as refusal:
                left = [self._chosen(row) for row in self._those(keys[at:])]
                self._say_done(done)
                return self._question(left, refusal.message, 400)
            except NotFound:
                if len(keys) == 1:
                    raise
                continue  # somebody else was quicker: it is as gone as was asked for
            done.append(title)
        self._say_done(done)
        return redirect(self._back(), 303)

    def _say_done(self, titles: Sequence[str]) -> None:
        if titles:
            what = titles[0] if len(titles) == 1 else plural(len(titles), self.one)
            flash(f"{what} {'was' if len(titles) == 1 else 'were'} {self.deleting[1]}.", "ok")

    def _those(self, keys: Sequence[str]) -> list[RowT]:
        """The rows with these ids that are still there, in one statement. Raises NotFound if none is."""
        query = self.rows().where(inspect(self.model).primary_key[0].in_([self._key(key) for key in keys]))
        rows = list(db.session().scalars(query.order_by(*self.order)).unique())
        if not rows:
            raise NotFound(f"There is no such {self.one} any more.")
        return rows

    def _chosen(self, row: RowT) -> Chosen:
        return Chosen(str(inspect(row).identity[0]), self.title(row))

    def _question(self, chosen: Sequence[Chosen], problem: str | None, status: int = 200) -> Response:
        page = self.render("admin/confirm.html", chosen=chosen, problem=problem, return_url=self._back())
        return make_response(page, status)
