"""One file under one key, sent again while the first sending is still under way."""

from collections.abc import Callable
from typing import Any

import requests

from imageapp.identifiers import new_id
from tests.concurrency.crowd import Sender, keys_in_tables, noise, used_bytes
from tests.concurrency.decoders import Turnstile
from tests.site import Site


def test_of_six_sendings_at_once_one_is_kept_and_the_others_get_the_same_answer(
    site: Site, turnstile: Turnstile, at_once: Callable[..., list[Any]]
) -> None:
    """All six were decoded before any was kept: what the other five stored is gone again."""
    alice, file = site.member("Enterprise"), noise(60, 50)
    sender = Sender(alice, file, key=new_id())

    with turnstile.shut():
        uploads = at_once(6, sender.send)
        turnstile.wait_for(6)
    answers = [upload.result() for upload in uploads]

    assert [answer.status_code for answer in answers] == [201] * 6
    assert len({answer.text for answer in answers}) == 1
    assert used_bytes(site, alice.username) == (len(file[1]), len(file[1]), 1)
    assert site.files() == keys_in_tables(site)


def test_the_sending_that_takes_the_last_room_answers_for_the_others(
    site: Site, turnstile: Turnstile, at_once: Callable[..., list[Any]]
) -> None:
    """The plan has room for one: none of the sendings hears that it is full."""
    file = noise(60, 50)
    alice = site.member(site.plan((0, 200), quota_bytes=len(file[1])))
    sender = Sender(alice, file, key=new_id())

    with turnstile.shut():
        uploads = at_once(4, sender.send)
        turnstile.wait_for(4)
    answers = [upload.result() for upload in uploads]

    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.text for answer in answers}) == 1
    assert used_bytes(site, alice.username) == (len(file[1]), len(file[1]), 1)


def test_of_two_files_under_one_key_at_once_one_is_kept_and_one_refused(
    site: Site, turnstile: Turnstile, at_once: Callable[..., list[Any]]
) -> None:
    alice, key = site.member("Enterprise"), new_id()
    senders = [Sender(alice, noise(60, 50, seed=seed), key=key) for seed in (5, 6)]

    with turnstile.shut():
        uploads = at_once(2, lambda number: senders[number].send())
        turnstile.wait_for(2)
    answers = sorted((upload.result() for upload in uploads), key=lambda answer: answer.status_code)

    assert [answer.status_code for answer in answers] == [201, 400]
    assert answers[1].json()["refused"][0]["error"] == "bad_form"
    assert used_bytes(site, alice.username)[2] == 1
    assert site.files() == keys_in_tables(site)


def test_whoever_is_disabled_meanwhile_is_not_told_what_the_key_became(
    site: Site, turnstile: Turnstile, at_once: Callable[..., list[Any]]
) -> None:
    alice = site.member("Enterprise")
    sender = Sender(alice, noise(60, 50), key=new_id())

    with turnstile.shut():
        uploads = at_once(2, sender.send)
        turnstile.wait_for(2)
        site.change_user(alice.username, is_active=False)
    answers = [upload.result() for upload in uploads]

    assert [(answer.status_code, answer.json()["error"]) for answer in answers] == [(401, "sign_in")] * 2
    assert site.files() == keys_in_tables(site)


def test_a_form_that_is_pressed_twice_keeps_each_of_its_files_once(
    site: Site, turnstile: Turnstile, at_once: Callable[..., list[Any]]
) -> None:
    """Without script: both requests are answered with the same pictures, in the order of the form."""
    alice = site.member("Enterprise")
    files = [("files", noise(60, 50, seed=seed)) for seed in (5, 6, 5)]
    fields, token = {"form_key": new_id()}, {"X-CSRFToken": alice.csrf()}

    def press(_number: int) -> requests.Response:
        cookies, address = alice.cookies.get_dict(), f"{alice.root}/images/upload"
        return requests.post(
            address, fields, files=files, headers=token, cookies=cookies, timeout=90, allow_redirects=False
        )

    with turnstile.shut():
        uploads = at_once(2, press)
        turnstile.wait_for(2)
    answers = [upload.result() for upload in uploads]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert len({answer.headers["Location"] for answer in answers}) == 1
    kept = sum(len(content) for _, (_, content) in files)
    assert used_bytes(site, alice.username) == (kept, kept, 3)
    assert site.files() == keys_in_tables(site)
