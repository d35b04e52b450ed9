"""Markup that is drawn once by a template, with gaps in it, and filled for each thing that it shows.

A gallery draws the same tile 24 times with other names and numbers in it. A template takes twenty times as long for
that as filling gaps does, and it is most of what the page costs.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from operator import itemgetter
from typing import Any, Protocol

from flask import Flask
from flask.globals import request_ctx
from markupsafe import Markup

# Characters that XML knows no use for, so that no template and no word of ours holds one.
_OPEN, _CLOSE = "\x02", "\x03"
_GAP = re.compile(rf"{_OPEN}(\w+){_CLOSE}")

# Of plans, addresses of this server and kinds of list. Strangers can ask for more of them, by another Host for one.
MOST_MOULDS = 256


class Entries(Protocol):
    """What a list shows: alike but for what is filled in."""

    @property
    def key(self) -> Hashable:
        """Everything that `blank` and thereby the mould depend on."""
        ...

    def blank(self) -> Mapping[str, object]:
        """What the template's macro is given in place of an entry, with a `gap` wherever entries differ."""
        ...

    def filled(self) -> Iterable[Mapping[str, str]]:
        """What goes into the gaps, by their names, for each entry. Texts that somebody typed must be escaped."""
        ...


class Mould:
    """Markup with gaps.

    >>> Mould(f"<b>{gap('all')}</b> of {gap('all')}").filled([{"all": "7"}, {"all": "8"}])
    '<b>7</b> of 7<b>8</b> of 8'
    """

    def __init__(self, drawn: str) -> None:
        self._parts = _GAP.split(drawn)  # every other one is the name of a gap
        names = self._parts[1::2]
        # An itemgetter of one name gives the value and not a tuple of it.
        self._pick: Callable[[Mapping[str, str]], Iterable[str]] = (
            itemgetter(*names) if len(names) > 1 else lambda values: [values[name] for name in names]
        )

    def filled(self, entries: Iterable[Mapping[str, str]]) -> str:
        """The markup of all entries, one after another. Raises KeyError where one has nothing for a gap."""
        parts, pick, made = self._parts.copy(), self._pick, []
        for values in entries:
            parts[1::2] = pick(values)
            made.append("".join(parts))
        return "".join(made)


def gap(name: str) -> Markup:
    """A place that `filled` names; a word of ASCII letters, digits and underscores."""
    return Markup(f"{_OPEN}{name}{_CLOSE}")  # noqa: S704 - a name in our code


def install(app: Flask) -> None:
    """Give templates `moulded(file, entries)`: the macro `entry` of that template file, drawn for all entries."""
    moulds: dict[tuple[str, str, Hashable], Mould] = {}

    def moulded(file: str, entries: Entries) -> Markup:
        key = (request_ctx.request.root_path, file, entries.key)
        if (mould := moulds.get(key)) is None:
            if len(moulds) >= MOST_MOULDS:
                moulds.clear()
            drawing: Any = app.jinja_env.get_template(file).module
            mould = moulds[key] = Mould(drawing.entry(entries.blank()))
        return Markup(mould.filled(entries.filled()))  # noqa: S704 - see Entries.filled

    app.jinja_env.globals["moulded"] = moulded
