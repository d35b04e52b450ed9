"""What a proxy says is heeded where the operator trusts it, and nowhere else; and the data is nobody else's."""

import stat
from collections.abc import Callable

import pytest

from tests.operations.program import DOT, Served
from tests.site import ADMIN_PASSWORD, JSON

FORWARDED = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Host": "pictures.example",
    "X-Forwarded-Proto": "https",
}


@pytest.fixture(scope="module")
def alone(serve: Callable[..., Served]) -> Served:
    return serve(admin_password=ADMIN_PASSWORD)


@pytest.fixture(scope="module")
def behind_proxy(serve: Callable[..., Served]) -> Served:
    return serve(admin_password=ADMIN_PASSWORD, trusted_proxy="127.0.0.1", public_url="https://pictures.example")


def test_stranger_who_claims_to_be_a_proxy_is_not_believed(alone: Served) -> None:
    visitor = alone.client()

    root = visitor.get("/", headers={**FORWARDED, **JSON})
    token = {"X-CSRFToken": visitor.csrf()}
    visitor.post("/login", {"username": "nobody", "password": "wrong"}, headers={**FORWARDED, **token})

    assert root.json()["images"] == f"{alone.root}/images"
    assert {line["address"] for line in alone.events("request")} == {"127.0.0.1"}
    assert [line["address"] for line in alone.events("sign_in_failed")] == ["127.0.0.1"]


def test_proxy_that_is_trusted_says_who_asks(behind_proxy: Served) -> None:
    visitor = behind_proxy.client()

    root = visitor.get("/", headers={**FORWARDED, **JSON})
    other = visitor.get("/", headers={**FORWARDED, "X-Forwarded-Host": "evil.example"})

    assert root.json()["images"] == "https://pictures.example/images"
    assert "203.0.113.9" in {line["address"] for line in behind_proxy.events("request")}
    assert other.status_code == 400
    assert "evil" not in other.text


def test_program_signs_in_over_https_with_what_the_site_gave_it(behind_proxy: Served) -> None:
    program = behind_proxy.client()
    first = program.get("/login", headers={**FORWARDED, **JSON})
    cookie = first.headers["Set-Cookie"].partition(";")[0]

    answer = program.post(
        "/login",
        {"username": "admin", "password": ADMIN_PASSWORD},
        headers={**FORWARDED, **JSON, "X-CSRFToken": first.json()["csrf_token"], "Cookie": cookie},
    )

    assert cookie.startswith("__Host-imageapp=")
    assert answer.status_code == 200, answer.text
    assert answer.json()["csrf_token"]


ELSEWHERE = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Referer": "https://evil.example/page"},
    {"Origin": "https://pictures.example.evil.example"},
    {"Origin": "https://pictures.example@evil.example"},
    {"Referer": "https://evil.example/https://pictures.example/"},
    {"Origin": "https://evil.example", "Referer": "https://pictures.example/login"},
]
HERE = [
    {"Origin": "https://pictures.example"},
    {"Referer": "https://pictures.example/login?next=/"},
    {"Origin": "https://PICTURES.example", "Referer": "https://pictures.example/login"},
]


@pytest.mark.parametrize(("pages", "outcome"), [(ELSEWHERE, (400, "csrf")), (HERE, (400, "bad_form"))])
def test_form_is_taken_from_pages_of_this_site_alone(
    behind_proxy: Served, pages: list[dict[str, str]], outcome: tuple[int, str]
) -> None:
    browser = behind_proxy.client()
    first = browser.get("/login", headers={**FORWARDED, **JSON})
    cookie = first.headers["Set-Cookie"].partition(";")[0]
    sent = {**FORWARDED, **JSON, "X-CSRFToken": first.json()["csrf_token"], "Cookie": cookie}

    answers = [
        browser.post("/login", {"username": "admin", "password": "wrong"}, headers={**sent, **page}) for page in pages
    ]

    assert [(answer.status_code, answer.json()["error"]) for answer in answers] == [outcome] * len(pages)


def test_everything_that_the_server_writes_is_its_owners_alone(alone: Served) -> None:
    admin = alone.client().sign_in("admin", ADMIN_PASSWORD)
    admin.keep(("dot.gif", DOT))

    paths = [alone.instance, *alone.instance.rglob("*")]
    open_to_others = [path for path in paths if stat.S_IMODE(path.stat().st_mode) & 0o077]

    assert {"secret_key", "imageapp.db", "pictures", "tmp"} <= {path.name for path in paths}
    assert open_to_others == []
