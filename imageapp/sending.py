"""Bytes on their way out, once it is settled that they may go."""

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import quote
from wsgiref.types import WSGIEnvironment

from flask import Response
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.http import dump_options_header, parse_etags
from werkzeug.wsgi import wrap_file

from imageapp.application import Answer
from imageapp.imaging.formats import FORMATS, Format
from imageapp.pages import BYTES_POLICY
from imageapp.storage.store import Store

# Up to so many bytes leave in one piece with the headers, which spares the server a file to look after.
SMALL = 1 << 16

# One part of the file, counted in bytes. Whatever else is asked for, be it in another unit or in many parts, gets the
# whole (RFC 9110, 14.2), and so does HEAD, for which there are no parts.
_PART = re.compile(r"bytes=(?:[0-9]{1,18}-[0-9]{0,18}|-[0-9]{1,18})")


def send(environ: WSGIEnvironment, store: Store, *, blob_key: str, etag: str, format_name: str, name: str) -> Response:
    """The bytes under this key, with their true type, for a viewer who was just found to be allowed to have them.

    `environ` is the request's (PEP 3333). Answers HEAD, Range, and If-None-Match with 304. Every view is authorised, so
    the browser may keep the bytes and must ask each time. Raises Missing, StoreDown, and RequestedRangeNotSatisfiable.
    """
    headers = [
        ("Cache-Control", "private, no-cache"),
        ("Content-Security-Policy", BYTES_POLICY),
        ("Vary", "Cookie"),
        ("ETag", f'"{etag}"'),
    ]
    if "HTTP_IF_NONE_MATCH" in environ and etag in parse_etags(environ["HTTP_IF_NONE_MATCH"]):
        return Answer(status=304, headers=headers)
    kind = FORMATS[format_name]
    blob = store.open(blob_key)
    # All at once: setting one after another looks each time through those that are there.
    headers += [
        ("Content-Type", kind.mime),
        ("Content-Length", str(blob.size)),
        ("Content-Disposition", _disposition(name, kind)),
        ("Accept-Ranges", "bytes"),
    ]
    if blob.size <= SMALL:
        with blob.file:
            content: Iterable[bytes] = [blob.file.read()]
    else:
        content = wrap_file(environ, blob.file, buffer_size=1 << 16)
    response = Answer(content, headers=headers, direct_passthrough=True)
    response.call_on_close(blob.file.close)
    if "HTTP_RANGE" in environ and environ["REQUEST_METHOD"] == "GET" and _PART.fullmatch(environ["HTTP_RANGE"]):
        try:
            response.make_conditional(environ, accept_ranges=True, complete_length=blob.size)
        except RequestedRangeNotSatisfiable:
            blob.file.close()  # the answer is another one, which knows nothing of the file
            raise
    return response


def saved_as(name: str, kind: Format) -> str:
    """What a file of this kind is called by whoever saves it: the picture's name, with an extension that fits."""
    return name if name.lower().endswith(kind.extensions) else name + kind.extension


def _disposition(name: str, kind: Format) -> str:
    """Shown in the browser; saved under the picture's name."""
    return dump_options_header("inline", _as_parameters(saved_as(name, kind)))


def _as_parameters(name: str) -> dict[str, str]:
    """The file's name as a header can carry it (RFC 6266), which knows Latin-1 only and fails on anything else."""
    if name.isascii():
        return {"filename": name}
    nearest = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    return {"filename": nearest, "filename*": f"UTF-8''{quote(name, safe='')}"}
