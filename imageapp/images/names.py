"""What a picture is called: data to be shown, never a path."""

import re
import unicodedata

LONGEST = 50
FALLBACK = "image"

# Control, format (which turn the direction of the text, or cannot be seen), surrogate and unassigned characters.
_UNWANTED = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def display_name(given: str, file_name: str) -> str:
    """The name that was given, else the last part of the file's; cleaned, and the end of it where it is too long.

    >>> display_name("", "C:\\\\photos\\\\cat.jpg")
    'cat.jpg'
    """
    return clean(given) or clean(re.split(r"[/\\]", file_name)[-1]) or FALLBACK


def clean(text: str) -> str:
    """The name in what was typed: of up to LONGEST characters, all of which can be seen; "" where there is none."""
    seen = "".join(c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) not in _UNWANTED)
    name = " ".join(seen.split())
    return name if len(name) <= LONGEST else "..." + name[-(LONGEST - 3) :]
