"""Who is spoken to in which language, and how it is told."""

import html
import re
from collections.abc import Callable

import pytest

from imageapp.extensions import db
from imageapp.images import shortcut
from tests.authorization.people import UNKNOWN, small_picture
from tests.site import JSON, Client, Site


def heading(client: Client, path: str, asked: str | None = None) -> str:
    """The heading of the page in that language, or as the client asks."""
    answer = client.get(path, headers={} if asked is None else {"Accept-Language": asked})
    found = re.search(r"<h1[^>]*>(.*?)</h1>", answer.text)
    assert found, answer.text
    language = re.search(r'<html lang="(\w+)"', answer.text)
    assert language
    assert answer.headers["Content-Language"] == language[1]
    return found[1]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("pl", "Zaloguj się"),
        ("pl-PL, en;q=0.5", "Zaloguj się"),
        ("PL_pl", "Zaloguj się"),
        ("de, pl;q=0.7, en;q=0.3", "Zaloguj się"),
        ("en-US, pl;q=0.9", "Sign in"),
        ("pl;q=0, en;q=0.1", "Sign in"),
        ("de, fr;q=0.8", "Sign in"),
        ("*", "Sign in"),
        ("", "Sign in"),
        ("pl" * 5_000, "Sign in"),
        (";;;q=,\t", "Sign in"),
    ],
)
def test_a_stranger_is_spoken_to_as_the_browser_asks(site: Site, asked: str, said: str) -> None:
    assert heading(site.client(), "/login", asked) == said


def test_a_choice_of_the_account_counts_more_than_the_browser(site: Site) -> None:
    alice = site.member("Basic")

    alice.headers["Accept-Language"] = "en"

    saved = alice.submit("/account/look", {"language": "pl", "theme": "dark"})
    page = alice.get("/account").text

    assert saved.status_code == 303
    assert '<html lang="pl" data-theme="dark">' in page
    assert '<meta name="color-scheme" content="dark">' in page
    assert "Zapisano." in page  # in the language that was chosen, and not in that of the form which was sent
    assert '<option value="pl" lang="pl" selected>polski</option>' in page
    look = alice.get("/account", headers=JSON).json()
    assert (look["language"], look["theme"]) == ("pl", "dark")


def test_what_is_not_sent_stays_and_what_is_empty_is_left_to_the_browser(site: Site) -> None:
    alice = site.member("Basic")
    alice.submit("/account/look", {"language": "pl", "theme": "light"})

    kept = alice.submit("/account/look", {"theme": ""}, as_json=True).json()
    left = alice.submit("/account/look", {"language": ""}, as_json=True).json()

    assert kept == {"language": "pl", "theme": None}
    assert left == {"language": None, "theme": None}
    assert heading(alice, "/account", "en") == "Account"


@pytest.mark.parametrize("sent", [{"language": "xx"}, {"theme": "loud"}, {"language": "pl", "theme": "DARK"}])
def test_a_language_that_there_is_not_changes_nothing(site: Site, sent: dict[str, str]) -> None:
    alice = site.member("Basic")

    page = alice.submit("/account/look", sent)
    told = alice.submit("/account/look", sent, as_json=True)

    assert page.status_code == told.status_code == 400
    assert told.json()["error"] == "bad_form"
    assert "Error: Account" in page.text
    assert told.json()["message"] in page.text
    look = alice.get("/account", headers=JSON).json()
    assert (look["language"], look["theme"]) == (None, None)


def test_two_people_of_one_plan_never_get_each_others_words(site: Site) -> None:
    """By the short way and by the long one, in whichever order they come, with moulds and frames that are kept."""
    plan = site.plan((0, 210), shows_original=True, makes_links=True)
    anna, bob, carol = (site.member(plan) for _ in range(3))
    for somebody in (anna, bob, carol):
        somebody.keep(small_picture())
    anna.headers["Accept-Language"] = "pl"
    carol.submit("/account/look", {"language": "pl", "theme": "dark"})

    for _ in range(3):
        for somebody, words, others, theme in (
            (anna, "Utwórz link wygasający", "Create expiring link", ""),
            (bob, "Create expiring link", "Utwórz link wygasający", ""),
            (carol, "Utwórz link wygasający", "Create expiring link", ' data-theme="dark"'),
        ):
            long, short = somebody.get("/images?limit=24"), somebody.get("/images")

            language = "pl" if words.startswith("Utw") else "en"
            for answer in (long, short):
                page = html.unescape(answer.text)
                assert f'<html lang="{language}"{theme}>' in page
                assert words in page
                assert others not in page
                assert answer.headers["Content-Language"] == language
                assert "Accept-Language" in answer.headers["Vary"]


