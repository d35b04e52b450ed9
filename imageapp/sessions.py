"""The cookie, the database behind it, and what every template may know of who asks."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import WSGIEnvironment

from flask import Flask, Request, Response, g, session
from flask.globals import app_ctx
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_wtf.csrf import generate_csrf
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.http import parse_cookie

from imageapp import database
from imageapp.accounts.signins import ABSOLUTE, touch, touch_is_due
from imageapp.config import Settings
from imageapp.extensions import db, login_manager
from imageapp.house import house
from imageapp.logs import events
from imageapp.refusals import Busy

log = events(__name__)

# What is said to somebody who loads no page piles up in the cookie, and browsers drop one of 4,096 bytes. A message may
# hold a picture's name, of which each of 50 characters can take 16 bytes there.
MOST_MESSAGES = 3


LONGEST_COOKIE = 4096  # bytes; browsers keep no longer one


class CookieSessions(SecureCookieSessionInterface):
    """Flask's own, with one signer for all requests, and the signature of a cookie checked once and not each time.

    What a cookie says never changes, so remembering it is no cache of who may do what: that is asked of the database.
    """

    def __init__(self) -> None:
        self._signer: URLSafeTimedSerializer | None = None
        self._read = lru_cache(maxsize=4096)(self._read_once)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The signer of this app, whose keys do not change while it runs."""
        if self._signer is None:
            self._signer = super().get_signing_serializer(app)
        return self._signer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        """What the cookie says, if we signed it within the lifetime of a sign-in."""
        # From the environment: `request.cookies` goes through all headers for it, one after another.
        return self.session_class(self.said(app, request.environ))

    def said(self, app: Flask, environ: WSGIEnvironment) -> dict[str, Any]:
        """What the cookie of this request says; nothing, if we did not sign it within the lifetime of a sign-in."""
        value = parse_cookie(environ).get(self.get_cookie_name(app), "")
        content, signed_at = self._read(app, value) if 0 < len(value) <= LONGEST_COOKIE else ("{}", None)
        if signed_at is None or datetime.now(UTC) - signed_at > app.permanent_session_lifetime:
            return {}
        return json.loads(content)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie where something in it changed. That an answer varies with it, `pages` says on every one."""
        if not session.modified:
            return
        waiting = session.get("_flashes", [])  # where Flask keeps what `flash` was given
        if len(waiting) > MOST_MESSAGES:
            session["_flashes"] = waiting[-MOST_MESSAGES:]
        super().save_session(app, session, response)

    def _read_once(self, app: Flask, value: str) -> tuple[str, datetime | None]:
        signer = self.get_signing_serializer(app)
        try:
            content, signed_at = signer.loads(value, return_timestamp=True) if signer else ({}, None)
        except BadSignature:
            return "{}", None
        return json.dumps(content), signed_at


def flask_settings(settings: Settings, key: str) -> dict[str, Any]:
    """What Flask and its extensions read from `app.config`."""
    public = urlsplit(settings.public_url) if settings.public_url else None
    return {
        "SECRET_KEY": key,
        "SECRET_KEY_FALLBACKS": list(settings.secret_key_fallbacks) or None,
        # Bound to this very host and to https where that can be told; a bare name otherwise.
        "SESSION_COOKIE_NAME": "__Host-imageapp" if settings.secure else "imageapp",
        "SESSION_COOKIE_SECURE": settings.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": ABSOLUTE,
        "PREFERRED_URL_SCHEME": public.scheme if public else "http",
        "PROVIDE_AUTOMATIC_OPTIONS": False,
        "WTF_CSRF_CHECK_DEFAULT": False,  # the gate checks, after it knows who asks
        "WTF_CSRF_SSL_STRICT": False,  # it wants a Referer, which programs do not send; the gate looks itself
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the sign-in: a form that lay open loses nothing
        "SQLALCHEMY_DATABASE_URI": settings.database,
        "SQLALCHEMY_ENGINE_OPTIONS": database.engine_options(settings.database),
        "TEMPLATES_AUTO_RELOAD": False,
    }


def install(app: Flask, settings: Settings) -> CookieSessions:
    """Prepare the cookie and the database's connections, and hand templates what they count on. Returns its cookies."""
    app.session_interface = cookies = CookieSessions()
    # A changing address or browser is no proof of anything.
    login_manager.session_protection = None  # type: ignore[assignment] - None, which turns it off, is left out there
    with app.app_context():
        database.prepare(db.engine)
    app.context_processor(_for_templates)
    app.jinja_env.globals["limits"] = ShownLimits(settings)
    app.jinja_env.globals["csrf_token"] = _csrf_tokens()
    app.after_request(_touch)
    return cookies


def _csrf_tokens() -> Callable[[], str]:
    """What makes the token of a page. It is signed once for each cookie, not for each page: no token ends by itself."""
    sign = lru_cache(maxsize=4096)(lambda _secret: generate_csrf())

    def csrf_token() -> str:
        secret = session.get("csrf_token")  # where Flask-WTF keeps what it compares
        return sign(secret) if secret else generate_csrf()

    return csrf_token


class ShownLimits:
    """What pages say about the limits: every number comes from the settings."""

    def __init__(self, settings: Settings) -> None:
        self.max_file_bytes = settings.max_file_bytes
        self.max_files = settings.max_files
        self.max_request_bytes = settings.max_request_bytes
        self.max_pixels = settings.max_pixels
        self.max_pixels_whole = settings.max_pixels_whole
        self.link_seconds_min = settings.link_seconds_min
        self.link_seconds_max = settings.link_seconds_max


def _for_templates() -> dict[str, Any]:
    # An error page is drawn when the database is away too: it asks nobody who this is, it takes what is known.
    account = g.get("account")
    return {
        "account": account,
        "default_password_strip": bool(account and account.must_change and not session.get("later")),
        "now": _now(),
        "request_id": g.get("request_id"),
    }


def _now() -> datetime:
    return house().clock()


def _touch(response: Response) -> Response:
    account = app_ctx.g.get("account")
    if account is None or not touch_is_due(account, now := _now()):
        return response
    try:
        touch(db.session(), account, now)
    except (Busy, SQLAlchemyError) as error:
        # The next request does it: an answer that is ready must not be lost for it, with the disk full for one.
        log.warning("touch_skipped", reason=type(error).__name__)
    return response
