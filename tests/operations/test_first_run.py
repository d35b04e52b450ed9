"""The first admin: made once, with a password that is good enough for whoever can reach the server."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from imageapp import migrating
from imageapp.accounts.models import User
from imageapp.accounts.passwords import hash_password
from imageapp.accounts.service import add_user
from imageapp.config import Settings
from imageapp.database import writing
from imageapp.plans.models import Plan
from tests.operations.program import run
from tests.site import ADMIN_PASSWORD, JSON, PASSWORD, Site

BANNER = "The admin account still has its default password."
NEW = "a heron in the reeds"


def change(current: str, new: str) -> dict[str, str]:
    return {"current_password": current, "new_password": new, "confirm": new}


def test_newcomer_signs_in_with_the_default_password_and_can_do_everything_under_a_banner(
    start_site: Callable[..., Site], photo: Path
) -> None:
    site = start_site(admin_password=None)
    admin = site.admin()

    image = admin.keep(photo)
    link = admin.link(image)
    pages = {path: admin.get(path) for path in ("/", "/images", "/images/upload", "/links", "/account", "/admin/")}

    assert site.client().get(link["url"]).status_code == 200
    assert {path: page.status_code for path, page in pages.items()} == dict.fromkeys(pages, 200)
    assert all(BANNER in pages[path].text for path in ("/", "/images", "/images/upload", "/links", "/account"))
    assert BANNER not in site.client().get("/login").text


def test_banner_is_put_away_until_the_next_sign_in_and_for_good_by_a_password(start_site: Callable[..., Site]) -> None:
    site = start_site(admin_password=None)
    admin = site.admin()

    later = admin.submit("/account/later")
    put_away = admin.get("/images").text
    again = site.admin()
    back = again.get("/images").text
    again.submit("/account", change("admin", NEW))
    gone = again.get("/images").text

    assert later.status_code == 303
    assert [BANNER in page for page in (put_away, back, gone)] == [False, True, False]
    assert BANNER not in site.client().sign_in("admin", NEW).get("/images").text


@pytest.mark.parametrize(
    ("password", "sentence"), [("admin", "at least 8"), ("password1", "among the first"), ("Admin", "at least 8")]
)
def test_default_password_is_not_replaced_by_one_that_anybody_tries(
    start_site: Callable[..., Site], password: str, sentence: str
) -> None:
    site = start_site(admin_password=None)
    admin = site.admin()

    answer = admin.submit("/account", change("admin", password))

    assert answer.status_code == 400
    assert sentence in answer.text
    assert BANNER in admin.get("/images").text


@pytest.fixture(
    scope="module", params=[{"host": "0.0.0.0"}, {"trusted_proxy": "127.0.0.1"}], ids=["every address", "a proxy"]
)
def exposed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that others can reach and whose admin has the default password still."""
    site = Site(tmp_path_factory.mktemp("exposed"), admin_password=None, **request.param)
    yield site
    site.close()


def addresses(site: Site, kind: str) -> list[str]:
    """Every address that takes this method, but those that are open to anybody."""
    adapter = site.app.url_map.bind("127.0.0.1")
    values: dict[str, Any] = {"image_id": "A" * 22, "link_id": "A" * 22, "size": "200", "signin_id": "0" * 64}
    found = []
    for rule in site.app.url_map.iter_rules():
        anybody = getattr(site.app.view_functions[rule.endpoint], "open_to", None) == "anybody"
        if kind in (rule.methods or ()) and not anybody and rule.arguments <= set(values):
            named = {name: values[name] for name in rule.arguments}
            found.append(adapter.build(rule.endpoint, named, method=kind))
    return found


def test_admin_with_the_default_password_opens_nothing_but_the_page_that_sets_one(exposed: Site) -> None:
    admin = exposed.admin()
    token = {"X-CSRFToken": admin.csrf(), **JSON}
    gets = set(addresses(exposed, "GET")) - {"/account"}
    posts = set(addresses(exposed, "POST")) - {"/account"}

    answers = [admin.get(path, headers=JSON) for path in sorted(gets)]
    answers += [admin.post(path, headers=token) for path in sorted(posts)]
    page = admin.get("/images")
    account = admin.get("/account")

    assert {"/images", "/images/upload", "/links", "/admin/", f"/images/{'A' * 22}/original"} <= gets
    assert {"/images/upload", f"/images/{'A' * 22}/links/new"} <= posts
    for answer in answers:
        assert (answer.status_code, answer.json()["error"]) == (403, "forbidden_by_plan"), answer.url
    assert "Set a password of your own first." in page.text
    assert 'href="/account"' in page.text
    assert account.status_code == 200
    assert "Set a password" in account.text
    assert exposed.client().get("/login").status_code == 200


