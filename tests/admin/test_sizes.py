"""Admins make sizes and change them, and thumbnails follow."""

from pathlib import Path

import pytest
from sqlalchemy import select

from imageapp.images.models import Thumbnail
from imageapp.plans.models import Size
from tests.admin.forms import fields, words
from tests.admin.test_plans import size_id
from tests.site import JSON, Site


@pytest.mark.parametrize(
    ("width", "height", "label"),
    [("", "511", "511"), ("512", "", "512x"), ("513", "514", "513x514"), ("0", "515", "515")],
)
def test_a_size_is_a_height_a_width_or_a_box(site: Site, width: str, height: str, label: str) -> None:
    admin = site.admin()

    answer = admin.submit("/admin/size/new/", {"width": width, "height": height})
    twice = admin.submit("/admin/size/new/", {"width": width, "height": height})

    assert answer.status_code == 303
    assert label in words(admin.get("/admin/size/"))
    assert twice.status_code == 400
    assert f"There is a size {label} already." in words(twice)


@pytest.mark.parametrize(
    ("width", "height", "sentence"),
    [
        ("", "", "Give a width, a height, or both."),
        ("0", "0", "Give a width, a height, or both."),
        ("-5", "10", "Write a whole number of pixels"),
        ("10", "10001", "Write a whole number of pixels up to 10000"),
        ("1e2", "", "Write a whole number of pixels"),
        ("٣", "3", "Write a whole number of pixels"),
    ],
)
def test_a_size_that_is_none_is_refused(site: Site, width: str, height: str, sentence: str) -> None:
    answer = site.admin().submit("/admin/size/new/", {"width": width, "height": height})

    assert answer.status_code == 400
    assert sentence in words(answer)
    assert fields(answer) == {"url": ["/admin/size/"], "width": [width] if width else [""], "height": [height or ""]}


def test_sizes_have_no_names_to_search_by(site: Site) -> None:
    page = site.admin().get("/admin/size/?search=nothing")

    assert page.status_code == 200
    assert "200 px tall" in words(page)
    assert 'type="search"' not in page.text


def test_a_size_in_use_stays_and_names_its_plans(site: Site) -> None:
    admin = site.admin()
    plans = sorted(site.plan((0, 611)) for _ in range(2))

    answer = admin.submit("/admin/size/delete/", {"id": size_id(site, 0, 611)})

    assert answer.status_code == 400
    assert f"611 is used by the plans {plans[0]} and {plans[1]}. Take it out of them first." in words(answer)
    assert size_id(site, 0, 611)


def test_deleting_an_unused_size_takes_its_thumbnails(site: Site, photo: Path) -> None:
    admin, plan = site.admin(), site.plan((0, 622))
    image = site.member(plan).keep(photo)
    unused = size_id(site, 0, 622)
    with site.session() as session:
        key = session.scalars(select(Thumbnail.blob_key).where(Thumbnail.image_id == image["id"])).one()
    site.change_plan(plan, sizes=[])

    answer = admin.submit("/admin/size/delete/", {"id": unused})

    assert answer.status_code == 303
    assert key not in site.files()
    with site.session() as session:
        assert session.get(Size, unused) is None
        assert session.scalar(select(Thumbnail.size_id).where(Thumbnail.size_id == unused)) is None


def test_changing_a_size_makes_its_thumbnails_anew_at_the_new_pixels(site: Site, photo: Path) -> None:
    admin, plan = site.admin(), site.plan((0, 90))
    member = site.member(plan)
    image = member.keep(photo)
    changed = size_id(site, 0, 90)

    answer = admin.submit(f"/admin/size/edit/?id={changed}", {"width": "", "height": "70"})
    links = member.get(f"/images/{image['id']}", headers=JSON).json()["links"]["thumbnails"]
    thumbnail = member.get(links["70"])

    assert answer.status_code == 303
    assert set(links) == {"70"}
    assert thumbnail.status_code == 200
    with site.session() as session:
        row = session.scalars(select(Thumbnail).where(Thumbnail.image_id == image["id"])).one()
        assert (row.size_id, row.height) == (changed, 70)
    assert "Not in your plan" in member.get(f"/images/{image['id']}/thumbnails/90").text
