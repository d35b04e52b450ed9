"""Flask as this app uses it: what every request would pay for and none needs is left out."""

from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, Response
from werkzeug.datastructures import Headers

from imageapp.receiving import StrictRequest


class Answer(Response):
    """An answer whose headers are not written a second time where they are whole already."""

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        """The headers for the server. Addresses, empty answers and lengths that are missing are Werkzeug's to mend."""
        whole = "Content-Length" in self.headers and "Location" not in self.headers
        return self.headers if whole and self.status_code == 200 else super().get_wsgi_headers(environ)


class Application(Flask):
    """An app none of whose views is a coroutine, with a way around Flask for requests that have one.

    `short_way` gives the answer to a request (WSGI's environ, PEP 3333), or None where Flask is to find it.
    """

    request_class = StrictRequest
    response_class = Answer
    short_way: Callable[[WSGIEnvironment], Response | None] | None = None

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        answer = self.short_way(environ) if self.short_way else None
        return answer(environ, start_response) if answer else super().wsgi_app(environ, start_response)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself. Flask's own looks for coroutines, eleven times a request."""
        return func
