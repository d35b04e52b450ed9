"""What stands around the pictures of a gallery, drawn for one sign-in and kept for the next time that it asks.

Kept is the markup alone, never a picture of anybody's, and never who may see what: that is asked each time. A frame is
found by the sign-in and the secret of its forms, and used only for a person of the name and rank it was drawn for.
"""

from typing import NamedTuple

from imageapp.accounts.models import Account
from imageapp.moulds import Mould

# Of about 6 KB each.
MOST_FRAMES = 1_000


class Frame(NamedTuple):
    """The gallery's page with the gap `wall` in it, and who it was drawn for."""

    mould: Mould
    username: str
    is_admin: bool

    def fits(self, account: Account) -> bool:
        """Whether the page around the pictures would be the same for this person now."""
        return (self.username, self.is_admin) == (account.username, account.is_admin) and not account.must_change


class Frames:
    """The frames of one app, by sign-in and by the secret that the forms of its pages are signed with."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Frame] = {}

    def find(self, signin: str, secret: str) -> Frame | None:
        """The frame for this sign-in, if one was kept."""
        return self._known.get((signin, secret))

    def keep(self, signin: str, secret: str, frame: Frame) -> None:
        """Keep this one instead of any other."""
        if len(self._known) >= MOST_FRAMES:
            self._known.clear()
        self._known[signin, secret] = frame

    def forget(self, signin: str, secret: str) -> None:
        """Keep none."""
        self._known.pop((signin, secret), None)
