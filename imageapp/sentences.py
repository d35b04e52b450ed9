"""Words for people, made where nobody knows in which language they will be read.

What is made here is a text in English that remembers what it was made of. Logs, commands and tests read the English;
`said` says the same in another language, once it is known who reads it. What people typed (names of users, plans and
files) goes into sentences as it is. No Flask, and no catalogue: those are `languages.py` and `speaking.py`.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal, Protocol, TypeAlias

Value: TypeAlias = str | int | float

THIN_SPACE = "\u202f"  # the narrow one that does not break, so that a number stays on its line
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

# What a message may hold besides its text: places for values, and the sign itself, doubled.
_PLACE = re.compile(r"%(?:%|\((\w{1,40})\)s)", re.ASCII)
LONGEST_WIRED = 2_000  # characters of a message that another process sends
DEEPEST_WIRED = 8  # sentences within sentences of such a message
LARGEST_WIRED = 1e15  # numbers in it


class Tongue(Protocol):
    """A language as `said` needs it; `languages.Language` is one."""

    @property
    def is_english(self) -> bool:
        """Whether it is the language that sentences are written in."""
        ...

    def gettext(self, message: str, /) -> str:
        """The message in this language, with the same places in it."""
        ...

    def pgettext(self, context: str, message: str, /) -> str:
        """The message as it is said in this context."""
        ...

    def ngettext(self, one: str, many: str, count: int, /) -> str:
        """The form of the message that goes with this count."""
        ...

    def number(self, value: float) -> str:
        """A number as it is written, whole or with its decimals."""
        ...

    def listed(self, words: Sequence[str], last: Literal["and", "or"]) -> str:
        """Words as a person lists them."""
        ...

    def day(self, day: date, shown: Literal["day", "short", "month"]) -> str:
        """A date: with its year, without it, or the month of a year by itself."""
        ...


class Words(str):
    """English text that can be said in other languages."""

    __slots__ = ()

    def said(self, tongue: Tongue) -> str:
        """The same in this language."""
        raise NotImplementedError


class Sentence(Words):
    """A message with values in its places; of two messages where the second is for more than one."""

    __slots__ = ("context", "message", "number", "plural", "values")
    message: str
    plural: str | None
    number: int
    values: Mapping[str, Value]
    context: str | None

    def __new__(
        cls,
        message: str,
        values: Mapping[str, Value],
        plural: str | None = None,
        number: int = 1,
        context: str | None = None,
    ) -> "Sentence":
        """`number` is what `plural`, where there is one, goes by; see say_of for `context`.

        Raises KeyError where a place has no value.
        """
        text = message if plural is None or number == 1 else plural
        made = super().__new__(cls, text % {name: english(value) for name, value in values.items()})
        made.message, made.values, made.plural, made.number = message, values, plural, number
        made.context = context
        return made

    def __getnewargs__(self) -> tuple[Any, ...]:
        """What copies are made of: as they are, a str alone would be."""
        return self.message, self.values, self.plural, self.number, self.context

    def said(self, tongue: Tongue) -> str:
        """See Words. Its values are said too."""
        if self.context is not None:
            text = tongue.pgettext(self.context, self.message)
        elif self.plural is None:
            text = tongue.gettext(self.message)
        else:
            text = tongue.ngettext(self.message, self.plural, self.number)
        return text % {name: valued(value, tongue) for name, value in self.values.items()}


class Number(Words):
    """A number by itself."""

    __slots__ = ("value",)
    value: float

    def __new__(cls, value: float) -> "Number":
        """Of a whole number, or one with decimals, which are shown as they are."""
        made = super().__new__(cls, english(value))
        made.value = value
        return made

    def __getnewargs__(self) -> tuple[Any, ...]:
        """See Sentence."""
        return (self.value,)

    def said(self, tongue: Tongue) -> str:
        """See Words."""
        return tongue.number(self.value)


class Listing(Words):
    """Words as a person lists them: "a", "a and b", "a, b and c"; nothing for none."""

    __slots__ = ("last", "words")
    words: tuple[str, ...]
    last: Literal["and", "or"]

    def __new__(cls, words: Sequence[str], last: Literal["and", "or"] = "and") -> "Listing":
        """What stands before the last of them is `last`."""
        text = "".join(words) if len(words) < 2 else f"{', '.join(words[:-1])} {last} {words[-1]}"
        made = super().__new__(cls, text)
        made.words, made.last = tuple(words), last
        return made

    def __getnewargs__(self) -> tuple[Any, ...]:
        """See Sentence."""
        return self.words, self.last

    def said(self, tongue: Tongue) -> str:
        """See Words. Each of the words is said too."""
        return tongue.listed([said(word, tongue) for word in self.words], self.last)


class Day(Words):
    """A date: "14 Nov 2026"; "short" without its year; "month" is "November 2026"."""

    __slots__ = ("day", "shown")
    day: date
    shown: Literal["day", "short", "month"]

    def __new__(cls, day: date, shown: Literal["day", "short", "month"] = "day") -> "Day":
        """Of a date, or the date of a moment in its own zone."""
        month = MONTHS[day.month - 1]
        text = f"{month} {day.year}" if shown == "month" else f"{day.day} {month[:3]}"
        made = super().__new__(cls, f"{text} {day.year}" if shown == "day" else text)
        made.day, made.shown = day, shown
        return made

    def __getnewargs__(self) -> tuple[Any, ...]:
        """See Sentence."""
        return self.day, self.shown

    def said(self, tongue: Tongue) -> str:
        """See Words."""
        return tongue.day(self.day, self.shown)


def say(message: str, /, **values: Value) -> Sentence:
    """A sentence. The message is found in the code by whoever collects what is to be translated, so it is written out.

    >>> say("%(size)s MB free", size=2.5)
    '2.5 MB free'
    """
    return Sentence(message, values)


def say_n(one: str, many: str, count: int, /, **values: Value) -> Sentence:
    """A sentence about so many; `count` is its value of that name.

    >>> say_n("%(count)s picture", "%(count)s pictures", 3)
    '3 pictures'
    """
    return Sentence(one, {"count": count, **values}, many, count)


def say_of(context: str, message: str, /) -> Sentence:
    """A word that other languages say differently of different things: `context` names the thing."""
    return Sentence(message, {}, context=context)


def marked(message: str, /) -> str:
    """The message itself, marked for whoever collects them: for tables of messages that are said elsewhere."""
    return message


def marked_n(one: str, many: str, /) -> tuple[str, str]:
    """Both messages, marked as `marked` marks one."""
    return one, many


def said(text: str, tongue: Tongue) -> str:
    """The text in this language, where it is one that can be said; else as it is."""
    if not isinstance(text, Words):
        return text
    return str(text) if tongue.is_english else text.said(tongue)


def valued(value: Value, tongue: Tongue) -> str:
    """A value of a sentence as it stands in it, in this language."""
    return said(value, tongue) if isinstance(value, str) else tongue.number(value)


def english(value: Value) -> str:
    """A value as it stands in an English sentence: thousands are parted by a thin space."""
    if isinstance(value, str):
        return value
    return f"{value:,}".replace(",", THIN_SPACE) if isinstance(value, int) else f"{value:g}"


def wired(text: str) -> Any:  # noqa: ANN401 - JSON
    """The text as JSON, for another process."""
    if isinstance(text, Sentence):
        values = {name: wired(value) if isinstance(value, str) else value for name, value in text.values.items()}
        more = {} if text.plural is None else {"plural": text.plural, "number": text.number}
        return {"message": text.message, "values": values, **more}
    if isinstance(text, Listing):
        return {"list": [wired(word) for word in text.words], "last": text.last}
    return str(text)


def unwired(sent: object, depth: int = 0) -> str:
    """What `wired` made, with every part of it checked: it may come from a process that reads hostile files.

    `depth` is within how many others it stands. Raises ValueError for anything else.
    """
    if depth > DEEPEST_WIRED:
        raise ValueError("these are too many sentences within sentences")
    match sent:
        case str():
            return sent
        case {"message": str(message), "values": dict(values), "plural": str(many), "number": int(number), **rest} if (
            not rest
        ):
            return _checked(message, values, many, number, depth=depth)
        case {"message": str(message), "values": dict(values), **rest} if not rest:
            return _checked(message, values, None, 1, depth=depth)
        case {"list": list(words), "last": "and" | "or" as last, **rest} if not rest:
            return Listing([unwired(word, depth + 1) for word in words], last)
        case _:
            raise ValueError("this is no sentence")


def places(message: str) -> set[str]:
    """The names of the places in a message. Raises ValueError where it holds a % that is neither a place nor doubled.

    >>> sorted(places("%(used)s of %(quota)s, 100 %% in all"))
    ['quota', 'used']
    """
    if "%" in _PLACE.sub("", message):
        raise ValueError("a message holds a % that stands for nothing")
    return {name for name in _PLACE.findall(message) if name}


def _checked(message: str, values: Mapping[Any, Any], plural: str | None, number: int, *, depth: int) -> Sentence:
    wanted = places(message) | places(plural or "")
    plain = {str(name): value if _is_number(value) else unwired(value, depth + 1) for name, value in values.items()}
    if max(len(message), len(plural or "")) > LONGEST_WIRED or not wanted <= set(plain):
        raise ValueError("this is no sentence")
    return Sentence(message, plain, plural, number)


def _is_number(value: object) -> bool:
    # As every language can write it: not all that JSON and Python call a number.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST_WIRED
