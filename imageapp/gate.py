"""What every request passes before its view: one function, so that nothing is forgotten for a new route.

The order is the point: nothing of a body is parsed before it is known who sends it and that it is not too large.
"""

import ipaddress
import re
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from typing import TypeVar, cast

from flask import Flask, Request, Response, current_app, request
from flask.globals import request_ctx
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response as AnyResponse

from imageapp.arriving import Parcel
from imageapp.config import Settings
from imageapp.extensions import csrf
from imageapp.house import house
from imageapp.logs import events
from imageapp.receiving import StrictRequest
from imageapp.refusals import (
    BadForm,
    CsrfMissing,
    NotFound,
    PasswordFirst,
    Refusal,
    SignInNeeded,
    TooLarge,
    WrongBodyType,
)
from imageapp.sentences import Listing, Sentence, said, say
from imageapp.speaking import asked_for, languages

log = events(__name__)

View = TypeVar("View", bound=Callable[..., object])

# Enough for every form but the upload's. A large urlencoded body costs seconds and a gigabyte to parse.
SMALL_BODY = 64_000
# The text of one form: its fields, and the heads of its parts, each of which may hold a long name.
FORM_MEMORY = 256_000

LONGEST_HOST = 300  # characters: a name of 253, and a port

_FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
_ORIGIN = re.compile(r"https?://(?P<host>[^/?#@\\]+)(?:[/?#]|$)")
_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::(?P<port>[0-9]{1,5}))?")
_LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}


def public(view: View) -> View:
    """Mark a view that anybody may ask: everything else wants a sign-in."""
    view.open_to = "anybody"  # type: ignore[attr-defined] - a mark on a function
    return view


def authorises_itself(view: View) -> View:
    """Mark a view whose one statement judges the sign-in along with the bytes that it finds."""
    view.open_to = "its own judgement"  # type: ignore[attr-defined] - a mark on a function
    return view


def before_a_password_is_set(view: View) -> View:
    """Mark a view that works while the default password must still be replaced."""
    view.before_a_password_is_set = True  # type: ignore[attr-defined] - a mark on a function
    return view


def takes_large_body(refused: Callable[[Refusal], AnyResponse]) -> Callable[[View], View]:
    """Mark the view of the upload: multipart only, as large as the settings allow.

    `refused` answers, with the form once more, somebody who may upload and whose body is not one to read.
    """

    def mark(view: View) -> View:
        view.takes_large_body = refused  # type: ignore[attr-defined] - a mark on a function
        return view

    return mark


def install(app: Flask) -> None:
    """Put the gate before every request of this app."""
    app.before_request(_check_host)
    app.before_request(_check)


def _check_host() -> Response | None:
    host = request_ctx.request.environ.get("HTTP_HOST", "")
    # What is remembered must not grow with what strangers send.
    if len(host) <= LONGEST_HOST and host_is_ours(host, house().settings.public_url):
        return None
    # Plain text, without a single address in it: nothing made from a Host that is not ours.
    log.warning("host_refused", host=host[:200])
    # In the browser's language, as nobody is asked who this is.
    sentence = said(say("This server does not answer to that host name."), languages().of(None, asked_for()))
    return Response(f"{sentence}\n", 400, mimetype="text/plain", headers={"Vary": "Accept-Language"})


def _check() -> AnyResponse | None:
    asked = request_ctx.request  # itself: `request` looks it up anew for each of its attributes
    view = current_app.view_functions.get(asked.endpoint or "")
    settings = house().settings
    try:
        return _judge(asked, view, settings)
    except (TooLarge, WrongBodyType, BadForm) as refusal:
        if (show := getattr(view, "takes_large_body", None)) and _may_use(view, settings):
            return show(refusal)
        raise


def _judge(asked: Request, view: object, settings: Settings) -> None:
    large = hasattr(view, "takes_large_body")
    asked.max_content_length = most = settings.max_request_bytes if large else SMALL_BODY
    asked.max_form_memory_size = FORM_MEMORY
    asked.max_form_parts = max(1000, settings.max_files + 20) if not large else settings.max_files + 20
    if (asked.content_length or 0) > most:
        raise TooLarge(_too_large(settings) if large else say("That is more than a form of this page may send."))
    if view is None or asked.routing_exception is not None:
        return  # a 404 or 405 for everybody
    if not hasattr(view, "open_to"):
        _check_signed_in(view, settings)
    if asked.method == "POST":
        if large:
            cast(StrictRequest, asked).parcel = Parcel(settings.spool, settings.max_file_bytes)
        _check_form(large)
    _check_characters(asked, large)


