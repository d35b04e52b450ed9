"""Static files under addresses that change with their content, so that a browser may keep them for a year."""

import gzip
import hashlib
import re
from collections.abc import Callable, Mapping
from functools import cache
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, url_for
from flask.globals import request_ctx
from jinja2.runtime import Macro

from imageapp.gate import public
from imageapp.speaking import language
from imageapp.squeezing import takes_gzip

A_YEAR = 31_536_000
# What gzip takes two thirds of. The font is squeezed already.
TEXTS = {".css", ".js", ".svg"}
# They are for who reads the sources, and an eighth of what would travel. In scripts those that stand alone on a line,
# or behind a sign; none of our texts holds what looks like one. What begins with ! names a licence and stays.
_COMMENTS = {
    ".js": re.compile(rb"^ *(?://.*\n|/\*\*[^!](?:.|\n)*?\*/\n)|(?<=[;{,]) +// .*$", re.MULTILINE),
    ".css": re.compile(rb"/\*[^!].*?\*/\n?", re.DOTALL),
}
# So is how lines are indented; none of our texts goes over the end of a line. Scripts of others are left as they are.
_INDENTS = re.compile(rb"\n\s+")
# And in style sheets what stands around signs, and the last semicolon of a rule; none of our texts there holds one of
# these signs before a blank.
_AROUND_SIGNS = re.compile(rb";?\s*(})\s*|\s*([{;,>])\s*|(?<=:)\s+")
# And in scripts the ends of lines after signs that end no statement, or end it by themselves.
_LINE_ENDS = re.compile(rb"(?<=[;{,(\[])\n")
_VENDORED = "static/vendor/*/*.js"
# The macros that every page has at hand. Given to them, as an `import` goes through all globals for each page.
MACROS = {"ui": "_macros.html", "shell": "_shell.html"}
# Where a script names another one that it needs.
_NEEDED = re.compile(rb"(?<= from '\./)([\w-]+\.js)(?=';)")


@cache
def _content(path: Path) -> bytes:
    """What is sent of the file: all but its comments, indents, and in scripts ends of lines that say nothing.

    The scripts that a script needs are named in it by addresses that change with them.
    """
    content = path.read_bytes()
    if path.suffix in _COMMENTS:
        content = _COMMENTS[path.suffix].sub(b"", content)
    if path.suffix in _COMMENTS and not path.match(_VENDORED):
        content = _INDENTS.sub(b"\n", content)
        content = _AROUND_SIGNS.sub(rb"\1\2", content) if path.suffix == ".css" else _LINE_ENDS.sub(b"", content)
    if path.suffix != ".js":
        return content

    def named(script: re.Match[bytes]) -> bytes:
        return script[1] + b"?v=" + _fingerprint(path.with_name(script[1].decode())).encode()

    return _NEEDED.sub(named, content)


@cache
def _fingerprint(path: Path) -> str:
    """The first 12 digits of the content's SHA-256. Files change only with a new version of the app."""
    return hashlib.sha256(_content(path)).hexdigest()[:12]


@cache
def _squeezed(path: Path) -> bytes:
    """The content as gzip makes it, once for each process. Without a date in it, so that all of them give the same."""
    return gzip.compress(_content(path), 9, mtime=0)


def _static(app: Flask, texts: Mapping[str, Path]) -> Callable[[str], Response]:
    """The view of static files: a text is squeezed for a browser that takes it so, and asks for the whole of it."""

    def static(filename: str) -> Response:
        path = texts.get(filename)
        if path is None:
            return app.send_static_file(filename)
        squeezed = takes_gzip(request.environ) and "Range" not in request.headers
        content = _squeezed(path) if squeezed else _content(path)
        response = app.response_class(content)
        response.headers["Content-Type"] = f"{guess_type(path.name)[0]}; charset=utf-8"
        if squeezed:
            response.headers["Content-Encoding"] = "gzip"
        # Strong, and another one for each form: their bytes differ.
        response.set_etag(_fingerprint(path) + ("-gzip" if squeezed else ""))
        response.make_conditional(request, accept_ranges=not squeezed, complete_length=len(content))
        return response

    return static


def _keeping(files: Mapping[str, Path]) -> Callable[[Response], Response]:
    """What tells browsers and caches how long they may keep a static file."""

    def keep(response: Response) -> Response:
        if request.endpoint != "static" or response.status_code not in {200, 206, 304}:
            return response
        path = files.get((request.view_args or {}).get("filename", ""))
        # Only under its own address: while one version of the app takes the place of another, a page of the one may ask
        # the other, and what that has must not be kept for it.
        lasts = path is not None and request.args.get("v") == _fingerprint(path)
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if lasts else "no-cache"
        # The same for everybody: whoever asks must not split a cache, but by what their browser unpacks.
        response.headers.pop("Vary", None)
        if path is not None and path.suffix in TEXTS:
            response.headers["Vary"] = "Accept-Encoding"
        return response

    return keep


def install(app: Flask) -> None:
    """Give templates `asset(name)`, `page(endpoint, …)` and `once(macro, …)`; serve static files, squeezed where that
    helps; let browsers keep what an asset's address gave them.

    All are the same on every page of a language, and `url_for` takes longer than all the rest of a line: each is made
    once.
    """
    folder = Path(app.static_folder or "")
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    texts = {name: path for name, path in files.items() if path.suffix in TEXTS}
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

    app.jinja_env.globals.update(asset=asset, page=page, once=once)
    app.context_processor(lambda: {name: app.jinja_env.get_template(file).module for name, file in MACROS.items()})
    app.after_request(_keeping(files))
    app.view_functions["static"] = public(_static(app, texts))
