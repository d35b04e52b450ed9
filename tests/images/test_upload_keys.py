"""An upload that is sent again under its key, since no answer came: one picture, counted once."""

from typing import Any

import pytest
import requests
from sqlalchemy import func, select

from imageapp.identifiers import new_id
from imageapp.images.models import UploadDay
from tests.images.sending import kept_in_all, words
from tests.imaging.files import black_png
from tests.site import Client, Site

SOUND, OTHER = black_png(40, 20), black_png(41, 20)


def _send(
    client: Client, key: str, content: bytes = SOUND, *, name: str = "a.png", as_json: bool = True
) -> requests.Response:
    """One file under that key, as the page's script sends it."""
    return client.submit("/images/upload", {"key": key}, files={"files": (name, content)}, as_json=as_json)


def _uploads(site: Site) -> int:
    """How many uploads the days have counted."""
    with site.session() as session:
        return session.scalar(select(func.sum(UploadDay.pictures))) or 0


def test_alice_sends_a_file_again_under_its_key_and_it_is_kept_once(site: Site) -> None:
    """The same answer, word for word; no byte, picture or upload is counted twice, and no bytes stay behind."""
    alice, key = site.member("Enterprise"), new_id()

    first = _send(alice, key)
    files, uploads = site.files(), _uploads(site)
    again = _send(alice, key, name="renamed.png")

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert kept_in_all(site, alice) == (len(SOUND), 1, 1)
    assert (site.files(), _uploads(site)) == (files, uploads)
    spool = [path.name for path in site.settings.spool.iterdir() if path.name.startswith("upload-")]
    assert spool == []


def test_alice_sends_a_file_again_from_the_form_and_is_led_to_the_picture(site: Site) -> None:
    alice, key = site.member("Enterprise"), new_id()

    first, again = (_send(alice, key, as_json=False) for _ in range(2))

    assert first.status_code == again.status_code == 303
    assert first.headers["Location"] == again.headers["Location"]
    assert "1 picture uploaded" in words(alice.get(again.headers["Location"]))


def test_alices_plan_is_full_by_now_and_what_she_sends_again_is_still_kept(site: Site) -> None:
    """It needs no room; another file, with a key of its own or without one, is refused."""
    alice, key = site.member(site.plan((0, 200), quota_bytes=len(SOUND))), new_id()
    first = _send(alice, key)

    again, another, without = _send(alice, key), _send(alice, new_id()), _send(alice, "")

    assert (again.status_code, again.json()) == (201, first.json())
    assert [one.json()["refused"][0]["error"] for one in (another, without)] == ["quota_full"] * 2
    assert kept_in_all(site, alice) == (len(SOUND), 1, 1)


def test_another_file_under_a_key_that_is_taken_is_refused_with_a_sentence(site: Site) -> None:
    """The first one stays, as it was."""
    alice, key = site.member("Enterprise"), new_id()
    first = _send(alice, key).json()["images"][0]

    other = _send(alice, key, OTHER, name="other.png")

    assert other.status_code == 400
    assert other.json() == {
        "images": [],
        "refused": [
            {
                "name": "other.png",
                "error": "bad_form",
                "message": "Another file was sent under this key before. Choose a new key for every file.",
            }
        ],
    }
    assert alice.get(first["links"]["original"]).content == SOUND
    assert kept_in_all(site, alice) == (len(SOUND), 1, 1)


def test_a_picture_in_the_trash_is_not_sent_again_under_its_key(site: Site) -> None:
    """She is told where it is; restored, it is the answer again; deleted for good, the file is kept anew."""
    alice, key = site.member("Enterprise"), new_id()
    image = _send(alice, key).json()["images"][0]
    alice.submit(f"/images/{image['id']}/delete")

    in_trash = _send(alice, key)
    alice.submit("/trash/restore", {"id": image["id"]})
    restored = _send(alice, key)
    alice.throw_away(image)
    anew = _send(alice, key)

    assert in_trash.status_code == 404
    assert in_trash.json()["refused"][0]["message"] == "“a.png” is in your trash. Restore it to see it again."
    assert restored.json()["images"][0]["id"] == image["id"]
    assert anew.status_code == 201
    assert anew.json()["images"][0]["id"] != image["id"]
    assert kept_in_all(site, alice) == (len(SOUND), 1, 1)


