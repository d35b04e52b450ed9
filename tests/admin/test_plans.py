"""Admins make plans, and members get exactly those."""

from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import select

from imageapp.plans.models import Plan, Size
from imageapp.wording import file_size
from tests.admin.forms import fields, words
from tests.admin.test_users import plan_id
from tests.site import Client, Site


def plan_row(site: Site, name: str) -> dict[str, Any] | None:
    """A plan as the tables have it."""
    with site.session() as session:
        plan = session.scalar(select(Plan).where(Plan.name == name))
        if plan is None:
            return None
        return {
            "id": plan.id,
            "sizes": {str(size) for size in plan.sizes},
            "gives": (plan.shows_original, plan.makes_links),
            "quota": plan.quota_bytes,
        }


def id_of(site: Site, name: str) -> int:
    row = plan_row(site, name)
    assert row is not None
    return row["id"]


def size_id(site: Site, width: int, height: int) -> int:
    with site.session() as session:
        return session.scalars(select(Size.id).where(Size.width == width, Size.height == height)).one()


def edit(admin: Client, site: Site, name: str, **changes: Any) -> requests.Response:
    """Open a plan's form, change these fields (None: untick), send it as the browser would."""
    path = f"/admin/plan/edit/?id={id_of(site, name)}"
    sent: dict[str, Any] = dict(fields(admin.get(path)))
    for field, value in changes.items():
        sent.pop(field, None)
        if value is not None:
            sent[field] = value
    return admin.submit(path, sent)


def test_admin_makes_a_plan_and_its_member_gets_exactly_its_links(site: Site, photo: Path) -> None:
    admin = site.admin()

    answer = admin.submit(
        "/admin/plan/new/",
        {
            "name": "Studio",
            "sizes": [size_id(site, 0, 200)],
            "new_sizes": "310x, 120 × 80 200",
            "shows_original": "y",
            "quota_bytes": "5000000",
        },
    )
    image = site.member("Studio").keep(photo)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/plan/")
    row = plan_row(site, "Studio")
    assert row is not None
    assert (row["sizes"], row["gives"], row["quota"]) == ({"200", "310x", "120x80"}, (True, False), 5_000_000)
    assert set(image["links"]) == {"self", "thumbnails", "original"}
    assert set(image["links"]["thumbnails"]) == {"200", "310x", "120x80"}
    assert "5 MB" in words(admin.get("/admin/plan/?search=studio"))


@pytest.mark.parametrize(
    ("typed", "bytes_"),
    [
        ("5 GB", 5_000_000_000),
        ("2,5mb", 2_500_000),
        ("1.5 Kb", 1_500),
        (" 999 TB ", 999 * 10**12),
        ("7 b", 7),
        ("7", 7),
    ],
)
def test_space_is_typed_as_people_write_it(site: Site, typed: str, bytes_: int) -> None:
    admin, name = site.admin(), site.plan((0, 200))

    answer = admin.submit(
        f"/admin/plan/edit/?id={plan_id(site, name)}", {"name": name, "accepts": "JPEG", "quota_bytes": typed}
    )

    assert answer.status_code == 303
    row = plan_row(site, name)
    assert row is not None
    assert row["quota"] == bytes_


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "A plan needs a name."),
        ("name", "   ", "A plan needs a name."),
        ("name", "basic", "There is a plan “Basic” already."),
        ("name", "ＢＡＳＩＣ", "There is a plan “Basic” already."),
        ("name", "x" * 51, "50 characters"),
        ("name", "ﷺ" * 50, "50 plain characters"),
        ("name", "a\u202eb", "a character that cannot be seen"),
        ("new_sizes", "300, big", "“big” is not a size."),
        ("new_sizes", "0", "“0” is not a size."),
        ("new_sizes", "10001", "“10001” is not a size."),
        ("new_sizes", "1 " * 400, "too much at once"),
        ("sizes", "99999", "One of these sizes was deleted meanwhile."),
        ("sizes", "2147483648", "One of these sizes was deleted meanwhile."),
        ("quota_bytes", "-1", "Write the space as 5 GB"),
        ("quota_bytes", "1e9", "Write the space as 5 GB"),
        ("quota_bytes", "٣", "Write the space as 5 GB"),
        ("quota_bytes", "9" * 16, "Write the space as 5 GB"),
        ("quota_bytes", "1000 TB", "Write the space as 5 GB"),
        ("quota_bytes", "0.5", "Write the space as 5 GB"),
        ("quota_bytes", "5 GiB", "Write the space as 5 GB"),
    ],
)
def test_wrong_input_shows_the_form_again_with_a_sentence_at_the_field(
    site: Site, field: str, value: str, sentence: str
) -> None:
    answer = site.admin().submit("/admin/plan/new/", {"name": "Never", "quota_bytes": "77", field: value})

    assert answer.status_code == 400
    assert sentence in words(answer)
    assert f'id="{field}-note"' in answer.text
    if field != "quota_bytes":
        assert fields(answer)["quota_bytes"] == ["77"]
    assert plan_row(site, "Never") is None


