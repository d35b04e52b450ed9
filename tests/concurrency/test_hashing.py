"""Hashing a password takes a tenth of a second, and nobody who writes waits for it."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from tests.admin.test_users import plan_id, user_id
from tests.concurrency.crowd import noise
from tests.site import PASSWORD, Client, Site

NEW = "a heron in the reeds"


def add_somebody(site: Site, admin: Client, name: str) -> Any:
    """An admin adds `name`."""
    form = {"username": name, "password": NEW, "plan": plan_id(site, "Basic")}
    return admin.submit("/admin/user/new/", form)


def replace_somebodys(site: Site, admin: Client, name: str) -> Any:
    """An admin gives somebody who is there, and is called `name` from now on, a new password."""
    form = {"username": name, "password": NEW, "plan": plan_id(site, "Basic"), "is_active": "y"}
    return admin.submit(f"/admin/user/edit/?id={user_id(site, site.person())}", form)


def replace_ones_own(site: Site, _admin: Client, name: str) -> Any:
    """Somebody called `name` changes their own password."""
    alice = site.client().sign_in(site.person(name=name))
    form = {"current_password": PASSWORD, "new_password": NEW, "confirm": NEW}
    return alice.submit("/account", form)


@pytest.mark.parametrize("deed", [add_somebody, replace_somebodys, replace_ones_own])
def test_bob_hands_out_a_link_while_a_password_is_hashed(
    site: Site, monkeypatch: pytest.MonkeyPatch, deed: Callable[[Site, Client, str], Any]
) -> None:
    admin, bob = site.admin(), site.member()
    image = bob.keep(noise(60, 50))
    name = f"{deed.__name__}-{site.port}"
    made: list[dict[str, Any]] = []
    scrypt = hashlib.scrypt

    def hashed(password: bytes, **parameters: Any) -> bytes:
        made.append(bob.link(image))
        return scrypt(password, **parameters)

    monkeypatch.setattr(hashlib, "scrypt", hashed)
    answer = deed(site, admin, name)
    monkeypatch.undo()

    assert answer.status_code == 303
    assert made
    assert {site.client().get(link["url"]).status_code for link in made} == {200}
    site.client().sign_in(name, NEW)
