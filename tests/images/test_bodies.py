"""Bodies that are too large, of the wrong kind or broken are refused early, cheaply and in words."""

import re
import time
from collections.abc import Callable
from html import unescape

import pytest
import requests

from tests.images.sending import MULTIPART, body, file_part, part, send, words
from tests.imaging.files import black_png
from tests.site import JSON, Client, Site

SOUND = black_png(40, 20)
URLENCODED = "application/x-www-form-urlencoded"
# To read such a body as a form takes seven seconds and more; to refuse it unread, a trip over loopback.
UNREAD_SECONDS = 5.0


def _has_form_again(page: requests.Response, sentence: str) -> bool:
    """Whether it is the page of the upload, with this sentence where the form tells what was wrong."""
    told = re.search(r'<div id="files-note">([^<]*)</div>', page.text)
    return bool(told) and sentence in unescape(told[1]) and 'enctype="multipart/form-data"' in page.text


def _still_welcome(client: Client) -> bool:
    """Whether the same sign-in still gets a picture kept."""
    return send(client, body(file_part(b"next.png", SOUND)), as_json=True).status_code == 201


def _kept(client: Client) -> int:
    return len(client.get("/images", headers=JSON).json()["images"])


def test_mallory_sends_a_flood_of_fields_to_the_sign_in_and_it_is_not_read(site: Site) -> None:
    """28 MB of `a=1` cost a trip, not seconds of parsing, and somebody else signs in meanwhile."""
    flood = b"&".join([b"a=1"] * 7_000_000)
    mallory = site.client()

    start = time.monotonic()
    refused = mallory.post("/login", data=flood, headers={"Content-Type": URLENCODED})
    took = time.monotonic() - start

    assert refused.status_code == 413
    assert "That is more than a form of this page may send." in words(refused)
    assert took < UNREAD_SECONDS
    assert site.member("Basic").get("/images").status_code == 200


def test_alice_sends_the_upload_as_another_kind_of_body_and_is_told_which_it_takes(site: Site) -> None:
    """Only multipart carries files; a flood of fields, JSON and no type at all are refused unread."""
    alice = site.member("Basic")
    flood = b"&".join([b"a=1"] * 7_000_000)

    start = time.monotonic()
    refused = [
        send(alice, flood, content_type=URLENCODED),
        send(alice, b'{"files": []}', content_type="application/json"),
        send(alice, SOUND, content_type="image/png"),
        send(alice, b"", content_type=""),
    ]
    took = time.monotonic() - start

    for page in refused:
        assert page.status_code == 415
        assert _has_form_again(page, "Send multipart/form-data.")
    assert took < UNREAD_SECONDS
    assert _still_welcome(alice)


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        (body(*[part(b'name="a"', b"1")] * 1_100), 413, "More was sent than this form may hold. Send less."),
        (body(part(b'name="name"', b"x" * 600_000)), 413, "More was sent than this form may hold. Send less."),
        (body(part(b'name="files"; filename="' + b"x" * 20_000_000 + b'"', SOUND)), 413, "Send less."),
        (body(file_part(b"a.png", SOUND))[:-30], 400, "The form arrived incomplete"),
        (body(file_part(b"a.png", SOUND)).replace(b"frontier", b"elsewhere"), 400, "The form arrived incomplete"),
        (b"", 400, "The form arrived incomplete"),
    ],
    ids=["1100 parts", "field of 600 KB", "head of 20 MB", "cut off", "other boundary", "empty"],
)
def test_alice_sends_a_broken_form_and_is_told_so(site: Site, content: bytes, status: int, sentence: str) -> None:
    """Nothing of it is kept, never a failure of ours, and her next picture is."""
    alice = site.member("Basic")

    page = send(alice, content)

    assert page.status_code == status
    assert _has_form_again(page, sentence)
    assert _kept(alice) == 0
    assert _still_welcome(alice)


def test_a_form_without_a_boundary_is_refused_in_words(site: Site) -> None:
    """The type says multipart and not where the parts end."""
    alice = site.member("Basic")

    page = send(alice, body(file_part(b"a.png", SOUND)), content_type="multipart/form-data")

    assert page.status_code == 400
    assert _has_form_again(page, "The form arrived incomplete")
    assert _kept(alice) == 0


