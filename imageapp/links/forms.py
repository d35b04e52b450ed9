"""The forms of expiring links: how long one works, and which are meant."""

import re
from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import StringField

from imageapp.identifiers import is_id
from imageapp.refusals import BadForm
from imageapp.sentences import Sentence, say, say_n

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
            raise BadForm(say("Two numbers of seconds were sent: send one."), "seconds")
        return parse_seconds(self.chosen(), least, most)


def named_links(ids: Sequence[str]) -> list[str]:
    """The ids that were sent, each once. Raises BadForm where there are none, too many, or any that is no id."""
    if not ids:
        raise BadForm(say("Choose one or more links first."), "id")
    if len(ids) > MOST_AT_ONCE:
        raise BadForm(say("Choose at most %(most)s links at a time.", most=MOST_AT_ONCE), "id")
    if not all(is_id(text) for text in ids):
        raise BadForm(say("One of the chosen links has no proper name. Open the list again."), "id")
    return sorted(set(ids))


def parse_seconds(text: str, least: int, most: int) -> int:
    """The whole number of seconds in `text`. Raises BadForm where it is none, or not from `least` to `most`."""
    seconds = int(text) if _WHOLE.fullmatch(text) else None
    if seconds is not None and least <= seconds <= most:
        return seconds
    raise BadForm(_wrong(text, seconds, least, most), "seconds")


def _wrong(text: str, seconds: int | None, least: int, most: int) -> Sentence:
    if not text:
        return say("Say for how long. Choose %(least)s to %(most)s.", least=least, most=most)
    if seconds is None:
        return say(
            "“%(typed)s” is not a whole number of seconds. Choose %(least)s to %(most)s.",
            typed=text[:20],
            least=least,
            most=most,
        )
    if seconds < least:
        return say_n(
            "%(count)s second is too short. Choose %(least)s to %(most)s.",
            "%(count)s seconds is too short. Choose %(least)s to %(most)s.",
            seconds,
            least=least,
            most=most,
        )
    return say_n(
        "%(count)s second is too long. Choose %(least)s to %(most)s.",
        "%(count)s seconds is too long. Choose %(least)s to %(most)s.",
        seconds,
        least=least,
        most=most,
    )
