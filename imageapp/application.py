"""Flask as this app uses it: what every request would pay for and none needs is left out."""

from collections.abc import Callable
from typing import Any
from wsgiref.types import WSGIEnvironment

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
    """An app none of whose views is a coroutine."""

    request_class = StrictRequest
    response_class = Answer

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself. Flask's own looks for coroutines, eleven times a request."""
        return func
