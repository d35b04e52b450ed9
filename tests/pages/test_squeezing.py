"""Which pages leave squeezed: the gallery, and none in which a stranger's words stand beside the token of its forms."""

import pytest

from tests.authorization.people import small_picture
from tests.site import JSON, Client, Site

UNPACKS = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.fixture
def alice(site: Site) -> Client:
    """Somebody with a few pictures, whose gallery was drawn before."""
    client = site.member("Enterprise")
    for _ in range(3):
        client.keep(small_picture())
    client.get("/images")
    return client


@pytest.mark.parametrize("first_time", [True, False], ids=["drawn for the first time", "drawn before"])
def test_alices_gallery_travels_squeezed_and_arrives_whole(alice: Client, first_time: bool) -> None:
    if first_time:  # for this sign-in
        alice.cookies.clear()
        alice.sign_in(alice.username)

    squeezed = alice.get("/images", headers=UNPACKS)
    plain = alice.get("/images", headers={"Accept-Encoding": "identity"})

    assert squeezed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert squeezed.text == plain.text
    assert int(squeezed.headers["Content-Length"]) * 3 < int(plain.headers["Content-Length"]) == len(plain.content)
    assert squeezed.headers["Vary"] == plain.headers["Vary"] == "Accept, Accept-Encoding, Accept-Language, Cookie"
    assert squeezed.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/images?name=geese",
            "/images?order=name",
            "/images?limit=2&name=geese",
            "/images?x=y",
            "/login?next=/images",
            "/nowhere",
        ),
        *("/", "/account", "/links", "/trash", "/images/upload"),
    ],
)
def test_pages_that_may_hold_a_strangers_words_travel_as_they_are(alice: Client, path: str) -> None:
    answer = alice.get(path, headers=UNPACKS)

    assert "Content-Encoding" not in answer.headers
    assert answer.text.count("<h1") == 1


def test_program_gets_its_json_as_it_is(alice: Client) -> None:
    answer = alice.get("/images", headers=UNPACKS | JSON)

    assert "Content-Encoding" not in answer.headers
    assert len(answer.json()["images"]) == 3


@pytest.mark.parametrize("asked", ["limit=2", "limit=qqqq", "limit=77777777", "limit=2&after=qqqq"])
def test_as_many_as_asked_for_are_squeezed_too_and_of_the_request_at_most_the_number_stands_in_them(
    alice: Client, asked: str
) -> None:
    newest = alice.get("/images", headers=JSON).json()["images"][0]
    asked = asked.replace("after=qqqq", f"after={2**52}.{'q' * 22}")

    answer = alice.get(f"/images?{asked}", headers=UNPACKS)

    assert answer.headers["Content-Encoding"] == "gzip"
    assert newest["id"] in answer.text
    assert "qqqq" not in answer.text
    assert "7777777" not in answer.text


def test_older_pictures_are_squeezed_too_and_the_place_asked_for_stands_nowhere_in_them(alice: Client) -> None:
    """Were it there, whoever lets a browser ask could put words beside the token."""
    place = f"{2**52}.{'q' * 22}"

    answer = alice.get(f"/images?after={place}", headers=UNPACKS)

    assert answer.headers["Content-Encoding"] == "gzip"
    assert 'class="photo"' in answer.text
    assert "qqqq" not in answer.text
