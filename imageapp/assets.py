"""Static files under addresses that change with their content, so that a browser may keep them for a year."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, url_for

from imageapp.gate import public

A_YEAR = 31_536_000


@cache
def _fingerprint(path: Path) -> str:
    """The first 12 digits of the file's SHA-256. Files change only with a new version of the app."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def install(app: Flask) -> None:
    """Give templates `asset(name)`, and let browsers keep what they fetched by such an address."""
    folder = Path(app.static_folder or "")

    @cache
    def fingerprint(name: str) -> str:
        return _fingerprint(folder / name)

    def asset(name: str) -> str:
        return url_for("static", filename=name, v=fingerprint(name))

    def keep(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in {200, 206, 304}:
            named = "v" in request.args
            response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if named else "no-cache"
            # The same for everybody: whoever asks must not split a cache.
            response.headers.pop("Vary", None)
        return response

    app.jinja_env.globals["asset"] = asset
    app.after_request(keep)
    public(app.view_functions["static"])
