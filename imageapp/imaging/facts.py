"""What is known of a picture besides its size, as plain values. All of it was sent by a stranger."""

import base64
import re
import unicodedata
from dataclasses import asdict, dataclass
from typing import Any

# Bytes that a placeholder, a whole WebP file, has at most: little enough to lie in a page beside every picture.
PLACEHOLDER_BYTES = 200
# Characters of a name that are kept; cameras and lenses need 40 at most.
LONGEST = 60

# What a number may be, least and most: seconds of light; f-number; film speed; millimetres.
SECONDS = (1e-7, 86_400)
APERTURE = (0.1, 1_000)
ISO = (1, 10_000_000)
FOCAL = (0.1, 100_000)

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_TAKEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([+-][0-9]{2}:[0-9]{2})?")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of how a picture was taken; None where the file does not say.

    `exposure` in seconds, `aperture` as f-number, `iso` as film speed, `focal_length` in millimetres. `taken` is
    `YYYY-MM-DDThh:mm:ss` by the camera's clock, with an offset such as +02:00 where the file has one. `place` says
    that the file holds where it was taken; where that is, is kept nowhere but in the file.
    """

    camera: str | None = None
    lens: str | None = None
    exposure: float | None = None
    aperture: float | None = None
    iso: int | None = None
    focal_length: float | None = None
    taken: str | None = None
    place: bool = False

    def as_json(self) -> dict[str, Any]:
        """What the file says, and nothing for what it does not."""
        return {name: value for name, value in asdict(self).items() if value is not None}


# What most screenshots and drawings say.
NOTHING = Facts()


def checked(said: object) -> Facts:
    """The facts that a process which is not to be trusted sent as JSON. Raises ValueError where they are none."""
    match said:
        case {"place": bool(place), **rest}:
            return Facts(
                camera=_name(rest.get("camera")),
                lens=_name(rest.get("lens")),
                exposure=_within(rest.get("exposure"), *SECONDS),
                aperture=_within(rest.get("aperture"), *APERTURE),
                iso=whole(_within(rest.get("iso"), *ISO)),
                focal_length=_within(rest.get("focal_length"), *FOCAL),
                taken=_date(rest.get("taken")),
                place=place,
            )
    raise ValueError("these are no facts")


def checked_placeholder(said: object) -> bytes | None:
    """The bytes of a placeholder, sent as base64. Raises ValueError where it is none, or too long."""
    if said is None:
        return None
    if isinstance(said, str):
        data = base64.b64decode(said, validate=True)
        if len(data) <= PLACEHOLDER_BYTES and data.startswith(b"RIFF"):
            return data
    raise ValueError("this is no placeholder")


def checked_colour(said: object) -> str | None:
    """A colour as `#rrggbb`. Raises ValueError where it is none."""
    if said is None or (isinstance(said, str) and _COLOUR.fullmatch(said)):
        return said
    raise ValueError("this is no colour")


def _name(said: object) -> str | None:
    if said is None or (isinstance(said, str) and 0 < len(said) <= LONGEST and said == clean(said)):
        return said
    raise ValueError("this is no name")


def _within(said: object, least: float, most: float) -> float | None:
    if said is None:
        return None
    if isinstance(said, int | float) and not isinstance(said, bool) and least <= said <= most:
        return said
    raise ValueError("this is no number that a camera gives")


def _date(said: object) -> str | None:
    if said is None or (isinstance(said, str) and _TAKEN.fullmatch(said)):
        return said
    raise ValueError("this is no date")


def clean(text: str) -> str:
    """Without control and direction characters, and with single spaces."""
    kinds = ((unicodedata.category(character)[0], character) for character in text)
    return " ".join("".join(" " if kind == "Z" else character for kind, character in kinds if kind != "C").split())


def whole(number: float | None) -> int | None:
    """The nearest whole number, if there is one."""
    return None if number is None else round(number)
