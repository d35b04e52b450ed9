"""Every word on every page went through a catalogue: in a made-up language of wide letters no other letter is left."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from imageapp.imaging.formats import FORMATS
from imageapp.languages import Languages
from tests.authorization.people import UNKNOWN, small_picture
from tests.browser.furnished import LONG_NAME, Furnished, furnish
from tests.site import JSON, Client, Site
from tests.words.made_up import CODE, bare, months, wide, write_catalogue

PLANS = ("Basic", "Premium", "Enterprise")
# What has a name of its own, or one that somebody typed.
KNOWN = {
    *("imageapp", "Esperanto", *PLANS, "nobody", "Landscape_6.jpg", "Portrait_1.jpg", "transparent.png", "flower.jpg"),
    *(LONG_NAME, "small.jpg", "paper.pdf", "application/x-www-form-urlencoded", "multipart/form-data"),
    *(kind.label for kind in FORMATS.values()),
    *("live", "off", "ended", "revoked"),  # words of an address
    *(
        "zzz",
        "o",
        "nothing-of-this-name",
        "nobody-of-this-name",
        "person",
        "wide",
        "much",
        "12x",
    ),  # what is typed below
    *("Canon PowerShot S40", "1/500 s · f/4.9 · 21.3 mm"),  # as photographers write it
    *("kaj", "aŭ"),  # how the CLDR goes on in a list
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that speaks English and the made-up language, with the default password still standing."""
    folder = tmp_path_factory.mktemp("catalogues")
    write_catalogue(folder)
    site = Site(tmp_path_factory.mktemp("words"), admin_password=None, languages=Languages(folder, ("en", CODE)))
    yield site
    site.close()


@pytest.fixture(scope="module")
def there(shop: Site, testdata: Path) -> Furnished:
    """Everybody asks for the made-up language."""
    furnished = furnish(shop, testdata)
    for client in (furnished.alice, furnished.basil, furnished.emma, furnished.admin):
        client.headers["Accept-Language"] = CODE
    return furnished


@pytest.fixture(scope="module")
def known(shop: Site, there: Furnished) -> set[str]:  # noqa: ARG001 - whose names are among them
    """What stands on pages in letters as usual."""
    with shop.session() as session:
        plans = {name for (name,) in session.connection().exec_driver_sql("SELECT name FROM plans").all()}
        people = {name for (name,) in session.connection().exec_driver_sql("SELECT username FROM users").all()}
    return KNOWN | plans | people | months() | {name[0].upper() for name in people}


@pytest.fixture
def stranger(shop: Site) -> Client:
    """Somebody without an account."""
    client = shop.client()
    client.headers["Accept-Language"] = CODE
    return client


def said(answer: requests.Response, known: set[str]) -> list[str]:
    """What of the answer was said past the catalogue. It must be in the made-up language at all."""
    assert answer.headers["Content-Language"] == CODE
    assert f'<html lang="{CODE}"' in answer.text
    return bare(answer.text, known)


def test_a_bare_sentence_is_found_wherever_it_stands() -> None:
    """The test below is worth nothing if it would not find one."""
    page = (
        f'<title>Bare</title><p>{wide("Said")} <b>{wide("of {count}")}</b></p><p>Not said</p><img alt="A picture">'
        '<button aria-label="Press" data-busy="Busy…"></button><option>Choice</option><template><i>Later</i></template>'
        '<script>let code</script><p>Basic</p><kbd>Esc</kbd><input placeholder="Find" value="typed">'
    )

    found = bare(page, {"Basic"})

    assert found == ["Bare", "Not said", "A picture", "Press", "Busy…", "Choice", "Later", "Find"]


def test_every_page_speaks_the_language_of_whoever_asks(there: Furnished, stranger: Client, known: set[str]) -> None:
    found = {}

    for name, (who, path) in there.pages.items():
        answer = (who or stranger).get(path)
        if answer.status_code != 200 or "text/html" in answer.headers["Content-Type"]:
            found[name] = said(answer, known)

    assert {name: words for name, words in found.items() if words} == {}
    assert len(found) > 40


