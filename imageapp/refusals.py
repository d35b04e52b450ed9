"""The named ways in which a request is refused.

A refusal knows its name (the `error` of the JSON answer) and one sentence that tells the person what happened and what
to do next. It knows neither Flask nor an HTTP status: `pages.py` translates it, once.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from imageapp.sentences import Sentence, say

NOTHING_HERE = say("This page or picture does not exist, or it is not yours to see.")
# What follows "The Basic plan does not include".
ORIGINALS = say("originals")
THUMBNAILS_OF_THIS_SIZE = say("thumbnails of this size")
EXPIRING_LINKS = say("expiring links")


@dataclass(eq=False)
class Refusal(Exception):
    """Base of all refusals. `message` is one or two plain sentences for the person, without markup.

    Where it is a `Sentence`, `pages.py` says it in the language of whoever asked.
    """

    message: str
    error: ClassVar[str] = "internal"

    def __str__(self) -> str:
        return self.message


class SignInNeeded(Refusal):
    error = "sign_in"


class PlanForbids(Refusal):
    """`what` comes after "does not include": ORIGINALS for one."""

    error = "forbidden_by_plan"

    def __init__(self, plan: str, what: Sentence) -> None:
        super().__init__(
            say(
                "The %(plan)s plan does not include %(what)s. Your administrator can move you to a plan that does.",
                plan=plan,
                what=what,
            )
        )


class PasswordFirst(Refusal):
    """The default password must be replaced before anything else (exposed mode)."""

    error = "forbidden_by_plan"


class AdminsOnly(Refusal):
    error = "admins_only"


class NotFound(Refusal):
    error = "not_found"

    def __init__(self, message: str = NOTHING_HERE) -> None:
        super().__init__(message)


class InTrash(NotFound):
    """One's own picture that is in the trash: for everybody else it is not there at all."""

    def __init__(self, image_id: str, name: str, trashed_at: datetime) -> None:
        super().__init__(say("“%(name)s” is in your trash. Restore it to see it again.", name=name))
        self.image_id = image_id
        self.name = name
        self.trashed_at = trashed_at


class BadForm(Refusal):
    """A form that did not pass. `field` is its name, or "" for the form as a whole."""

    error = "bad_form"

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class CsrfMissing(Refusal):
    error = "csrf"


class NotAnImage(Refusal):
    """The file is not a picture of an accepted format, or is damaged."""

    error = "not_an_image"


class CannotStrip(Refusal):
    """The file's metadata cannot be taken out of it without touching its pixels."""

    error = "cannot_strip"


class TooLarge(Refusal):
    """More bytes than allowed, of a file or of a request body."""

    error = "too_large"


class TooManyPixels(Refusal):
    error = "too_many_pixels"


class WrongBodyType(Refusal):
    error = "wrong_body_type"


class QuotaFull(Refusal):
    error = "quota_full"


class LinkGone(Refusal):
    """The link was ours and is over, for whatever cause."""

    error = "link_gone"

    def __init__(self) -> None:
        super().__init__(
            say("Links here work for a limited time, and this one is over. Ask the person who sent it for a new one.")
        )


class Later(Refusal):
    """Refused for now; `retry_after` seconds from now it is worth another try."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TooManyTries(Later):
    error = "too_many_tries"


class Busy(Later):
    """Too many pictures are being worked on, or the database is."""

    error = "busy"


class Unavailable(Later):
    """The database or the picture storage does not answer."""

    error = "unavailable"


class NoRoom(Later):
    """The disk of the server is full: whoever runs it has to make room."""

    error = "unavailable"

    def __init__(
        self,
        message: str = say(
            "The disk of the server is full. Your pictures are safe; try again later, or tell the person who runs it."
        ),
    ) -> None:
        super().__init__(message, retry_after=300)
