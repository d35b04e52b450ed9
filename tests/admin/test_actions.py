"""What is done to several at once: first a question that says how many, then all of it or nothing."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from imageapp.accounts.models import User
from imageapp.plans.models import Plan
from tests.admin.forms import fields, words
from tests.admin.test_users import plan_id, user_id
from tests.site import Client, Site


def standing(site: Site, *names: str) -> list[tuple[str, bool]]:
    """Plan of each, and whether they may sign in."""
    with site.session() as session:
        found = session.execute(
            select(User.username, Plan.name, User.is_active).join(Plan, Plan.id == User.plan_id)
        ).all()
    known = {row.username: (row.name, row.is_active) for row in found}
    return [known[name] for name in names]


def asked(admin: Client, site: Site, action: str, *names: str):  # noqa: ANN201 - the library's response
    """The question before that is done to these people."""
    return admin.get("/admin/user/action/", params={"action": action, "id": [user_id(site, name) for name in names]})


def test_disabling_several_says_how_many_and_then_signs_them_out_and_ends_their_links(site: Site, photo: Path) -> None:
    admin, alice, bob, carol = site.admin(), site.member(), site.member(), site.member()
    link = alice.link(alice.keep(photo))
    names = alice.username, bob.username

    question = asked(admin, site, "disable", *names)
    before = standing(site, *names)
    answer = admin.submit("/admin/user/action/", fields(question))

    assert "Disable 2 users?" in words(question)
    assert all(name in words(question) for name in names)
    assert before == [("Enterprise", True)] * 2
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/user/")
    assert "2 users were disabled." in admin.get("/admin/user/").text
    assert standing(site, *names, carol.username) == [("Enterprise", False)] * 2 + [("Enterprise", True)]
    assert alice.get("/images").headers["Location"].startswith("/login")
    assert "This link no longer works" in site.client().get(link["url"]).text
    assert carol.get("/images").status_code == 200


def test_only_whoever_would_change_is_asked_about(site: Site) -> None:
    admin = site.admin()
    active, disabled = site.person(), site.person(is_active=False)

    question = asked(admin, site, "enable", active, disabled)
    admin.submit("/admin/user/action/", fields(question))
    again = asked(admin, site, "enable", active, disabled)

    assert f"Enable {disabled}?" in words(question)
    assert active not in words(question)
    assert standing(site, active, disabled) == [("Enterprise", True)] * 2
    assert again.status_code == 303
    assert "All of these are enabled already." in admin.get("/admin/user/").text


def test_several_get_another_plan_at_once(site: Site) -> None:
    admin, names, plan = site.admin(), [site.person("Basic"), site.person("Premium")], site.plan((0, 200))

    question = asked(admin, site, "move", *names)
    answer = admin.submit("/admin/user/action/", {**fields(question), "plan": plan_id(site, plan)})

    assert "Change the plan of 2 users?" in words(question)
    assert answer.status_code == 303
    assert "The plans of 2 users were changed." in admin.get("/admin/user/").text
    assert standing(site, *names) == [(plan, True)] * 2


@pytest.mark.parametrize("plan", ["0", "", "2147483648", "x", "999999"])
def test_a_plan_that_is_not_there_moves_nobody(site: Site, plan: str) -> None:
    admin, names = site.admin(), [site.person("Basic"), site.person("Premium")]

    answer = admin.submit("/admin/user/action/", {**fields(asked(admin, site, "move", *names)), "plan": plan})

    assert answer.status_code == 400
    assert "This plan was deleted meanwhile." in words(answer)
    assert "Change the plan of 2 users?" in words(answer)
    assert standing(site, *names) == [("Basic", True), ("Premium", True)]


def test_the_last_admins_are_not_disabled_nor_anybody_along_with_them(start_site: Callable[..., Site]) -> None:
    site = start_site()
    admin, other, member = site.admin(), site.person(is_admin=True), site.person()

    answer = admin.submit("/admin/user/action/", fields(asked(admin, site, "disable", "admin", other, member)))
    one_of_them = admin.submit("/admin/user/action/", fields(asked(admin, site, "disable", other, member)))

    assert answer.status_code == 400
    assert "These are all the admins there are." in words(answer)
    assert "Disable 3 users?" in words(answer)
    assert one_of_them.status_code == 303
    assert standing(site, "admin", other, member) == [
        ("Enterprise", True),
        ("Enterprise", False),
        ("Enterprise", False),
    ]


def test_deleting_people_says_how_many_pictures_go_with_them(site: Site, photo: Path) -> None:
    admin, alice, bob = site.admin(), site.member(), site.member()
    for _ in range(2):
        alice.keep(photo)
    bob.keep(photo)

    question = asked(admin, site, "delete", alice.username, bob.username)

    assert "Delete 2 users?" in words(question)
    assert "In all: 3 pictures of" in words(question)


def test_several_pictures_are_deleted_after_their_number_was_said(site: Site, photo: Path) -> None:
    admin, alice = site.admin(), site.member()
    kept = [alice.keep(photo) for _ in range(3)]
    ids = [one["id"] for one in kept[:2]]

    question = admin.get("/admin/image/action/", params={"action": "delete", "id": ids})
    answer = admin.submit("/admin/image/action/", fields(question))

    assert "Delete 2 pictures?" in words(question)
    assert "That gives back" in words(question)
    assert answer.status_code == 303
    assert [alice.get(f"/images/{one['id']}").status_code for one in kept] == [404, 404, 200]


def test_a_picture_in_the_trash_is_deleted_for_good(site: Site, photo: Path) -> None:
    admin, alice = site.admin(), site.member()
    image = alice.keep(photo)
    alice.submit(f"/images/{image['id']}/delete")

    answer = admin.submit("/admin/image/delete/", fields(admin.get(f"/admin/image/delete/?id={image['id']}")))

    assert answer.status_code == 303
    with site.session() as session:
        kept = session.execute(select(User.used_bytes, User.pictures).where(User.username == alice.username)).one()
    assert tuple(kept) == (0, 0)


def test_several_links_are_revoked_and_those_that_ended_are_not_counted(site: Site, photo: Path) -> None:
    admin, alice, stranger = site.admin(), site.member(), site.client()
    image = alice.keep(photo)
    links = [alice.link(image) for _ in range(3)]
    alice.submit(f"/links/{links[0]['id']}/revoke")
    ids = {"action": "delete", "id": [link["id"] for link in links]}

    question = admin.get("/admin/link/action/", params=ids)
    admin.submit("/admin/link/action/", fields(question))
    afterwards = admin.get("/admin/link/")
    again = admin.get("/admin/link/action/", params=ids)

    assert "Revoke 2 links?" in words(question)
    assert "2 links were revoked." in afterwards.text
    assert [stranger.get(link["url"]).status_code for link in links] == [410] * 3
    assert again.status_code == 303
    assert "All of these have ended already." in admin.get("/admin/link/").text


def test_what_is_done_to_several_is_logged(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    admin, name = site.admin(), site.person("Basic")

    for action, besides in (("disable", {}), ("enable", {}), ("move", {"plan": str(plan_id(site, "Premium"))})):
        admin.submit("/admin/user/action/", {**fields(asked(admin, site, action, name)), **besides})

    told = [
        (record.msg, record.fields["by"])  # type: ignore[attr-defined] - our logger's own
        for record in caplog.records
        if getattr(record, "fields", {}).get("users") == [user_id(site, name)]
    ]
    assert told == [("users_disabled", "admin"), ("users_enabled", "admin"), ("users_moved", "admin")]


@pytest.mark.parametrize("action", ["explode", "", "disable' OR 1=1"])
def test_an_action_of_another_name_is_refused(site: Site, action: str) -> None:
    admin, name = site.admin(), site.person()

    answers = [
        asked(admin, site, action, name),
        admin.submit("/admin/user/action/", {"action": action, "rowid": user_id(site, name)}),
    ]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert standing(site, name) == [("Enterprise", True)]
