"""Pages of a list that may be a million rows long: each costs what it shows, or a bounded walk at the most.

A page starts after a place, which is what its order compares of the row before it: nothing is skipped by counting, and
nothing is counted. What an index of the order cannot answer is looked for among the next WINDOW rows only; the page
then says that there may be more.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    SQLColumnExpression,
    func,
    literal,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.orm import Session

from imageapp.database import Instant

PAGE = 50
# Rows that one page looks through: some 20 ms on SQLite.
WINDOW = 20_000
# The longest name as compared, see accounts.models.
LONGEST_WORD = 1_200

Condition = ColumnElement[bool]
Place = tuple[int | str, ...]
RowT = TypeVar("RowT")


@dataclass(frozen=True, slots=True)
class Way:
    """How a list is walked.

    `keys` are what its order compares, the primary key last, none of them ever NULL. `led` are conditions that an index
    of this order answers, `rest` those for which rows must be looked at. With `bounded`, no more than WINDOW are.
    """

    keys: Sequence[ColumnElement[Any]]
    descending: bool = False
    led: Sequence[Condition] = ()
    rest: Sequence[Condition] = ()
    after: Place | None = None
    bounded: bool = False


class Page(NamedTuple, Generic[RowT]):
    """Rows, where the next page starts (None at the end), and whether the walk ended before the page was full."""

    rows: list[RowT]
    after: Place | None
    cut: bool


def page(session: Session, rows: Select[tuple[RowT]], way: Way) -> Page[RowT]:
    """One page of `rows`, a statement without order and limit: one statement, or two where a walk must be bounded."""
    keys = [_plain(key) for key in way.keys]
    reach = [*way.led, *([_beyond(keys, way.after, way)] if way.after else [])]
    end = _end_of_window(session, keys, way, reach) if way.bounded and way.rest else None
    if end is not None:
        reach.append(~_beyond(keys, end, way))
    # Under names of their own: the columns of an entity are not asked for twice.
    places = [key.label(f"place_{number}") for number, key in enumerate(keys)]
    query = rows.add_columns(*places).where(*reach, *way.rest).order_by(*_order(way)).limit(PAGE + 1)
    found = session.execute(query).all()
    shown: list[RowT] = [row[0] for row in found[:PAGE]]
    if len(found) > PAGE:
        return Page(shown, tuple(found[PAGE - 1][1:]), cut=False)
    return Page(shown, end, cut=end is not None)


def beside_index(column: SQLColumnExpression[Any]) -> ColumnElement[Any]:
    """The column as no index knows it: a bounded walk must follow its order, whatever else the database has.

    Of a joined table it also keeps the row that has none there, which would else decide with which table to begin.
    """
    return func.coalesce(column, column)


def written(place: Place) -> str:
    """The place as it stands in an address."""
    return json.dumps(place, ensure_ascii=False, separators=(",", ":"))


def read(text: str, keys: Sequence[ColumnElement[Any]]) -> Place | None:
    """The place that `written` wrote; None for anything else."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(values, list) or len(values) != len(keys):
        return None
    fit = all(_fits(value, _plain(key)) for value, key in zip(values, keys, strict=True))
    return tuple(values) if fit else None


def _end_of_window(session: Session, keys: Sequence[ColumnElement[Any]], way: Way, reach: list[Condition]) -> Any:  # noqa: ANN401 - a row
    """The place of the last row that is looked at; None where the list ends before."""
    query = select(*keys).where(*reach).order_by(*_order(way)).offset(WINDOW - 1).limit(1)
    last = session.execute(query).first()
    return None if last is None else tuple(last)


def _order(way: Way) -> list[ColumnElement[Any]]:
    return [key.desc() if way.descending else key.asc() for key in way.keys]


def _beyond(keys: Sequence[ColumnElement[Any]], place: Place, way: Way) -> Condition:
    # Their types are named: inside a tuple they are not taken from the columns.
    there = tuple_(*(literal(value, key.type) for value, key in zip(place, keys, strict=True)))
    return tuple_(*keys) < there if way.descending else tuple_(*keys) > there


def _plain(key: ColumnElement[Any]) -> ColumnElement[Any]:
    """A moment as the number that the table holds; no statement looks different for it."""
    return type_coerce(key, BigInteger) if isinstance(key.type, Instant) else key


def _fits(value: object, key: ColumnElement[Any]) -> bool:
    """Whether the database takes this value in a question about that column: it fails on others."""
    if isinstance(key.type, Integer):
        most = 2**63 if isinstance(key.type, BigInteger) else 2**31
        return type(value) is int and 0 <= value < most
    return (
        isinstance(value, str)
        and len(value) <= LONGEST_WORD
        and not any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in value)
    )
