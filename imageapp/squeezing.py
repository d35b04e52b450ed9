"""What leaves squeezed by gzip, and what must not.

A page holds the token of its forms. Where words that a stranger chooses stand beside it, whoever watches the line
learns the token from how well both squeeze together (BREACH, breachattack.com). So pages leave as they are, but for
those in which nothing stands that came with the request, nor anything that another person wrote.
"""

import zlib
from functools import lru_cache
from wsgiref.types import WSGIEnvironment

from flask import Response
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from imageapp.application import Answer

# Of a gallery's 50 KB this leaves 6.4 in 0.2 ms; the highest level leaves 5.7 and takes three times as long.
LEVEL = 3
GZIP = 31  # zlib's number for gzip's own head and tail around the largest window
LONGEST_ACCEPTED = 1_000  # characters; what is remembered must not grow with what strangers send


def takes_gzip(environ: WSGIEnvironment) -> bool:
    """Whether the asker of this request (PEP 3333) unpacks gzip."""
    return _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")[:LONGEST_ACCEPTED])


@lru_cache(maxsize=1024)
def _takes_gzip(accepted: str) -> bool:
    return parse_accept_header(accepted, Accept).quality("gzip") > 0


def page(environ: WSGIEnvironment, body: bytes) -> Response:
    """A page of one's own things, in which nothing of the request stands: squeezed, where the browser unpacks it."""
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Vary", "Accept, Accept-Encoding, Accept-Language, Cookie"),
    ]
    if takes_gzip(environ):
        body = zlib.compress(body, LEVEL, GZIP)
        headers.append(("Content-Encoding", "gzip"))
    headers.append(("Content-Length", str(len(body))))
    return Answer([body], headers=headers)
