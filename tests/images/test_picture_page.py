"""What its owner reads and does on a picture's own page."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from imageapp.database import writing
from imageapp.images.models import Image
from tests.authorization.people import small_picture
from tests.images.sending import words
from tests.site import JSON, Client, Site


def test_alice_reads_the_name_that_her_file_is_handed_out_under(site: Site) -> None:
    alice = site.member("Enterprise")
    image = alice.keep(("holiday", small_picture()[1]))

    page = words(alice.get(f"/images/{image['id']}"))

    assert "File name holiday.jpg" in page
    headers = site.client().get(alice.link(image)["url"]).headers
    assert headers["Content-Disposition"] == "inline; filename=holiday.jpg"


@pytest.mark.parametrize(
    ("plan", "missing"), [("Basic", ["400 px tall", "Original", "Expiring links"]), ("Premium", ["Expiring links"])]
)
def test_a_member_reads_what_the_plan_does_not_give_and_whom_to_ask(
    start_site: Callable[..., Site], plan: str, missing: list[str]
) -> None:
    """On a site of its own, as others make plans with more sizes."""
    site = start_site()
    member = site.member(plan)
    image = member.keep(small_picture())

    page = words(member.get(f"/images/{image['id']}"))

    assert page.count(f"Not in {plan}") == len(missing)
    for name in missing:
        assert f"{name} Not in {plan}" in page
    assert "Your administrator can move you to a plan that gives more." in page


@pytest.mark.parametrize(
    ("size", "missing"),
    [((640, 480), ["300 px tall", "400 px tall"]), ((400, 300), ["300 px tall"]), ((200, 150), [])],
    ids=["larger than all", "as large as one", "smaller than all"],
)
def test_sizes_that_a_plan_does_not_give_are_told_where_they_would_show_more(
    start_site: Callable[..., Site], size: tuple[int, int], missing: list[str]
) -> None:
    """Not smaller ones, nor those that no plan gives."""
    site = start_site()
    site.plan((0, 300), (0, 100))
    plan = site.plan((0, 200))
    member = site.member(plan)
    image = member.keep(small_picture(*size))

    page = words(member.get(f"/images/{image['id']}"))

    assert re.findall(rf"(\w+ px \w+) Not in {plan}", page) == missing


def test_a_member_whose_plan_makes_links_of_what_it_does_not_show_reads_whom_to_ask(site: Site) -> None:
    member = site.member(site.plan((0, 200), makes_links=True))
    image = member.keep(small_picture())

    page = words(member.get(f"/images/{image['id']}"))

    assert "Create expiring link" in page
    assert "Your administrator can move you to a plan that gives more." in page


@pytest.mark.parametrize(
    ("shows_original", "makes_links", "sentence"),
    [
        (True, True, "Whoever gets the original, by an expiring link too, can read this."),
        (False, True, "Whoever gets the original, by an expiring link too, can read this."),
        (True, False, "Whoever gets the original can read this."),
        (False, False, "Nobody gets the original on this plan."),
    ],
)
def test_a_member_reads_who_can_read_what_the_file_reveals(
    site: Site, shows_original: bool, makes_links: bool, sentence: str
) -> None:
    member = site.member(site.plan((0, 200), shows_original=shows_original, makes_links=makes_links))
    image = member.keep(small_picture())

    page = words(member.get(f"/images/{image['id']}"))

    assert f"What the file reveals {sentence} Thumbnails carry only the name." in page


def test_fields_for_a_name_end_where_names_do(site: Site) -> None:
    alice = site.member("Enterprise")
    image = alice.keep(small_picture())

    for path in ("/images/upload", f"/images/{image['id']}"):
        (field,) = re.findall(r'<input [^>]*name="name"[^>]*>', alice.get(path).text)
        assert 'maxlength="50"' in field, path


def _standing_name(site: Site, image: dict[str, Any]) -> str:
    with site.session() as session:
        return session.get_one(Image, image["id"]).name


def test_alice_renames_her_picture_and_sees_it_everywhere(site: Site) -> None:
    alice = site.member("Enterprise")
    image = alice.keep(small_picture())
    link = alice.link(image)

    answer = alice.submit(f"/images/{image['id']}/rename", {"name": "  Lake\u202e in  fog.jpg "})

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/images/{image['id']}")
    page = words(alice.get(answer.headers["Location"]))
    assert "The picture is now called “Lake in fog.jpg”." in page
    assert "File name Lake in fog.jpg" in page
    for path in ("/", "/images", "/links"):
        assert "Lake in fog.jpg" in alice.get(path).text, path
    opened = site.client().get(link["url"])
    assert (opened.status_code, opened.headers["Content-Disposition"]) == (200, 'inline; filename="Lake in fog.jpg"')


def test_alice_s_program_renames_her_picture_and_gets_it_back(site: Site) -> None:
    alice = site.member("Enterprise")
    image = alice.keep(small_picture())

    answer = alice.submit(f"/images/{image['id']}/rename", {"name": "x" * 60 + ".jpg"}, as_json=True)

    assert answer.status_code == 200
    assert answer.json()["name"] == "..." + "x" * 43 + ".jpg" == _standing_name(site, image)
    assert answer.json() == alice.get(f"/images/{image['id']}", headers=JSON).json()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("", "Type a name."), (" \u202e\t ", "Type a name."), ("x" * 1001, "Use at most 50 characters.")],
    ids=["nothing", "nothing to be seen", "far too much"],
)
def test_alice_who_types_no_name_gets_the_form_again(site: Site, typed: str, sentence: str) -> None:
    alice = site.member("Enterprise")
    image = alice.keep(small_picture())

    page = alice.submit(f"/images/{image['id']}/rename", {"name": typed})
    program = alice.submit(f"/images/{image['id']}/rename", {"name": typed}, as_json=True)

    assert (page.status_code, program.status_code) == (400, 400)
    assert "<title>Error: small.jpg" in page.text
    assert sentence in words(page)
    assert program.json() == {"error": "bad_form", "message": sentence}
    assert _standing_name(site, image) == "small.jpg"


def test_nobody_but_alice_renames_her_picture(site: Site) -> None:
    alice, mallory, admin = site.member(), site.member(), site.admin()
    image = alice.keep(small_picture())

    answers = [one.submit(f"/images/{image['id']}/rename", {"name": "mine"}) for one in (mallory, admin)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert "Rename" not in words(admin.get(f"/images/{image['id']}"))
    assert _standing_name(site, image) == "small.jpg"


def _ways_on(client: Client, image: dict[str, Any], query: str = "") -> dict[str, str]:
    """Where the page of a picture leads to on either side: ids by `prev` and `next`, each in the gallery asked for."""
    page = unescape(client.get(f"/images/{image['id']}{query}").text)
    found = re.findall(r'rel="(prev|next)" href="/images/([^"?]+)([^"]*)"', page)
    assert {asked for _, _, asked in found} <= {query}
    return {side: image_id for side, image_id, _ in found}


def test_alice_turns_the_pages_in_the_order_of_her_gallery(site: Site) -> None:
    alice, bob = site.member(), site.member()
    oldest, middle, newest = [alice.keep(small_picture(seed, 90)) for seed in (100, 101, 102)]
    bob.keep(small_picture())

    assert _ways_on(alice, newest) == {"next": middle["id"]}
    assert _ways_on(alice, middle) == {"prev": newest["id"], "next": oldest["id"]}
    assert _ways_on(alice, oldest) == {"prev": middle["id"]}
    assert _ways_on(bob, bob.get("/images", headers=JSON).json()["images"][0]) == {}


def test_alice_turns_the_pages_of_pictures_that_came_in_the_same_moment(site: Site) -> None:
    alice = site.member()
    images = [alice.keep(small_picture()) for _ in range(3)]
    with site.session() as session, writing(session):
        ids = [image["id"] for image in images]
        session.execute(update(Image).where(Image.id.in_(ids)).values(created_at=site.clock()))
    listed = alice.get("/images", headers=JSON).json()["images"]

    turned = [_ways_on(alice, image) for image in listed]

    first, second, third = (image["id"] for image in listed)
    assert turned == [{"next": second}, {"prev": first, "next": third}, {"prev": second}]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?order=oldest", ["Geese 2", "a Goose", "geese 1", "other"]),
        ("?order=name", ["a Goose", "geese 1", "Geese 2", "other"]),
        ("?order=largest", ["Geese 2", "other", "geese 1", "a Goose"]),
        ("?name=GEESE", ["geese 1", "Geese 2"]),
        ("?order=name&name=e+%26", []),
        ("?order=name&name=g", ["a Goose", "geese 1", "Geese 2"]),
    ],
)
def test_alice_turns_the_pages_in_the_order_and_of_the_names_that_she_asked_for(
    site: Site, query: str, names: list[str]
) -> None:
    alice = site.member("Enterprise")
    kept = {
        name: alice.upload(("x.jpg", small_picture(side, side)[1]), name=name).json()["images"][0]
        for name, side in (("Geese 2", 400), ("a Goose", 20), ("geese 1", 100), ("other", 200))
    }
    gallery = unescape(alice.get(f"/images{query}").text)
    by_id = {image["id"]: name for name, image in kept.items()}

    tiles = re.findall(r'class="photo"><a href="/images/([^"?]+)([^"]*)"', gallery)
    turned = [_ways_on(alice, kept[name], query) for name in names]

    assert [(by_id[image_id], asked) for image_id, asked in tiles] == [(name, query) for name in names]
    ends = [None, *names, None]
    expected = [(ends[place], ends[place + 2]) for place in range(len(names))]
    assert [tuple(by_id.get(one.get(side, "")) for side in ("prev", "next")) for one in turned] == expected


def test_alice_is_led_back_to_the_gallery_that_she_came_from(site: Site) -> None:
    alice = site.member("Enterprise")
    image, other = alice.keep(small_picture()), alice.keep(small_picture())
    path, query = f"/images/{image['id']}", "?order=name&name=small"

    page = unescape(alice.get(path + query).text)
    actions = re.findall(rf'action="{path}/(rename|replace|delete)([^"]*)"', page)
    renamed = alice.submit(f"{path}/rename{query}", {"name": "small geese"})
    deleted = alice.submit(f"{path}/delete{query}")
    nonsense = alice.get(f"/images/{other['id']}?order=sideways&name={'x' * 300}")

    assert re.findall(r'data-back href="([^"]+)"', page) == [f"/images{query}"]
    assert actions == [("rename", query), ("replace", query), ("delete", query)]
    assert renamed.headers["Location"] == path + query
    assert deleted.headers["Location"] == f"/images{query}"
    assert nonsense.status_code == 200
    assert 'data-back href="/images"' in nonsense.text


def test_an_admin_who_looks_at_a_picture_is_not_led_through_the_others(site: Site) -> None:
    alice = site.member()
    images = [alice.keep(small_picture()) for _ in range(3)]

    assert _ways_on(site.admin(), images[1]) == {}


@pytest.mark.parametrize("running_site", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["", "&name=small"])
@pytest.mark.parametrize(
    ("order", "index"), [("newest", "by_age"), ("oldest", "by_age"), ("name", "by_name"), ("largest", "by_bytes")]
)
def test_the_pages_turn_by_an_index_however_many_pictures_there_are(
    site: Site, order: str, index: str, name: str
) -> None:
    alice = site.member()
    image = alice.keep(small_picture())
    with site.statements() as statements:
        alice.get(f"/images/{image['id']}?order={order}{name}")
    assert len(statements) == 4
    statement = next(text for text in statements if "previous" in text)

    with site.session() as session:
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", ("",) * statement.count("?"))
        steps = [row.detail for row in plan]

    walks = [step for step in steps if "images" in step]
    assert len(walks) == 2
    assert all("SEARCH images USING" in step and f"INDEX ix_images_shown_{index} " in step for step in walks), steps
    assert not any("TEMP B-TREE" in step for step in steps), steps


def test_what_can_be_seen_through_stands_before_a_ground_that_ink_of_any_colour_is_told_from(
    site: Site, testdata: Path, photo: Path
) -> None:
    alice = site.member("Enterprise")
    through, opaque = alice.keep(testdata / "pillow" / "transparent.png"), alice.keep(photo)

    pages = [alice.get(f"/images/{image['id']}").text for image in (through, opaque)]

    assert ['class="stage checks"' in page for page in pages] == [True, False]
    for sheet, selector in (("picture.css", ".stage.checks{"), ("images.css", '.photo .ph[src^="data:image/svg"],')):
        rule = alice.get(f"/static/{sheet}").text.partition(selector)[2].partition("}")[0]
        assert "background:var(--checks)" in rule
