"""Admins look after people."""

import logging
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import requests
from sqlalchemy import func, select

from imageapp.accounts.models import Signin, User
from imageapp.plans.models import Plan
from tests.admin.forms import fields, words
from tests.site import JSON, PASSWORD, Client, Site

NEW = "a heron in the reeds"


def plan_id(site: Site, name: str = "Basic") -> int:
    with site.session() as session:
        return session.scalars(select(Plan.id).where(Plan.name == name)).one()


def user_id(site: Site, name: str) -> int:
    with site.session() as session:
        return session.scalars(select(User.id).where(User.username == name)).one()


def state(site: Site, name: str) -> tuple[str, bool, bool]:
    """Plan, admin, active, as the table has them."""
    with site.session() as session:
        user = session.scalars(select(User).where(User.username == name)).one()
        return user.plan.name, user.is_admin, user.is_active


def edit(admin: Client, site: Site, name: str, **changes: str | None) -> requests.Response:
    """Open somebody's form, change these fields (None: untick), send it as the browser would."""
    path = f"/admin/user/edit/?id={user_id(site, name)}"
    sent: dict[str, list[str] | str] = dict(fields(admin.get(path)))
    for field, value in changes.items():
        sent.pop(field, None)
        if value is not None:
            sent[field] = value
    return admin.submit(path, sent)


def signed_in(client: Client) -> bool:
    return client.get("/images").status_code == 200


def test_admin_adds_somebody_with_nothing_but_name_password_and_plan(site: Site) -> None:
    admin = site.admin()

    answer = admin.submit("/admin/user/new/", {"username": "dora", "password": NEW, "plan": plan_id(site, "Premium")})
    dora = site.client().sign_in("dora", NEW)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/user/")
    assert dora.get("/account", headers=JSON).json()["plan"]["name"] == "Premium"
    assert state(site, "dora") == ("Premium", False, True)
    assert "User added." in admin.get("/admin/user/").text


def test_the_form_as_a_browser_sends_it_adds_an_active_user_unless_unticked(site: Site) -> None:
    admin = site.admin()
    sent = fields(admin.get("/admin/user/new/"))

    admin.submit("/admin/user/new/", {**sent, "username": "edna", "password": NEW})
    admin.submit("/admin/user/new/", {**sent, "username": "emil", "password": NEW, "is_active": [""]})

    assert sent["is_active"] == ["", "y"]
    assert state(site, "edna") == ("Basic", False, True)
    assert state(site, "emil") == ("Basic", False, False)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("password", "short", "Use at least 8 characters"),
        ("password", "password1", "among the first passwords that anybody would try"),
        ("password", "", "A password is needed."),
        ("username", "", "A user name is needed."),
        ("username", "x" * 65, "Use at most 64 characters."),
        ("username", "gu\u202est", "a character that cannot be seen"),
        ("username", "ADMIN", "There is a user “ADMIN” already."),
        ("plan", "99999", "Choose a plan"),
        ("plan", "no number", "Choose a plan"),
    ],
)
def test_wrong_input_shows_the_form_again_with_a_sentence_at_the_field(
    site: Site, field: str, value: str, sentence: str
) -> None:
    admin = site.admin()
    good = {"username": "ferdinand", "password": NEW, "plan": str(plan_id(site))}

    answer = admin.submit("/admin/user/new/", {**good, field: value})

    assert answer.status_code == 400
    assert sentence in words(answer)
    assert f'aria-describedby="{field}-note"' in answer.text
    if field != "username":
        assert fields(answer)["username"] == ["ferdinand"]
    assert fields(answer)["password"] == [""]
    with site.session() as session:
        assert session.scalar(select(User.id).where(User.username == "ferdinand")) is None


def test_of_three_who_add_the_same_name_at_once_one_succeeds(site: Site) -> None:
    admins = [site.admin() for _ in range(3)]
    start = Barrier(3)

    def add(admin: Client, name: str) -> requests.Response:
        token = admin.csrf()
        start.wait(20)
        data = {"username": name, "password": NEW, "plan": plan_id(site)}
        return admin.post("/admin/user/new/", data, headers={"X-CSRFToken": token})

    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(add, admins, ["Gustav", "gustav", "ｇustav"]))

    assert sorted(answer.status_code for answer in answers) == [303, 400, 400]
    refused = [words(answer) for answer in answers if answer.status_code == 400]
    assert all("already." in page or "Somebody else changed" in page for page in refused)
    with site.session() as session:
        assert session.scalar(select(func.count()).where(User.username_key == "gustav")) == 1


def test_an_empty_password_keeps_the_one_there_is(site: Site) -> None:
    admin, member = site.admin(), site.member("Basic")

    answer = edit(admin, site, member.username, plan=str(plan_id(site, "Enterprise")))

    assert answer.status_code == 303
    assert state(site, member.username) == ("Enterprise", False, True)
    assert signed_in(member)
    assert signed_in(site.client().sign_in(member.username, PASSWORD))


