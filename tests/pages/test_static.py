"""Style sheets, scripts, drawings and the font on their way to a browser: small, kept for a year, and never stale."""

import gzip
import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.site import Site

STATIC = Path(__file__).parents[2] / "static"
FONT = "fonts/inter-latin-wght-normal.woff2"
SQUEEZES = {"Accept-Encoding": "gzip, deflate, br"}
AS_IT_IS = {"Accept-Encoding": "identity"}


def without_comments(sheet: str) -> str:
    """A style sheet as browsers get it: without indents, and blanks around signs, too."""
    sheet = re.sub(r"\n\s+", "\n", re.sub(r"/\*[^!].*?\*/\n?", "", sheet, flags=re.DOTALL))
    return re.sub(r";?\s*(})\s*|\s*([{;,>])\s*", r"\1\2", re.sub(r":\s+", ":", sheet))


def as_sent(site: Site, path: str) -> tuple[bytes, bytes]:
    """Head and body of the answer to a browser that takes gzip, as they travel."""
    asked = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
    head, _, body = site.talk(asked.encode()).partition(b"\r\n\r\n")
    return head, body


@pytest.mark.parametrize(
    ("name", "kind"), [("app.css", "text/css"), ("js/shell.js", "text/javascript"), ("icons.svg", "image/svg+xml")]
)
def test_browser_that_unpacks_gets_a_text_squeezed_and_whole(site: Site, name: str, kind: str) -> None:
    stranger = site.client()
    content = stranger.get(f"/static/{name}", headers=AS_IT_IS).content
    address = f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"

    answer = stranger.get(address, headers=SQUEEZES)

    assert answer.headers["Content-Encoding"] == "gzip"
    assert int(answer.headers["Content-Length"]) == len(gzip.compress(content, 9)) < len(content)
    assert answer.headers["Content-Type"] == f"{kind}; charset=utf-8"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.content == content


@pytest.mark.parametrize("asked", ["app.css?v=000000000000", "app.css?v=", "app.css", "./app.css?v=1", f"{FONT}?v=1"])
def test_file_that_is_asked_for_under_another_versions_address_is_not_kept_for_it(site: Site, asked: str) -> None:
    """While a new version is rolled out, a page of it may ask a machine that still has the old one."""
    answer = site.client().get(f"/static/{asked}", headers=SQUEEZES)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("accepted", ["identity", "br", "gzip;q=0, *;q=0.5", ""])
def test_program_that_does_not_unpack_gets_the_file_as_it_lies(site: Site, accepted: str) -> None:
    answer = site.client().get("/static/app.css", headers={"Accept-Encoding": accepted})

    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.content == without_comments((STATIC / "app.css").read_text(encoding="utf-8")).encode()


def test_the_two_forms_of_a_file_are_told_apart_and_asked_for_anew_by_their_tags(site: Site) -> None:
    stranger = site.client()
    tags = [stranger.get("/static/app.css", headers=form).headers["ETag"] for form in (SQUEEZES, AS_IT_IS)]

    unchanged = stranger.get("/static/app.css", headers={**SQUEEZES, "If-None-Match": tags[0]})
    other_form = stranger.get("/static/app.css", headers={**SQUEEZES, "If-None-Match": tags[1]})
    head = stranger.head("/static/app.css", headers=SQUEEZES)

    assert len(set(tags)) == 2
    assert not [tag for tag in tags if tag.startswith("W/")]
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged.headers["Vary"] == "Accept-Encoding"
    assert other_form.status_code == 200
    assert (head.headers["ETag"], head.headers["Content-Encoding"]) == (tags[0], "gzip")


def test_every_web_process_squeezes_to_the_same_bytes(site: Site, start_site: Callable[..., Site]) -> None:
    """A browser may ask one process now and another one next time."""
    other = start_site()

    (head, ours), (_, theirs) = (as_sent(one, "/static/app.css") for one in (site, other))

    assert b"Content-Encoding: gzip" in head
    assert ours == theirs
    assert b".toast{" in gzip.decompress(ours)


def test_part_of_a_file_is_a_part_of_it_as_it_lies(site: Site) -> None:
    stranger = site.client()

    answer = stranger.get("/static/app.css", headers={**SQUEEZES, "Range": "bytes=0-9"})

    assert answer.status_code == 206
    assert "Content-Encoding" not in answer.headers
    assert answer.content == stranger.get("/static/app.css").content[:10]


def test_comments_stay_with_the_sources_and_licences_with_what_they_are_for(site: Site) -> None:
    stranger = site.client()
    names = [path.relative_to(STATIC) for kind in ("css", "js") for path in STATIC.rglob(f"*.{kind}")]

    served = {str(name): stranger.get(f"/static/{name}").text for name in names}

    assert [name for name, text in served.items() if re.search(r"^ *(//|/\*[^!])", text, re.MULTILINE)] == []
    assert "/*!" in served["vendor/photoswipe/photoswipe.esm.min.js"]
    assert "MIT" in stranger.get("/static/vendor/photoswipe/LICENSE").text


