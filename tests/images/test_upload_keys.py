"""An upload that is sent again under its key, since no answer came: one picture, counted once."""

import html
import re
from typing import Any

import pytest
import requests
from sqlalchemy import func, select

from imageapp.accounts.models import User
from imageapp.identifiers import new_id
from imageapp.images.models import Image, UploadDay
from tests.images.sending import words
from tests.imaging.files import black_png
from tests.site import Client, Site

SOUND, OTHER = black_png(40, 20), black_png(41, 20)


def _send(
    client: Client, key: str, content: bytes = SOUND, *, name: str = "a.png", as_json: bool = True
) -> requests.Response:
    """One file under that key, as the page's script sends it."""
    return client.submit("/images/upload", {"key": key}, files={"files": (name, content)}, as_json=as_json)


def _counted(site: Site, client: Client) -> tuple[int, int, int]:
    """Bytes and pictures by the person's counters, and the pictures that there are."""
    with site.session() as session:
        user = session.scalars(select(User).where(User.username == client.username)).one()
        rows = session.scalar(select(func.count()).select_from(Image).where(Image.owner_id == user.id)) or 0
        return user.used_bytes, user.pictures, rows


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
    assert _counted(site, alice) == (len(SOUND), 1, 1)
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
    assert _counted(site, alice) == (len(SOUND), 1, 1)


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
    assert _counted(site, alice) == (len(SOUND), 1, 1)


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
    assert _counted(site, alice) == (len(SOUND), 1, 1)


def test_a_file_whose_picture_was_replaced_meanwhile_is_not_kept_beside_it(site: Site) -> None:
    """Its key names the picture, which is another file by now."""
    alice, key = site.member("Enterprise"), new_id()
    image = _send(alice, key).json()["images"][0]
    alice.submit(f"/images/{image['id']}/replace", files={"files": ("b.png", OTHER)})

    again = _send(alice, key)

    assert (again.status_code, again.json()["refused"][0]["error"]) == (400, "bad_form")
    assert _counted(site, alice) == (len(OTHER), 1, 1)


def test_bobs_key_means_nothing_for_alice(site: Site) -> None:
    """The same key of two people is two keys: neither learns that the other used it."""
    alice, bob, key = site.member("Enterprise"), site.member("Enterprise"), new_id()

    of_bob, of_alice = _send(bob, key), _send(alice, key, OTHER)

    assert (of_bob.status_code, of_alice.status_code) == (201, 201)
    assert _counted(site, alice) == (len(OTHER), 1, 1)
    assert _counted(site, bob) == (len(SOUND), 1, 1)


def test_a_file_that_was_refused_is_judged_again_under_its_key(site: Site) -> None:
    alice, key = site.member("Enterprise"), new_id()

    broken, empty, whole = _send(alice, key, SOUND[:-40]), _send(alice, key, b""), _send(alice, key)

    assert [one.status_code for one in (broken, empty, whole)] == [422, 422, 201]
    assert _counted(site, alice) == (len(SOUND), 1, 1)


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
    assert _counted(site, alice) == (0, 0, 0)


def test_a_key_for_several_files_is_refused_with_a_sentence(site: Site) -> None:
    alice = site.member("Enterprise")
    two: list[Any] = [("files", ("a.png", SOUND)), ("files", ("b.png", OTHER))]

    answer = alice.submit("/images/upload", {"key": new_id()}, files=two, as_json=True)

    assert (answer.status_code, answer.json()["error"]) == (400, "bad_form")
    assert answer.json()["message"].startswith("A key is for one file. Send every file with a key of its own.")
    assert _counted(site, alice) == (0, 0, 0)


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


def test_the_key_of_a_form_costs_what_each_file_s_own_would(site: Site) -> None:
    alice = site.member("Enterprise")
    form_key = _form_key(alice)

    plain, keyed, again = (_cost_of_form(site, alice, key) for key in ("", form_key, form_key))

    assert (keyed - plain, again) == (2, 2)


