"""A language in which every sentence of ours can be told from every other: its letters are wide ones."""

import re
from collections.abc import Collection, Iterator
from html.parser import HTMLParser
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog

from imageapp import catalogues

# A locale that the CLDR knows, so that numbers and dates are written, and that nobody speaks here.
CODE = "eo"

_KEPT = re.compile(r"(%%|%\(\w+\)s|\{\w+\}|<[^>]+>)")
_WIDE = {code: code + 0xFEE0 for letters in ("az", "AZ") for code in range(ord(letters[0]), ord(letters[1]) + 1)}
_BARE = re.compile(r"[A-Za-z]")
# Attributes that are read out or shown, besides those for scripts.
_READ = {"title", "aria-label", "aria-description", "aria-roledescription", "placeholder", "alt", "label"}
# What scripts are told that is no sentence: addresses, numbers, names of places in the page and of kinds.
_TECHNICAL = {
    *(
        "data-big",
        "data-box",
        "data-box-style",
        "data-copy",
        "data-copy-as",
        "data-icon",
        "data-outcome",
        "data-reveal",
    ),
    *("data-time", "data-theme", "data-say", "data-deed", "data-formats", "data-username", "data-uploaded"),
    *("data-kept", "data-free"),
}
# What nobody translates, alone in its place: keys, units beside a field, codes.
_ALONE = {"x", "f", "c", "l", "i", "s", "Enter", "Ctrl", "Esc", "Del", "V", "Ctrl + A", "HTML", "Markdown", "BBCode"}
_PATTERNS = re.compile(r"\{\w+\}|https?://\S+|/images/\S*|\b[0-9a-f]{16}\b|\b\d+x\d*\b|\b[A-Za-z0-9_-]{22}\b")


def wide(message: str) -> str:
    """The message in wide letters, its places and markup as they are."""
    parts = _KEPT.split(message)
    return "".join(part if _KEPT.fullmatch(part) else part.translate(_WIDE) for part in parts)


def write_catalogue(folder: Path) -> None:
    """Put the catalogue of the language into the folder, made of every message that the code says."""
    catalog = Catalog(locale=CODE)
    for message in catalogues.collected():
        if message.id:
            many = isinstance(message.id, list | tuple)
            said = tuple(wide(one) for one in message.id) if many else wide(str(message.id))
            catalog.add(message.id, said, context=message.context)
    catalogues.save(catalog, catalogues.source(CODE, folder))


def months() -> set[str]:
    """How dates of the language are written: by the CLDR, in letters as usual."""
    locale = Locale.parse(CODE)
    widths = [locale.months[kind][width] for kind in ("format", "stand-alone") for width in ("wide", "abbreviated")]
    return {name for names in widths for name in names.values()}


def bare(page: str, known: Collection[str] = ()) -> list[str]:
    """What a page says that went through no catalogue; `known` is what people typed, and what has a name of its own."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return [text for text in reader.found if _is_bare(text, known)]


def _is_bare(text: str, known: Collection[str]) -> bool:
    text = text.strip()
    if text in _ALONE:
        return False
    for name in sorted(known, key=len, reverse=True):
        text = re.sub(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])", "", text)
    return _BARE.search(_PATTERNS.sub("", text)) is not None


class _Reader(HTMLParser):
    """Collects everything that somebody reads or hears, and what scripts may say."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += self._read(dict(attrs))
        if tag in {"script", "style"} or (tag == "option" and "lang" in dict(attrs)):
            self._silent += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style", "option"}:
            self._silent = 0

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.found.append(data)

    @staticmethod
    def _read(attributes: dict[str, str | None]) -> Iterator[str]:
        for name, value in attributes.items():
            if value and (name in _READ or (name.startswith("data-") and name not in _TECHNICAL)):
                yield value
