"""Markup that is drawn once by a template, with gaps in it, and filled for each thing that it shows.

A gallery draws the same tile 24 times with other names and numbers in it. A template takes twenty times as long for
that as filling gaps does, and it is most of what the page costs.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from operator import itemgetter
from typing import Protocol

from flask import Flask, current_app, has_request_context
from markupsafe import Markup

from imageapp.languages import Language
from imageapp.speaking import language

# Characters that XML knows no use for, so that no template and no word of ours holds one.
_OPEN, _CLOSE = "\x02", "\x03"
_GAP = re.compile(rf"{_OPEN}(\w+){_CLOSE}")

# Of plans, addresses of this server, languages and kinds of list. Strangers can ask for more of them, by another Host
# for one.
MOST_MOULDS = 256


class Entries(Protocol):
    """What a list shows: alike but for what is filled in."""

    @property
    def drawn_by(self) -> tuple[str, str]:
        """The template's file and the macro in it that draws an entry."""
        ...

    @property
    def key(self) -> Hashable:
        """Everything else that `blank` and thereby the mould depend on."""
        ...

    def blank(self) -> Mapping[str, object]:
        """What the macro is given in place of an entry, with a `gap` wherever entries differ."""
        ...

    def filled(self, language: Language) -> Iterable[Mapping[str, str]]:
        """What goes into the gaps, by their names, for each entry. Texts that somebody typed must be escaped."""
        ...


class Mould:
    """Markup with gaps.

    >>> Mould(f"<b>{gap('all')}</b> of {gap('all')}").filled([{"all": "7"}, {"all": "8"}])
    '<b>7</b> of 7<b>8</b> of 8'
    """

    def __init__(self, drawn: str) -> None:
        # In ASCII, letters of other alphabets by their numbers: then so is the page, as far as names allow, and is
        # joined and encoded in a fraction of the time.
        plain = drawn.encode("ascii", "xmlcharrefreplace").decode("ascii")
        self._parts = _GAP.split(plain)  # every other one is the name of a gap
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


class Moulds:
    """The moulds of one app, each drawn when it is first wanted."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._known: dict[tuple[str, str, str, Hashable], Mould] = {}

    def filled(self, entries: Entries, language: Language) -> Markup:
        """The markup of all entries, in the language of the request that it is for.

        Outside a request it raises LookupError where the mould is yet to be drawn.
        """
        key = (*entries.drawn_by, language.code, entries.key)
        if (mould := self._known.get(key)) is None:
            mould = self._drawn(entries)
            if len(self._known) >= MOST_MOULDS:
                self._known.clear()
            self._known[key] = mould
        return Markup(mould.filled(entries.filled(language)))  # noqa: S704 - see Entries.filled

    def _drawn(self, entries: Entries) -> Mould:
        if not has_request_context():
            raise LookupError("a mould can be drawn in a request alone: templates look up addresses")
        file, macro = entries.drawn_by
        return Mould(getattr(self._app.jinja_env.get_template(file).module, macro)(entries.blank()))


def install(app: Flask) -> Moulds:
    """Give templates `moulded(entries)`, the markup of all entries, and views `moulds()`."""
    app.extensions["moulds"] = known = Moulds(app)
    app.jinja_env.globals["moulded"] = lambda entries: known.filled(entries, language())
    return known


def moulds() -> Moulds:
    """Those of the app that answers this request."""
    return current_app.extensions["moulds"]
