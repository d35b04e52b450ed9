"""The SQL statements that each page runs, counted."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from benchmarks.photographs import photograph
from benchmarks.site import NAME, PASSWORD, prepared
from benchmarks.table import Row
from imageapp.extensions import db

JSON = {"Accept": "application/json"}
# Who asks is one statement of each page; bytes are judged and found in one.
PAGES = {
    "home": ("/", 2),
    "gallery": ("/images", 2),
    "a picture's page": ("/images/{image}", 4),  # the last one finds the pictures beside it
    "upload form": ("/images/upload", 1),
    "form of a link": ("/images/{image}/links/new", 2),
    "my links": ("/links", 2),
    "a link's page": ("/links/{link}", 2),
    "account": ("/account", 2),
    "thumbnail": ("/images/{image}/thumbnails/200", 1),
    "original": ("/images/{image}/original", 1),
    "expiring link": ("{address}", 1),
}


def rows() -> Iterator[Row]:
    """A row for each page. Both sides are numbers of statements; the other is what it should be."""
    with tempfile.TemporaryDirectory() as name:
        app, _ = prepared(Path(name) / "site")
        try:
            ask, places = _somebody(app, Path(name) / "photograph.jpg")
            for page, (path, allowed) in PAGES.items():
                count = _count(app, lambda path=path: ask(path.format(**places)))
                yield Row(f"SQL statements: {page}", str(count), str(allowed), count, allowed, "=")
        finally:
            app.extensions["house"].decoder.close()
            with app.app_context():
                db.engine.dispose()


def _somebody(app: Flask, file: Path) -> tuple[Callable[[str], None], dict[str, str]]:
    """What asks for a page as somebody with a picture and a link, and what the paths of their pages are made of."""
    browser = app.test_client()
    _post(browser, "/login", {"username": NAME, "password": PASSWORD})
    photograph(400, 300).jpegsave(str(file))
    with file.open("rb") as opened:
        image = _post(browser, "/images/upload", {"files": (opened, "photograph.jpg")})["images"][0]
    link = _post(browser, f"/images/{image['id']}/links/new", {"seconds": "300"})

    def ask(path: str) -> None:
        answer = browser.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        answer.close()

    address = "/" + str(link["url"]).split("/", 3)[3]
    return ask, {"image": image["id"], "link": link["id"], "address": address}


def _post(browser: FlaskClient, path: str, data: dict[str, Any]) -> dict[str, Any]:
    token = browser.get("/login", headers=JSON).get_json()["csrf_token"]
    answer = browser.post(path, data=data, headers={"X-CSRFToken": token, **JSON})
    if answer.status_code >= 400:
        raise RuntimeError(f"{path} answered {answer.status}")
    return answer.get_json()


def _count(app: Flask, ask: Callable[[], None]) -> int:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)