def test_no_text_in_a_script_goes_over_the_end_of_a_line() -> None:
    """What is indented in it would be taken out."""
    lines = [line for path in (STATIC / "js").glob("*.js") for line in path.read_text(encoding="utf-8").splitlines()]

    assert [line for line in lines if line.count("`") % 2] == []


def test_what_looks_like_a_comment_in_a_script_is_one(site: Site) -> None:
    """It is taken out, and with it the end of its line: it must stand behind a sign, outside of every text."""
    scripts = {path: path.read_text(encoding="utf-8") for path in (STATIC / "js").glob("*.js")}
    lines = [line for text in scripts.values() for line in text.splitlines() if re.search(r"\S +// ", line)]
    before = [line.partition(" // ")[0] for line in lines]
    stranger = site.client()

    sent = [stranger.get(f"/static/js/{path.name}").text for path in scripts]

    assert len(lines) > 10
    assert [text for text in before if text.rstrip()[-1] not in ";{,"] == []
    assert [text for text in before if any(text.count(quote) % 2 for quote in "'\"`")] == []
    assert [text for text in sent if " // " in text] == []


def test_no_text_in_a_style_sheet_has_a_blank_beside_a_sign() -> None:
    """It would be taken out."""
    sheets = "".join(path.read_text(encoding="utf-8") for path in STATIC.glob("*.css"))
    texts = re.findall(r'"[^"\n]*"|\'[^\'\n]*\'', re.sub(r"/\*.*?\*/", "", sheets, flags=re.DOTALL))

    assert len(texts) > 20
    assert [text for text in texts if re.search(r"\s[{};,>]|[{};,:>]\s|;}", text)] == []


def test_font_is_not_squeezed_twice(site: Site) -> None:
    answer = site.client().get(f"/static/{FONT}?v=1", headers=SQUEEZES)

    assert "Content-Encoding" not in answer.headers
    assert "Vary" not in answer.headers
    assert answer.content == (STATIC / FONT).read_bytes()


def test_a_script_is_kept_for_a_year_under_the_address_that_another_one_needs_it_by(site: Site) -> None:
    """Found through what the page names, each address changes with the script, and with whatever that one needs."""
    alice = site.member("Enterprise")
    page = alice.get("/images/upload").text
    named = set(re.findall(r'(?:rel="modulepreload" href|src)="(/static/js/(?:upload-|shell)[^"]+)"', page))
    found, left = set[str](), re.findall(r'src="(/static/js/upload\.js[^"]+)"', page)

    while left:
        script = alice.get(address := left.pop())
        digest = hashlib.sha256(script.content).hexdigest()[:12]
        assert (script.status_code, address.partition("?v=")[2]) == (200, digest)
        assert script.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        imports = re.findall(r"(?:^|;)import [^;]* from '\./([^']+)'", script.text, re.MULTILINE)
        needed = {f"/static/js/{name}" for name in imports}
        left += needed - found
        found |= needed

    assert len(found) > 8
    assert found == named


@pytest.mark.parametrize("path", ["../wsgi.py", "..%2fwsgi.py", "js", "js/", "no.css", "js/../app.css%00"])
def test_nothing_beside_the_static_files_is_served(site: Site, path: str) -> None:
    head, _ = as_sent(site, f"/static/{path}")

    assert head.startswith(b"HTTP/1.1 404")


def test_every_address_of_a_static_file_changes_with_the_file(site: Site) -> None:
    """In the pages, and in the style sheets, which name the fonts."""
    alice = site.member("Enterprise")
    paths = ("/", "/images", "/images/upload", "/links", "/account", "/trash")
    pages = {
        tongue: "".join(alice.get(path, headers={"Accept-Language": tongue}).text for path in paths)
        for tongue in ("en", "pl")
    }
    sheets = [path.read_text(encoding="utf-8") for path in STATIC.rglob("*.css")]

    named = {tongue: set(re.findall(r'"(/static/[^"#]+)', page)) for tongue, page in pages.items()}
    fonts = {f"/static/{address}" for sheet in sheets for address in re.findall(r'url\("(fonts/[^"]+)"', sheet)}
    preloaded = {tongue: {one for one in addresses if "/fonts/" in one} for tongue, addresses in named.items()}

    assert len(named["en"]) > 10
    assert not [one for one in named["en"] | named["pl"] if not re.search(r"\?v=[0-9a-f]{12}$", one)]
    # Polish has letters that are in a font of their own.
    assert preloaded["pl"] == fonts
    assert [FONT in one for one in preloaded["en"]] == [True]
    assert preloaded["en"] < fonts
