"""How every refusal and error is answered: its status, its heading, and the drawing of its page."""

from typing import NamedTuple

from imageapp import refusals
from imageapp.sentences import Sentence, say


class Look(NamedTuple):
    """How a refusal is answered: its status, and how its page is headed and drawn."""

    status: int
    heading: Sentence
    icon: str


LOOKS: dict[type[refusals.Refusal], Look] = {
    refusals.SignInNeeded: Look(401, say("Sign in first"), "lock"),
    refusals.PlanForbids: Look(403, say("Not in your plan"), "lock"),
    refusals.PasswordFirst: Look(403, say("Set a password first"), "shield"),
    refusals.AdminsOnly: Look(403, say("For administrators"), "lock"),
    refusals.NotFound: Look(404, say("Nothing here"), "x"),
    refusals.InTrash: Look(404, say("In your trash"), "trash"),
    refusals.BadForm: Look(400, say("That did not fit"), "alert"),
    refusals.CsrfMissing: Look(400, say("That form is no longer valid"), "retry"),
    refusals.NotAnImage: Look(422, say("Not a picture that can be kept"), "ban"),
    refusals.TooManyPixels: Look(422, say("Too many pixels"), "ban"),
    refusals.TooLarge: Look(413, say("That is too big"), "ban"),
    refusals.WrongBodyType: Look(415, say("That is not a form"), "ban"),
    refusals.QuotaFull: Look(409, say("Your plan is full"), "ban"),
    refusals.LinkGone: Look(410, say("This link no longer works"), "clock"),
    refusals.TooManyTries: Look(429, say("Too many tries"), "clock"),
    refusals.Busy: Look(503, say("Back in a moment"), "retry"),
    refusals.Unavailable: Look(503, say("Back in a moment"), "retry"),
    refusals.NoRoom: Look(507, say("No room on the server"), "alert"),
}

FAILED = say("Something failed here, and it was written down. Try again; your pictures are safe.")
FAILED_LOOK = Look(500, say("Something failed"), "alert")

# What Werkzeug refuses by a status alone: the `error` of the JSON answer, heading and sentence.
_HTTP_NAMES = {
    400: ("bad_form", say("That did not fit"), say("The request could not be read. Go back and try again.")),
    404: ("not_found", say("Nothing here"), say("This page or picture does not exist, or it is not yours to see.")),
    405: (
        "wrong_method",
        say("That is not possible here"),
        say("This address does not answer to that kind of request. Start from a page."),
    ),
    413: ("too_large", say("That is too big"), say("More was sent than this form may hold. Send less.")),
    415: ("wrong_body_type", say("That is not a form"), say("Send the fields of a form.")),
    429: ("too_many_tries", say("Too many tries"), say("Wait a minute, then try again.")),
    503: ("unavailable", say("Back in a moment"), say("The server is busy. Try again in a minute.")),
}


def look_of_status(status: int) -> tuple[str, Sentence, Look]:
    """The `error`, the sentence and the look of an answer of this status, which none of our refusals led to."""
    name, heading, sentence = _HTTP_NAMES.get(status, _HTTP_NAMES[400])
    return name, sentence, Look(status, heading, "x" if status == 404 else "alert")
