"""Visitors with an address and a cookie jar of their own choosing."""

import itertools
from typing import Any

from requests.adapters import HTTPAdapter

from imageapp.accounts import tries
from tests.site import Client, Site

_numbers = itertools.count(1)


class _From(HTTPAdapter):
    """Connects from one address of the loopback network."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs, source_address=(self._address, 0))


class Visitor(Client):
    """A client that comes from `address`."""

    def __init__(self, root: str, address: str) -> None:
        super().__init__(root)
        self.address = address
        self.mount("http://", _From(address))


def from_elsewhere(site: Site) -> Visitor:
    """A new client at an address that nobody else has: its failed tries count against no other test."""
    number = next(_numbers)
    return Visitor(site.root, f"127.1.{number // 250}.{number % 250 + 1}")


def has_failed(site: Site, visitor: Visitor, username: str, times: int) -> None:
    """Let this visitor have tried that name so often, without the work that each try costs."""
    with site.session() as session:
        for _ in range(times):
            tries.count(session, tries.for_signing_in(username, visitor.address), site.clock())


def copy_of(site: Site, client: Client) -> Client:
    """Somebody with the very cookies that `client` has at this moment."""
    thief = site.client()
    thief.cookies.update(client.cookies)
    return thief


def cookie_of(client: Client) -> str:
    """The value of the one cookie that this site sets."""
    [value] = client.cookies.values()
    return str(value)


def is_signed_in(client: Client) -> bool:
    """Whether the site knows who this is: the account page names them, else it sends to the sign-in."""
    answer = client.get("/account")
    if answer.status_code == 200:
        return "Signed in as" in answer.text
    assert (answer.status_code, answer.headers["Location"]) == (302, "/login?next=/account")
    return False
