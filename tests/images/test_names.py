"""A file's name is something to show: it leads nowhere on the disk, breaks no page and no header."""

import re
from urllib.parse import urlsplit

import pytest
from markupsafe import escape
from werkzeug.http import parse_options_header

from imageapp.storage.disk import MARKER
from tests.images.sending import body, file_part, part, send, words
from tests.imaging.files import black_png
from tests.site import JSON, Client, Site

SOUND = black_png(40, 20)

# What stands in the header, byte for byte, and what the picture is called.
NAMES = {
    b"../../etc/passwd": "passwd",
    rb"..\\..\\boot.png": "boot.png",
    b"C:/photos/cat.png": "cat.png",
    b"nul\x00l.png": "null.png",
    "gpj.\u202eexe.png".encode(): "gpj.exe.png",
    b"x" * 8_000 + b".png": "..." + "x" * 43 + ".png",
    b"": "image",
    b".png": ".png",
    b"..": "..",
    b"con": "con",
    b"%2e%2e%2f": "%2e%2e%2f",
    b"a%0d%0aSet-Cookie: a=b.png": "a%0d%0aSet-Cookie: a=b.png",
    rb"say \"cheese\".png": 'say "cheese".png',
    b"it's; filename=x.png": "it's; filename=x.png",
    b"<img src=x onerror=alert(1)>": "<img src=x onerror=alert(1)>",
    b"{{7*7}}${7*7}.png": "{{7*7}}${7*7}.png",
    "Ünïcøde 图 😀.png".encode(): "Ünïcøde 图 😀.png",
    b"twice.png": "twice.png",
    # Bytes that are no UTF-8: of an old system's name what can be read stays, and of one without anything nothing does.
    b"caf\xe9 noir.png": "caf noir.png",
    b"\xff\xfe\xed\xa0\x80": "image",
}


@pytest.fixture
def mallory(site: Site) -> Client:
    """Somebody who has sent a sound picture under each of the odd names, all in one form."""
    client = site.member("Enterprise")
    answer = send(client, body(*(file_part(name, SOUND) for name in NAMES)), as_json=True)
    assert answer.status_code == 201, answer.text
    assert answer.json()["refused"] == []
    assert [image["name"] for image in answer.json()["images"]] == list(NAMES.values())
    return client


def test_mallory_gives_odd_names_and_every_page_shows_them_as_text(mallory: Client) -> None:
    """Escaped, cut and without invisible characters: on the page of the outcome, in the gallery and on each page."""
    pictures = mallory.get("/images", headers=JSON).json()["images"]

    outcome = mallory.get("/images/uploaded", params={"id": [one["id"] for one in pictures]})
    gallery = mallory.get("/images")
    pages = {one["name"]: mallory.get(f"/images/{one['id']}").text for one in pictures}

    assert pages.keys() == set(NAMES.values())
    for name, page in pages.items():
        shown = escape(name)
        assert f">{shown}<" in outcome.text
        assert f">{shown}<" in gallery.text
        assert f"<h1>{shown}</h1>" in page
    for text in (outcome.text, gallery.text, *pages.values()):
        assert "<img src=x" not in text
        assert not re.search("[\u202a-\u202e\x00]", text)


def test_a_browser_reads_the_same_names_from_the_headers_of_the_files(mallory: Client) -> None:
    """Content-Disposition says the name, with the ending of the true type, in ASCII and without a second header."""
    for picture in mallory.get("/images", headers=JSON).json()["images"]:
        served = mallory.get(picture["links"]["original"])

        header, name = served.headers["Content-Disposition"], picture["name"]
        assert header.isascii(), header
        assert header.isprintable()
        kind, given = parse_options_header(header)
        assert kind == "inline"
        assert given["filename"] == (name if name.endswith(".png") else f"{name}.png")
        assert served.content == SOUND
        assert "Set-Cookie" not in served.headers


def test_no_name_reaches_the_disk(site: Site, mallory: Client) -> None:
    """Bytes lie under random keys in the folder of pictures, and nowhere else."""
    assert mallory.get("/images", headers=JSON).json()["images"]

    stored = {str(path.relative_to(site.settings.pictures)) for path in site.settings.pictures.rglob("*.*")}

    assert stored == {MARKER}
    assert all(re.fullmatch("[0-9a-f]{32}", name) for name in site.files())


def test_alice_sends_two_pictures_of_one_name_and_has_both(site: Site) -> None:
    """A name is no key: each has its own address and its own bytes."""
    alice = site.member("Enterprise")
    other = black_png(30, 10)

    answer = send(alice, body(file_part(b"same.png", SOUND), file_part(b"same.png", other)), as_json=True)

    first, second = answer.json()["images"]
    assert (first["name"], second["name"]) == ("same.png", "same.png")
    assert urlsplit(first["links"]["self"]).path != urlsplit(second["links"]["self"]).path
    assert alice.get(first["links"]["original"]).content == SOUND
    assert alice.get(second["links"]["original"]).content == other


def test_a_name_in_the_encoded_form_of_mail_cannot_add_a_header(site: Site) -> None:
    """`filename*` may carry real line breaks; they are gone before the name is kept."""
    mallory = site.member("Enterprise")
    head = b"name=\"files\"; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20a%3Db%00%E2%80%AE.png"

    answer = send(mallory, body(part(head, SOUND)), as_json=True)

    [picture] = answer.json()["images"]
    assert picture["name"] == "aSet-Cookie: a=b.png"
    served = mallory.get(picture["links"]["original"])
    assert "Set-Cookie" not in served.headers
    assert parse_options_header(served.headers["Content-Disposition"])[1] == {"filename": picture["name"]}


def test_a_percent_encoded_name_that_is_not_unicode_keeps_what_can_be_read(site: Site) -> None:
    """The bytes that mean nothing are left out, and no mark takes their place."""
    mallory = site.member("Basic")

    answer = send(mallory, body(part(b"name=\"files\"; filename*=UTF-8''caf%E9%20noir.png", SOUND)), as_json=True)

    assert [picture["name"] for picture in answer.json()["images"]] == ["caf noir.png"]


@pytest.mark.parametrize(
    "field", [part(b'name="name"', b"caf\xe9"), part(b'name="caf\xe9"', b"noir")], ids=["value", "name"]
)
def test_mallory_fills_a_field_with_bytes_that_are_no_text_and_is_told_so(site: Site, field: bytes) -> None:
    """Only a file's name may be anything. No browser sends such a field, and nothing of its form is kept."""
    mallory = site.member("Basic")

    page = send(mallory, body(field, file_part(b"sound.png", SOUND)))

    assert page.status_code == 400
    assert "a field in it is not Unicode. Nothing was kept: load the page anew and send it again." in words(page)
    assert mallory.get("/images", headers=JSON).json()["images"] == []
    assert send(mallory, body(file_part(b"sound.png", SOUND))).status_code == 303
