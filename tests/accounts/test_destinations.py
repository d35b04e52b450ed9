"""Signing in leads to a page of this site, whatever an address asks for."""

from urllib.parse import quote, urljoin, urlsplit

import pytest

from imageapp.accounts.destinations import LONGEST, local_path
from tests.site import PASSWORD, Site

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "////evil.example/x",
    "/\\evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "https:evil.example",
    "https://evil.example/images",
    "http:///evil.example",
    "//evil.example\\@127.0.0.1/",
    "javascript:alert(1)",
    "data:text/html,x",
    "/%09/evil.example",
    "/%2f/evil.example",
    "/%2F%2Fevil.example",
    "/%5cevil.example",
    "/%0d%0aSet-Cookie:x=1",
    "\t//evil.example",
    "/\t/evil.example",
    " //evil.example",
    "/images\r\nSet-Cookie: x=1",
    "/images\nLocation: //evil.example",
    "/im\0ages",
    "/bilder/ä",
    "//[",
    "images",
    "?next=//evil.example",
    "",
    "/" + "a" * LONGEST,
    "/" + "a" * 8_000,
]
OF_OURS = ["/", "/images", "/images?after=1.abc&limit=5", "/admin/user/edit/?id=3&url=/admin/user/", "/links#top"]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_address_that_leaves_the_site_or_cannot_be_read_leads_nowhere(address: str) -> None:
    assert local_path(address) is None


@pytest.mark.parametrize("address", OF_OURS)
def test_page_of_ours_is_where_it_leads(address: str) -> None:
    assert local_path(address) == address


def test_whoever_is_signed_in_is_sent_to_a_page_of_ours_alone(site: Site) -> None:
    alice = site.member()
    here = urlsplit(site.root).netloc

    answers = [alice.get(f"/login?next={quote(address, safe='')}") for address in [*ELSEWHERE, *OF_OURS]]

    for address, answer in zip([*ELSEWHERE, *OF_OURS], answers, strict=True):
        # As a browser reads it: tabs and line ends dropped, a backslash taken for a slash.
        location = answer.headers.get("Location", "/").replace("\\", "/")
        assert urlsplit(urljoin(site.root + "/login", location)).netloc == here
        assert "evil" not in location
        assert answer.headers.get("Set-Cookie", "").count("x=1") == 0
        if address in OF_OURS:
            assert location == address


@pytest.mark.parametrize(("wanted", "reached"), [("/images?limit=5", "/images?limit=5"), ("//evil.example", "/")])
def test_alice_arrives_where_she_was_going_and_never_elsewhere(site: Site, wanted: str, reached: str) -> None:
    browser = site.client()
    form = {"username": site.person(), "password": PASSWORD, "next": wanted}

    answer = browser.submit("/login", form)

    assert (answer.status_code, answer.headers["Location"]) == (303, reached)


def test_stranger_is_brought_back_to_the_page_that_was_asked_for(site: Site) -> None:
    stranger = site.client()

    answer = stranger.get("/images?limit=5&after=1")
    form = stranger.get(answer.headers["Location"])

    assert answer.status_code == 302
    assert 'name="next" value="/images?limit=5&amp;after=1"' in form.text
