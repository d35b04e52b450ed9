"""Paging through a gallery: everything once, newest first, whatever happens in between."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from markupsafe import escape

from imageapp.database import writing
from imageapp.images.models import Image
from tests.authorization.people import small_picture
from tests.site import JSON, Client, Site

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def fill(site: Site, client: Client, moments: list[datetime]) -> list[str]:
    """Rows of pictures that were made at these moments, like one that the client uploads; their ids in this order."""
    like_id = client.keep(small_picture())["id"]
    with site.session() as session, writing(session):
        like = session.get_one(Image, like_id)
        values = {column.name: getattr(like, column.name) for column in Image.__table__.columns}
        for number, moment in enumerate(moments):
            place = {"id": f"{like_id[:18]}{number:04}", "blob_key": f"{number:08}{like.blob_key[8:]}"}
            session.add(Image(**values | place | {"created_at": moment}))
        session.delete(like)
    return [f"{like_id[:18]}{number:04}" for number in range(len(moments))]


def pages(client: Client, start: str) -> list[list[str]]:
    """The ids on each page from there to the end."""
    found: list[list[str]] = []
    address: str | None = start
    while address is not None:
        page = client.get(address, headers=JSON).json()
        found.append([image["id"] for image in page["images"]])
        address = page["next"]
    return found


def after(address: str) -> str:
    """The place that an address names."""
    return parse_qs(urlsplit(address).query)["after"][0]


@pytest.fixture(scope="module")
def alice(running_site: Site) -> tuple[Client, list[str]]:
    """Somebody with 105 pictures, a second apart but for five of one moment; the ids, oldest first."""
    client = running_site.member("Enterprise")
    moments = [NOON + timedelta(seconds=max(0, number - 5)) for number in range(105)]
    ids = fill(running_site, client, moments)
    return client, ids


@pytest.mark.parametrize("limit", [7, 24, 100])
def test_alice_sees_every_picture_once_newest_first(alice: tuple[Client, list[str]], limit: int) -> None:
    client, ids = alice

    given = pages(client, f"/images?limit={limit}")

    assert [one for page in given for one in page] == ids[::-1]
    assert {len(page) for page in given[:-1]} == {limit}


@pytest.mark.parametrize(
    ("query", "shown"),
    [("", 24), ("limit=0", 1), ("limit=-5", 1), ("limit=100", 100), ("limit=101", 100), ("limit=99999999999", 100)],
)
def test_a_page_holds_24_or_what_is_asked_within_bounds(
    alice: tuple[Client, list[str]], query: str, shown: int
) -> None:
    client, _ = alice

    page = client.get(f"/images?{query}", headers=JSON).json()

    assert len(page["images"]) == shown
    assert page["next"].startswith(f"{client.root}/images?after=")


def test_the_page_of_a_browser_leads_on_to_the_older_ones(alice: tuple[Client, list[str]]) -> None:
    client, ids = alice
    first = client.get("/images").text
    address = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")

    second = client.get(address).text

    assert all(f"/images/{one}" in first for one in ids[-24:])
    assert all(f"/images/{one}" in second for one in ids[-48:-24])
    assert f"/images/{ids[-24]}" not in second
    assert "Newest pictures" in second


def test_a_place_stays_valid_when_its_picture_is_gone_and_newer_ones_come(site: Site) -> None:
    alice = site.member("Enterprise")
    ids = fill(site, alice, [NOON + timedelta(seconds=number) for number in range(6)])
    first = alice.get("/images?limit=3", headers=JSON).json()

    alice.submit(f"/images/{first['images'][-1]['id']}/delete")
    newest = alice.keep(small_picture())["id"]
    rest = alice.get(first["next"], headers=JSON).json()

    assert [image["id"] for image in first["images"]] == [ids[5], ids[4], ids[3]]
    assert after(first["next"]).endswith(ids[3])
    assert [image["id"] for image in rest["images"]] == [ids[2], ids[1], ids[0]]
    assert rest["next"] is None
    assert pages(alice, "/images") == [[newest, ids[5], ids[4], ids[2], ids[1], ids[0]]]


def test_pictures_of_one_upload_keep_their_order(site: Site) -> None:
    alice = site.member("Basic")
    site.clock.freeze()
    names = [f"{number}.jpg" for number in range(5)]

    alice.upload(*((name, small_picture(colour=colour)[1]) for name, colour in zip(names, COLOURS, strict=True)))
    listed = alice.get("/images", headers=JSON).json()["images"]

    assert [image["name"] for image in listed] == names[::-1]
    assert len({image["created_at"] for image in listed}) == 5


COLOURS = ("red", "green", "blue", "black", "white")


@pytest.mark.parametrize(
    "place",
    ["", "x", "1", "1.x", ".", "-1.{id}", "1e3.{id}", "٣.{id}", "1.{id}0", "{id}", "9" * 18 + ".{id}", "1.{id}%0a"],
)
def test_a_damaged_place_is_refused_with_a_sentence(alice: tuple[Client, list[str]], place: str) -> None:
    client, ids = alice
    address = f"/images?after={place.format(id=ids[0])}"

    program, page = client.get(address, headers=JSON), client.get(address)

    assert (program.status_code, program.json()["error"]) == (400, "bad_form")
    assert page.status_code == 400
    assert "Start again from the first page" in page.text


def test_a_place_of_somebody_else_shows_ones_own_pictures(site: Site, alice: tuple[Client, list[str]]) -> None:
    client, ids = alice
    bob = site.member("Enterprise")
    his = fill(site, bob, [NOON - timedelta(days=1), NOON + timedelta(days=1)])
    place = after(client.get("/images", headers=JSON).json()["next"])

    page = bob.get(f"/images?after={place}", headers=JSON).json()

    assert [image["id"] for image in page["images"]] == [his[0]]
    assert not set(ids) & {image["id"] for image in page["images"]}


def test_months_part_the_gallery(site: Site) -> None:
    alice = site.member("Enterprise")
    fill(site, alice, [datetime(2026, month, 1, tzinfo=UTC) for month in (1, 2, 3)])

    page = alice.get("/images").text

    assert page.index("March 2026") < page.index("February 2026") < page.index("January 2026")


def test_a_name_that_looks_like_a_template_is_shown_as_it_was_typed(site: Site) -> None:
    """Names are filled into markup that is drawn once: nothing in them is taken for a place to fill."""
    carol = site.member("Enterprise")
    name = "%(id)s {id} {{ id }} <b>&amp;"
    kept = carol.upload(small_picture(), name=name).json()["images"][0]

    for address in ("/", "/images"):
        page = carol.get(address).text

        assert f'alt="{escape(name)}"' in page
        assert kept["id"] in page
        assert name not in page


def test_an_empty_gallery_says_what_to_do(site: Site) -> None:
    """Of somebody who is new, and of somebody whose pictures are all in the trash."""
    newcomer, tidy, sharing = site.member("Basic"), site.member("Basic"), site.member("Enterprise")
    tidy.submit(f"/images/{tidy.keep(small_picture())['id']}/delete")
    without_links = "Only you and the administrators of this server see it."
    with_links = "It stays private until you hand out a link."

    for who, words in ((newcomer, without_links), (tidy, without_links), (sharing, with_links)):
        page = who.get("/images").text

        assert "No pictures yet" in page
        assert words in page
        assert page.partition("<main")[2].count('href="/images/upload"') == 1
        assert who.get("/images", headers=JSON).json() == {"images": [], "next": None}
