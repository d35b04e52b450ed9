"""Admins say which formats a plan takes, and its members are told."""

from typing import Any

import pytest
import requests
from sqlalchemy import select

from imageapp.plans.models import Plan
from tests.admin.forms import fields, words
from tests.images.drawing import drawn, moving
from tests.site import Client, Site

EVERY = ["JPEG", "PNG", "GIF", "WEBP", "AVIF", "HEIC"]


def _row(site: Site, name: str) -> Plan:
    with site.session() as session:
        return session.scalars(select(Plan).where(Plan.name == name)).one()


def _form(admin: Client, site: Site, name: str) -> requests.Response:
    return admin.get(f"/admin/plan/edit/?id={_row(site, name).id}")


def _save(admin: Client, site: Site, name: str, **changes: Any) -> requests.Response:
    """Send the plan's form as a browser would, with these fields changed (None: left out)."""
    sent: dict[str, Any] = {**fields(_form(admin, site, name)), **changes}
    sent = {field: value for field, value in sent.items() if value is not None}
    return admin.submit(f"/admin/plan/edit/?id={_row(site, name).id}", sent)


def test_a_new_plan_takes_every_format(site: Site) -> None:
    """All boxes are ticked from the start, and a program that says nothing of them gets the same."""
    admin = site.admin()
    shown = admin.get("/admin/plan/new/")

    admin.submit("/admin/plan/new/", {**fields(shown), "name": "By hand"})
    admin.submit("/admin/plan/new/", {"name": "By program"})

    assert fields(shown)["accepts"] == ["", *EVERY]
    assert (_row(site, "By hand").accepts, _row(site, "By program").accepts) == (None, None)


def test_a_member_of_a_narrow_plan_reads_what_it_takes(site: Site) -> None:
    """At the form, in the list of files that the browser offers, and in the refusal."""
    admin, name = site.admin(), site.plan((0, 200), shows_original=True)
    member = site.member(name)

    saved = _save(admin, site, name, accepts=["", "PNG", "JPEG"])

    answer = member.upload(("party.gif", moving("GIF", 3)), ("phone.heic", drawn("HEIC")), ("a.txt", b"Dear Bob"))
    page = member.get("/images/upload")
    assert saved.status_code == 303
    assert _row(site, name).accepts == "JPEG,PNG"
    assert fields(_form(admin, site, name))["accepts"] == ["", "JPEG", "PNG"]
    assert answer.status_code == 422
    assert {(one["error"], one["message"]) for one in answer.json()["refused"]} == {
        ("not_an_image", "This is a GIF picture, which is not accepted here. Save it as JPEG or PNG."),
        ("not_an_image", "This is a HEIC picture, which is not accepted here. Save it as JPEG or PNG."),
        ("not_an_image", "This file is not a picture that can be read here. Save it as JPEG or PNG."),
    }
    assert "Formats JPEG, PNG Size" in words(page)
    assert page.text.count('accept="image/jpeg,.jpg,.jpeg,.jpe,image/png,.png,.apng"') == 2
    assert member.keep(("a.gif", drawn("PNG")))["format"] == "PNG"


def test_old_pictures_of_a_format_that_a_plan_no_longer_takes_are_served_as_before(site: Site) -> None:
    """Sizes that the plan got later are made of them, too."""
    admin, name = site.admin(), site.plan((0, 200), shows_original=True)
    member = site.member(name)
    image = member.keep(("party.gif", moving("GIF", 3)))

    _save(admin, site, name, accepts=["", "JPEG"], new_sizes="90")

    assert member.get(image["links"]["original"]).headers["Content-Type"] == "image/gif"
    assert member.get(image["links"]["thumbnails"]["200"]).headers["Content-Type"] == "image/webp"
    assert member.get(f"{image['links']['self']}/thumbnails/90").headers["Content-Type"] == "image/webp"
    assert member.upload(("party.gif", moving("GIF", 3))).status_code == 422


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (["", *EVERY], None),
        (["", "HEIC", "JPEG"], "JPEG,HEIC"),
        (["GIF", "GIF"], "GIF"),
        (None, "PNG"),
    ],
    ids=["all are all that will ever be", "in the order of the list", "each once", "not sent, not changed"],
)
def test_ticks_are_kept_as_they_are_meant(site: Site, sent: list[str] | None, kept: str | None) -> None:
    admin, name = site.admin(), site.plan((0, 200))
    _save(admin, site, name, accepts=["", "PNG"])

    answer = _save(admin, site, name, accepts=sent)

    assert answer.status_code == 303
    assert _row(site, name).accepts == kept


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ([""], "Tick at least one format. Without any, nobody on this plan could upload."),
        (["", "EXE"], "not a valid choice"),
        (["", "PNG,JPEG"], "not a valid choice"),
        (["", "TIFF"], "not a valid choice"),
    ],
)
def test_wrong_ticks_show_the_form_again(site: Site, sent: list[str], sentence: str) -> None:
    """With a sentence, and nothing is saved."""
    admin, name = site.admin(), site.plan((0, 200))

    answer = _save(admin, site, name, accepts=sent)

    assert answer.status_code == 400
    assert sentence in words(answer)
    assert _row(site, name).accepts is None


def test_a_plan_of_what_the_server_no_longer_takes_can_be_mended(site: Site) -> None:
    """Its members read that nothing is taken; its form still has the format that is gone."""
    admin, name = site.admin(), site.plan((0, 200))
    with site.session() as session:
        session.scalars(select(Plan).where(Plan.name == name)).one().accepts = "TIFF"
        session.commit()
    member = site.member(name)

    page, refused = member.get("/images/upload"), member.upload(("a.png", drawn("PNG")))

    assert "Formats None at the moment. Ask your administrator." in words(page)
    assert refused.json()["refused"][0]["message"].startswith("No kind of picture is accepted here at the moment.")
    assert fields(_form(admin, site, name))["accepts"] == ["", "TIFF"]
    assert _save(admin, site, name, accepts=["", "TIFF", "PNG"]).status_code == 303
    assert member.keep(("a.png", drawn("PNG")))["format"] == "PNG"
