"""Addresses as others are to use them."""

from typing import Any
from wsgiref.types import WSGIEnvironment

from flask import request, url_for
from werkzeug.wsgi import get_host

from imageapp.house import house
from imageapp.identifiers import is_id


def root() -> str:
    """This server's own address without a slash at the end: PUBLIC_URL, else the host that was asked for.

    The gate has judged that host, so a forged one makes no link.
    """
    return root_of(request.environ, house().settings.public_url)


def root_of(environ: WSGIEnvironment, public_url: str | None) -> str:
    """The same for a request of which nothing is known but this (PEP 3333)."""
    return public_url or f"{environ['wsgi.url_scheme']}://{get_host(environ)}"


def absolute(endpoint: str, **values: Any) -> str:  # noqa: ANN401 - whatever the route takes
    """The absolute address of a page."""
    return root() + url_for(endpoint, **values)


def row_to_go_on_with() -> str | None:
    """The fragment of the row beside the one that a form did something to, as the form says; None where it does not.

    Who goes there goes on from it, by keys as well.
    """
    then = request.form.get("then", "")
    return f"row-{then}" if is_id(then) else None