def test_the_short_way_says_what_the_long_way_says_in_polish(site: Site) -> None:
    alice = site.member("Enterprise")
    alice.headers["Accept-Language"] = "pl"
    alice.keep(small_picture())
    alice.get("/images")
    short = alice.get("/images")
    with site.app.app_context():
        kept, site.app.short_way = site.app.short_way, None  # type: ignore[attr-defined] - of Application
    try:
        long = alice.get("/images")
    finally:
        site.app.short_way = kept  # type: ignore[attr-defined] - as above

    assert isinstance(kept, shortcut.ShortWay)
    assert short.text == long.text
    assert "Galeria" in short.text
    assert short.text.isascii()  # joined and encoded in a fraction of the time
    assert "Utwórz link wygasający" in html.unescape(short.text)
    varying = {"X-Request-Id", "Date"}
    assert {k: v for k, v in short.headers.items() if k not in varying} == {
        k: v for k, v in long.headers.items() if k not in varying
    }


def test_a_gallery_changes_its_language_at_once(site: Site) -> None:
    """What was kept for a sign-in in one language is not used for the next."""
    alice = site.member("Enterprise")
    alice.keep(small_picture())

    seen = []
    for look in ({"language": "pl"}, {"language": "en"}, {"theme": "dark"}, {"language": "", "theme": ""}):
        alice.submit("/account/look", look)
        alice.get("/account")  # takes what was told
        for _ in range(2):
            page = alice.get("/images", headers={"Accept-Language": "pl"}).text
            seen.append((re.search(r"<html[^>]*>", page) or [""])[0] + (re.search(r"<h1>.*?</h1>", page) or [""])[0])

    assert seen == [
        *['<html lang="pl"><h1>Galeria</h1>'] * 2,
        *['<html lang="en"><h1>Gallery</h1>'] * 2,
        *['<html lang="en" data-theme="dark"><h1>Gallery</h1>'] * 2,
        *['<html lang="pl"><h1>Galeria</h1>'] * 2,
    ]


def test_a_dead_link_tells_a_stranger_so_in_polish(site: Site) -> None:
    alice = site.member("Enterprise")
    link = alice.link(alice.keep(small_picture()), 300)
    alice.submit(f"/links/{link['id']}/revoke")
    stranger = site.client()

    assert heading(stranger, link["url"], "pl") == "Ten link już nie działa"
    assert heading(stranger, "/l/nothing", "pl") == "Nic tu nie ma"
    assert heading(stranger, "/l/nothing", "fr") == "Nothing here"


def test_a_program_gets_the_same_codes_and_a_message_in_its_language(site: Site) -> None:
    alice = site.member("Basic")
    asked = {**JSON, "Accept-Language": "pl"}

    polish = alice.get(f"/images/{UNKNOWN}", headers=asked)
    english = alice.get(f"/images/{UNKNOWN}", headers=JSON)
    stranger = site.client().get("/images", headers=asked)

    assert polish.json() == {
        "error": "not_found",
        "message": "Ta strona lub obraz nie istnieje albo nie masz do tego dostępu.",
    }
    assert polish.headers["Content-Language"] == "pl"
    assert english.json()["error"] == "not_found"
    assert english.json()["message"].startswith("This page")
    assert (stranger.status_code, stranger.json()) == (401, {"error": "sign_in", "message": "Najpierw się zaloguj."})


def test_a_refusal_comes_out_of_the_decoding_process_in_polish(site: Site) -> None:
    """With the numbers in it written as Polish writes them, and English in the log and for everybody else."""
    alice = site.member("Enterprise")
    alice.headers["Accept-Language"] = "pl"

    refused = alice.upload(("paper.png", b"%PDF-1.7"), ("empty.gif", b"GIF89a")).json()["refused"]
    alice.headers["Accept-Language"] = "en"
    english = alice.upload(("paper.png", b"%PDF-1.7")).json()["refused"]

    assert [one["message"] for one in refused] == [
        "To jest plik PDF, a nie obraz. Zapisz go jako JPEG lub PNG.",
        "Plik jest uszkodzony albo ucięty. Wyeksportuj go ponownie.",
    ]
    assert english[0]["message"] == "This is a PDF, not a picture. Save it as JPEG or PNG."


def test_a_page_about_a_database_that_is_away_speaks_the_browsers_language(start_site: Callable[..., Site]) -> None:
    site = start_site()
    alice = site.member("Basic")
    database = site.settings.instance / "imageapp.db"
    database.rename(database.with_suffix(".away"))
    database.mkdir()
    try:
        with site.app.app_context():
            db.engine.dispose()
        answer = alice.get("/links", headers={"Accept-Language": "pl"})
    finally:
        database.rmdir()
        database.with_suffix(".away").rename(database)

    assert answer.status_code == 503
    assert "Baza danych nie odpowiada." in answer.text
    assert '<html lang="pl">' in answer.text


def test_names_that_people_gave_are_never_translated(site: Site) -> None:
    """A plan may be called as a word of ours."""
    alice = site.member("Enterprise")
    alice.headers["Accept-Language"] = "pl"
    image = alice.keep(("Trash.jpg", small_picture()[1]))
    alice.submit(f"/images/{image['id']}/rename", {"name": "Trash"})

    page = alice.get(f"/images/{image['id']}").text

    assert "<h1>Trash</h1>" in page
    assert "Plan Enterprise" in alice.get("/").text
