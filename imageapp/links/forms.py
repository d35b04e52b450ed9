"""The form of a new expiring link."""

import re

from flask_wtf import FlaskForm
from wtforms import StringField

from imageapp.refusals import BadForm
from imageapp.wording import thousands

# ASCII digits and nothing else: `int` would also take "+300", "3_00", " 300 " and the digits of other scripts.
_WHOLE = re.compile(r"[0-9]{1,9}")


class LinkForm(FlaskForm):
    """`seconds` counts where it is filled in, else the chosen `preset`."""

    seconds = StringField()
    preset = StringField()

    def chosen(self) -> str:
        """What was typed, or chosen, as it was sent."""
        return self.seconds.data or self.preset.data or ""


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
