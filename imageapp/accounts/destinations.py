"""Where a sign-in may lead."""

import re
from urllib.parse import urlsplit

LONGEST = 2_000

# Browsers drop tabs and line ends from addresses and read a backslash as a slash, so none of them may stand in one.
_HARMLESS = re.compile(r"[!-\[\]-~]+")


def local_path(address: str | None) -> str | None:
    """The address if it is a path on this very server, else None.

    >>> local_path("/images?after=1"), local_path("//elsewhere.example/"), local_path("https:elsewhere.example")
    ('/images?after=1', None, None)
    """
    if not address or len(address) > LONGEST or not _HARMLESS.fullmatch(address):
        return None
    if not address.startswith("/") or address.startswith("//"):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    # A path that decodes to two leading slashes is sent on by some proxies as one that leaves the site.
    leaves = re.match(r"/(?:[/\\]|%2f|%5c|%09|%0a|%0d)", parts.path, re.IGNORECASE)
    return None if parts.scheme or parts.netloc or leaves else address