def test_alice_sends_more_than_one_upload_may_hold_and_reads_the_limits(start_site: Callable[..., Site]) -> None:
    """The form comes again and names all three limits; a program reads the same."""
    site = start_site(max_request_bytes=200_000, max_file_bytes=100_000, max_files=5)
    alice = site.member("Basic")

    page = send(alice, body(file_part(b"a.png", SOUND + bytes(250_000))))
    program = send(alice, body(file_part(b"a.png", SOUND + bytes(250_000))), as_json=True)

    sentence = "One upload may hold up to 0.2 MB and 5 files of up to 0.1 MB. Send fewer or smaller ones."
    assert page.status_code == program.status_code == 413
    assert _has_form_again(page, sentence)
    assert program.json() == {"error": "too_large", "message": sentence}
    assert _kept(alice) == 0
    assert _still_welcome(alice)


def test_alice_sends_the_form_that_came_again_and_her_picture_is_kept(site: Site) -> None:
    """It carries a token of her sign-in, as it was: nobody has to go back or load anything anew."""
    alice = site.member("Basic")

    again = send(alice, b"a=1", content_type=URLENCODED)
    token = re.search(r'name="csrf_token" value="([^"]+)"', again.text)
    assert token
    filled = body(part(b'name="csrf_token"', token[1].encode()), file_part(b"a.png", SOUND))
    kept = alice.post("/images/upload", data=filled, headers={"Content-Type": MULTIPART})

    assert "Set-Cookie" not in again.headers
    assert kept.status_code == 303
    assert _kept(alice) == 1


def test_a_stranger_sends_more_than_one_upload_may_hold_and_sees_no_form(start_site: Callable[..., Site]) -> None:
    """The form is for those who may upload; others are told the limits and where to sign in."""
    site = start_site(max_request_bytes=200_000, max_file_bytes=100_000)

    page = site.client().post("/images/upload", data=bytes(250_000), headers={"Content-Type": MULTIPART})

    assert page.status_code == 413
    assert "One upload may hold up to 0.2 MB" in words(page)
    assert "<form" not in page.text
    assert 'href="/login"' in page.text


def _is_sent_to_sign_in(answer: requests.Response) -> bool:
    return answer.status_code == 302 and answer.headers["Location"] == "/login?unsent=1"


def test_a_stranger_uploads_and_nothing_of_it_is_read(site: Site) -> None:
    """Neither the parts, of which there are far too many, nor the type is looked at: each would be another refusal."""
    stranger = site.client()
    parts = body(*[part(b'name="files"; filename="a.png"', SOUND)] * 130_000)
    assert len(parts) > 20_000_000
    before = site.files()

    as_page = stranger.post("/images/upload", data=parts, headers={"Content-Type": MULTIPART})
    as_program = stranger.post("/images/upload", data=parts, headers={"Content-Type": MULTIPART, **JSON})
    of_another_type = stranger.post("/images/upload", data=b"a=1", headers={"Content-Type": URLENCODED})
    with_a_token = send(stranger, parts)

    assert _is_sent_to_sign_in(as_page)
    assert as_program.status_code == 401
    assert as_program.json() == {"error": "sign_in", "message": "Sign in first."}
    assert _is_sent_to_sign_in(of_another_type)
    assert _is_sent_to_sign_in(with_a_token)
    assert site.files() == before


def test_the_form_of_another_tab_with_an_old_token_is_refused_and_keeps_nothing(site: Site) -> None:
    """The token is looked for in the form itself, as a page sends it."""
    alice = site.member("Basic")
    page = alice.get("/images/upload").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    with_token = body(part(b'name="csrf_token"', token[1].encode()), file_part(b"a.png", SOUND))
    without = body(part(b'name="csrf_token"', token[1][:-4].encode()), file_part(b"a.png", SOUND))

    kept = alice.post("/images/upload", data=with_token, headers={"Content-Type": MULTIPART})
    refused = alice.post("/images/upload", data=without, headers={"Content-Type": MULTIPART})

    assert kept.status_code == 303
    assert refused.status_code == 400
    assert "load the page anew" in words(refused)
    assert _kept(alice) == 1