def test_every_state_of_a_list_does(there: Furnished, known: set[str]) -> None:
    """Empty, narrowed, ordered, gone on with; and what they say when they are told nonsense."""
    alice, emma, admin = there.alice, there.emma, there.admin
    after = alice.get("/images?limit=1", headers=JSON).json()["next"]
    assert after
    asked = [
        *[
            (alice, path)
            for path in ("/images?name=zzz", "/images?name=o", "/images?order=name", "/images?order=largest")
        ],
        *[
            (alice, path)
            for path in ("/images?after=1.x", "/images?order=upside", after, "/images?order=oldest&limit=1")
        ],
        *[(alice, f"/links?state={state}") for state in ("live", "ended", "revoked", "off", "sideways")],
        *[(emma, f"/links?state={state}") for state in ("off", "ended")],
        *[(admin, f"/admin/{kind}/?search=nothing-of-this-name") for kind in ("user", "plan", "image", "link")],
        *[(admin, f"/admin/user/?active={active}&plan=1") for active in ("yes", "no")],
        *[
            (admin, path)
            for path in ("/admin/user/?sort=pictures", "/admin/image/?state=trash", "/admin/image/?size=huge")
        ],
        *[(admin, f"/admin/link/?state={state}") for state in ("live", "ended", "revoked", "off")],
        *[(admin, path) for path in ("/admin/user/edit/?id=77777", "/admin/image/delete/?id=" + UNKNOWN)],
        *[(admin, path) for path in ("/admin/action/", "/admin/user/action/?action=none", "/login?again=1")],
    ]

    found = {}
    for client, path in asked:
        answer = client.get(path, allow_redirects=True)
        found[path] = said(answer, known)

    assert {path: words for path, words in found.items() if words} == {}


def test_every_form_that_did_not_pass_does(there: Furnished, stranger: Client, known: set[str]) -> None:
    alice, admin = there.alice, there.admin
    image = alice.get("/images", headers=JSON).json()["images"][0]["id"]
    link = alice.link({"id": image}, 3_600)["id"]
    sent = [
        (stranger, "/login", {"username": "nobody", "password": "nothing"}),
        (stranger, "/login", {}),
        (alice, "/account", {}),
        (alice, "/account", {"current_password": "a", "new_password": "short", "confirm": "short"}),
        (alice, "/account", {"current_password": "a", "new_password": "a long enough one", "confirm": "another"}),
        (alice, "/account", {"current_password": "a", "new_password": "password1", "confirm": "password1"}),
        (alice, "/account/look", {"language": "xx"}),
        (alice, "/account/look", {"theme": "loud"}),
        *[(alice, f"/images/{image}/links/new", {"seconds": seconds}) for seconds in ("", "12", "99999", "12x")],
        *[(alice, f"/links/{link}/shorten", {"seconds": seconds}) for seconds in ("", "99999")],
        (alice, f"/images/{image}/rename", {"name": ""}),
        (alice, "/links/revoke", {}),
        (alice, "/links/revoke", {"id": "x"}),
        (alice, "/links/revoke", {"id": [UNKNOWN] * 101}),
        (alice, "/images/delete", {}),
        (alice, "/images/download", {"id": image, "size": "big"}),
        (alice, "/trash/delete", {}),
        (admin, "/admin/user/new/", {}),
        (admin, "/admin/user/new/", {"username": "admin", "password": "a long enough one", "plan": "1"}),
        (admin, "/admin/user/edit/?id=1", {"username": "admin", "plan": "1", "is_active": "y"}),
        (admin, "/admin/plan/new/", {"name": "Basic", "accepts": "JPEG", "new_sizes": "wide", "quota_bytes": "much"}),
        (admin, "/admin/plan/new/", {"name": "basic", "accepts": "JPEG"}),
        (admin, "/admin/plan/new/", {"name": "", "accepts": ""}),
        (admin, "/admin/size/new/", {"width": "-5"}),
        (admin, "/admin/size/new/", {"height": "200"}),
        (admin, "/admin/size/new/", {}),
        (admin, "/admin/user/delete/", {"id": "1"}),
        (admin, "/admin/plan/delete/", {"id": "3"}),
        (admin, "/admin/size/delete/", {"id": "1"}),
        (admin, "/admin/user/action/", {"action": "disable", "rowid": "1"}),
    ]

    found = {}
    for number, (client, path, fields) in enumerate(sent):
        answer = client.submit(path, fields)
        assert answer.status_code >= 400, (path, fields, answer.status_code)
        found[number, path] = said(answer, known)

    assert {form: words for form, words in found.items() if words} == {}


