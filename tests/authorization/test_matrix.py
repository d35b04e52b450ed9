"""Every address, under every method, for everybody, against matrix.txt."""

from typing import Any

import pytest
from werkzeug.routing import Rule

from tests.authorization import matrix
from tests.authorization.people import ROLES, UNKNOWN, Asker, asker, small_picture, standing
from tests.site import JSON, Site

# What is sent where an empty form would not show whether somebody may.
FORMS: dict[str, dict[str, Any]] = {
    "/images/{image}/links/new": {"data": {"seconds": "300"}},
    "/images/{unknown}/links/new": {"data": {"seconds": "300"}},
    "/images/{image}/rename": {"data": {"name": "another name"}},
    "/images/{unknown}/rename": {"data": {"name": "another name"}},
    "/images/{trashed}/links/new": {"data": {"seconds": "300"}},
    "/images/{trashed}/rename": {"data": {"name": "another name"}},
    "/links/{link}/shorten": {"data": {"seconds": "60"}},
    "/links/{unknown}/shorten": {"data": {"seconds": "60"}},
    "/admin/size/edit/?id={size}": {"data": {"width": "wide"}},
}
NAMES = {
    "image": UNKNOWN,
    "link": UNKNOWN,
    "token": "a.b.c",
    "unknown": UNKNOWN,
    "signin": "0" * 64,
    "trashed": UNKNOWN,
    "trashed_link": UNKNOWN,
    "trashed_token": "a.b.c",
}
DASHBOARD = {"user": "person", "plan": "plan", "size": "size", "image": "spare", "link": "spare_link"}


def _form(who: Asker, address: str) -> dict[str, Any]:
    """What a browser sends there: what it takes for the deed to be done, or nothing."""
    if address == "/images/upload" or address.endswith("/replace"):
        name, content = small_picture()
        return {"files": {"files": (name, content, "image/jpeg")}}
    if address in {"/images/download", "/images/delete"}:
        return {"data": {"id": who.names["chosen"]}}
    if address.startswith("/trash/"):
        return {"data": {"id": who.names["trashed" if address == "/trash/restore" else "trashed_too"]}}
    if address == "/links/revoke":
        return {"data": {"id": who.names["link"]}}
    if address.startswith("/admin/") and address.endswith(("/delete/", "/action/")):
        _, _, kind, deed, _ = address.split("/")
        name = DASHBOARD[kind]
        several = {"action": "delete", "rowid": who.names[f"other_{name}"]}
        return {"data": {"id": who.names[name]} if deed == "delete" else several}
    return FORMS.get(address, {})


def _reached(site: Site, row: matrix.Row) -> Rule:
    rule, _ = site.app.url_map.bind("localhost").match(
        row.address.partition("?")[0].format(**NAMES), method=row.method, return_rule=True
    )
    return rule


def test_no_route_is_open_or_closed_by_accident(site: Site) -> None:
    """A new route says in the file who may ask it."""
    decided = {(_reached(site, row).rule, row.method) for row in matrix.rows()}

    there = {
        (rule.rule, method) for rule in site.app.url_map.iter_rules() for method in (rule.methods or set()) - {"HEAD"}
    }

    assert sorted(there - decided) == [], "these have no row in matrix.txt"


@pytest.mark.parametrize("role", ROLES)
def test_everybody_gets_exactly_what_the_table_says(site: Site, role: str) -> None:
    who = asker(site, role)

    wrong: list[str] = []
    for row in matrix.rows():
        wrong += _posted(site, who, row, role) if row.method == "POST" else _looked_at(who, row, role)

    assert wrong == []


def _looked_at(who: Asker, row: matrix.Row, role: str) -> list[str]:
    """What differs when this address is only looked at: as a browser, as a program, and by its headers alone."""
    address, expected = who.address(row.address), row.answers[role]
    page = who.browser.request(row.method, address)
    program = who.browser.request(row.method, address, headers=JSON)
    got = {"page": matrix.as_page(page), "program": matrix.as_program(program)}
    want = {"page": expected.replace("to-login", "sign-in"), "program": expected}
    if expected in {"to-login", "to-home"}:
        want["program"] = "page"
    if expected == "open":  # no page and no picture: it is the same for everybody, whatever they prefer
        got = dict.fromkeys(got, "open" if page.status_code == program.status_code == 200 else str(page.status_code))
    if row.method == "GET":
        got["HEAD"] = matrix.without_a_body(who.browser.head(address))
        want["HEAD"] = f"{page.status_code} {page.headers.get('Location', '')} 0"
    return [f"{row.method} {address} as {role}, {how}: {got[how]}" for how in got if got[how] != want[how]]


def _posted(site: Site, who: Asker, row: matrix.Row, role: str) -> list[str]:
    """What differs when a form is sent there, and whether a refused one changed anything."""
    address, expected = who.address(row.address), row.answers[role]
    form = _form(who, row.address)
    before = standing(site)
    got = matrix.as_page(who.browser.submit(address, form.get("data"), files=form.get("files")))
    wrong = [] if got == expected else [f"POST {address} as {role}: {got}"]
    if expected != "done" and standing(site) != before:
        wrong.append(f"POST {address} as {role} was refused and changed something")
    return wrong


@pytest.mark.parametrize("role", ["enterprise", "admin"])
@pytest.mark.parametrize("token", ["none", "of another admin", "on a page elsewhere"])
def test_no_form_is_taken_without_the_token_of_its_own_sign_in_and_page(site: Site, role: str, token: str) -> None:
    """Also those of the dashboard, each sent as it would be done otherwise."""
    who, other = asker(site, role), site.member(is_admin=True)
    sent = {
        "none": {},
        "of another admin": {"X-CSRFToken": other.csrf()},
        "on a page elsewhere": {"X-CSRFToken": who.browser.csrf(), "Origin": "https://evil.example"},
    }[token]
    before, deeds = standing(site), [row.address for row in matrix.rows() if row.method == "POST"]

    wrong: list[str] = []
    for address in deeds:
        answer = who.browser.post(who.address(address), headers=sent | JSON, **_form(who, address))
        if (answer.status_code, answer.json()["error"]) != (400, "csrf"):
            wrong.append(f"POST {address} as {role}: {answer.status_code} {answer.text}")

    assert sum(address.startswith("/admin/") for address in deeds) > 15
    assert wrong == []
    assert standing(site) == before


@pytest.mark.parametrize("role", ROLES)
def test_methods_that_no_address_knows_change_nothing(site: Site, role: str) -> None:
    who = asker(site, role)
    known: dict[str, set[str]] = {}
    for row in matrix.rows():
        known.setdefault(row.address.partition("?")[0], set()).update(
            {"GET", "HEAD"} if row.method == "GET" else {row.method}
        )
    token, before = {"X-CSRFToken": who.browser.csrf()}, standing(site)

    wrong: list[str] = []
    for pattern, methods in known.items():
        for method in [method for method in matrix.METHODS if method not in methods]:
            response = who.browser.request(method, who.address(pattern), headers=token)
            expected = (405, "") if method == "HEAD" else "wrong method"
            got = (response.status_code, response.text) if method == "HEAD" else matrix.as_page(response)
            if got != expected or not set(response.headers["Allow"].split(", ")) <= methods | {"OPTIONS"}:
                wrong.append(f"{method} {pattern} as {role}: {got}, allowed {response.headers.get('Allow')}")

    assert wrong == []
    assert standing(site) == before
