"""Nothing changes but by a form of this very sign-in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select

from imageapp.accounts.models import Signin, User
from imageapp.images.models import Image
from imageapp.links.models import Link
from tests.accounts.visiting import copy_of, is_signed_in
from tests.site import JSON, PASSWORD, Client, Site

NEW = "a heron in the reeds"
# What each form would do if it were let through.
FIELDS = {
    "accounts.sign_in": {"username": "admin", "password": PASSWORD},
    "accounts.change_password": {"current_password": PASSWORD, "new_password": NEW, "confirm": NEW},
    "links.make": {"seconds": "300"},
}


class Form(NamedTuple):
    """Something that may be sent: its address and what with."""

    endpoint: str
    path: str
    sent: dict[str, Any]


def forms_of(site: Site, values: dict[str, str]) -> Iterator[Form]:
    """Every address that takes a POST, but the administrators'; a new one is in here by itself."""
    adapter = site.app.url_map.bind("127.0.0.1")
    for rule in site.app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.rule.startswith("/admin"):
            continue
        path = adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments}, method="POST")
        sent: dict[str, Any] = {"data": FIELDS.get(rule.endpoint, {})}
        if rule.endpoint in {"images.send_files", "images.replace"}:
            sent["files"] = [("files", ("x.gif", b"GIF89a", "image/gif"))]
        yield Form(rule.endpoint, path, sent)


def held_by(site: Site, username: str) -> list[Any]:
    """Everything of this person that a form could change."""
    with site.session() as session:
        user = session.scalars(select(User).where(User.username == username)).one()
        return [
            user.password_hash,
            user.used_bytes,
            sorted(session.scalars(select(Signin.id).where(Signin.user_id == user.id))),
            sorted(
                (image.id, image.name, image.sha256, image.trashed_at)
                for image in session.scalars(select(Image).where(Image.owner_id == user.id))
            ),
            sorted(
                (link.id, link.revoked_at, link.expires_at)
                for link in session.scalars(select(Link).where(Link.owner_id == user.id))
            ),
        ]


@pytest.fixture(scope="module")
def alice(running_site: Site, photo: Path) -> tuple[Client, list[Form]]:
    """Somebody with a picture, a link and a second sign-in; and every form that would change something of hers."""
    early = running_site.client()
    early.csrf()
    member = running_site.member()
    phone = running_site.client().sign_in(member.username)
    image = member.keep(photo)
    link = member.link(image)
    signins = phone.get("/account", headers=JSON).json()["signins"]
    values = {"image_id": image["id"], "link_id": link["id"], "signin_id": signins[0]["id"]}
    return member, list(forms_of(running_site, values))


def token_of(site: Site, whose: str, alice: Client) -> dict[str, str]:
    """The token that a form is sent with."""
    if whose == "nobody's":
        return {}
    if whose == "bob's":
        return {"X-CSRFToken": site.member().csrf()}
    if whose == "a stranger's":
        return {"X-CSRFToken": site.client().csrf()}
    if whose == "made up":
        return {"X-CSRFToken": alice.csrf()[:-1] + "x"}
    return {"X-CSRFToken": ""}


@pytest.mark.parametrize("whose", ["nobody's", "bob's", "a stranger's", "made up", "empty"])
def test_forms_from_elsewhere_change_nothing(site: Site, alice: tuple[Client, list[Form]], whose: str) -> None:
    member, forms = alice
    token = token_of(site, whose, member)
    before = held_by(site, member.username)

    for form in forms:
        answer = member.post(form.path, headers={**token, **JSON, "Origin": "https://evil.example"}, **form.sent)
        assert (answer.status_code, answer.json()["error"]) == (400, "csrf"), form
        assert "Set-Cookie" not in answer.headers, form

    assert held_by(site, member.username) == before
    assert is_signed_in(member)


def test_forms_are_all_known(alice: tuple[Client, list[Form]]) -> None:
    endpoints = {form.endpoint for form in alice[1]}

    assert {"accounts.sign_in", "accounts.logout", "accounts.change_password", "images.send_files"} <= endpoints
    assert {"images.delete", "links.make", "links.revoke", "accounts.end_signin"} <= endpoints


def test_page_of_a_form_from_elsewhere_says_what_to_do(site: Site) -> None:
    answer = site.member().post("/links/" + "x" * 22 + "/revoke")

    assert answer.status_code == 400
    assert "That form is no longer valid" in answer.text
    assert "load the page anew" in answer.text


def test_token_of_an_ended_sign_in_is_of_no_use_in_the_next(site: Site) -> None:
    browser = site.member()
    old = browser.csrf()
    browser.submit("/logout")
    browser.sign_in(browser.username)

    answer = browser.post("/account/signins/end-others", headers={"X-CSRFToken": old, **JSON})

    assert (answer.status_code, answer.json()["error"]) == (400, "csrf")


def test_token_of_a_sign_in_is_of_no_use_with_the_cookie_of_another(site: Site) -> None:
    alice, bob = site.member(), site.member()
    thief = copy_of(site, alice)

    answer = thief.post("/logout", headers={"X-CSRFToken": bob.csrf(), **JSON})

    assert answer.json()["error"] == "csrf"
    assert is_signed_in(alice)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "FOO"])
def test_what_a_form_does_is_done_by_no_other_method(site: Site, alice: tuple[Client, list[Form]], method: str) -> None:
    member, forms = alice
    before = held_by(site, member.username)
    pages = {"/login", "/account", "/images/upload"}
    token = {"X-CSRFToken": member.csrf()}

    for form in forms:
        if method in {"GET", "HEAD"} and (form.path in pages or form.endpoint == "links.make"):
            continue
        answer = member.request(method, form.path, headers={**token, **JSON}, **form.sent)
        assert answer.status_code == 405, form
        assert "POST" in answer.headers["Allow"]
        assert method == "HEAD" or answer.json()["error"] == "wrong_method"

    assert held_by(site, member.username) == before


def test_form_of_another_kind_is_not_read(site: Site) -> None:
    alice = site.member()

    answer = alice.post("/account", json={"new_password": NEW}, headers={"X-CSRFToken": alice.csrf(), **JSON})

    assert (answer.status_code, answer.json()["error"]) == (415, "wrong_body_type")
