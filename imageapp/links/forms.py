"""The forms of expiring links: how long one works, and which are meant."""

import re
from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import StringField

from imageapp.identifiers import is_id
from imageapp.refusals import BadForm
from imageapp.wording import thousands

# ASCII digits and nothing else: `int` would also take "+300", "3_00", " 300 " and the digits of other scripts.
_WHOLE = re.compile(r"[0-9]{1,9}")


MOST_AT_ONCE = 100  # links that one form names: two pages of a list


class LinkForm(FlaskForm):
    """How long a link works: `seconds` counts where it is filled in, else the chosen `preset`."""

    seconds = StringField()
    preset = StringField()

    def chosen(self) -> str:
        """What was typed, or chosen, as it was sent."""
        return self.seconds.data or self.preset.data or ""

    def asked(self, least: int, most: int) -> int:
        """The seconds that were sent. Raises BadForm where they are no one whole number from `least` to `most`."""
        if len(self.seconds.raw_data or ()) > 1:
            raise BadForm("Two numbers of seconds were sent: send one.", "seconds")
        return parse_seconds(self.chosen(), least, most)


def named_links(ids: Sequence[str]) -> list[str]:
    """The ids that were sent, each once. Raises BadForm where there are none, too many, or any that is no id."""
    if not ids:
        raise BadForm("Choose one or more links first.", "id")
    if len(ids) > MOST_AT_ONCE:
        raise BadForm(f"Choose at most {MOST_AT_ONCE} links at a time.", "id")
    if not all(is_id(text) for text in ids):
        raise BadForm("One of the chosen links has no proper name. Open the list again.", "id")
    return sorted(set(ids))


def parse_seconds(text: str, least: int, most: int) -> int:
    """The whole number of seconds in `text`. Raises BadForm where it is none, or not from `least` to `most`."""
    limits = f"Choose {thousands(least)} to {thousands(most)}."
    if not _WHOLE.fullmatch(text):
        shown = f"“{text[:20]}” is not a whole number of seconds." if text else "Say for how long."
        raise BadForm(f"{shown} {limits}", "seconds")
    seconds = int(text)
    if seconds < least:
        raise BadForm(f"{thousands(seconds)} seconds is too short. {limits}", "seconds")
    if seconds > most:
        raise BadForm(f"{thousands(seconds)} seconds is too long. {limits}", "seconds")
    return seconds
