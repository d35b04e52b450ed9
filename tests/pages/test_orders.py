"""Looking through pictures by age, name and size, and for a name: everything once, in order, page by page."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from sqlalchemy import text

from imageapp.database import writing
from imageapp.images.models import Image
from tests.authorization.people import small_picture
from tests.pages.test_gallery import pages
from tests.site import JSON, Client, Site

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAMES = [
    "Zebra",
    "apple",
    "Ärger",
    "ｆｕｌｌ",
    "50%",
    "50 of 100",
    "under_score",
    "underscore",
    "a/b",
    "STRASSE",
    "straße",
]
NAMES += ["same"] * 4


def named(site: Site, client: Client, names: list[str]) -> None:
    """Pictures of these names, a second apart, each of more bytes than the one before but for the first two."""
    like_id = client.keep(small_picture())["id"]
    with site.session() as session, writing(session):
        like = session.get_one(Image, like_id)
        skipped = {"name", "name_key"}
        values = {one.name: getattr(like, one.name) for one in Image.__table__.columns if one.name not in skipped}
        for number, name in enumerate(names):
            place = {"id": f"{like_id[:18]}{number:04}", "blob_key": f"{number:08}{like.blob_key[8:]}", "name": name}
            moment = NOON + timedelta(seconds=number)
            session.add(Image(**values | place | {"created_at": moment, "bytes": 1_000 + max(number, 1)}))
        session.delete(like)


@pytest.fixture(scope="module")
def alice(running_site: Site) -> Client:
    """Somebody with pictures of these names, in this order from the oldest on."""
    client = running_site.member("Enterprise")
    named(running_site, client, NAMES)
    return client


def seen(client: Client, **query: str) -> list[str]:
    """The names on all pages, in their order."""
    address: str | None = f"/images?{urlencode(query)}"
    names: list[str] = []
    while address is not None:
        page = client.get(address, headers=JSON).json()
        names += [image["name"] for image in page["images"]]
        address = page["next"]
    return names


@pytest.mark.parametrize("limit", ["2", "3", "100"])
def test_alice_sees_every_picture_once_in_each_order(alice: Client, limit: str) -> None:
    by_age = seen(alice, order="oldest", limit=limit)
    newest = seen(alice, order="newest", limit=limit)
    largest = seen(alice, order="largest", limit=limit)
    by_name = seen(alice, order="name", limit=limit)

    assert by_age == NAMES
    assert newest == NAMES[::-1]
    assert largest == [*NAMES[:1:-1], "apple", "Zebra"]  # of the same size the later one first
    assert sorted(by_name) == sorted(NAMES)
    places = {name: by_name.index(name) for name in NAMES}
    assert places["apple"] < places["ｆｕｌｌ"] < places["same"] < places["under_score"] < places["Zebra"]
    assert abs(places["STRASSE"] - places["straße"]) == 1


@pytest.mark.parametrize("order", ["newest", "oldest", "name", "largest"])
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("APPLE", {"apple"}),
        ("pp", {"apple"}),
        ("full", {"ｆｕｌｌ"}),
        ("strasse", {"STRASSE", "straße"}),
        ("ä", {"Ärger"}),
        ("50%", {"50%"}),
        ("_", {"under_score"}),
        ("/", {"a/b"}),
        ("  50   of ", {"50 of 100"}),
        ("same", {"same"}),
        ("nothing like it", set()),
        ("' OR 1=1 --", set()),
    ],
)
def test_alice_finds_pictures_by_any_part_of_their_names(
    alice: Client, order: str, words: str, found: set[str]
) -> None:
    shown = seen(alice, order=order, name=words, limit="3")

    assert set(shown) == found
    assert len(shown) == sum(name in found for name in NAMES)


def test_a_page_shows_what_was_asked_for_and_leads_on_to_more_of_it(alice: Client) -> None:
    page = alice.get("/images?order=name&name=S&limit=2").text
    onward = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = alice.get(onward).text

    assert 'value="S"' in page
    assert '<option value="name" selected>' in page
    assert "order=name" in onward
    assert "name=S" in onward
    assert 'value="S"' in second
    assert "Show more pictures" in page
    assert '<h2 class="month">By name</h2>' in page


def test_a_name_that_nothing_has_is_said_to_have_none(alice: Client) -> None:
    page = alice.get("/images?name=%3Cb%3Enothing").text

    assert "No picture of yours has “&lt;b&gt;nothing” in its name." in page
    assert "Show all pictures" in page
    assert "No pictures yet" not in page


def test_a_search_leaves_the_gallery_itself_as_it_was(alice: Client) -> None:
    """What is kept of a page for the next time is of the plain gallery alone."""
    alice.get("/images")
    alice.get("/images?name=apple&order=largest")

    page = alice.get("/images").text

    assert 'value="apple"' not in page
    assert '<option value="newest" selected>' in page


@pytest.mark.parametrize("query", ["order=size", "order=NEWEST", "order=name&after=1.x", "order=name&after=%21.{id}"])
def test_an_order_or_place_that_does_not_exist_is_refused_with_a_sentence(alice: Client, query: str) -> None:
    answer = alice.get(f"/images?{query.format(id='A' * 22)}", headers=JSON)

    assert (answer.status_code, answer.json()["error"]) == (400, "bad_form")


@pytest.mark.parametrize("place", ["gICA", "AA==", "A", "=", "QQ" * 700])
def test_a_damaged_place_among_names_is_refused(alice: Client, place: str) -> None:
    """Bytes that are no text, a character that no table keeps, half a code, and far too much."""
    answer = alice.get(f"/images?order=name&after={place}.{'A' * 22}", headers=JSON)

    assert (answer.status_code, answer.json()["error"]) == (400, "bad_form")


def test_a_place_stays_valid_when_its_picture_is_gone(site: Site) -> None:
    bob = site.member("Enterprise")
    named(site, bob, ["a", "b", "c", "d"])
    first = bob.get("/images?order=name&limit=2", headers=JSON).json()

    bob.submit(f"/images/{first['images'][-1]['id']}/delete")
    rest = bob.get(first["next"], headers=JSON).json()

    assert [image["name"] for image in first["images"]] == ["a", "b"]
    assert [image["name"] for image in rest["images"]] == ["c", "d"]


def test_nobody_finds_the_pictures_of_somebody_else(site: Site, alice: Client) -> None:
    bob = site.member("Enterprise")
    assert seen(alice, name="a")

    for order in ("newest", "oldest", "name", "largest"):
        assert pages(bob, f"/images?order={order}") == [[]]
        assert pages(bob, f"/images?order={order}&name=a") == [[]]


@pytest.mark.parametrize(
    ("order", "index"),
    [
        ("newest", "ix_images_shown_by_age"),
        ("oldest", "ix_images_shown_by_age"),
        ("name", "ix_images_shown_by_name"),
        ("largest", "ix_images_shown_by_bytes"),
    ],
)
@pytest.mark.parametrize("words", ["", "apple"])
def test_every_order_walks_one_index_however_many_pictures_there_are(
    start_site: Callable[..., Site], order: str, index: str, words: str
) -> None:
    """Nothing is sorted, and of a picture whose name does not fit the row is never read."""
    site = start_site()
    client = site.member("Enterprise")
    named(site, client, NAMES)
    first = client.get(f"/images?{urlencode({'order': order, 'name': 's', 'limit': 1})}", headers=JSON).json()["next"]

    for address in (f"/images?{urlencode({'order': order, 'name': words})}", first):
        with site.statements() as statements:
            client.get(address, headers=JSON)
        plan = explained(site, statements[-1])

        assert len(plan) == 1, plan
        assert f"USING INDEX {index} (owner_id=?" in plan[0]
    with site.session() as session:
        columns = [row.name for row in session.execute(text(f"PRAGMA index_info({index})"))]
    assert "name_key" in columns


def explained(site: Site, statement: str) -> list[str]:
    """How SQLite goes about it."""
    with site.session() as session:
        raw = session.connection().connection.cursor()
        raw.execute(f"EXPLAIN QUERY PLAN {statement}", [None] * statement.count("?"))
        return [row[3] for row in raw.fetchall()]


def test_a_picture_of_a_new_name_is_found_under_it(site: Site) -> None:
    bob = site.member("Enterprise")
    kept = bob.keep(("before.jpg", small_picture()[1]))

    bob.submit(f"/images/{kept['id']}/rename", {"name": "Änderung"}, as_json=True)

    assert seen(bob, name="änder") == ["Änderung"]
    assert seen(bob, name="before") == []
