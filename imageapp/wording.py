"""How numbers, sizes and times are written for people: pure functions, also filters of the templates.

Sizes are decimal (1 MB is 1,000,000 bytes), thousands are parted by a thin space, times are UTC until a script in the
browser rewrites them to its own zone.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

if TYPE_CHECKING:
    from flask import Flask

THIN_SPACE = "\u202f"  # the narrow one that does not break, so that a number stays on its line
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

MINUTE, HOUR, DAY = 60, 3_600, 86_400


class Device(NamedTuple):
    """What somebody signed in with: `label` for reading ("Firefox on Linux"), `kind` "phone" or "laptop"."""

    label: str
    kind: str


# The order matters: Edge, Opera and Samsung's browser also call themselves Chrome, and Chrome calls itself Safari.
_BROWSERS = (
    (r"Edg(e|A|iOS)?/", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrom(e|ium)/|CriOS/", "Chrome"),
    (r"Safari/", "Safari"),
    (r"curl/", "curl"),
    (r"python|httpx|Go-http|Wget", "A program"),
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
def file_size(count: int) -> str:
    """Bytes as "512 bytes", "14 KB", "2.7 MB": decimal units, one decimal below ten.

    >>> file_size(2_718_281)
    '2.7 MB'
    """
    if count < 1_000:
        return plural(count, "byte")
    value = float(count)
    for unit in ("KB", "MB", "GB", "TB"):
        value /= 1_000
        # What rounds to 1000 is said in the next unit: 999,950 bytes are 1 MB, not 1000 KB.
        if value < 999.5 or unit == "TB":
            return f"{_rounded(value)} {unit}"
    raise AssertionError("the loop ends with TB")


def megapixels(pixels: int) -> str:
    """Pixels as "12 megapixels", one decimal below ten.

    >>> megapixels(64_000_000)
    '64 megapixels'
    """
    number = _rounded(pixels / 1_000_000)
    return f"{number} megapixel" if number == "1" else f"{number} megapixels"


def thousands(number: int) -> str:
    """A whole number with a thin space between its thousands: 30 000."""
    return f"{number:,}".replace(",", THIN_SPACE)


def plural(count: int, noun: str) -> str:
    """A count with its noun: "1 picture", "2 pictures". For nouns that take an s."""
    return f"{thousands(count)} {noun}" if count == 1 else f"{thousands(count)} {noun}s"


def listed(words: Sequence[str]) -> str:
    """Words as a person lists them: "a", "a and b", "a, b and c"; nothing for none."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def duration(seconds: int) -> str:
    """A length of time in its two largest units, empty ones left out: "5 min", "29 min 41 s", "8 h 20 min"."""
    units = ((DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (1, "s"))
    first = next((at for at, (size, _) in enumerate(units) if seconds >= size), len(units) - 1)
    parts: list[str] = []
    rest = max(0, seconds)
    for size, unit in units[first : first + 2]:
        count, rest = divmod(rest, size)
        if count or not parts:
            parts.append(f"{count} {unit}")
    return " ".join(parts)


def time_left(seconds: int) -> str:
    """Time left as a list shows it, never more than is left: "48 s", "29 min", "7 h 52 min"."""
    left = max(0, seconds)
    return duration(left if left < MINUTE else left - left % MINUTE)


def timer(seconds: int) -> str:
    """Time left as a clock that runs down: "29:41", above an hour "8:20:00"."""
    minutes, left = divmod(max(0, seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def ago(moment: datetime, now: datetime) -> str:
    """How long before `now` (both aware) a moment was: "just now", "12 min ago", "2 hours ago", "3 days ago"."""
    seconds = int((now - moment).total_seconds())
    if seconds < MINUTE:
        return "just now"
    if seconds < HOUR:
        return f"{seconds // MINUTE} min ago"
    if seconds < DAY:
        return f"{plural(seconds // HOUR, 'hour')} ago"
    return f"{plural(seconds // DAY, 'day')} ago"


def instant(moment: datetime) -> Markup:
    """A <time> element: "14 Nov 2026, 09:31 UTC". `moment` is aware; local-times.js rewrites the text."""
    utc = moment.astimezone(UTC)
    return _time(utc, "instant", _in_full(utc))


def since(moment: datetime, now: datetime) -> Markup:
    """A <time> element with what `ago` says, and the moment itself in its `title`."""
    utc, words = moment.astimezone(UTC), ago(moment, now)
    return Markup('<time datetime="{}" data-time="ago" title="{}">{}</time>').format(_stamp(utc), _in_full(utc), words)


def clock_time(moment: datetime) -> Markup:
    """A <time> element with the time of day alone: "14:32 UTC". For moments less than a day away."""
    utc = moment.astimezone(UTC)
    return _time(utc, "clock", f"{utc:%H:%M} UTC")


def device(user_agent: str) -> Device:
    """What a User-Agent header stands for, as far as it says; a strange or empty one is "Unknown browser"."""
    browser = _first(_BROWSERS, user_agent)
    system = _first(_SYSTEMS, user_agent)
    kind = "phone" if system in _HANDHELD else "laptop"
    if browser and system:
        return Device(f"{browser} on {system}", kind)
    return Device(browser or (f"A browser on {system}" if system else "Unknown browser"), kind)


def register(app: "Flask") -> None:
    """Make the functions of this module filters of the app's templates, under their own names."""
    for function in (
        file_size, megapixels, thousands, plural, listed, duration, time_left, timer, ago, since, instant, clock_time,
        device,
    ):  # fmt: skip
        app.add_template_filter(function, function.__name__)


def _rounded(value: float) -> str:
    text = f"{value:.1f}"
    return text.removesuffix(".0") if float(text) < 10 else f"{value:.0f}"


def _time(utc: datetime, shown: str, text: str) -> Markup:
    return Markup('<time datetime="{}" data-time="{}" title="{}">{}</time>').format(
        _stamp(utc), shown, _in_full(utc), text
    )


def _stamp(utc: datetime) -> str:
    return f"{utc:%Y-%m-%dT%H:%M:%SZ}"


def _in_full(utc: datetime) -> str:
    return f"{utc.day} {MONTHS[utc.month - 1]} {utc.year}, {utc:%H:%M} UTC"


def _first(patterns: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((name for pattern, name in patterns if re.search(pattern, text)), None)
