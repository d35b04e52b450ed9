"""Addresses as others are to use them."""

from typing import Any

from flask import request, url_for

from imageapp.house import house


def root() -> str:
    """This server's own address without a slash at the end: PUBLIC_URL, else the host that was asked for.

    The gate has judged that host, so a forged one makes no link.
    """
    return house().settings.public_url or f"{request.scheme}://{request.host}"


def absolute(endpoint: str, **values: Any) -> str:  # noqa: ANN401 - whatever the route takes
    """The absolute address of a page."""
    return root() + url_for(endpoint, **values)