def _cost_of_form(site: Site, alice: Client, form_key: str) -> int:
    token = alice.csrf()
    with site.statements() as statements:
        answer = alice.post("/images/upload", {"form_key": form_key, "csrf_token": token}, files=[A])
    assert answer.status_code == 303
    return len(statements)


A, B, CUT = (("files", file) for file in (("a.png", SOUND), ("b.png", OTHER), ("cut.png", SOUND[:-40])))


def _form_key(client: Client) -> str:
    """What the server put into the form that it shows."""
    (field,) = re.findall(r'<input type="hidden" name="form_key" value="([^"]*)"', client.get("/images/upload").text)
    return html.unescape(field)


def _submit(client: Client, form_key: str, *files: tuple[str, tuple[str, bytes]], name: str = "") -> requests.Response:
    """The form, as a browser without script sends it."""
    fields = {"form_key": form_key, "key": "", "name": name}
    return client.submit("/images/upload", fields, files=list(files))


def _ids(response: requests.Response) -> list[str]:
    return re.findall(r'data-kept="([^"]+)"', response.text)


def test_alice_loads_an_answer_without_script_anew_and_nothing_is_kept_twice(site: Site) -> None:
    """One of the files was refused: the answer is the page itself. It is the same one, with the room that is left."""
    alice = site.member(site.plan((0, 200), quota_bytes=50_000))
    form_key = _form_key(alice)

    first = _submit(alice, form_key, A, CUT, B, A)
    counted = _counted(site, alice)
    again = _submit(alice, form_key, A, CUT, B, A)

    assert (first.status_code, again.status_code) == (200, 200)
    assert len(set(_ids(first))) == 3, "a file that she chose twice is two pictures"
    assert words(again) == words(first)
    assert _ids(again) == _ids(first)
    assert _counted(site, alice) == counted == (2 * len(SOUND) + len(OTHER), 3, 3)


def test_alice_sends_the_whole_form_once_more_and_is_led_to_the_same_pictures(site: Site) -> None:
    alice = site.member("Enterprise")
    form_key = _form_key(alice)

    first, again = (_submit(alice, form_key, A, B) for _ in range(2))

    assert (first.status_code, again.status_code) == (303, 303)
    assert again.headers["Location"] == first.headers["Location"]
    assert _counted(site, alice)[1:] == (2, 2)


def test_alice_goes_back_to_the_form_and_sends_other_files_from_it(site: Site) -> None:
    """The browser shows it with the key that it had: the files are new ones all the same, or have another name now."""
    alice = site.member("Enterprise")
    form_key = _form_key(alice)

    answers = [
        _submit(alice, form_key, A),
        _submit(alice, form_key, B),
        _submit(alice, form_key, A, name="The lake"),
        _submit(alice, form_key, ("files", ("c.png", SOUND))),
    ]

    assert [one.status_code for one in answers] == [303] * 4
    assert _counted(site, alice)[1:] == (4, 4)


def test_every_form_has_a_key_of_its_own(site: Site) -> None:
    """The same file sent from two of them is two pictures; also from the one that comes with a refusal."""
    alice = site.member("Enterprise")
    refusal = _submit(alice, _form_key(alice), A, B, name="The lake")
    assert "A name is for one picture." in words(refusal)

    keys = {_form_key(alice), _form_key(alice), *re.findall(r'name="form_key" value="([^"]*)"', refusal.text)}
    for form_key in keys:
        _submit(alice, form_key, A)

    assert len(keys) == 3
    assert _counted(site, alice)[1:] == (3, 3)


def test_a_form_key_of_another_shape_is_refused_with_a_sentence(site: Site) -> None:
    alice = site.member("Enterprise")

    answer = _submit(alice, "x" * 21, A, B)

    assert answer.status_code == 400
    assert "A key is 22 letters, digits, - or _. Nothing was kept: send it with such a key." in words(answer)
    assert _counted(site, alice) == (0, 0, 0)
