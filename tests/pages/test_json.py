"""What programs read: every address with exactly its keys."""

import re
from typing import Any

import pytest

from tests.authorization.people import UNKNOWN, small_picture
from tests.site import JSON, Client, Site

IMAGE = {"id", "name", "format", "width", "height", "bytes", "created_at", "links"}
LINK = {"id", "url", "expires_at", "seconds", "shortened", "state", "image"}
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


@pytest.fixture(scope="module")
def alice(running_site: Site) -> Client:
    """Somebody on Enterprise."""
    return running_site.member("Enterprise")


@pytest.fixture(scope="module")
def image(alice: Client) -> dict[str, Any]:
    """Her picture."""
    return alice.keep(small_picture())


@pytest.fixture(scope="module")
def link(alice: Client, image: dict[str, Any]) -> dict[str, Any]:
    """Her link to it."""
    return alice.link(image, 1_800)


def test_a_program_finds_everything_from_the_root(site: Site, alice: Client) -> None:
    signed_in = alice.get("/", headers=JSON).json()
    stranger = site.client().get("/", headers=JSON).json()

    addresses = {
        "sign_in": f"{site.root}/login",
        "images": f"{site.root}/images",
        "upload": f"{site.root}/images/upload",
        "links": f"{site.root}/links",
        "account": f"{site.root}/account",
    }
    assert signed_in == {"username": alice.username, **addresses}
    assert stranger == {"username": None, **addresses}


def test_a_program_signs_in_and_out_with_tokens_that_fit(site: Site) -> None:
    username, program = site.person("Basic"), site.client()

    first = program.get("/login", headers=JSON).json()
    form = {"username": username, "password": "five quiet geese"}
    signed_in = program.post("/login", form, headers=JSON | {"X-CSRFToken": first["csrf_token"]})
    token = {"X-CSRFToken": signed_in.json()["csrf_token"]}
    nothing_sent = program.post("/images/upload", files={"name": (None, "")}, headers=JSON | token)
    signed_out = program.post("/logout", headers=JSON | token)

    assert first.keys() == signed_in.json().keys() == signed_out.json().keys() == {"csrf_token"}
    assert (nothing_sent.status_code, nothing_sent.json()["error"]) == (400, "bad_form")
    assert program.get("/account", headers=JSON).status_code == 401


def test_a_program_asks_before_it_sends_how_much_room_is_left(site: Site) -> None:
    """Null is no limit; the token is one that fits."""
    name, content = small_picture()
    basil, alice = site.member(site.plan((0, 200), quota_bytes=len(content) + 7)), site.member("Enterprise")

    before = basil.get("/images/upload", headers=JSON).json()
    token = {"X-CSRFToken": before.pop("csrf_token")}
    sent = basil.post("/images/upload", files={"files": (name, content)}, headers=JSON | token)
    after = basil.get("/images/upload", headers=JSON).json()

    limits = {"max_file_bytes": 25_000_000, "max_files": 20}
    assert before == {"username": basil.username, "free_bytes": len(content) + 7, **limits}
    assert sent.status_code == 201
    assert after["free_bytes"] == 7
    assert alice.get("/images/upload", headers=JSON).json()["free_bytes"] is None


def test_an_image_has_these_keys_wherever_it_stands(site: Site, alice: Client, image: dict[str, Any]) -> None:
    detail = alice.get(f"/images/{image['id']}", headers=JSON).json()
    listed = alice.get("/images", headers=JSON).json()

    url = f"{site.root}/images/{image['id']}"
    assert detail == image | {"facts": {"place": False}}
    assert listed.keys() == {"images", "next"}
    assert listed["images"] == [image]
    assert image.keys() == IMAGE
    assert image["links"] == {
        "self": url,
        "thumbnails": {"200": f"{url}/thumbnails/200", "400": f"{url}/thumbnails/400"},
        "original": f"{url}/original",
        "create_expiring_link": f"{url}/links/new",
    }
    name, content = small_picture()
    facts = {key: image[key] for key in ("name", "format", "width", "height", "bytes")}
    assert facts == {"name": name, "format": "JPEG", "width": 640, "height": 480, "bytes": len(content)}
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", image["id"])
    assert RFC_3339.fullmatch(image["created_at"])


def test_an_upload_says_what_was_kept_and_what_was_refused(site: Site) -> None:
    alice = site.member("Basic")
    some = alice.upload(small_picture(), ("notes.txt", b"no picture"))
    none = alice.upload(("notes.txt", b"no picture"))

    assert some.status_code == 201
    assert some.json().keys() == {"images", "refused"}
    assert [one.keys() for one in some.json()["images"]] == [IMAGE]
    assert [one.keys() for one in some.json()["refused"]] == [{"name", "error", "message"}]
    assert (some.json()["refused"][0]["name"], some.json()["refused"][0]["error"]) == ("notes.txt", "not_an_image")
    assert (none.status_code, none.json()["images"], len(none.json()["refused"])) == (422, [], 1)


