"""What a plan has room for is kept to the byte, however many send at the same time."""

from collections.abc import Callable
from threading import Timer
from typing import Any

from sqlalchemy import text, update

from imageapp.accounts.models import User
from imageapp.extensions import db
from tests.concurrency.crowd import Sender, keys_in_tables, noise, used_bytes
from tests.concurrency.decoders import Turnstile
from tests.site import JSON, Site


def test_of_forty_uploads_at_once_exactly_the_ten_that_fit_are_kept(
    site: Site, turnstile: Turnstile, at_once: Callable[..., list[Any]]
) -> None:
    file = noise(40, 30)
    alice = site.member(site.plan((0, 200), quota_bytes=10 * len(file[1]) + 7))
    sender = Sender(alice, file)

    with turnstile.shut():
        uploads = at_once(40, sender.send)
        turnstile.wait_for(40)  # every one has seen an empty plan by now
    answers = [upload.result() for upload in uploads]

    assert sorted(answer.status_code for answer in answers) == [201] * 10 + [409] * 30
    refused = [answer.json()["refused"][0] for answer in answers if answer.status_code == 409]
    assert {one["error"] for one in refused} == {"quota_full"}
    assert used_bytes(site, alice.username) == (10 * len(file[1]), 10 * len(file[1]), 10)
    assert len(alice.get("/images", headers=JSON).json()["images"]) == 10
    assert site.files() == keys_in_tables(site)


def test_room_that_a_deletion_gives_back_is_given_out_once(
    site: Site, turnstile: Turnstile, at_once: Callable[..., list[Any]]
) -> None:
    file = noise(40, 30, seed=2)
    alice = site.member(site.plan((0, 200), quota_bytes=2 * len(file[1])))
    sender, image = Sender(alice, file), alice.keep(file)

    with turnstile.shut():
        uploads = at_once(6, sender.send)
        turnstile.wait_for(6)
        alice.throw_away(image)
    answers = [upload.result().status_code for upload in uploads]

    assert sorted(answers) == [201] * 2 + [409] * 4
    assert used_bytes(site, alice.username) == (2 * len(file[1]), 2 * len(file[1]), 2)


def test_nobody_sees_a_database_that_others_read_and_write_for_seconds(
    site: Site, turnstile: Turnstile, at_once: Callable[..., list[Any]]
) -> None:
    """Somebody writes for three seconds, and somebody else reads all the time: uploads wait and are kept."""
    alice = site.member("Enterprise")
    sender = Sender(alice, noise(40, 30, seed=3))
    with site.app.app_context():
        engine = db.engine
    reader = engine.connect()
    reader.execute(text("SELECT count(*) FROM images")).scalar()
    writer = engine.connect().execution_options(writes=True)
    writer.execute(update(User).values(used_bytes=User.used_bytes))

    with turnstile.shut():
        uploads = at_once(12, sender.send)
        turnstile.wait_for(12)
        Timer(3.0, writer.rollback).start()
    while_locked = alice.get("/images", headers=JSON)
    answers = [upload.result() for upload in uploads]
    reader.close()
    writer.close()

    assert while_locked.json()["images"] == []
    assert [answer.status_code for answer in answers] == [201] * 12
    assert used_bytes(site, alice.username)[2] == 12
    assert site.files() == keys_in_tables(site)


def test_whoever_waits_too_long_for_a_database_is_told_when_to_come_back(site: Site) -> None:
    alice = site.member("Enterprise")
    sender = Sender(alice, noise(40, 30, seed=4))
    with site.app.app_context():
        engine = db.engine
    writer = engine.connect().execution_options(writes=True)
    writer.execute(update(User).values(used_bytes=User.used_bytes))

    refused = sender.send()
    writer.rollback()
    writer.close()
    again = sender.send()
    strays = site.files() - keys_in_tables(site)
    for key in strays:  # they wait for the sweep; the other tests of this site count files
        site.app.extensions["house"].store.delete(key)

    (told,) = refused.json().get("refused", [refused.json()])
    assert (refused.status_code, told["error"]) == (503, "busy")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert again.status_code == 201
    assert used_bytes(site, alice.username)[2] == 1
    assert len(strays) in {0, 3}
    assert site.files() == keys_in_tables(site)