def test_a_file_whose_picture_was_replaced_meanwhile_is_not_kept_beside_it(site: Site) -> None:
    """Its key names the picture, which is another file by now."""
    alice, key = site.member("Enterprise"), new_id()
    image = _send(alice, key).json()["images"][0]
    alice.submit(f"/images/{image['id']}/replace", files={"files": ("b.png", OTHER)})

    again = _send(alice, key)

    assert (again.status_code, again.json()["refused"][0]["error"]) == (400, "bad_form")
    assert kept_in_all(site, alice) == (len(OTHER), 1, 1)


def test_bobs_key_means_nothing_for_alice(site: Site) -> None:
    """The same key of two people is two keys: neither learns that the other used it."""
    alice, bob, key = site.member("Enterprise"), site.member("Enterprise"), new_id()

    of_bob, of_alice = _send(bob, key), _send(alice, key, OTHER)

    assert (of_bob.status_code, of_alice.status_code) == (201, 201)
    assert kept_in_all(site, alice) == (len(OTHER), 1, 1)
    assert kept_in_all(site, bob) == (len(SOUND), 1, 1)


def test_a_file_that_was_refused_is_judged_again_under_its_key(site: Site) -> None:
    alice, key = site.member("Enterprise"), new_id()

    broken, empty, whole = _send(alice, key, SOUND[:-40]), _send(alice, key, b""), _send(alice, key)

    assert [one.status_code for one in (broken, empty, whole)] == [422, 422, 201]
    assert kept_in_all(site, alice) == (len(SOUND), 1, 1)


def test_files_without_a_key_are_pictures_of_their_own(site: Site) -> None:
    """An empty field is no key."""
    alice = site.member("Enterprise")

    ids = {_send(alice, "").json()["images"][0]["id"] for _ in range(2)} | {alice.keep(("a.png", SOUND))["id"]}

    assert len(ids) == 3


@pytest.mark.parametrize("key", ["x" * 21, "x" * 23, "x" * 21 + "/", "x" * 21 + "ł", "x" * 22 + "\n", " ", "x" * 5_000])
def test_a_key_of_another_shape_is_refused_with_a_sentence(site: Site, key: str) -> None:
    alice = site.member("Enterprise")

    page, answer = _send(alice, key, as_json=False), _send(alice, key)

    sentence = "A key is 22 letters, digits, - or _. Nothing was kept: send it with such a key."
    assert (page.status_code, answer.status_code) == (400, 400)
    assert sentence in words(page)
    assert answer.json() == {"error": "bad_form", "message": sentence}
    assert kept_in_all(site, alice) == (0, 0, 0)


def test_a_key_for_several_files_is_refused_with_a_sentence(site: Site) -> None:
    alice = site.member("Enterprise")
    two: list[Any] = [("files", ("a.png", SOUND)), ("files", ("b.png", OTHER))]

    answer = alice.submit("/images/upload", {"key": new_id()}, files=two, as_json=True)

    assert (answer.status_code, answer.json()["error"]) == (400, "bad_form")
    assert answer.json()["message"].startswith("A key is for one file. Send every file with a key of its own.")
    assert kept_in_all(site, alice) == (0, 0, 0)


def test_a_key_costs_two_statements_and_none_costs_nothing(site: Site) -> None:
    """It is looked for before anything is decoded, and once more in the commit; a second sending ends at the first."""
    alice, key = site.member("Enterprise"), new_id()
    token = {"X-CSRFToken": alice.csrf(), "Accept": "application/json"}

    def cost(**fields: str) -> int:
        with site.statements() as statements:
            answer = alice.post("/images/upload", fields, files={"files": ("a.png", SOUND)}, headers=token)
        assert answer.status_code == 201
        return len(statements)

    assert [cost(), cost(key=key), cost(key=key)] == [6, 8, 2]
