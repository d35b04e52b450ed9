"""What a password and a name may be."""

import time
import unicodedata

import pytest

from imageapp.accounts import passwords
from imageapp.refusals import BadForm
from tests.accounts.visiting import from_elsewhere, is_signed_in
from tests.site import JSON, PASSWORD, Site

GOOD = [
    "eight ch",
    "x" * 30 + "y" * 34,
    "correct horse " * 73,  # 1,022 characters
    "k" * 1_023 + "l",
    "🐘🦒🦓🐆🐊🦏🦛🐪",
    "пароль для дома",
    "'; DROP TABLE users; --",
    "   spaces around   ",
]


@pytest.mark.parametrize("password", GOOD)
def test_long_and_foreign_passwords_are_taken_and_only_they_match(password: str) -> None:
    passwords.check_new_password(password, "alice", "new_password")
    kept = passwords.hash_password(password)

    assert passwords.matches(kept, password)
    assert not passwords.matches(kept, password[:-1])
    assert not passwords.matches(kept, password + "x")
    assert password not in kept


def test_nothing_of_a_long_password_is_cut_off() -> None:
    kept = passwords.hash_password("a" * 72 + "b")

    assert not passwords.matches(kept, "a" * 72 + "c")
    assert not passwords.matches(kept, "a" * 72)


def test_password_typed_on_another_keyboard_is_the_same() -> None:
    composed, parts = (unicodedata.normalize(form, "éèêëāăą") for form in ("NFC", "NFD"))

    assert composed != parts
    assert passwords.matches(passwords.hash_password(parts), composed)


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("", "at least 8"),
        ("seven c", "at least 8"),
        ("🐘" * 7, "at least 8"),
        ("x" * 1_025, "at most 1024"),
        ("password1", "among the first"),
        ("PassWord1", "among the first"),
        ("12345678", "among the first"),
        ("qwertyuiop", "among the first"),
        ("alice.cooper", "may not be the user name"),
        ("ALICE.Cooper", "may not be the user name"),
    ],
)
def test_password_that_others_would_try_is_refused_with_a_sentence(password: str, sentence: str) -> None:
    with pytest.raises(BadForm, match=sentence) as refused:
        passwords.check_new_password(password, "Alice.Cooper", "new_password")

    assert refused.value.field == "new_password"


def test_alice_reads_beside_the_field_what_a_short_password_is_refused_with(site: Site) -> None:
    alice = site.member()
    form = {"current_password": PASSWORD, "new_password": "short", "confirm": "short"}

    page, refused = alice.get("/account"), alice.submit("/account", form)

    with pytest.raises(BadForm) as rule:
        passwords.check_new_password("short", alice.username, "new_password")
    assert f'<p class="hint" id="new_password-note">{rule.value.message}</p>' in page.text
    assert f"<span>{rule.value.message}</span>" in refused.text


def test_list_of_common_passwords_is_whole() -> None:
    lines = passwords._LIST.read_text(encoding="utf-8").splitlines()

    assert len(set(lines)) == 3_000
    assert all(line == line.casefold() == unicodedata.normalize("NFC", line) for line in lines)


def test_nobody_has_no_password() -> None:
    assert not passwords.matches(None, "")
    assert not passwords.matches(None, "anything")


@pytest.mark.parametrize(
    ("typed", "kept"), [(" Bob ", "Bob"), ("Jose\u0301", "José"), ("名前", "名前"), ("b" * 64, "b" * 64)]
)
def test_name_is_kept_as_it_was_typed(typed: str, kept: str) -> None:
    assert passwords.check_name(typed) == kept


@pytest.mark.parametrize("typed", ["", "   ", "b" * 65, "a\0b", "a\u202eb", "a\u200bb", "a\nb", "\ue000", "\u2028"])
def test_name_that_cannot_be_read_is_refused(typed: str) -> None:
    with pytest.raises(BadForm) as refused:
        passwords.check_name(typed)

    assert refused.value.field == "username"


@pytest.mark.parametrize("twin", ["bob", "BOB", "ｂob", " Bob", "ⓑⓞⓑ"])
def test_names_that_look_alike_are_one_name(twin: str) -> None:
    assert passwords.name_key(twin) == passwords.name_key("Bob")


def test_alice_signs_in_however_her_name_is_written(site: Site) -> None:
    name = site.person(name="Zoë Straße")

    browser = site.client().sign_in("ZOE\u0308 STRASSE")

    assert browser.get("/account", headers=JSON).json()["username"] == name


def test_longest_password_is_set_and_signs_in(site: Site) -> None:
    alice = site.member()
    longest = "🐘🦒" * 512

    changed = alice.submit("/account", {"current_password": PASSWORD, "new_password": longest, "confirm": longest})
    elsewhere = site.client().sign_in(alice.username, longest)

    assert changed.status_code == 303
    assert is_signed_in(elsewhere)


def test_password_of_a_megabyte_is_refused_before_any_work(site: Site) -> None:
    mallory = from_elsewhere(site)
    token = mallory.csrf()

    start = time.process_time()
    answer = mallory.post(
        "/login", {"username": "alice", "password": "x" * 1_000_000}, headers={"X-CSRFToken": token, **JSON}
    )
    cost = time.process_time() - start

    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")
    assert cost < 0.1


@pytest.mark.parametrize("field", ["username", "password"])
def test_name_or_password_that_no_table_can_hold_is_refused_with_a_sentence(site: Site, field: str) -> None:
    mallory = from_elsewhere(site)

    form = {"username": "alice", "password": "wrong", field: "al\0ice"}
    answer = mallory.submit("/login", form, as_json=True)

    assert (answer.status_code, answer.json()["error"]) == (400, "bad_form")
    assert "cannot be kept" in answer.json()["message"]


def test_browser_with_a_strange_name_is_signed_in_like_any_other(site: Site) -> None:
    alice = site.client()
    alice.headers["User-Agent"] = "Böwser <b> {{7*7}} " + "x" * 5_000

    alice.sign_in(site.person())

    [place] = alice.get("/account", headers=JSON).json()["signins"]
    assert place["device"] == "Unknown browser"
    assert "49" not in place["device"]
