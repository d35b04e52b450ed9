"""The short way to bytes: a picture that its owner asks for is answered before Flask makes anything of the request.

Finding the view, its context and its session cost as much again as everything that these answers need. The questions
are the long way's own, asked through the same functions: is this Host ours, what did we sign in the cookie, what does
the one statement say. Only a yes to all of them is answered here. Whatever else is asked for, and whatever fails, goes
the long way, which asks anew and says what there is to say.
"""

import re
import time
from collections.abc import Callable
from wsgiref.types import WSGIEnvironment

from flask import Flask, Response
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from imageapp.accounts.current import COOKIE_KEY
from imageapp.accounts.signins import signin_id
from imageapp.application import Application
from imageapp.extensions import db
from imageapp.gate import LONGEST_HOST, host_is_ours
from imageapp.house import House
from imageapp.identifiers import PUBLIC_ID
from imageapp.images import served
from imageapp.pages import begin, dressing, log_request
from imageapp.plans.entitlements import parse_size
from imageapp.refusals import Refusal
from imageapp.sending import send
from imageapp.sessions import CookieSessions
from imageapp.storage.store import Missing, StoreDown

ORIGINAL = "/images/<id:image_id>/original"
THUMBNAIL = "/images/<id:image_id>/thumbnails/<size>"

_ADDRESS = re.compile(rf"/images/({PUBLIC_ID})/(?:original|thumbnails/([0-9x]+))", re.ASCII)


def install(app: Application, house: House, sessions: CookieSessions) -> None:
    """Have this app try the short way first."""
    with app.app_context():
        engine = db.engine
    app.short_way = ShortWay(app, house, engine, sessions, dressing(house.settings))


class ShortWay:
    """Answers what it can of one app's requests. `dress` gives an answer the headers that every answer has."""

    def __init__(
        self, app: Flask, house: House, engine: Engine, sessions: CookieSessions, dress: Callable[[Response, str], None]
    ) -> None:
        self._app = app
        self._house = house
        self._engine = engine
        self._sessions = sessions
        self._dress = dress

    def __call__(self, environ: WSGIEnvironment) -> Response | None:
        """The answer, or None where the request has to go the long way."""
        asked = _ADDRESS.fullmatch(environ["PATH_INFO"])
        if asked is None or not self._is_plain(environ):
            return None
        started, request_id = time.perf_counter(), begin()
        image_id, size = asked.groups()
        try:
            found = self._found(environ, image_id, size)
            response = self._sent(environ, found) if found else None
        except (Refusal, SQLAlchemyError, Missing, StoreDown, HTTPException):
            return None
        if response is not None:
            self._dress(response, request_id)
            log_request(environ, THUMBNAIL if size else ORIGINAL, response, started)
        return response

    def _is_plain(self, environ: WSGIEnvironment) -> bool:
        host = environ.get("HTTP_HOST", "")
        return (
            environ["REQUEST_METHOD"] in {"GET", "HEAD"}
            and environ.get("CONTENT_LENGTH", "") in {"", "0"}
            and len(host) <= LONGEST_HOST
            and host_is_ours(host, self._house.settings.public_url)
        )

    def _found(self, environ: WSGIEnvironment, image_id: str, size: str | None) -> served.Served | None:
        token = self._sessions.said(self._app, environ).get(COOKIE_KEY)
        wanted = parse_size(size) if size else None
        if token is None or (size and wanted is None):
            return None
        signin, now, first = signin_id(str(token)), self._house.clock(), self._house.settings.exposed
        if wanted is None:
            return served.find_original(self._engine, signin, image_id, now, password_first=first)
        return served.find_thumbnail(self._engine, signin, image_id, wanted, now, password_first=first)

    def _sent(self, environ: WSGIEnvironment, found: served.Served) -> Response | None:
        """Not what is yet to be made; and whoever looks at another's picture, the long way writes down."""
        if found.blob_key is None or found.owner_id != found.viewer_id:
            return None
        return send(
            environ,
            self._house.store,
            blob_key=found.blob_key,
            etag=found.etag,
            format_name=found.format,
            name=found.name,
        )
