"""Reads a page as a browser does, and finds what text in it has become that should have stayed text."""

from html.parser import HTMLParser

# A word that no page of ours holds: whatever a hostile text makes carries it.
MARK = "zqxj"
ATTACKS = {
    "element": f"\"'><img src=x onerror={MARK}(1)>",
    "handler": f"\" autofocus onfocus={MARK}() x='",
    "script": f"--></title><script>{MARK}(1)</script>",
    "template": "javascript:{{7*7191}}${7*7191}" + MARK,
}
PRODUCT = str(7 * 7191)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.words: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = [tag]
        for name, value in attrs:
            if name.startswith("on") or name == "style" or MARK in name:
                self.faults.append(f"<{tag} {name}={value}>")
            if name in {"href", "src", "action", "formaction"} and (value or "").lower().strip().startswith(
                "javascript:"
            ):
                self.faults.append(f"<{tag} {name}={value}>")
        if tag == "script" and "src" not in dict(attrs):
            self.faults.append("<script> with words of its own")
        if MARK in tag:
            self.faults.append(f"<{tag}>")
        if tag == "img" and dict(attrs).get("src") == "x":
            self.faults.append("<img src=x>")

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if MARK in data and self._inside[:1] == ["script"]:
            self.faults.append(data)

    def handle_comment(self, data: str) -> None:
        if MARK in data:
            self.faults.append(f"<!--{data}-->")

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the signature is the parser's
        self._inside = []


def faults(page: str) -> list[str]:
    """Elements, handlers, scripts and addresses that nobody here wrote, and templates that were worked out."""
    reader = _Page()
    reader.feed(page)
    return reader.faults + ([f"{PRODUCT} was worked out"] if PRODUCT in page else [])


def words(page: str) -> str:
    """What stands there to be read."""
    reader = _Page()
    reader.feed(page)
    return "".join(reader.words)
