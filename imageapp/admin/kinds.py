"""What differs from one list of the dashboard to the next: its columns, orders, filters, actions and deeds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar, cast

from flask import request, url_for
from flask_admin.contrib.sqla import ModelView
from flask_wtf import FlaskForm
from sqlalchemy import ColumnElement, Select, SQLColumnExpression, inspect

from imageapp.accounts.destinations import local_path
from imageapp.admin.actions import Action
from imageapp.admin.filters import Filter, conditions
from imageapp.admin.forms import NoForm, row_number
from imageapp.admin.guard import Guarded
from imageapp.admin.walking import Condition
from imageapp.extensions import db
from imageapp.identifiers import is_id
from imageapp.refusals import NotFound
from imageapp.sentences import Sentence

RowT = TypeVar("RowT")
FormT = TypeVar("FormT", bound=FlaskForm)


class Sort(NamedTuple):
    """An order of a list: what it compares, and whether the largest comes first unless somebody asks otherwise.

    What is compared is never NULL. Where the list may be long, an index has it, with the primary key after it.
    """

    by: tuple[SQLColumnExpression[Any], ...]
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Nouns:
    """What is said of one row of a kind; `add` and `added` where there is a form to add one."""

    choose: Sentence
    gone: Sentence
    add: Sentence | None = None
    added: Sentence | None = None


class Kind(Guarded, ModelView, Generic[RowT, FormT]):
    """One kind of thing. Flask-Admin knows it by its model; what is below, each kind says for itself."""

    form = NoForm

    nouns: ClassVar[Nouns]
    """The sentences in which its noun stands."""
    labels: ClassVar[Mapping[str, str]] = {}
    """What its columns are called, where that is not their own name."""
    formatters: ClassVar[Mapping[str, Callable[..., Any]]] = {}
    """How columns are written, as Flask-Admin's `column_formatters`."""
    sorts: ClassVar[Mapping[str, Sort]]
    """The orders of its list, by the names of columns; a name that is no column is an order nobody can choose."""
    order: ClassVar[str]
    """Which of them it has unless somebody asks for another."""
    filters: ClassVar[Sequence[Filter]] = ()
    search: ClassVar[str | Sentence] = ""
    """What its search field says; without it there is none."""
    endless: ClassVar[bool] = False
    """Whether it may grow to millions of rows, so that no page may look at all of them."""
    deleting: ClassVar[Action]
    """What taking one away is called. Its name is "delete"."""
    actions: ClassVar[Sequence[Action]] = ()
    """What else can be done to several."""

    @property
    def bulk(self) -> Sequence[Action]:
        """Everything that can be done to several."""
        return (*self.actions, self.deleting)

    def rows(self) -> Select[Any]:
        """The statement of the list, without order and limit."""
        raise NotImplementedError

    def matching(self, term: str) -> ColumnElement[bool]:
        """What a search for `term` finds."""
        raise NotImplementedError

    def order_of(self, asked: str, values: Mapping[str, str]) -> str:  # noqa: ARG002 - for those that need it
        """The order that the list has when somebody asks for this one, with these values of filters."""
        return asked if asked in self.sorts else self.order

    def conditions(self, values: Mapping[str, str], order: str) -> tuple[list[Condition], list[Condition]]:
        """What these values of filters leave of the list in that order: see filters.conditions."""
        return conditions(self.filters, values, order)

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
        """Take one away. Raises BadForm."""
        raise NotImplementedError

    def refuse_if_needed(self, row: RowT) -> None:
        """Raises BadForm where it cannot be taken away as things are."""

    def touched(self, action: Action, rows: Sequence[RowT]) -> list[RowT]:  # noqa: ARG002 - for those that need it
        """Those of these rows that the action would change."""
        return list(rows)

    def extent(self, action: Action, rows: Sequence[RowT]) -> str:  # noqa: ARG002 - as above
        """A sentence on what goes with these rows, or nothing."""
        return ""

    def question_form(self, action: Action) -> FlaskForm:  # noqa: ARG002 - as above
        """What the action must be told besides."""
        return NoForm()

    def carry_out(self, action: Action, rows: Sequence[RowT], form: FlaskForm) -> None:
        """Do one of `actions` to these rows, all or none of them. Raises BadForm."""
        raise NotImplementedError

    # ---------- one row, by what an address says
    def get_one(self, id: Any) -> Any:  # noqa: ANN401 - the signature is Flask-Admin's
        """The row with this id, as it stands in an address. Raises NotFound, for whatever is no id too."""
        key = self.key(str(id))
        row = db.session().get(self.model, key) if key else None
        if row is None:
            raise NotFound(self.nouns.gone)
        return cast(RowT, row)

    def key(self, text: str) -> str | int:
        """The id in an address; one that no row has, for what is none."""
        if isinstance(inspect(self.model).primary_key[0].type.python_type(), str):
            return text if is_id(text) else ""
        return row_number(text)

    def back(self) -> str:
        """The list, as it was when somebody left it."""
        all_of_them = url_for(".index_view")
        asked = local_path(request.values.get("url")) or ""
        return asked if asked.partition("?")[0] == all_of_them else all_of_them
