"""A form without script that is sent twice keeps nothing twice: its key stands for those of its files."""

import html
import re

import requests

from tests.images.sending import kept_in_all, words
from tests.imaging.files import black_png
from tests.site import Client, Site

SOUND, OTHER = black_png(40, 20), black_png(41, 20)


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
    counted = kept_in_all(site, alice)
    again = _submit(alice, form_key, A, CUT, B, A)

    assert (first.status_code, again.status_code) == (200, 200)
    assert len(set(_ids(first))) == 3, "a file that she chose twice is two pictures"
    assert words(again) == words(first)
    assert _ids(again) == _ids(first)
    assert kept_in_all(site, alice) == counted == (2 * len(SOUND) + len(OTHER), 3, 3)


def test_alice_sends_the_whole_form_once_more_and_is_led_to_the_same_pictures(site: Site) -> None:
    alice = site.member("Enterprise")
    form_key = _form_key(alice)

    first, again = (_submit(alice, form_key, A, B) for _ in range(2))

    assert (first.status_code, again.status_code) == (303, 303)
    assert again.headers["Location"] == first.headers["Location"]
    assert kept_in_all(site, alice)[1:] == (2, 2)


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
    assert kept_in_all(site, alice)[1:] == (4, 4)


def test_every_form_has_a_key_of_its_own(site: Site) -> None:
    """The same file sent from two of them is two pictures; also from the one that comes with a refusal."""
    alice = site.member("Enterprise")
    refusal = _submit(alice, _form_key(alice), A, B, name="The lake")
    assert "A name is for one picture." in words(refusal)

    keys = {_form_key(alice), _form_key(alice), *re.findall(r'name="form_key" value="([^"]*)"', refusal.text)}
    for form_key in keys:
        _submit(alice, form_key, A)

    assert len(keys) == 3
    assert kept_in_all(site, alice)[1:] == (3, 3)


def test_a_form_key_of_another_shape_is_refused_with_a_sentence(site: Site) -> None:
    alice = site.member("Enterprise")

    answer = _submit(alice, "x" * 21, A, B)

    assert answer.status_code == 400
    assert "A key is 22 letters, digits, - or _. Nothing was kept: send it with such a key." in words(answer)
    assert kept_in_all(site, alice) == (0, 0, 0)
