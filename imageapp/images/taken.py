"""How a picture was taken, in words for its owner. See imaging.facts for what is known."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from imageapp.sentences import Day, Words, say

# From here on people say seconds, not parts of one.
_LONG = 0.3


def told(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is known, as terms and words: ("Camera", "Canon EOS R5"), … Always says whether the file holds a place."""
    rows = [
        (say("Camera"), facts.get("camera")),
        (say("Lens"), facts.get("lens")),
        (say("Exposure"), exposure(facts)),
        (say("Taken"), moment(facts["taken"]) if "taken" in facts else None),
        (say("Place"), say("Noted in the file") if facts["place"] else say("Not in the file")),
    ]
    return [(term, words) for term, words in rows if words]


def exposure(facts: Mapping[str, Any]) -> str:
    """As photographers write it, what is not known left out.

    >>> exposure({"exposure": 0.004, "aperture": 2.8, "iso": 100, "focal_length": 50.0})
    '1/250 s · f/2.8 · ISO 100 · 50 mm'
    """
    parts = []
    if seconds := facts.get("exposure"):
        parts.append(f"{seconds:.3g} s" if seconds >= _LONG else f"1/{1 / seconds:.0f} s")
    if aperture := facts.get("aperture"):
        parts.append(f"f/{aperture:.3g}")
    if iso := facts.get("iso"):
        parts.append(f"ISO {iso}")
    if length := facts.get("focal_length"):
        parts.append(f"{length:.3g} mm" if length < 1_000 else f"{length:.0f} mm")
    return " · ".join(parts)


def moment(taken: str) -> Words:
    """By the camera's own clock, which no browser may move to its zone.

    >>> moment("2026-11-14T09:31:05+02:00")
    '14 Nov 2026, 09:31 (UTC+02:00)'
    """
    clock = datetime.fromisoformat(taken)
    zone = f" (UTC{taken[19:]})" if taken[19:] else ""
    hour = f"{clock:%H:%M}{zone}"
    return say("%(day)s, %(clock)s", day=Day(clock), clock=hour)
