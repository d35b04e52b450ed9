"""What stands around the pictures of a gallery, drawn for one sign-in and kept for the next time that it asks.

Kept is the markup alone, never a picture of anybody's, and never who may see what: that is asked each time. A frame is
found by the sign-in and the secret of its forms, and used only for a person of the name and rank it was drawn for, who
reads its language and wants it as light or dark.
"""

from typing import NamedTuple

from imageapp.accounts.models import Account
from imageapp.languages import Language
from imageapp.moulds import Mould

# Of about 6 KB each.
MOST_FRAMES = 1_000


class Frame(NamedTuple):
    """The gallery's page with the gap `wall` in it, and who it was drawn for."""

    mould: Mould
    username: str
    is_admin: bool
    theme: str | None
    language: Language

    def fits(self, account: Account, language: Language) -> bool:
        """Whether the page around the pictures would be the same for this person now."""
        drawn_for = self.username, self.is_admin, self.theme, self.language
        return drawn_for == (account.username, account.is_admin, account.theme, language) and not account.must_change


class Place(NamedTuple):
    """Which frame: a sign-in's id, the secret that the forms of its pages are signed with, and of which page."""

    signin: str
    secret: str
    first_page: bool


class Frames:
    """The frames of one app."""

    def __init__(self) -> None:
        self._known: dict[Place, Frame] = {}

    def find(self, place: Place) -> Frame | None:
        """The frame for this place, if one was kept."""
        return self._known.get(place)

    def keep(self, place: Place, frame: Frame) -> None:
        """Keep this one instead of any other."""
        if len(self._known) >= MOST_FRAMES:
            self._known.clear()
        self._known[place] = frame

    def forget(self, place: Place) -> None:
        """Keep none."""
        self._known.pop(place, None)
