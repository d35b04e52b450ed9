"""What narrows a list: each filter is a word of the address and a field above the list."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import SQLColumnExpression

from imageapp.admin.walking import Condition, beside_index

Options = Sequence[tuple[str, str]]

LONGEST = 100


class Field(NamedTuple):
    """A filter as its list shows it. `options` are values with their words; `kind` says which field it is.

    `standard` is the value where nothing is asked for; empty where the filter then leaves everything.
    """

    kind: str
    name: str
    label: str
    value: str
    options: Options = ()
    standard: str = ""

    @property
    def asked(self) -> bool:
        """Whether somebody asked for it."""
        return self.value != self.standard


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One filter. `where` makes a condition of its column and the value, or None where there is none on this column.

    `orders` are those of the list whose index answers that; `exact` where it asks for one value, as only one such
    filter can be what the index begins with. `besides` gives what must hold in other columns.
    """

    name: str
    label: str
    column: SQLColumnExpression[Any]
    where: Callable[[SQLColumnExpression[Any], str], Condition | None]
    besides: Callable[[str], Sequence[Condition]] = lambda _value: ()
    orders: frozenset[str] = frozenset()
    exact: bool = False

    def field(self, text: str) -> Field:
        """The filter with what an address says; with an empty value where that makes no sense."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Filter):
    """One of some values. `options` are asked for when the list is shown; for `standard` see Field."""

    options: Callable[[], Options]
    standard: str = ""

    def field(self, text: str) -> Field:
        """See Filter."""
        options = self.options()
        value = text if text in dict(options) else self.standard
        return Field("choice", self.name, self.label, value, options, self.standard)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word(Filter):
    """A word that somebody types."""

    def field(self, text: str) -> Field:
        """See Filter."""
        return Field("word", self.name, self.label, seen(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Day(Filter):
    """A day, as 2026-03-01, in UTC."""

    def field(self, text: str) -> Field:
        """See Filter."""
        return Field("day", self.name, self.label, text if _is_day(text) else "")


def seen(text: str) -> str:
    """What of a text can be seen, without blanks around it, as far as anybody looks for it."""
    return "".join(letter for letter in text if letter.isprintable()).strip()[:LONGEST]


def start_of(day: str) -> datetime:
    """The moment at which that day begins in UTC."""
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)


def end_of(day: str) -> datetime:
    """The moment at which that day ends in UTC."""
    return start_of(day) + timedelta(days=1)


def _is_day(text: str) -> bool:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return False
    # Written as the field of a form writes it, and with a next day.
    return day.isoformat() == text and day < date.max


def conditions(
    filters: Sequence[Filter], values: Mapping[str, str], order: str
) -> tuple[list[Condition], list[Condition]]:
    """What these filters leave of a list in that order: what an index answers, and what must be looked at."""
    led: list[Condition] = []
    rest: list[Condition] = []
    begun = False
    for one in filters:
        value = values.get(one.name)
        if not value:
            continue
        by_index = order in one.orders and not (one.exact and begun)
        begun = begun or (by_index and one.exact)
        condition = one.where(one.column if by_index else beside_index(one.column), value)
        if condition is not None:
            (led if by_index else rest).append(condition)
        rest.extend(one.besides(value))
    return led, rest
