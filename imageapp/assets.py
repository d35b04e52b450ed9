"""Static files under addresses that change with their content, so that a browser may keep them for a year."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, url_for
from flask.globals import request_ctx
from jinja2.runtime import Macro

from imageapp.gate import public
from imageapp.speaking import language

A_YEAR = 31_536_000
# The macros that every page has at hand. Given to them, as an `import` goes through all globals for each page.
MACROS = {"ui": "_macros.html", "shell": "_shell.html"}


@cache
def _fingerprint(path: Path) -> str:
    """The first 12 digits of the file's SHA-256. Files change only with a new version of the app."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def install(app: Flask) -> None:
    """Give templates `asset(name)`, `page(endpoint, …)` and `once(macro, …)`; let browsers keep what an asset's address
    gave them.

    All are the same on every page of a language, and `url_for` takes longer than all the rest of a line: each is made
    once.
    """
    folder = Path(app.static_folder or "")
    made: dict[tuple[Any, ...], str] = {}

    def asset(name: str) -> str:
        key = (request_ctx.request.root_path, name)
        if key not in made:
            made[key] = url_for("static", filename=name, v=_fingerprint(folder / name))
        return made[key]

    def page(endpoint: str, **values: Any) -> str:  # noqa: ANN401 - whatever the route takes
        key = (request_ctx.request.root_path, endpoint, *values.items())
        if key not in made:
            made[key] = url_for(endpoint, **values)
        return made[key]

    def once(macro: Macro, *values: str | bool | None) -> str:
        """What the macro draws for these values in the language of the page. None is a word of a request."""
        key = (request_ctx.request.root_path, language().code, macro, *values)
        if key not in made:
            made[key] = macro(*values)
        return made[key]

    def keep(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in {200, 206, 304}:
            named = "v" in request.args
            response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if named else "no-cache"
            # The same for everybody: whoever asks must not split a cache.
            response.headers.pop("Vary", None)
        return response

    app.jinja_env.globals.update(asset=asset, page=page, once=once)
    app.context_processor(lambda: {name: app.jinja_env.get_template(file).module for name, file in MACROS.items()})
    app.after_request(keep)
    public(app.view_functions["static"])
