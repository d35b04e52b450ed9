"""No page and no answer says what only the server should know."""

from sqlalchemy import select

from imageapp.accounts.models import Signin, User
from imageapp.images.models import Image, Thumbnail
from tests.authorization import matrix
from tests.authorization.people import asker, small_picture
from tests.site import JSON, Client, Site


def test_no_page_holds_a_secret_or_another_persons_name(site: Site) -> None:
    alice, bob = asker(site, "enterprise"), site.member("Enterprise")
    his = bob.keep(small_picture())
    secrets = _secrets(site)

    texts: dict[str, str] = {}
    for row in matrix.rows():
        if row.method == "GET" and "static" not in row.address:
            for headers in ({}, JSON):
                answer = alice.browser.get(alice.address(row.address), headers=headers)
                if matrix.is_text(answer):
                    texts[f"{row.address} {headers}"] = answer.text + str(answer.headers)

    assert len(texts) > 40
    for address, text in texts.items():
        told = {what for what, words in secrets.items() if any(word in text for word in words)}
        assert told == set(), address
        assert bob.username not in text, address
        assert his["id"] not in text, address


def test_not_even_an_admin_is_shown_a_secret(site: Site) -> None:
    admin = asker(site, "admin")
    secrets = _secrets(site)

    for row in matrix.rows():
        if row.method == "GET" and row.address.startswith("/admin/"):
            answer = admin.browser.get(admin.address(row.address))
            assert answer.status_code == 200
            told = {what for what, words in secrets.items() if any(word in answer.text for word in words)}
            assert told == set(), row.address


def _secrets(site: Site) -> dict[str, set[str]]:
    """What must not be seen, by what it is."""
    with site.session() as session:
        found = {
            "a password hash": set(session.scalars(select(User.password_hash))),
            "a key of the storage": set(session.scalars(select(Image.blob_key).union_all(select(Thumbnail.blob_key)))),
        }
        session.rollback()
    return found | {
        "the secret key": {str(site.app.config["SECRET_KEY"])},
        "a folder of the server": {str(site.settings.instance), str(site.settings.pictures)},
        "the database": {site.settings.database},
    }


def test_the_etag_of_a_picture_is_not_where_it_is_kept(site: Site) -> None:
    alice = site.member("Enterprise")
    image = alice.keep(small_picture())
    keys = _secrets(site)["a key of the storage"]

    addresses = (image["links"]["original"], *image["links"]["thumbnails"].values(), alice.link(image)["url"])
    answers = [alice.get(address) for address in addresses]

    for answer in answers:
        assert len(answer.headers["ETag"]) > 20
        assert not any(key in str(answer.headers) for key in keys), answer.url


def test_the_account_shows_ones_own_sign_ins_alone(site: Site) -> None:
    alice, bob = site.member("Basic"), site.member("Basic")
    Client(site.root).sign_in(alice.username)

    shown = alice.get("/account", headers=JSON).json()["signins"]

    with site.session() as session:
        of_bob = session.scalars(select(Signin.id).join(User).where(User.username == bob.username)).all()
    assert len(shown) == 2
    assert not {one["id"] for one in shown} & set(of_bob)