def test_a_quota_of_nothing_is_not_no_quota(site: Site, photo: Path) -> None:
    admin, name = site.admin(), site.plan((0, 200), quota_bytes=0)

    answer = edit(admin, site, name, shows_original="y")
    refused = site.member(name).upload(photo)

    assert answer.status_code == 303
    row = plan_row(site, name)
    assert row is not None
    assert (row["quota"], row["gives"]) == (0, (True, False))
    assert [one["error"] for one in refused.json()["refused"]] == ["quota_full"]


def test_taking_the_original_out_of_a_plan_holds_at_the_next_request(site: Site, photo: Path) -> None:
    admin, name = site.admin(), site.plan((0, 200), shows_original=True)
    member = site.member(name)
    original = member.keep(photo)["links"]["original"]
    before = member.get(original)

    edit(admin, site, name, shows_original=None, sizes=None)

    after = member.get(original)
    assert (before.status_code, after.status_code) == (200, 403)
    row = plan_row(site, name)
    assert row is not None
    assert row["sizes"] == set()


def test_a_plan_in_use_stays_and_names_its_people(site: Site) -> None:
    admin, plan = site.admin(), site.plan((0, 200))
    alone = site.person(plan)
    for_one = admin.get(f"/admin/plan/delete/?id={id_of(site, plan)}")
    names = [alone, *(site.person(plan, name=f"zz {plan} {at}") for at in range(6))]

    answer = admin.submit("/admin/plan/delete/", {"id": id_of(site, plan)})

    assert f"{plan} is used by 1 person: {alone}. Move that person to another plan first." in words(for_one)
    assert "btn dan" not in for_one.text.partition("<main")[2].replace("btn dan-q", "")
    assert answer.status_code == 400
    shown = ", ".join(sorted(names)[:5])
    assert f"{plan} is used by 7 people: {shown} and 2 more. Move them to another plan first." in words(answer)
    assert plan_row(site, plan) is not None


def test_a_plan_that_nobody_is_on_is_deleted(site: Site) -> None:
    admin, plan = site.admin(), site.plan((0, 200), (0, 401))

    question = admin.get(f"/admin/plan/delete/?id={id_of(site, plan)}")
    answer = admin.submit("/admin/plan/delete/", fields(question))

    assert f"Delete {plan}?" in words(question)
    assert answer.status_code == 303
    assert plan_row(site, plan) is None
    assert size_id(site, 0, 401)


def test_the_list_of_plans_counts_their_people_in_one_statement(site: Site) -> None:
    admin = site.admin()
    plan = site.plan((0, 200))
    site.person(plan)
    with site.statements() as before:
        admin.get("/admin/plan/")
    for _ in range(5):
        site.plan((0, 200))

    with site.statements() as after:
        page = admin.get(f"/admin/plan/?search={plan}")

    assert len(after) == len(before) == 4
    assert words(page).split(f"Choose {plan} {plan} 200")[1].split()[:5] == ["No", "No", "No", "limit", "1"]


def test_saving_and_going_on_stays_on_the_form(site: Site) -> None:
    admin, plan = site.admin(), site.plan((0, 200))

    answer = edit(admin, site, plan, makes_links="y", _continue_editing="y")
    page = admin.get(answer.headers["Location"])

    assert page.status_code == 200
    assert fields(page)["makes_links"] == ["y"]
    assert "Saved." in page.text


def test_the_overview_sums_people_and_space_without_counting_pictures(site: Site, photo: Path) -> None:
    admin, plan = site.admin(), site.plan((0, 200))
    site.member(plan).keep(photo)

    with site.statements() as seen:
        page = admin.get("/admin/")

    assert f"{plan} 1 0 1 {file_size(photo.stat().st_size)}" in words(page)
    assert not any("FROM images" in statement for statement in seen)
    assert len(seen) == 4  # who asks, the days, the plans with their people, the live links
