"""How numbers, sizes and times are written for people: pure functions, whose words can be said in every language.

Sizes are decimal (1 MB is 1,000,000 bytes), thousands are parted by a thin space, times are UTC until a script in the
browser rewrites them to its own zone.
"""

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup

from imageapp.sentences import Day, Listing, Number, Sentence, Tongue, Words, english, marked, said, say, say_n

MINUTE, HOUR, DAY = 60, 3_600, 86_400

# Small numbers of such as KB are written with a decimal, larger ones are not.
_UNITS = (
    marked("%(number)s KB"),
    marked("%(number)s MB"),
    marked("%(number)s GB"),
    marked("%(number)s TB"),
)
_LASTING = (
    (DAY, marked("%(number)s d")),
    (HOUR, marked("%(number)s h")),
    (MINUTE, marked("%(number)s min")),
    (1, marked("%(number)s s")),
)


class Device(NamedTuple):
    """What somebody signed in with: `label` for reading ("Firefox on Linux"), `kind` "phone" or "laptop"."""

    label: str
    kind: str


PROGRAM = "A program"
# The order matters: Edge, Opera and Samsung's browser also call themselves Chrome, and Chrome calls itself Safari.
_BROWSERS = (
    (r"Edg(e|A|iOS)?/", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrom(e|ium)/|CriOS/", "Chrome"),
    (r"Safari/", "Safari"),
    (r"curl/", "curl"),
    (r"python|httpx|Go-http|Wget", PROGRAM),
)
# Android calls itself Linux, and an iPhone says "like Mac OS X".
_SYSTEMS = (
    (r"iPhone|iPod", "iPhone"),
    (r"iPad", "iPad"),
    (r"Android", "Android"),
    (r"Windows", "Windows"),
    (r"CrOS", "ChromeOS"),
    (r"Mac OS X|Macintosh", "Mac"),
    (r"Linux|X11", "Linux"),
)
_HANDHELD = frozenset({"iPhone", "iPad", "Android"})


@lru_cache(maxsize=4096)
def file_size(count: int) -> Sentence:
    """Bytes as "512 bytes", "14 KB", "2.7 MB": decimal units, one decimal below ten.

    >>> file_size(2_718_281)
    '2.7 MB'
    """
    if count < 1_000:
        return say_n("%(count)s byte", "%(count)s bytes", count)
    value = float(count)
    for unit in _UNITS:
        value /= 1_000
        # What rounds to 1000 is said in the next unit: 999,950 bytes are 1 MB, not 1000 KB.
        if value < 999.5 or unit == _UNITS[-1]:
            return Sentence(unit, {"number": _rounded(value)})
    raise AssertionError("the loop ends with TB")


@lru_cache(maxsize=4096)
def size_in(count: int, tongue: Tongue) -> str:
    """`file_size` as it is said in this language: for those who write many."""
    return said(file_size(count), tongue)


def megapixels(pixels: int) -> Sentence:
    """Pixels as "12 megapixels", one decimal below ten.

    >>> megapixels(64_000_000)
    '64 megapixels'
    """
    number = _rounded(pixels / 1_000_000)
    return say_n("%(count)s megapixel", "%(count)s megapixels", math.ceil(number), count=number)


def thousands(number: int) -> Number:
    """A whole number with its thousands parted: 30 000."""
    return Number(number)


def plural(count: int, noun: str) -> str:
    """A count with its noun, for commands, which speak English: "1 picture", "2 pictures". For nouns that take an s."""
    return f"{english(count)} {noun}" if count == 1 else f"{english(count)} {noun}s"


def listed(words: Sequence[str]) -> Listing:
    """Words as a person lists them: "a", "a and b", "a, b and c"; nothing for none."""
    return Listing(words)


def duration(seconds: int) -> Words:
    """A length of time in its two largest units, empty ones left out: "5 min", "29 min 41 s", "8 h 20 min"."""
    first = next((at for at, (size, _) in enumerate(_LASTING) if seconds >= size), len(_LASTING) - 1)
    parts: list[Words] = []
    rest = max(0, seconds)
    for size, unit in _LASTING[first : first + 2]:
        count, rest = divmod(rest, size)
        if count or not parts:
            parts.append(Sentence(unit, {"number": count}))
    return parts[0] if len(parts) == 1 else say("%(longer)s %(shorter)s", longer=parts[0], shorter=parts[1])


def time_left(seconds: int) -> Words:
    """Time left as a list shows it, never more than is left: "48 s", "29 min", "7 h 52 min"."""
    left = max(0, seconds)
    return duration(left if left < MINUTE else left - left % MINUTE)


def timer(seconds: int) -> str:
    """Time left as a clock that runs down: "29:41", above an hour "8:20:00"."""
    minutes, left = divmod(max(0, seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def ago(moment: datetime, now: datetime) -> Sentence:
    """How long before `now` (both aware) a moment was: "just now", "12 min ago", "2 hours ago", "3 days ago"."""
    seconds = int((now - moment).total_seconds())
    if seconds < MINUTE:
        return say("just now")
    if seconds < HOUR:
        return say("%(minutes)s min ago", minutes=seconds // MINUTE)
    if seconds < DAY:
        return say_n("%(count)s hour ago", "%(count)s hours ago", seconds // HOUR)
    return say_n("%(count)s day ago", "%(count)s days ago", seconds // DAY)


def instant(moment: datetime, tongue: Tongue) -> Markup:
    """A <time> element: "14 Nov 2026, 09:31 UTC". `moment` is aware; local-times.js rewrites the text."""
    utc = moment.astimezone(UTC)
    return _time(utc, "instant", said(_in_full(utc), tongue), tongue)


def since(moment: datetime, now: datetime, tongue: Tongue) -> Markup:
    """A <time> element with what `ago` says, and the moment itself in its `title`."""
    return _time(moment.astimezone(UTC), "ago", said(ago(moment, now), tongue), tongue)


def until(moment: datetime, seconds_left: int, tongue: Tongue) -> Markup:
    """A <time> element with what is left until a moment to come, "in 29 min", and the moment itself in its `title`."""
    words = say("in %(left)s", left=time_left(seconds_left))
    return _time(moment.astimezone(UTC), "left", said(words, tongue), tongue)


def clock_time(moment: datetime, tongue: Tongue) -> Markup:
    """A <time> element with the time of day alone: "14:32 UTC". For moments less than a day away."""
    utc = moment.astimezone(UTC)
    clock = f"{utc:%H:%M}"
    return _time(utc, "clock", said(say("%(clock)s UTC", clock=clock), tongue), tongue)


def device(user_agent: str) -> Device:
    """What a User-Agent header stands for, as far as it says; a strange or empty one is "Unknown browser"."""
    browser = _first(_BROWSERS, user_agent)
    system = _first(_SYSTEMS, user_agent)
    kind = "phone" if system in _HANDHELD else "laptop"
    if browser == PROGRAM:
        browser = say("A program")
    if browser and system:
        return Device(say("%(browser)s on %(system)s", browser=browser, system=system), kind)
    unknown = say("A browser on %(system)s", system=system) if system else say("Unknown browser")
    return Device(browser or unknown, kind)


def _rounded(value: float) -> float:
    return round(value, 1) if round(value, 1) < 10 else float(round(value))


def _time(utc: datetime, shown: str, text: str, tongue: Tongue) -> Markup:
    return Markup('<time datetime="{}" data-time="{}" title="{}">{}</time>').format(
        f"{utc:%Y-%m-%dT%H:%M:%SZ}", shown, said(_in_full(utc), tongue), text
    )


def _in_full(utc: datetime) -> Sentence:
    clock = f"{utc:%H:%M}"
    return say("%(day)s, %(clock)s UTC", day=Day(utc), clock=clock)


def _first(patterns: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((name for pattern, name in patterns if re.search(pattern, text)), None)
