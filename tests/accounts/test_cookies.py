"""The cookie: who may read it, where it goes, how large it grows."""

import secrets
from collections.abc import Callable
from http.cookies import Morsel, SimpleCookie

from tests.site import ADMIN_PASSWORD, JSON, PASSWORD, Site

LARGEST = 4_096  # bytes of name, value and attributes that browsers are bound to keep (RFC 6265, 6.1)


def morsel(header: str) -> Morsel[str]:
    [one] = SimpleCookie(header).values()
    return one


def test_cookie_cannot_be_read_by_scripts_nor_sent_along_from_other_sites(site: Site) -> None:
    answer = site.client().submit("/login", {"username": site.person(), "password": PASSWORD})
    cookie = morsel(answer.headers["Set-Cookie"])

    assert cookie.key == "imageapp"
    assert cookie["httponly"] is True
    assert (cookie["samesite"], cookie["path"], cookie["domain"], cookie["secure"]) == ("Lax", "/", "", "")


def test_cookie_of_a_site_on_https_is_bound_to_it(start_site: Callable[..., Site]) -> None:
    site = start_site(public_url="https://pictures.example")
    visitor = site.client()
    first = visitor.get("/login", headers=JSON)
    before = morsel(first.headers["Set-Cookie"])
    sent = {"X-CSRFToken": first.json()["csrf_token"], "Cookie": f"{before.key}={before.value}"}

    answer = visitor.post("/login", {"username": "admin", "password": ADMIN_PASSWORD}, headers=sent)
    after = morsel(answer.headers["Set-Cookie"])

    assert answer.status_code == 303
    for cookie in (before, after):
        assert cookie.key == "__Host-imageapp"
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
        assert (cookie["path"], cookie["domain"]) == ("/", "")


def test_cookie_stays_small_whatever_is_said_to_somebody_who_never_looks(start_site: Callable[..., Site]) -> None:
    site = start_site(max_files=40)
    alice = site.member("Basic")
    white = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")
    # Characters that take many bytes in a cookie, and so mixed that packing them gains little.
    names = ["".join(chr(0x20000 + secrets.randbelow(40_000)) for _ in range(46)) + ".gif" for _ in range(25)]
    images = alice.upload(*((name, white) for name in names)).json()["images"]

    answers = [alice.submit(f"/images/{image['id']}/delete") for image in images]
    page = alice.get("/images")

    assert [answer.status_code for answer in answers] == [303] * len(names)
    assert max(len(answer.headers["Set-Cookie"]) for answer in answers) < LARGEST
    assert f"“{names[-1]}” is in the trash now" in page.text
    assert "was deleted" not in alice.get("/images").text


def test_pages_do_not_set_the_cookie_anew_each_time(site: Site) -> None:
    alice = site.member()
    alice.get("/images")

    answers = [alice.get(path) for path in ("/images", "/account", "/links")]

    assert [answer.headers.get("Set-Cookie") for answer in answers] == [None] * 3
