"""The lists of the dashboard: ordered, narrowed and searched, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from flask import request, url_for
from flask_admin.base import expose
from sqlalchemy import ColumnElement, inspect

from imageapp.admin import walking
from imageapp.admin.filters import Field, seen
from imageapp.admin.kinds import FormT, Kind, RowT
from imageapp.extensions import db


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of a list asks for, as far as it makes sense."""

    order: str
    descending: bool
    search: str
    fields: tuple[Field, ...]
    after: walking.Place | None

    @property
    def narrowed(self) -> bool:
        """Whether rows are left out."""
        return bool(self.search or any(field.asked for field in self.fields))


class Lists(Kind[RowT, FormT]):
    """The list of one kind."""

    @expose("/")
    def index_view(self) -> str:
        """One page. Its rows are not counted: one more than shown is asked for, to know whether it goes on."""
        asked = self._asked()
        page = self._page(asked)
        return self.render(
            "admin/list.html",
            asked=asked,
            rows=page.rows,
            columns=self._list_columns,
            cut=page.cut,
            window=walking.WINDOW,
            next_url=self._address(asked, after=walking.written(page.after)) if page.after else None,
            first_url=self._address(asked),
            return_url=self._address(asked, after=walking.written(asked.after) if asked.after else None),
            sort_url=lambda name: self._sorted(asked, name),
            sortable={name for name in self.sorts if self.order_of(name, _values(asked.fields)) == name},
            title=self.title,
            value=self.get_list_value,
            key_of=self.get_pk_value,
            **self.look_up(page.rows),
        )

    def _asked(self) -> Asked:
        fields = tuple(one.field(request.args.get(one.name, "")) for one in self.filters)
        order = self.order_of(request.args.get("sort", ""), _values(fields))
        descending = {"0": False, "1": True}.get(request.args.get("desc", ""), self.sorts[order].descending)
        return Asked(
            order=order,
            descending=descending,
            search=seen(request.args.get("search", "")) if self.search else "",
            fields=fields,
            after=walking.read(request.args.get("after", ""), self._keys(order)),
        )

    def _page(self, asked: Asked) -> walking.Page[RowT]:
        led, rest = self.conditions(_values(asked.fields), asked.order)
        if asked.search:
            rest.append(self.matching(asked.search))
        way = walking.Way(
            keys=self._keys(asked.order),
            descending=asked.descending,
            led=led,
            rest=rest,
            after=asked.after,
            bounded=self.endless,
        )
        return walking.page(db.session(), self.rows(), way)

    def _keys(self, order: str) -> list[ColumnElement[Any]]:
        by = [cast("ColumnElement[Any]", one) for one in self.sorts[order].by]
        mapper = inspect(self.model)
        (key,) = (getattr(self.model, mapper.get_property_by_column(one).key) for one in mapper.primary_key)
        return by if by[-1] is key else [*by, key]

    def _address(self, asked: Asked, *, after: str | None = None) -> str:
        """The list like this from there on. Nothing else of the address is taken over: some words mean something."""
        words: dict[str, Any] = {field.name: field.value for field in asked.fields if field.asked}
        if asked.search:
            words["search"] = asked.search
        if (asked.order, asked.descending) != (self.order, self.sorts[self.order].descending):
            words |= {"sort": asked.order, "desc": str(int(asked.descending))}
        if after:
            words["after"] = after
        return url_for(".index_view", **words)

    def _sorted(self, asked: Asked, name: str) -> str:
        """The list from its beginning in the order of that column, the other way round if it is that already."""
        turned = not asked.descending if asked.order == name else self.sorts[name].descending
        return self._address(Asked(name, turned, asked.search, asked.fields, None))


def _values(fields: Sequence[Field]) -> dict[str, str]:
    return {field.name: field.value for field in fields}