def test_a_new_password_signs_the_person_out_everywhere(site: Site) -> None:
    admin, member = site.admin(), site.member()
    other = site.client().sign_in(member.username)

    edit(admin, site, member.username, password=NEW)

    assert not signed_in(member)
    assert not signed_in(other)
    assert signed_in(site.client().sign_in(member.username, NEW))


def test_admin_who_changes_their_own_password_stays_signed_in_here_alone(site: Site) -> None:
    admin = site.member(is_admin=True)
    elsewhere = site.client().sign_in(admin.username)

    edit(admin, site, admin.username, password=NEW)

    assert signed_in(admin)
    assert not signed_in(elsewhere)


def test_disabling_somebody_ends_their_sign_ins(site: Site) -> None:
    admin, member = site.admin(), site.member()

    edit(admin, site, member.username, is_active=None)

    assert not signed_in(member)
    assert state(site, member.username)[2] is False
    with site.session() as session:
        assert session.scalar(select(Signin.id).where(Signin.user_id == user_id(site, member.username))) is None


def test_renaming_to_a_name_that_is_taken_is_refused_at_the_field(site: Site) -> None:
    admin, first, second = site.admin(), site.person(), site.person()

    answer = edit(admin, site, first, username=second.upper())

    assert answer.status_code == 400
    assert f"There is a user “{second}” already." in words(answer)
    assert state(site, first) == ("Enterprise", False, True)


def test_fields_that_the_form_does_not_have_change_nothing(site: Site) -> None:
    admin, name = site.admin(), site.person()
    extra = {"id": "1", "used_bytes": "7", "password_hash": "x", "must_change": "y", "created_at": "0"}

    edit(admin, site, name, **extra)

    with site.session() as session:
        user = session.scalars(select(User).where(User.username == name)).one()
        assert (user.used_bytes, user.must_change) == (0, False)
        assert user.password_hash != "x"
        assert user.id != 1


def test_search_finds_a_part_of_a_name_whatever_its_case(site: Site) -> None:
    admin = site.admin()
    for name in ("Hilde 100%", "hildegard", "Helmut"):
        site.person(name=name)

    found = words(admin.get("/admin/user/?search=HILDE"))
    percent = words(admin.get("/admin/user/", params={"search": "100%"}))
    nothing = words(admin.get("/admin/user/", params={"search": "h%t"}))

    assert "Hilde 100%" in found
    assert "hildegard" in found
    assert "Helmut" not in found
    assert "hildegard" not in percent
    assert "Nothing found" in nothing


@pytest.mark.parametrize(
    "query",
    [
        "page=-1",
        "page=99999999999999999999",
        "sort=99&desc=1",
        "sort=-1",
        "sort=1",
        "page_size=100000",
        "endpoint=x&_external=1&_scheme=javascript&_anchor=x",
        "flt0_0=x",
        "search=%FF%E2%80%AE%1b",
        "search=" + "%25" * 3000,
        "url=//evil.example/",
    ],
)
def test_strange_addresses_of_the_list_do_no_harm(site: Site, query: str) -> None:
    answer = site.admin().get(f"/admin/user/?{query}")

    assert answer.status_code == 200
    assert "Users" in words(answer)
    assert "javascript:" not in answer.text
    assert "evil.example" not in answer.text


@pytest.mark.parametrize("number", ["", "x", "1,2", "-1", "1e3", "٣", "0001x", "2147483648", "9" * 30])
@pytest.mark.parametrize("path", ["/admin/user/edit/?id=", "/admin/user/delete/?id=", "/admin/image/delete/?id="])
def test_a_user_that_is_not_there_is_not_found(site: Site, path: str, number: str) -> None:
    answer = site.admin().get(path + number)

    assert answer.status_code == 404
    assert "any more" in words(answer)


def test_the_list_takes_as_many_statements_for_fifty_as_for_one(site: Site) -> None:
    admin = site.admin()
    site.person(name="ida alone")
    with site.statements() as for_one:
        admin.get("/admin/user/?search=ida")
    for number in range(20):
        site.person(name=f"ida {number}")

    with site.statements() as for_many:
        page = admin.get("/admin/user/?search=ida")

    assert "ida 19" in page.text
    assert len(for_many) == len(for_one) == 3  # who asks, the plans to filter by, the rows


def test_changes_are_logged_without_passwords(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    admin = site.admin()

    admin.submit("/admin/user/new/", {"username": "jakob", "password": NEW, "plan": plan_id(site)})
    edit(admin, site, "jakob", password="another heron, grey")
    jakob = user_id(site, "jakob")
    admin.submit("/admin/user/delete/", {"id": jakob})

    events = [(record.msg, getattr(record, "fields", {})) for record in caplog.records]
    of_jakob = [(name, given["by"]) for name, given in events if given.get("user") == jakob and "by" in given]
    assert of_jakob == [("user_added", "admin"), ("user_changed", "admin"), ("user_deleted", "admin")]
    assert "heron" not in str([record.__dict__ for record in caplog.records])
