"""From what the app knows to what goes out: pages or JSON, refusals with their status, headers of every answer."""

import random
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import WSGIEnvironment

from flask import Flask, Response, g, make_response, redirect, render_template, request, url_for
from flask.globals import app_ctx, request_ctx
from flask_login import current_user
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Response as AnyResponse

from imageapp import logs, refusals
from imageapp.config import Settings
from imageapp.database import TOO_MANY_WRITE
from imageapp.house import house
from imageapp.looks import FAILED, FAILED_LOOK, LOOKS, Look, look_of_status
from imageapp.sentences import say
from imageapp.speaking import here
from imageapp.storage.store import Missing, StoreDown, StoreFull

log = logs.events(__name__)

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# A picture that is opened by itself may run and load nothing, whatever a browser takes it for.
BYTES_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"

LONGEST_ACCEPT = 1_000  # characters; what is remembered must not grow with what strangers send


def install(app: Flask, settings: Settings) -> None:
    """Translate every refusal and error of this app, and dress every answer."""
    app.before_request(_begin)
    app.register_error_handler(refusals.Refusal, _refuse)
    app.register_error_handler(HTTPException, _refuse_http)
    app.register_error_handler(Exception, _fail)
    app.register_error_handler(DBAPIError, _database_failed)
    app.register_error_handler(PoolTimeout, _database_failed)
    app.register_error_handler(StoreDown, _store_failed)
    app.register_error_handler(Missing, _store_failed)
    app.after_request(_finish(dressing(settings)))


def prefers_json(environ: WSGIEnvironment | None = None) -> bool:
    """Whether the asker of this request (by default the current one) wants JSON rather than a page. `*/*` is a page."""
    asked = request_ctx.request.environ if environ is None else environ
    return _prefers_json(asked.get("HTTP_ACCEPT", "")[:LONGEST_ACCEPT])


@lru_cache(maxsize=1024)
def _prefers_json(accept: str) -> bool:
    asked_for = parse_accept_header(accept, MIMEAccept)
    return asked_for.best_match(["text/html", "application/json"]) == "application/json"


def render(
    template: str,
    context: Mapping[str, Any],
    as_json: Callable[[], Mapping[str, Any]],
    status: int = 200,
) -> Response:
    """One answer in the form that was asked for: the template with its context, or what `as_json` gives."""
    if prefers_json():
        return make_response(dict(as_json()), status)
    return drawn(template, context, status)


def drawn(template: str, context: Mapping[str, Any], status: int = 200) -> Response:
    """A page. Where it refuses something it gives the number by which the log knows this request, as error pages do.

    That of a form in which something is to be corrected (400) does not: nobody needs to be asked about a slip.
    """
    number = g.get("request_id") if status > 400 else None
    return make_response(render_template(template, **{"number": number, **context}), status)


def status_of(refusal: refusals.Refusal) -> int:
    """The HTTP status of a refusal."""
    return LOOKS[type(refusal)].status


def error_json(refusal: refusals.Refusal) -> dict[str, str]:
    """A refusal as a program reads it."""
    return {"error": refusal.error, "message": here(refusal.message)}


def begin() -> str:
    """The id of a request that begins now, under which this thread logs from here on."""
    request_id = f"{random.getrandbits(64):016x}"  # tells requests apart, and opens nothing
    logs.request_id.set(request_id)
    return request_id


def _begin() -> None:
    here = app_ctx.g
    here.request_id = begin()
    here.started = time.perf_counter()


def _refuse(refusal: refusals.Refusal) -> AnyResponse:
    look = LOOKS[type(refusal)]
    log.info("refused", error=refusal.error, status=look.status, endpoint=request.endpoint)
    if isinstance(refusal, refusals.SignInNeeded) and not prefers_json():
        return redirect(_to_sign_in())
    return told_when(_error_answer(refusal.error, refusal.message, look), refusal)


def told_when(response: Response, refusal: refusals.Refusal | None) -> Response:
    """The answer, which says when another try is worth it if the refusal does."""
    if isinstance(refusal, refusals.Later):
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _to_sign_in() -> str:
    """The sign-in, and after it the page that was asked for, or the one with the form: that must be sent once more."""
    if request.method in {"GET", "HEAD"}:
        here = request.full_path.rstrip("?") if request.query_string else request.path
        return url_for("accounts.login", next=here)
    return url_for("accounts.login", next=_page_of_the_form(), unsent=1)


def _page_of_the_form() -> str | None:
    """The address on this site of the page that sent this form, as the browser says.

    Where that was the answer to a form before, at an address that only takes forms: the page above it.
    """
    try:
        page = urlsplit(request.referrer or "")
    except ValueError:
        return None
    if page.netloc != request.host:
        return None
    if _opens(page.path):
        return page.path + (f"?{page.query}" if page.query else "")
    above = page.path.rpartition("/")[0]
    return above if above and _opens(above) else None


def _opens(path: str) -> bool:
    """Whether a browser that goes to this address is shown something."""
    return request_ctx.url_adapter is not None and request_ctx.url_adapter.test(path, "GET")


