"""The site answers to its own names, and makes addresses of no other."""

from collections.abc import Callable
from pathlib import Path

import pytest

from imageapp.gate import host_is_ours
from tests.site import ADMIN_PASSWORD, JSON, Site

LOCAL = None
PUBLIC = "https://pictures.example:8443"


@pytest.mark.parametrize(
    "host", ["localhost:8000", "127.0.0.1", "[::1]:8000", "0.0.0.0:8000", "192.168.1.9:8000", "10.0.0.7", "LOCALHOST"]
)
def test_site_without_a_name_answers_on_the_machine_and_its_network(host: str) -> None:
    assert host_is_ours(host, LOCAL)


@pytest.mark.parametrize(
    "host",
    [
        "", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "8.8.8.8", "127.0.0.1@evil.example",
        "localhost:99999", "localhost:", "localhost:8000:1", "evil.example\\localhost", "localhost/evil", "local host",
        "[::1", "[2a00::1]", "xn--localhost", "127.1", "0x7f.1",
    ],
)  # fmt: skip
def test_site_without_a_name_answers_to_no_other(host: str) -> None:
    assert not host_is_ours(host, LOCAL)


def test_site_with_a_public_address_answers_to_that_and_to_the_machine_itself() -> None:
    assert host_is_ours("pictures.example:8443", PUBLIC)
    assert host_is_ours("PICTURES.example:8443", PUBLIC)
    assert host_is_ours("localhost:8000", PUBLIC)
    for other in ("pictures.example", "evil.pictures.example:8443", "192.168.1.9:8000", "evil.example"):
        assert not host_is_ours(other, PUBLIC)


def request(*lines: str) -> bytes:
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1")


@pytest.mark.parametrize(
    "lines",
    [
        ["GET /login HTTP/1.1", "Host: evil.example"],
        ["GET /login HTTP/1.1", "Host: 127.0.0.1", "Host: evil.example"],
        ["GET /login HTTP/1.1", "Host: evil.example", "Host: 127.0.0.1"],
        ["GET /login HTTP/1.1"],
        ["GET /login HTTP/1.0"],
        ["GET /login HTTP/1.1", "Host: "],
        ["POST /login HTTP/1.1", "Host: evil.example", "Content-Length: 0"],
        ["GET /healthz HTTP/1.1", "Host: evil.example"],
    ],
)
def test_request_for_another_host_gets_plain_words_and_no_address(site: Site, lines: list[str]) -> None:
    answer = site.talk(request(*lines)).decode("latin-1")
    head, _, body = answer.partition("\r\n\r\n")

    assert head.split()[1] == "400"
    assert "evil" not in answer
    assert "<" not in body
    assert "Location" not in head
    assert "Set-Cookie" not in head


def test_words_for_another_host_are_in_the_language_of_the_browser(site: Site) -> None:
    answer = site.talk(request("GET /login HTTP/1.1", "Host: evil.example", "Accept-Language: pl"))

    assert answer.decode().endswith("Ten serwer nie odpowiada pod tą nazwą hosta.\n")


def test_address_in_the_request_line_does_not_change_whose_site_it_is(site: Site) -> None:
    answer = site.talk(request("GET http://evil.example/images HTTP/1.1", f"Host: 127.0.0.1:{site.port}"))

    assert b"evil" not in answer
    assert answer.split()[1] in {b"302", b"400"}


def test_forwarded_host_of_a_stranger_is_in_no_address(site: Site, photo: Path) -> None:
    alice = site.member()
    forged = dict.fromkeys(("X-Forwarded-Host", "X-Forwarded-Server", "X-Original-Host"), "evil.example")
    forged |= {"Forwarded": "host=evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/evil"}
    image = alice.keep(photo)
    path = f"/images/{image['id']}"

    link = alice.submit(f"{path}/links/new", {"seconds": 300}, as_json=True, **forged).json()
    answers = [alice.get(one, headers={**forged, **JSON}) for one in ("/", "/images", path, "/links", "/account")]
    pages = [alice.get(one, headers=forged) for one in ("/", "/images", path, "/links", f"/links/{link['id']}")]

    assert link["url"].startswith(site.root + "/l/")
    for answer in answers + pages:
        assert answer.status_code == 200
        assert "evil" not in answer.text
        assert "https://" not in answer.text


def test_addresses_of_a_site_with_a_public_address_are_made_of_it(start_site: Callable[..., Site], photo: Path) -> None:
    site = start_site(public_url="http://pictures.example")
    admin = site.client().sign_in("admin", ADMIN_PASSWORD)

    image = admin.keep(photo)
    link = admin.link(image)
    refused = site.talk(request("GET /login HTTP/1.1", "Host: 192.168.1.9"))

    assert image["links"]["self"] == f"http://pictures.example/images/{image['id']}"
    assert link["url"].startswith("http://pictures.example/l/")
    assert refused.split()[1] == b"400"
