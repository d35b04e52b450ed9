"""The headers that every answer carries, whatever it is."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import requests

from imageapp.imaging.formats import OFFERED, Rendered, Target
from tests.authorization import matrix
from tests.authorization.people import asker, small_picture
from tests.site import JSON, Client, Site

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def faults(response: requests.Response) -> list[str]:
    """What is wrong with the headers of an answer."""
    headers = response.headers
    policy = headers.get("Content-Security-Policy", "")
    media = headers.get("Content-Type", "").partition(";")[0]
    link = "/l/" in str(response.url) and response.status_code != 405
    static = "/static/" in str(response.url) and response.status_code == 200
    checks = {
        **{f"{name}: {value}": headers.get(name) == value for name, value in EVERYWHERE.items()},
        "a policy without unsafe-…, that nobody may frame": "default-src 'none'" in policy
        and "frame-ancestors 'none'" in policy
        and "unsafe" not in policy,
        "a picture that may do nothing": "sandbox" in policy or not media.startswith("image/") or static,
        "a referrer for this site at most": headers.get("Referrer-Policy")
        == ("no-referrer" if link else "same-origin"),
        "a number to ask for": len(headers.get("X-Request-Id", "")) == 16,
        "no word of the server": "Server" not in headers and "X-Powered-By" not in headers,
        "no promise of https": "Strict-Transport-Security" not in headers,
        "not for shared caches": static or headers.get("Cache-Control", "").startswith("private, no-"),
        "not kept as a page": media != "text/html" or headers.get("Cache-Control") == "private, no-store",
        "as the cookie says": static
        or media == "text/plain"
        or "Cookie" in {word.strip() for word in headers.get("Vary", "").split(",")},
        "as a page or as JSON": media not in {"text/html", "application/json"} or "Accept" in headers.get("Vary", ""),
    }
    return [
        f"{response.request.method} {response.url} {response.status_code}: {name}"
        for name, ok in checks.items()
        if not ok
    ]


@pytest.mark.parametrize("role", ["anonymous", "enterprise", "admin"])
def test_every_answer_to_everybody_is_dressed(site: Site, role: str) -> None:
    who = asker(site, role)
    wrong: list[str] = []
    for row in matrix.rows():
        address = who.address(row.address)
        methods = ("GET", "HEAD") if row.method == "GET" else ("PUT", "POST")  # refused: a POST without a token
        for method in methods:
            for headers in ({}, JSON):
                wrong += faults(who.browser.request(method, address, headers=headers))

    assert wrong == []


class Broken:
    """A decoder with a fault of its own."""

    def render(self, source: Path, targets: Sequence[Target], accepted: Sequence[str] = OFFERED) -> Rendered:  # noqa: ARG002 - as a Decoder has it
        raise ZeroDivisionError(f"at {source}")

    def close(self) -> None:
        """There is nothing to end."""


def test_refusals_and_failures_are_dressed_like_everything_else(start_site: Callable[..., Site]) -> None:
    site = start_site(decoder=Broken())
    alice = site.member("Enterprise")
    token = {"X-CSRFToken": alice.csrf()}
    name, content = small_picture()

    answers = {
        400: alice.post("/images/upload", files={"files": (name, content)}),
        404: alice.get("/nowhere"),
        405: alice.put("/images"),
        413: alice.post("/login", {"username": "a" * 70_000}, headers=token),
        415: alice.post("/images/upload", {"files": "none"}, headers=token),
        500: alice.post("/images/upload", files={"files": (name, content)}, headers=token),
    }

    for status, answer in answers.items():
        assert answer.status_code == status, answer.text
        assert faults(answer) == []
        assert "<h1" in answer.text


def test_a_failure_tells_its_number_and_nothing_about_the_inside(start_site: Callable[..., Site]) -> None:
    site = start_site(decoder=Broken())
    alice = site.member("Enterprise")
    name, content = small_picture()

    page = alice.submit("/images/upload", files={"files": (name, content)})
    program = alice.submit("/images/upload", files={"files": (name, content)}, as_json=True)

    assert page.headers["X-Request-Id"] in page.text
    assert program.json().keys() == {"error", "message"}
    assert (program.status_code, program.json()["error"]) == (500, "internal")
    for text in (page.text, program.text):
        for inside in ("ZeroDivision", "Traceback", "imageapp/", str(site.settings.instance), "SELECT"):
            assert inside not in text
    assert site.files() == set()
    assert list(site.settings.spool.glob("upload-*")) == []


def test_another_host_gets_no_page_and_the_same_headers(site: Site) -> None:
    answer = site.talk(b"GET /images HTTP/1.1\r\nHost: elsewhere.example\r\nConnection: close\r\n\r\n").decode()
    head, _, body = answer.partition("\r\n\r\n")

    assert head.startswith("HTTP/1.1 400")
    for name, value in EVERYWHERE.items():
        assert f"{name}: {value}" in head
    assert "Content-Security-Policy: default-src 'none'" in head
    assert "Server:" not in head
    assert "elsewhere" not in body + head


def test_a_site_with_https_says_so_everywhere(start_site: Callable[..., Site]) -> None:
    site = start_site(public_url="https://pictures.example", admin_password="seven loud ducks")
    visitor = Client(site.root)

    answers = [visitor.get(path) for path in ("/login", "/nowhere", "/static/base.css", "/healthz")]

    for answer in answers:
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
