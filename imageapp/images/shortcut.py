"""The short way to a gallery and to pictures: what their owner asks for is answered before Flask begins with a request.

Finding the view, its contexts and its session cost as much again as everything that these answers need. The questions
are the long way's own, asked through the same functions: is this Host ours, what did we sign in the cookie, what do the
statements say. Only a yes to all of them is answered here. Whatever else is asked for, and whatever fails, goes the
long way, which asks anew and says what there is to say.
"""

import re
import time
from typing import Any
from wsgiref.types import WSGIEnvironment

from flask import Flask, Response, current_app
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from imageapp import squeezing
from imageapp.accounts.current import COOKIE_KEY
from imageapp.accounts.signins import load_account, signin_id, touch_is_due
from imageapp.addresses import root_of
from imageapp.application import Application
from imageapp.extensions import db
from imageapp.gate import LONGEST_HOST, host_is_ours
from imageapp.house import House
from imageapp.identifiers import PUBLIC_ID
from imageapp.images import served
from imageapp.images.frames import Frames, Place
from imageapp.images.gallery import listed, next_address
from imageapp.images.representation import window
from imageapp.images.tiles import wall
from imageapp.languages import Languages
from imageapp.moulds import Moulds
from imageapp.pages import begin, dressing, log_request, prefers_json
from imageapp.plans.entitlements import parse_size
from imageapp.refusals import Refusal
from imageapp.sending import send
from imageapp.sessions import CookieSessions
from imageapp.storage.store import Missing, StoreDown

GALLERY = "/images"
ORIGINAL = "/images/<id:image_id>/original"
THUMBNAIL = "/images/<id:image_id>/thumbnails/<size>"

# Of what is asked for in these words nothing stands in the page.
PAGE = re.compile(r"(?:after=(?P<after>[A-Za-z0-9._-]+))?", re.ASCII)
_BYTES = re.compile(rf"/images/({PUBLIC_ID})/(?:original|thumbnails/([0-9x]+))", re.ASCII)


def install(app: Application, house: House, sessions: CookieSessions, moulds: Moulds, languages: Languages) -> None:
    """Have this app try the short way first."""
    app.extensions["gallery_frames"] = kept = Frames()
    with app.app_context():
        engine = db.engine
    app.short_way = ShortWay(app, house, engine, sessions, moulds, languages, kept)


def frames() -> Frames:
    """Those of the app that answers this request."""
    return current_app.extensions["gallery_frames"]


class ShortWay:
    """Answers what it can of one app's requests."""

    def __init__(
        self,
        app: Flask,
        house: House,
        engine: Engine,
        sessions: CookieSessions,
        moulds: Moulds,
        languages: Languages,
        kept: Frames,
    ) -> None:
        self._app = app
        self._house = house
        self._engine = engine
        self._sessions = sessions
        self._moulds = moulds
        self._languages = languages
        self._frames = kept
        self._dress = dressing(house.settings)

    def __call__(self, environ: WSGIEnvironment) -> Response | None:
        """The answer, or None where the request has to go the long way."""
        path = environ["PATH_INFO"]
        named = None if path == GALLERY else _BYTES.fullmatch(path)
        if (named is None and path != GALLERY) or not self._is_plain(environ):
            return None
        said = self._sessions.said(self._app, environ)
        if COOKIE_KEY not in said:
            return None
        started, request_id = time.perf_counter(), begin()
        signin = signin_id(str(said[COOKIE_KEY]))
        try:
            response = self._bytes(environ, signin, *named.groups()) if named else self._page(environ, signin, said)
        except (Refusal, SQLAlchemyError, Missing, StoreDown, HTTPException, LookupError):
            return None
        if response is not None:
            self._dress(response, request_id)
            route = GALLERY if named is None else THUMBNAIL if named[2] else ORIGINAL
            log_request(environ, route, response, started)
        return response

    def _is_plain(self, environ: WSGIEnvironment) -> bool:
        host = environ.get("HTTP_HOST", "")
        return (
            environ["REQUEST_METHOD"] in {"GET", "HEAD"}
            and not environ.get("SCRIPT_NAME")
            and environ.get("CONTENT_LENGTH", "") in {"", "0"}
            and len(host) <= LONGEST_HOST
            and host_is_ours(host, self._house.settings.public_url)
        )

    def _bytes(self, environ: WSGIEnvironment, signin: str, image_id: str, size: str | None) -> Response | None:
        """A picture; not one yet to be made, nor another's, which the long way writes down."""
        now, first = self._house.clock(), self._house.settings.exposed
        if size is None:
            found = served.find_original(self._engine, signin, image_id, now, password_first=first)
        else:
            if (wanted := parse_size(size)) is None:
                return None
            found = served.find_thumbnail(self._engine, signin, image_id, wanted, now, password_first=first)
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

    def _page(self, environ: WSGIEnvironment, signin: str, said: dict[str, Any]) -> Response | None:
        """A page of the gallery; not an empty one, nor one with something to say or to write down."""
        asked = PAGE.fullmatch(environ.get("QUERY_STRING", ""))
        if asked is None or "_flashes" in said or prefers_json(environ):
            return None
        after = asked["after"]
        frame = self._frames.find(Place(signin, str(said.get("csrf_token", "")), after is None))
        if frame is None:
            return None
        now = self._house.clock()
        account = load_account(self._engine, signin, now)
        if account is None or touch_is_due(account, now):
            return None
        language = self._languages.of(account.language, environ.get("HTTP_ACCEPT_LANGUAGE", ""))
        if not frame.fits(account, language):
            return None
        page = listed(self._engine, account.user_id, after=after)
        if not page.images:
            return None
        seen = window(account.plan, root_of(environ, self._house.settings.public_url) + GALLERY)
        shown = wall(self._moulds, page.images, seen, GALLERY, next_address(seen.root, page), language)
        response = squeezing.page(environ, frame.mould.filled([{"wall": shown}]).encode())
        response.headers.add("Content-Language", language.code)
        return response
