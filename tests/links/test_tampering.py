"""Only a token that this site wrote, to the letter and for this purpose, is a link."""

import json
import string
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from itsdangerous import URLSafeSerializer, URLSafeTimedSerializer

from imageapp.links.tokens import SALT, LinkSigner, LinkToken
from tests.accounts.visiting import cookie_of, is_signed_in
from tests.site import Client, Site

KEY = "a key that is long enough"
MADE = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)
END = MADE + timedelta(seconds=300)
ID = "abcdefghijklmnopqrstuv"
LETTERS = string.ascii_letters + string.digits + "-_=.+/%~ "


@pytest.fixture(scope="module")
def signer() -> LinkSigner:
    return LinkSigner(KEY)


@pytest.fixture(scope="module")
def token(signer: LinkSigner) -> str:
    return signer.sign(ID, MADE, END)


def test_token_says_which_link_it_is_and_when_it_ends(signer: LinkSigner, token: str) -> None:
    assert signer.read(token) == LinkToken(ID, END)
    assert signer.sign(ID, MADE, END) == token


def test_no_character_of_a_token_can_be_another(signer: LinkSigner, token: str) -> None:
    changed = [
        token[:place] + letter + token[place + 1 :]
        for place in range(len(token))
        for letter in LETTERS
        if letter != token[place]
    ]

    assert [one for one in changed if signer.read(one)] == []


def test_nothing_can_be_added_to_a_token_nor_taken_away(signer: LinkSigner, token: str) -> None:
    longer = [token + more for more in ("=", "==", ".", " ", "\n", "A", "%", "\0", "é")]
    longer += [more + token for more in ("=", ".", " ", "A")]
    shorter = [token[:length] for length in range(len(token))] + [token[start:] for start in range(1, len(token))]

    assert [one for one in longer + shorter if signer.read(one)] == []


def test_parts_of_two_tokens_make_no_third(signer: LinkSigner, token: str) -> None:
    other = signer.sign("z" * 22, MADE, END + timedelta(hours=5))
    # From the right: a payload that packing makes shorter starts with a point of its own.
    mine, others = token.rsplit(".", 2), other.rsplit(".", 2)

    mixed = [
        ".".join(parts)
        for parts in (
            [others[0], mine[1], mine[2]],
            [mine[0], others[1], others[2]],
            [others[0], others[1], mine[2]],
            [mine[0], mine[1], others[2]],
        )
    ]

    assert mine[1] == others[1]
    assert [signer.read(one) for one in mixed] == [None, None, None, None]


def signed(payload: object, salt: str = SALT, key: str = KEY) -> str:
    return str(URLSafeTimedSerializer(key, salt=salt).dumps(payload))


@pytest.mark.parametrize(
    "payload",
    [
        {"v": 2, "l": ID, "exp": 2**31},
        {"l": ID, "exp": 2**31},
        {"v": 1, "l": "../../etc/passwd", "exp": 2**31},
        {"v": 1, "l": 7, "exp": 2**31},
        {"v": 1, "l": ID},
        {"v": 1, "l": ID, "exp": "never"},
        {"v": 1, "l": ID, "exp": None},
        {"v": 1, "l": ID, "exp": 1e400},
        [1, ID, 2**31],
        ID,
        None,
    ],
)
def test_signature_alone_does_not_make_a_link(signer: LinkSigner, payload: object) -> None:
    assert signer.read(signed(payload)) is None


def test_token_for_another_purpose_or_with_another_key_is_no_link(signer: LinkSigner) -> None:
    payload = {"v": 1, "l": ID, "exp": int(END.timestamp())}
    genuine = signed(payload)
    others = [signed(payload, salt=salt) for salt in ("cookie-session", "wtf-csrf-token", "imageapp.link.v2", "")]
    others += [signed(payload, key="another key that is long"), str(URLSafeSerializer(KEY, salt=SALT).dumps(payload))]
    unsigned = urlsafe_b64encode(json.dumps(payload).encode()).decode().rstrip("=")

    assert signer.read(genuine) == LinkToken(ID, END)
    assert [signer.read(one) for one in [*others, unsigned, unsigned + "..", "none." + unsigned]] == [None] * 9


def test_newest_key_signs_and_older_ones_are_read(token: str) -> None:
    rotated = LinkSigner("the newest key there is", ["the one between them", KEY])
    between = LinkSigner("the one between them").sign(ID, MADE, END)

    assert rotated.read(token) == rotated.read(between) == LinkToken(ID, END)
    assert LinkSigner("the newest key there is").read(rotated.sign(ID, MADE, END)) == LinkToken(ID, END)
    assert LinkSigner(KEY).read(rotated.sign(ID, MADE, END)) is None


@pytest.fixture(scope="module")
def shared(running_site: Site, photo: Path) -> tuple[Client, dict[str, Any]]:
    alice = running_site.member()
    return alice, alice.link(alice.keep(photo), 30_000)


def test_address_that_is_not_to_the_letter_opens_nothing(site: Site, shared: tuple[Client, dict[str, Any]]) -> None:
    stranger = site.client()
    token = shared[1]["url"].rpartition("/")[2]
    twins = [token[:-1] + letter for letter in string.ascii_letters + string.digits + "-_" if letter != token[-1]]
    odd = [f"{token}=", f"{token}%00", f"{token}%0a", "%ff%fe", "x" * 100_000, f"../l/{token}x", "..%2f..%2f.env"]
    odd += ["%2e%2e/%2e%2e/etc/passwd", "/etc/passwd", "", token.swapcase(), f"{token}/", f"{token}/.."]

    answers = {one: stranger.get(f"/l/{one}") for one in [*twins, *odd]}
    right = stranger.get(f"/l/{token}")

    assert right.status_code == 200
    assert {answer.status_code for answer in answers.values()} == {404}
    assert all("Nothing here" in answer.text for answer in answers.values())


def test_cookies_and_form_tokens_are_no_links_nor_the_other_way_round(
    site: Site, shared: tuple[Client, dict[str, Any]]
) -> None:
    alice, link = shared
    token = link["url"].rpartition("/")[2]
    impostor = site.client()
    impostor.cookies.set("imageapp", token)

    as_link = [impostor.get(f"/l/{quote(one)}").status_code for one in (cookie_of(alice), alice.csrf(), link["id"])]
    as_form_token = alice.post("/account/signins/end-others", headers={"X-CSRFToken": token}).status_code

    assert as_link == [404, 404, 404]
    assert as_form_token == 400
    assert not is_signed_in(impostor)


def test_links_of_another_site_open_nothing_here(start_site: Callable[..., Site], photo: Path) -> None:
    here, elsewhere = start_site(), start_site()
    admin = elsewhere.admin()
    link = admin.link(admin.keep(photo))

    answer = here.client().get(link["url"].removeprefix(elsewhere.root))

    assert answer.status_code == 404