def test_admin_who_must_set_a_password_is_led_to_where_it_is_set(exposed: Site) -> None:
    home = exposed.admin().get("/")

    assert (home.status_code, home.headers["Location"]) == (302, "/account")
    assert "Gallery" not in home.text


def test_admin_of_an_exposed_site_sets_a_password_and_everything_opens(start_site: Callable[..., Site]) -> None:
    site = start_site(admin_password=None, host="0.0.0.0")
    admin, other = site.admin(), site.admin()

    answer = admin.submit("/account", change("admin", NEW))
    pages = [admin.get(path).status_code for path in ("/", "/images", "/images/upload", "/links", "/admin/")]

    assert answer.status_code == 303
    assert pages == [200] * 5
    assert other.get("/images", headers=JSON).status_code == 401
    assert site.client().submit("/login", {"username": "admin", "password": "admin"}).status_code == 400


def test_site_with_a_public_address_does_not_start_without_a_password_for_its_admin(tmp_path: Path) -> None:
    status, out, err = run(
        "imageapp.serve", instance=str(tmp_path / "data"), port="0", public_url="https://pictures.example"
    )

    assert (status, out) == (1, "")
    assert "set IMAGEAPP_ADMIN_PASSWORD" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("password", [None, "admin", "password1", "short"])
def test_site_with_a_public_address_is_set_up_once_it_has_a_password_that_nobody_guesses(
    database_url: str, tmp_path: Path, password: str | None
) -> None:
    settings = Settings(
        instance=tmp_path / "data",
        database_url=database_url,
        public_url="https://pictures.example",
        admin_password=password,
    )

    with pytest.raises(migrating.CannotStart, match="IMAGEAPP_ADMIN_PASSWORD"):
        migrating.upgrade(settings)
    stands = migrating.upgrade(replace(settings, admin_password=ADMIN_PASSWORD))

    assert stands is False


def test_password_that_an_operator_gives_is_heeded_once(tmp_path: Path) -> None:
    first = Site(tmp_path / "site", admin_password="given the first time")
    try:
        admin = first.admin()
        under_banner = BANNER in admin.get("/images").text
        admin.submit("/account", change("given the first time", NEW))
    finally:
        first.close()

    second = Site(tmp_path / "site", admin_password="given another time")
    try:
        by_given = second.client().submit("/login", {"username": "admin", "password": "given another time"})
        by_own = second.client().sign_in("admin", NEW)
        default = second.client().submit("/login", {"username": "admin", "password": "admin"})
    finally:
        second.close()

    assert not under_banner
    assert (by_given.status_code, default.status_code) == (400, 400)
    assert by_own.username == "admin"


def test_admin_who_was_deleted_is_not_made_again(database_url: str, tmp_path: Path) -> None:
    settings = Settings(instance=tmp_path / "site", database_url=database_url)
    site = Site(settings.instance, database_url)
    try:
        with site.session() as session, writing(session):
            plan = session.scalars(select(Plan).where(Plan.name == "Basic")).one()
            add_user(
                session,
                username="root",
                password_hash=hash_password(PASSWORD),
                plan=plan,
                now=site.clock(),
                is_admin=True,
            )
            session.execute(delete(User).where(User.username == "admin"))

        stands = migrating.upgrade(settings)

        with site.session() as session:
            names = list(session.scalars(select(User.username)))
    finally:
        site.close()

    assert (names, stands) == (["root"], False)


def test_guessing_the_first_password_is_throttled_from_the_first_request(
    start_site: Callable[..., Site],
) -> None:
    site = start_site(admin_password=None, host="0.0.0.0")
    mallory = site.client()
    sent = {"X-CSRFToken": mallory.csrf(), **JSON}

    statuses = [
        mallory.post("/login", {"username": "admin", "password": f"guess{n}"}, headers=sent).status_code
        for n in range(11)
    ]

    assert statuses == [400] * 10 + [429]
