"""Bytes on their way out, once it is settled that they may go."""

import unicodedata
from urllib.parse import quote

from flask import Response, request
from werkzeug.wsgi import wrap_file

from imageapp.imaging.formats import FORMATS
from imageapp.pages import BYTES_POLICY
from imageapp.storage.store import Store


def send(store: Store, *, blob_key: str, etag: str, format_name: str, name: str, conditional: bool = True) -> Response:
    """The bytes under this key, with their true type, for a viewer who was just found to be allowed to have them.

    Answers HEAD and Range, and, unless `conditional` is off, If-None-Match with 304. Every view is authorised, so the
    browser may keep the bytes and must ask each time. Raises Missing, StoreDown.
    """
    if conditional and etag in request.if_none_match:
        response = Response(status=304)
        response.set_etag(etag)
        return _dress(response)
    kind = FORMATS[format_name]
    blob = store.open(blob_key)
    response = Response(
        wrap_file(request.environ, blob.file, buffer_size=1 << 16), mimetype=kind.mime, direct_passthrough=True
    )
    response.call_on_close(blob.file.close)
    response.content_length = blob.size
    response.set_etag(etag)
    named = name if name.lower().endswith((kind.extension, ".jpeg", ".jpe")) else name + kind.extension
    response.headers.set("Content-Disposition", "inline", **_as_parameters(named))
    response.headers["Accept-Ranges"] = "bytes"
    if "Range" in request.headers:
        response.make_conditional(request.environ, accept_ranges=True, complete_length=blob.size)
    return _dress(response)


def _as_parameters(name: str) -> dict[str, str]:
    """The file's name as a header can carry it (RFC 6266), which knows Latin-1 only and fails on anything else."""
    if name.isascii():
        return {"filename": name}
    nearest = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    return {"filename": nearest, "filename*": f"UTF-8''{quote(name, safe='')}"}


def _dress(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = BYTES_POLICY
    response.headers["Vary"] = "Cookie"
    return response
