"""Nobody but admins who signed in lately gets into the dashboard, by whatever address."""

import pytest

from tests.admin.forms import words
from tests.site import JSON, Client, Site


def addresses(site: Site) -> list[tuple[str, str]]:
    """Every method and address of the dashboard; a new one is in here by itself."""
    return [
        (method, rule.rule)
        for rule in site.app.url_map.iter_rules()
        if rule.rule.startswith("/admin")
        for method in sorted((rule.methods or set()) - {"HEAD"})
    ]


def ask(client: Client, method: str, path: str) -> tuple[int, str]:
    """The status and where it leads."""
    response = client.get(path) if method == "GET" else client.submit(path, {"id": "1", "rowid": "1"})
    return response.status_code, response.headers.get("Location", "")


def test_stranger_is_sent_to_sign_in_from_every_address(site: Site) -> None:
    stranger = site.client()

    answers = {(method, path): ask(stranger, method, path) for method, path in addresses(site)}

    assert len(answers) > 20
    for (method, path), (status, location) in answers.items():
        assert status == 302, (method, path)
        assert location == (f"/login?next={path}" if method == "GET" else "/login?unsent=1")


def test_member_is_told_that_it_is_for_administrators(site: Site) -> None:
    member = site.member()

    answers = [member.get(path) for method, path in addresses(site) if method == "GET"]
    changes = {ask(member, method, path) for method, path in addresses(site) if method == "POST"}

    assert {answer.status_code for answer in answers} == {403}
    assert all("For administrators" in words(answer) for answer in answers)
    assert changes == {(403, "")}


@pytest.mark.parametrize(
    "path",
    [
        "/admin/user/export/csv/",
        "/admin/user/ajax/lookup/",
        "/admin/user/ajax/update/",
        "/admin/user/details/?id=1",
        "/admin/image/new/",
        "/admin/image/edit/?id=1",
        "/admin/link/new/",
        "/admin/static/admin/js/form.js",
    ],
)
def test_what_the_dashboard_does_not_need_is_not_there(site: Site, path: str) -> None:
    answer = site.admin().get(path)

    assert answer.status_code == 404
    assert "Nothing here" in words(answer)


def test_admin_signs_in_again_after_half_a_day_and_goes_on_where_they_were(site: Site) -> None:
    admin = site.admin()
    site.clock.advance(hours=12, minutes=1)

    sent_away = admin.get("/admin/user/?search=a")
    form = admin.get(sent_away.headers["Location"])
    elsewhere = admin.get("/images")
    back = admin.submit(
        "/login",
        {"username": "admin", "password": site.settings.admin_password, "next": "/admin/user/?search=a"},
    )
    there = admin.get(back.headers["Location"])

    assert sent_away.headers["Location"] == "/login?next=/admin/user/?search%3Da&again=1"
    assert form.status_code == 200
    assert "again for the admin pages" in words(form)
    assert elsewhere.status_code == 200
    assert "Users" in words(there)


def test_who_signed_in_lately_is_not_asked_again(site: Site) -> None:
    answer = site.admin().get("/login?next=/admin/&again=1")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/")


def test_program_of_an_admin_is_told_to_sign_in_again(site: Site) -> None:
    admin = site.admin()
    site.clock.advance(hours=13)

    answer = admin.get("/admin/user/", headers=JSON)

    assert answer.status_code == 401
    assert answer.json()["error"] == "sign_in"


def test_form_sent_half_a_day_late_changes_nothing(site: Site) -> None:
    admin, name = site.admin(), site.person()
    site.clock.advance(hours=13)

    answer = admin.submit("/admin/user/new/", {"username": f"{name}-2", "password": "x" * 20, "plan": 1})

    assert answer.headers["Location"] == "/login?next=/admin/&again=1"
    site.clock.reset()
    assert "Nothing found" in words(site.admin().get(f"/admin/user/?search={name}-2"))
