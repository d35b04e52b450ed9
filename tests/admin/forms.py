"""Pages of the dashboard as a browser without script reads them: the fields of the form, and the words."""

from html.parser import HTMLParser

import requests

Fields = dict[str, list[str]]


class _Reader(HTMLParser):
    """Collects what the form with `method="post"` inside <main> would send, and all words of <main>."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: Fields = {}
        self.words: list[str] = []
        self._in_main = self._in_form = False
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "main":
            self._in_main = True
        elif tag == "form" and self._in_main:
            self._in_form = given.get("method") == "post"
        elif tag == "select":
            self._select = given.get("name") or ""
        elif tag == "option" and self._in_form:
            # The first one is chosen as long as no other says that it is.
            if "selected" in given or self._select not in self.fields:
                self.fields[self._select] = [given.get("value") or ""]
        elif tag == "input" and self._in_form:
            self._take(given)

    def _take(self, given: dict[str, str | None]) -> None:
        if given.get("type") == "checkbox" and "checked" not in given:
            return
        self.fields.setdefault(given.get("name") or "", []).append(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self._in_main = False
        if tag == "form":
            self._in_form = False

    def handle_data(self, data: str) -> None:
        if self._in_main:
            self.words.append(data)


def _read(response: requests.Response) -> _Reader:
    reader = _Reader()
    reader.feed(response.text)
    return reader


def fields(response: requests.Response) -> Fields:
    """What the page's form sends as it stands, the CSRF token apart."""
    found = _read(response).fields
    found.pop("csrf_token", None)
    return found


def words(response: requests.Response) -> str:
    """What a person reads in the page's main part, with single blanks."""
    return " ".join(" ".join(_read(response).words).split())
