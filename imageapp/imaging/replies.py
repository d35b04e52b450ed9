"""What a worker's reply says, every part of it checked: the worker read a hostile file and may have been taken over."""

import logging

from imageapp.imaging.facts import Facts, checked, checked_colour, checked_placeholder
from imageapp.imaging.formats import FORMATS, Rendered, Thumbnail
from imageapp.refusals import NotAnImage, Refusal, TooManyPixels, Unavailable
from imageapp.sentences import say, unwired

log = logging.getLogger(__name__)

BROKE_OFF = say("The file is damaged, or too big to be worked on here. Export it again, smaller if you can.")
NO_WORKER = say("Pictures cannot be read right now. Try again in a minute.")


def understood(reply: object, targets: int) -> Rendered:
    """What a worker replied about so many targets.

    Raises the refusal that the reply holds, or NotAnImage when it makes no sense.
    """
    match reply:
        case {"rendered": dict(made)}:
            return _rendered(made, targets)
        case {"refused": NotAnImage.error, "sentence": sentence}:
            raise NotAnImage(_sentence(sentence))
        case {"refused": TooManyPixels.error, "sentence": sentence}:
            raise TooManyPixels(_sentence(sentence))
        case {"unavailable": str(text)}:
            log.error("a picture or its thumbnails could not be read or written: %s", text)
            raise Unavailable(NO_WORKER, retry_after=60)
        case {"failed": str(text)}:
            log.error("a picture could not be worked on: %s", text)
            raise NotAnImage(BROKE_OFF)
    raise _nonsense(reply)


def _rendered(made: dict[str, object], targets: int) -> Rendered:
    match made:
        case {
            "format": str(name),
            "width": int(width),
            "height": int(height),
            "frames": int(frames),
            "thumbnails": list(thumbnails),
        } if name in FORMATS and len(thumbnails) == targets and frames > 0:
            return Rendered(name, width, height, tuple(_thumbnail(entry) for entry in thumbnails), frames, *_look(made))
    raise _nonsense(made)


def _thumbnail(entry: object) -> Thumbnail:
    match entry:
        case [int(width), int(height), str(name), int(size), int(frames)] if name in FORMATS and frames > 0:
            return Thumbnail(width, height, name, size, frames)
    raise _nonsense(entry)


def _look(made: dict[str, object]) -> tuple[Facts, bytes | None, str | None]:
    try:
        placeholder, colour = checked_placeholder(made.get("placeholder")), checked_colour(made.get("colour"))
        return checked(made.get("facts")), placeholder, colour
    except ValueError as error:
        raise _nonsense(made) from error


def _sentence(sent: object) -> str:
    try:
        return unwired(sent)
    except ValueError as error:
        raise _nonsense(sent) from error


def _nonsense(reply: object) -> Refusal:
    log.error("the worker's reply makes no sense: %.200r", reply)
    return NotAnImage(BROKE_OFF)