def _error_answer(error: str, message: str, look: Look) -> Response:
    if prefers_json():
        return make_response({"error": error, "message": here(message)}, look.status)
    template = "gone.html" if look.status == 410 else "refusal.html"
    context = {
        "status": look.status,
        "heading": look.heading,
        "sentence": message,
        "icon": look.icon,
        "buttons": _ways_on(look.status),
        "number": g.get("request_id"),
    }
    return drawn(template, context, look.status)


def _ways_on(status: int) -> list[tuple[str, str, str]]:
    # Asked in any case: where nobody can say who this is, the template would be the first to ask, and fail.
    signed_in = _signed_in()
    if status >= 500 and request.method == "GET":
        return [("pri", say("Try again"), request.full_path.removesuffix("?"))]
    if not signed_in:
        return [("pri", say("Go to sign-in"), url_for("accounts.login"))]
    if status == 403 and current_user.must_change and house().settings.exposed:
        return [("pri", say("Set a password"), url_for("accounts.account"))]
    if request.path == url_for("images.upload"):
        return [
            ("pri", say("Back to upload"), url_for("images.upload")),
            ("sec", say("Gallery"), url_for("images.gallery")),
        ]
    if request.method == "POST" and status not in {403, 404, 405, 410} and (form := _page_of_the_form()):
        return [("pri", say("Back to the form"), form), ("sec", say("Home"), url_for("images.home"))]
    return [("pri", say("Open gallery"), url_for("images.gallery")), ("sec", say("Home"), url_for("images.home"))]


def _signed_in() -> bool:
    # An error page must not fail for the very reason that it tells about: a database that is away.
    try:
        return bool(current_user.is_authenticated)
    except SQLAlchemyError:
        return False


def _refuse_http(error: HTTPException) -> AnyResponse:
    status = error.code or 500
    if status < 400:  # a redirect that was raised
        return error.get_response()
    if status >= 500 and status != 503:
        return _fail(error)
    name, sentence, look = look_of_status(status)
    response = _error_answer(name, sentence, look)
    for header, value in error.get_headers():
        if header in {"Allow", "Retry-After", "Content-Range"}:
            response.headers[header] = value
    return response


def _fail(error: Exception) -> Response:
    log.exception("failed", kind=type(error).__name__, endpoint=request.endpoint)
    return _error_answer("internal", FAILED, FAILED_LOOK)


def passing_fault(error: Exception) -> refusals.Refusal | None:
    """What to say where the database is locked, asked for too much at once, or away, all of which pass.

    None where a statement is wrong, which is a fault of ours.
    """
    if not isinstance(error, OperationalError | PoolTimeout) and not getattr(error, "connection_invalidated", False):
        return None
    if any(word in str(error) for word in ("locked", "lock timeout", "deadlock")):
        return refusals.Busy(TOO_MANY_WRITE, 5)
    if any(word in str(error) for word in ("disk is full", "No space left on device", "Disk quota exceeded")):
        return refusals.NoRoom()
    return refusals.Unavailable(say("The database is not answering. Your pictures are safe; try again."), 10)


def _database_failed(error: Exception) -> AnyResponse:
    refusal = passing_fault(error)
    if refusal is None:
        return _fail(error)
    log.exception("database_unavailable", endpoint=request.endpoint)
    return _refuse(refusal)


def _store_failed(error: Exception) -> AnyResponse:
    log.error("storage_unavailable", kind=type(error).__name__, reason=str(error), endpoint=request.endpoint)
    if isinstance(error, StoreFull):
        return _refuse(refusals.NoRoom())
    return _refuse(
        refusals.Unavailable(
            say("The picture storage is not answering. Your pictures are safe; try again in a minute."), retry_after=30
        )
    )


def dressing(settings: Settings) -> Callable[[Response, str], None]:
    """What gives an answer to the request of this id the headers that every answer has."""
    usual = {
        "Content-Security-Policy": PAGE_POLICY,
        "X-Content-Type-Options": "nosniff",
        # With `no-referrer` browsers do not say which page a form is on, and the gate would refuse every one.
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }
    if settings.secure:
        usual["Strict-Transport-Security"] = "max-age=31536000"

    lowered = [(name.lower(), name, value) for name, value in usual.items()]

    def dress(response: Response, request_id: str) -> None:
        headers = response.headers
        given = {name.lower() for name, _ in headers}  # looked through once, not once for each
        for lower, name, value in lowered:
            if lower not in given:
                headers.add(name, value)
        headers.add("X-Request-Id", request_id)
        if "vary" not in given and response.mimetype in {"text/html", "application/json"}:
            headers.add("Vary", "Accept, Accept-Language, Cookie")

    return dress


def log_request(environ: WSGIEnvironment, route: str | None, response: Response, started: float | None) -> None:
    """Write down an answer. The route is its template, never the path: a path may hold the token of a link."""
    log.info(
        "request",
        method=environ["REQUEST_METHOD"],
        route=route,
        status=response.status_code,
        ms=round((time.perf_counter() - started) * 1000, 1) if started else None,
        bytes=response.content_length,
        address=environ.get("REMOTE_ADDR"),
    )


def _finish(dress: Callable[[Response, str], None]) -> Callable[[Response], Response]:
    def finish(response: Response) -> Response:
        here, asked = app_ctx.g, request_ctx.request
        dress(response, here.get("request_id", ""))
        log_request(asked.environ, asked.url_rule.rule if asked.url_rule else None, response, here.get("started"))
        return response

    return finish