def test_a_link_has_these_keys_wherever_it_stands(
    site: Site, alice: Client, image: dict[str, Any], link: dict[str, Any]
) -> None:
    one = alice.get(f"/links/{link['id']}", headers=JSON).json()
    mine = alice.get("/links", headers=JSON).json()
    form = alice.get(f"/images/{image['id']}/links/new", headers=JSON).json()

    assert one == link
    assert mine == {"links": [link], "next": None}
    assert link.keys() == LINK
    assert link["url"].startswith(f"{site.root}/l/")
    assert (link["seconds"], link["state"], link["image"]) == (1_800, "live", image["links"]["self"])
    assert RFC_3339.fullmatch(link["expires_at"])
    assert form == {"seconds_min": 300, "seconds_max": 30_000}


def test_the_account_says_what_the_plan_gives(site: Site) -> None:
    alice = site.member("Premium")
    answer = alice.get("/account", headers=JSON).json()

    assert answer.keys() == {"username", "is_admin", "plan", "used_bytes", "language", "theme", "signins"}
    assert answer["plan"] == {
        "name": "Premium",
        "sizes": ["200", "400"],
        "shows_original": True,
        "makes_links": False,
        "quota_bytes": None,
    }
    assert (answer["username"], answer["is_admin"], answer["used_bytes"]) == (alice.username, False, 0)
    assert [one.keys() for one in answer["signins"]] == [{"id", "device", "created_at", "seen_at", "current"}]
    assert answer["signins"][0]["current"] is True
    assert RFC_3339.fullmatch(answer["signins"][0]["seen_at"])


def test_deeds_answer_with_what_was_done(site: Site) -> None:
    alice = site.member("Enterprise")
    image = alice.keep(small_picture())
    link = alice.link(image)

    revoked = alice.submit(f"/links/{link['id']}/revoke", as_json=True)
    deleted = alice.submit(f"/images/{image['id']}/delete", as_json=True)

    assert (revoked.status_code, revoked.json()) == (200, {"revoked": link["id"]})
    assert (deleted.status_code, deleted.json()) == (200, {"deleted": image["id"]})


def test_every_refusal_is_named(site: Site, alice: Client, image: dict[str, Any]) -> None:
    basic, stranger = site.member(site.plan((0, 200), quota_bytes=10)), site.client()
    token = {"X-CSRFToken": alice.csrf()}
    ended = alice.link(image)["url"]
    new_link = f"/images/{image['id']}/links/new"
    before_the_end = {
        "sign_in": (401, stranger.get("/images", headers=JSON)),
        "not_found": (404, alice.get(f"/images/{UNKNOWN}", headers=JSON)),
        "bad_form": (400, alice.submit(new_link, {"seconds": "299"}, as_json=True)),
        "csrf": (400, alice.post(new_link, {"seconds": "300"}, headers=JSON)),
        "not_an_image": (422, alice.upload(("a.jpg", b"words"))),
        "too_large": (413, alice.post("/account", {"confirm": "a" * 70_000}, headers=JSON | token)),
        "wrong_body_type": (415, alice.post("/logout", json={}, headers=JSON | token)),
        "wrong_method": (405, alice.delete(f"/images/{image['id']}", headers=JSON)),
        "quota_full": (409, basic.upload(small_picture())),
        "admins_only": (403, alice.get("/admin/", headers=JSON)),
    }
    site.clock.advance(seconds=301)
    after_it = {"link_gone": (410, stranger.get(ended, headers=JSON))}

    for error, (status, answer) in (before_the_end | after_it).items():
        told = answer.json() if "refused" not in answer.json() else answer.json()["refused"][0]
        assert (answer.status_code, told["error"]) == (status, error)
        assert told.keys() - {"name"} == {"error", "message"}
        assert told["message"].endswith(".")


@pytest.mark.parametrize(
    ("accepts", "kind"),
    [
        ("*/*", "text/html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/json", "application/json"),
        ("application/json, text/plain, */*", "application/json"),
        ("application/json;q=0.5, text/html", "text/html"),
        ("image/avif,image/webp,*/*;q=0.8", "text/html"),
        ("", "text/html"),
    ],
)
def test_json_comes_only_where_it_is_preferred(alice: Client, accepts: str, kind: str) -> None:
    answer = alice.get("/images", headers={"Accept": accepts})

    assert answer.headers["Content-Type"].partition(";")[0] == kind