def _check_signed_in(view: object, settings: Settings) -> None:
    if not current_user.is_authenticated:
        raise SignInNeeded(say("Sign in first."))
    if settings.exposed and current_user.must_change and not hasattr(view, "before_a_password_is_set"):
        raise PasswordFirst(say("This server can be reached by others. Set a password of your own first."))


def _may_use(view: object, settings: Settings) -> bool:
    try:
        _check_signed_in(view, settings)
    except (SignInNeeded, PasswordFirst):
        return False
    return True


def _check_form(large: bool) -> None:
    allowed = {"multipart/form-data"} if large else _FORMS
    # A POST without a body (a program that revokes a link) has no type.
    if request.mimetype not in allowed and (large or request.mimetype or request.content_length):
        raise WrongBodyType(say("Send %(types)s.", types=Listing(sorted(allowed), "or")))
    try:
        request.form  # noqa: B018 - parsed here, where it is known who sends it
    except ValueError as error:
        raise BadForm(
            say(
                "The form arrived incomplete, or a field in it is not Unicode. Nothing was kept: load the page anew "
                "and send it again."
            )
        ) from error
    try:
        _check_origin()
        csrf.protect()
    except CSRFError as error:
        log.warning("csrf_refused", reason=str(error.description), endpoint=request.endpoint)
        raise CsrfMissing(
            say(
                "This form was open for too long, or came from elsewhere. Go back, load the page anew and send it "
                "again."
            )
        ) from error


def _check_origin() -> None:
    """Raises CSRFError for a form on another site's page. A program names no page, and is judged by its token alone."""
    page = request.headers.get("Origin") or request.referrer
    if page is None:
        return
    ours = {request.host.lower(), (house().settings.public_url or "").partition("://")[2].lower()} - {""}
    named = _ORIGIN.match(page)
    if named is None or named["host"].lower() not in ours:
        raise CSRFError("The form is on a page of another site.")


def _check_characters(asked: Request, large: bool) -> None:
    # PostgreSQL keeps no NUL in a text and fails on one, even in a question. A picture's name is cleaned of it instead.
    if "\0" in asked.path:
        raise NotFound
    if asked.method == "GET" and not asked.query_string:
        return
    sent = asked.args if large else asked.values
    if any("\0" in value for _, value in sent.items(multi=True)):
        raise BadForm(say("One of the fields holds a character that cannot be kept. Type it again."))


@lru_cache(maxsize=1024)
def host_is_ours(host: str, public_url: str | None) -> bool:
    """Whether this Host header names this server. Only PUBLIC_URL opens it to a name beyond loopback.

    Without a PUBLIC_URL private and loopback addresses written as numbers are ours too: they cannot be made to point
    elsewhere by whoever runs a name server.
    """
    match = _HOST.fullmatch(host)
    if match is None or int(match["port"] or 0) > 65_535:
        return False
    name = match["name"].lower()
    if name in _LOOPBACK:
        return True
    if public_url is not None:
        return host.lower() == public_url.partition("://")[2].lower()
    return name == "0.0.0.0" or _is_private(name)  # noqa: S104 - compared, not bound to


def _is_private(name: str) -> bool:
    try:
        return ipaddress.ip_address(name.strip("[]")).is_private
    except ValueError:
        return False


def signed_in_within(age: timedelta) -> bool:
    """Whether the current sign-in is younger than this."""
    return current_user.is_authenticated and house().clock() - current_user.signed_in_at < age


def _too_large(settings: Settings) -> Sentence:
    return say(
        "One upload may hold up to %(all)s MB and %(count)s files of up to %(each)s MB. Send fewer or smaller ones.",
        all=settings.max_request_bytes / 1_000_000,
        count=settings.max_files,
        each=settings.max_file_bytes / 1_000_000,
    )
