"""The languages that people are spoken to in, with their catalogues, and which of them somebody gets."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal
from babel.support import Translations
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from imageapp.sentences import english

FOLDER = Path(__file__).with_name("translations")
# What messages are written in, and what is spoken where nothing else is known.
ENGLISH = "en"
# The first one is spoken to whoever asks for none of them.
CODES = (ENGLISH, "pl")

LONGEST_ASKED = 1_000  # characters; what is remembered must not grow with what strangers send

_PATTERNS = {"day": "d MMM y", "short": "d MMM", "month": "LLLL y"}


class Language:
    """One language: a `sentences.Tongue`. `name` is what it calls itself."""

    def __init__(self, code: str, folder: Path = FOLDER) -> None:
        self.code = code
        self.is_english = code == ENGLISH
        self.locale = Locale.parse(code)
        self.name = self.locale.get_display_name(self.locale) or code
        # Without a catalogue, as English is, messages are said as they are.
        self._catalogue = Translations.load(folder, [code])
        self.gettext = self._catalogue.gettext
        self.ngettext = self._catalogue.ngettext

    def pgettext(self, context: str, message: str) -> str:
        """See Tongue."""
        return str(self._catalogue.pgettext(context, message))

    def number(self, value: float) -> str:
        """See Tongue: of English as the design has it, of others as the CLDR has it."""
        return english(value) if self.is_english else format_decimal(value, locale=self.locale)

    def listed(self, words: Sequence[str], last: Literal["and", "or"]) -> str:
        """See Tongue."""
        return format_list(words, style="or" if last == "or" else "standard", locale=self.locale)

    def day(self, day: date, shown: Literal["day", "short", "month"]) -> str:
        """See Tongue."""
        return format_date(day, _PATTERNS[shown], locale=self.locale)


class Languages:
    """Those of one app. `codes` are looked for in the folder of catalogues; the first one is everybody else's."""

    def __init__(self, folder: Path = FOLDER, codes: Sequence[str] = CODES) -> None:
        self.folder = folder
        self.known: Mapping[str, Language] = {code: Language(code, folder) for code in codes}
        self._first = self.known[codes[0]]
        self._best = lru_cache(maxsize=1024)(self._best_of)

    def of(self, chosen: str | None, asked: str) -> Language:
        """Somebody's: what the account chose, else the best of what the browser asks for (RFC 9110, 12.5.4)."""
        language = self.known.get(chosen) if chosen else None
        return language or self._best(asked[:LONGEST_ASKED])

    def _best_of(self, asked: str) -> Language:
        # Not `best_match`, which takes en at 0.5 for "pl-PL, en;q=0.5", as that is the only one named exactly.
        for tag, quality in parse_accept_header(asked, LanguageAccept):
            language = self.known.get(tag.replace("_", "-").partition("-")[0].lower())
            if language is not None and quality > 0:
                return language
        return self._first