def test_everything_that_is_told_after_a_deed_does(there: Furnished, shop: Site, known: set[str]) -> None:
    """In toasts, which are made on one page and read on the next."""
    alice, admin = shop.member("Enterprise"), there.admin
    alice.headers["Accept-Language"] = CODE
    one, two, three = (alice.keep(small_picture()) for _ in range(3))
    first, second, third = (alice.link(one, 3_600)["id"] for _ in range(3))
    person = shop.person("Basic")
    with shop.session() as session:
        ids = dict(session.connection().exec_driver_sql("SELECT username, id FROM users").all())
    known = known | {alice.username, person, "small2.jpg"}
    deeds = [
        (alice, f"/images/{one['id']}/rename", {"name": "small2.jpg"}),
        (alice, f"/links/{first}/shorten", {"seconds": "60"}),
        (alice, "/links/revoke", {"id": [second, third]}),
        (alice, "/links/revoke", {"id": second}),
        (alice, f"/links/{first}/revoke", {}),
        (alice, f"/images/{one['id']}/delete", {}),
        (alice, "/images/delete", {"id": [two["id"], three["id"]]}),
        (alice, "/trash/restore", {"id": two["id"]}),
        (alice, "/trash/restore", {"all": "yes"}),
        (alice, "/images/delete", {"id": [one["id"], two["id"], three["id"]]}),
        (alice, "/trash/delete", {"id": one["id"]}),
        (alice, "/trash/delete", {"all": "yes"}),
        (alice, "/account/signins/end-others", {}),
        (alice, "/account/look", {"theme": "dark"}),
        (admin, "/admin/user/new/", {"username": "ζωη", "password": "a long enough one", "plan": "1"}),
        (admin, f"/admin/user/edit/?id={ids[person]}", {"username": person, "plan": "2", "is_active": "y"}),
        (admin, "/admin/user/action/", {"action": "move", "rowid": str(ids[person]), "plan": "1"}),
        (admin, "/admin/user/action/", {"action": "disable", "rowid": [str(ids[person]), str(ids[alice.username])]}),
        (admin, "/admin/user/action/", {"action": "disable", "rowid": str(ids[person])}),
        (admin, "/admin/user/action/", {"action": "enable", "rowid": str(ids[person])}),
        (admin, "/admin/user/delete/", {"id": str(ids[person])}),
        (admin, "/admin/plan/new/", {"name": "ω", "accepts": "JPEG", "new_sizes": "77x"}),
    ]

    found, toasts = {}, 0
    for number, (client, path, fields) in enumerate(deeds):
        answer = client.submit(path, fields)
        assert answer.status_code == 303, (path, fields, answer.text)
        page = client.get(answer.headers["Location"].removeprefix(shop.root))
        toasts += page.text.count("data-toast")
        found[number, path] = said(page, known)

    assert {deed: words for deed, words in found.items() if words} == {}
    assert toasts == len(deeds)


def test_every_refusal_of_a_file_does(there: Furnished, known: set[str], testdata: Path) -> None:
    alice, basil = there.alice, there.basil
    photo = (testdata / "pillow" / "flower.jpg").read_bytes()
    files = [b"%PDF-1.7", b"", photo[: len(photo) // 2], b"II*\x00" + bytes(40), b"nothing", b"PK\x03\x04", b"\xff\x0a"]
    sends = [[("files", ("paper.pdf", content, "application/octet-stream"))] for content in files]

    pages = [alice.submit("/images/upload", {}, files=one) for one in sends]
    pages += [alice.submit("/images/upload", {}, files=[*sends[0], ("files", ("small.jpg", photo, "image/jpeg"))])]
    pages += [basil.submit("/images/upload", {}, files=[("files", ("small.jpg", photo, "image/jpeg"))])]
    pages += [alice.submit("/images/upload", {"name": "x" * 2_000}, files=sends[0])]
    pages += [alice.submit("/images/upload", {"name": "y"}, files=[*sends[0], *sends[0]])]
    pages += [alice.submit("/images/upload", {"a": "b"})]

    found = [said(page, known) for page in pages]

    assert [words for words in found if words] == []


def test_every_refusal_of_a_request_does(there: Furnished, stranger: Client, known: set[str]) -> None:
    alice = there.alice
    image = alice.get("/images", headers=JSON).json()["images"][0]["id"]
    answers = [
        alice.post("/account/later"),
        alice.post("/links/revoke", data="{}", headers={"Content-Type": "application/json"}),
        alice.submit("/links/revoke", {"id": "a" * 70_000}),
        alice.submit("/login", {"username": "a\0b"}),
        alice.put("/images"),
        alice.get("/images/" + UNKNOWN),
        alice.post("/images/upload", data="only", headers={"Content-Type": "text/plain"}),
        alice.submit(f"/images/{image}/replace", {}, files=[("x", ("paper.pdf", b"%PDF", "a/b"))]),
        alice.submit(f"/images/{image}/replace", {}, files=[("files", ("paper.pdf", b"%PDF-1", "a/b"))]),
        *[stranger.submit("/login", {"username": "nobody", "password": "x"}) for _ in range(11)][-1:],
    ]

    found = [said(answer, known) for answer in answers]

    assert [answer.status_code for answer in answers] == [400, 415, 413, 400, 405, 404, 415, 400, 422, 429]
    assert [words for words in found if words] == []
