"""Random names for things."""

import base64
import hashlib
import json
import re
import secrets

PUBLIC_ID = r"[A-Za-z0-9_-]{22}"
_PUBLIC_ID = re.compile(PUBLIC_ID)


def new_id() -> str:
    """128 random bits as 22 characters of base64url: the address of a picture or a link cannot be guessed."""
    return secrets.token_urlsafe(16)


def id_made_of(*parts: str) -> str:
    """An id that is the same for the same parts, and that nobody can tell who does not have them all."""
    digest = hashlib.sha256(json.dumps(parts).encode()).digest()
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def new_blob_key() -> str:
    """128 random bits as 32 hexadecimal digits: where bytes are kept. Never made from anything that was sent."""
    return secrets.token_hex(16)


def new_blob_keys(count: int) -> list[str]:
    """Keys for bytes that are kept together: random as others, but for the first two digits, which they share."""
    first = secrets.token_hex(1)
    return [first + secrets.token_hex(15) for _ in range(count)]


def is_id(text: str) -> bool:
    """Whether `text` has the shape of an id."""
    return _PUBLIC_ID.fullmatch(text) is not None
