"""The whole journey as a program makes it, on both databases."""

import hashlib
from pathlib import Path

from tests.site import JSON, Site


def test_enterprise_member_keeps_a_photograph_and_hands_out_a_link(site: Site, photo: Path) -> None:
    alice = site.member("Enterprise")

    image = alice.keep(photo)
    link = alice.link(image, 300)
    stranger = site.client()
    opened = stranger.get(link["url"])

    assert opened.status_code == 200
    assert hashlib.sha256(opened.content).digest() == hashlib.sha256(photo.read_bytes()).digest()
    assert opened.headers["Content-Type"] == "image/jpeg"
    assert sorted(image["links"]["thumbnails"]) == ["200", "400"]
    listed = alice.get("/images", headers=JSON).json()
    assert listed == {"images": [image], "next": None}


def test_a_link_ends_at_its_second(site: Site, photo: Path) -> None:
    alice = site.member("Enterprise")
    start = site.clock.freeze()
    link = alice.link(alice.keep(photo), 300)

    site.clock.advance(seconds=299)
    before = site.client().get(link["url"])
    site.clock.advance(seconds=2)
    after = site.client().get(link["url"])

    assert before.status_code == 200
    assert after.status_code == 410
    assert "This link no longer works" in after.text
    assert start < site.clock()


def test_each_plan_gives_exactly_its_links(site: Site, photo: Path) -> None:
    basic, premium = site.member("Basic"), site.member("Premium")

    of_basic, of_premium = basic.keep(photo)["links"], premium.keep(photo)["links"]

    assert set(of_basic) == {"self", "thumbnails"}
    assert set(of_basic["thumbnails"]) == {"200"}
    assert set(of_premium) == {"self", "thumbnails", "original"}
    assert set(of_premium["thumbnails"]) == {"200", "400"}


def test_basic_member_is_refused_the_original_and_a_link(site: Site, photo: Path) -> None:
    basic = site.member("Basic")
    image = basic.keep(photo)

    original = basic.get(f"/images/{image['id']}/original", headers=JSON)
    link = basic.submit(f"/images/{image['id']}/links/new", {"seconds": 300}, as_json=True)
    larger = basic.get(f"/images/{image['id']}/thumbnails/400", headers=JSON)

    for refused in (original, link, larger):
        assert refused.status_code == 403
        assert refused.json()["error"] == "forbidden_by_plan"
