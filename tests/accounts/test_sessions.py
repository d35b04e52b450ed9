"""A sign-in ends when it should, everywhere, and nothing of it was there before."""

import re
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from imageapp.accounts.models import Signin, User
from imageapp.database import writing
from imageapp.plans.models import Plan
from tests.accounts.visiting import cookie_of, copy_of, is_signed_in
from tests.site import JSON, PASSWORD, Client, Site

NEW_PASSWORD = "a heron in the reeds"


def change_password(client: Client, new: str = NEW_PASSWORD, current: str = PASSWORD) -> None:
    form = {"current_password": current, "new_password": new, "confirm": new}
    assert client.submit("/account", form).status_code == 303


def signins_of(site: Site, username: str) -> list[str]:
    with site.session() as session:
        return list(session.scalars(select(Signin.id).join(User).where(User.username == username)))


def test_copy_of_alices_cookie_opens_nothing_after_she_signs_out(site: Site, photo: Path) -> None:
    alice = site.member()
    image = alice.keep(photo)
    thief = copy_of(site, alice)
    private = ["/images", "/account", "/links", *(f"/images/{image['id']}{rest}" for rest in ("", "/original"))]
    private.append(f"/images/{image['id']}/thumbnails/200")
    before = [thief.get(path).status_code for path in private]

    alice.submit("/logout")
    after = [thief.get(path) for path in private]

    assert before == [200] * len(private)
    for path, answer in zip(private, after, strict=True):
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/login?next={path}")
        assert alice.username not in answer.text
        assert len(answer.content) < 1_000
    assert signins_of(site, alice.username) == []


def test_signing_out_of_one_browser_leaves_the_other_signed_in(site: Site) -> None:
    laptop = site.member()
    phone = site.client().sign_in(laptop.username)

    phone.submit("/logout")

    assert is_signed_in(laptop)
    assert not is_signed_in(phone)


def test_alice_changes_her_password_and_every_other_browser_is_signed_out(site: Site) -> None:
    first = site.member()
    second, third = (site.client().sign_in(first.username) for _ in range(2))
    old_cookie = copy_of(site, first)

    change_password(first)

    assert is_signed_in(first)
    assert not any(is_signed_in(one) for one in (second, third, old_cookie))
    assert cookie_of(first) != cookie_of(old_cookie)
    assert len(signins_of(site, first.username)) == 1
    assert site.client().sign_in(first.username, NEW_PASSWORD)


def test_alice_changes_her_password_while_her_plan_is_given_to_somebody(site: Site) -> None:
    alice = site.member("Basic")

    with site.session() as session:
        session.scalar(select(Plan.id).where(Plan.name == "Basic").with_for_update(read=True, key_share=True))
        change_password(alice)

    assert is_signed_in(alice)
    assert site.client().sign_in(alice.username, NEW_PASSWORD)


def test_old_password_opens_nothing_after_the_change(site: Site) -> None:
    alice = site.member()

    change_password(alice)
    answer = site.client().submit("/login", {"username": alice.username, "password": PASSWORD})

    assert answer.status_code == 400
    assert "do not match" in answer.text


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        (
            {"current_password": "not the one", "new_password": NEW_PASSWORD, "confirm": NEW_PASSWORD},
            "not your current",
        ),
        ({"current_password": PASSWORD, "new_password": NEW_PASSWORD, "confirm": "other"}, "are not the same"),
        ({"current_password": PASSWORD, "new_password": "password1", "confirm": "password1"}, "among the first"),
        ({"new_password": NEW_PASSWORD, "confirm": NEW_PASSWORD}, "Type your current password"),
    ],
)
def test_password_that_may_not_be_changed_stays_and_nobody_is_signed_out(
    site: Site, form: dict[str, str], sentence: str
) -> None:
    alice = site.member()
    before = signins_of(site, alice.username)

    answer = alice.submit("/account", form)

    assert answer.status_code == 400
    assert sentence in answer.text
    assert signins_of(site, alice.username) == before
    assert is_signed_in(alice)


@pytest.mark.parametrize("what", ["disabled", "deleted"])
def test_person_who_is_disabled_or_deleted_is_out_at_the_next_request(site: Site, what: str) -> None:
    alice, bob = site.member(), site.member()

    if what == "disabled":
        site.change_user(alice.username, is_active=False)
    else:
        with site.session() as session, writing(session):
            session.execute(delete(User).where(User.username == alice.username))
    answer = alice.get("/images", headers=JSON)

    assert (answer.status_code, answer.json()["error"]) == (401, "sign_in")
    assert not is_signed_in(alice)
    assert is_signed_in(bob)
    assert (what == "deleted") == (signins_of(site, alice.username) == [])


def test_nothing_from_before_signing_in_is_of_use_afterwards(site: Site) -> None:
    browser = site.client()
    early_token = browser.csrf()
    planted = copy_of(site, browser)

    browser.sign_in(site.person())
    with_early_token = browser.post("/account/later", headers={"X-CSRFToken": early_token, **JSON})

    assert cookie_of(browser) != cookie_of(planted)
    assert not is_signed_in(planted)
    assert (with_early_token.status_code, with_early_token.json()["error"]) == (400, "csrf")


def test_signing_in_as_somebody_else_ends_the_sign_in_before(site: Site) -> None:
    browser = site.member()
    first, copied = browser.username, copy_of(site, browser)

    browser.sign_in(site.person())

    assert signins_of(site, first) == []
    assert not is_signed_in(copied)
    assert browser.get("/account", headers=JSON).json()["username"] == browser.username


def test_alice_goes_on_from_another_browser_version_but_needs_her_password_to_change_it(site: Site) -> None:
    alice = site.member()

    alice.headers["User-Agent"] = "Mozilla/5.0 (Android 16; Mobile) Firefox/150.0"
    alice.headers["X-Forwarded-For"] = "203.0.113.9"
    still_in = is_signed_in(alice)
    answer = alice.submit("/account", {"new_password": NEW_PASSWORD, "confirm": NEW_PASSWORD})

    assert still_in
    assert answer.status_code == 400
    assert site.client().sign_in(alice.username, PASSWORD)


def test_site_keeps_nobody_signed_in_by_a_second_cookie(site: Site) -> None:
    name, alice = site.person(), site.client()

    answer = alice.submit("/login", {"username": name, "password": PASSWORD, "remember": "1"})
    [row] = signins_of(site, name)
    stranger = site.client()
    stranger.cookies.set("remember_token", f"{row}|{'0' * 128}")

    assert answer.status_code == 303
    assert list(alice.cookies.keys()) == ["imageapp"]
    assert not is_signed_in(stranger)


def test_table_of_sign_ins_opens_no_door(site: Site) -> None:
    alice = site.member()
    [row] = signins_of(site, alice.username)

    thief = site.client()
    thief.cookies.set("imageapp", row)

    assert row not in cookie_of(alice)
    assert not is_signed_in(thief)


def test_alice_ends_the_sign_in_of_the_phone_that_she_lost(site: Site) -> None:
    laptop = site.member()
    phone = site.client()
    phone.headers["User-Agent"] = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/605"
    phone.sign_in(laptop.username)
    places = laptop.get("/account", headers=JSON).json()["signins"]
    [lost] = [place for place in places if not place["current"]]

    ended = laptop.submit(f"/account/signins/{lost['id']}/end")
    again = laptop.submit(f"/account/signins/{lost['id']}/end", as_json=True)

    assert "iPhone" in lost["device"]
    assert ended.status_code == 303
    assert (again.status_code, again.json()["error"]) == (404, "not_found")
    assert not is_signed_in(phone)
    assert is_signed_in(laptop)


def test_bob_cannot_end_a_sign_in_of_alice(site: Site) -> None:
    alice, bob = site.member(), site.member()
    [row] = signins_of(site, alice.username)

    answers = [bob.submit(f"/account/signins/{one}/end", as_json=True) for one in (row, "0" * 64, "%00", "x" * 5_000)]

    assert [answer.json()["error"] for answer in answers] == ["not_found"] * 4
    assert is_signed_in(alice)


def test_alice_signs_every_other_device_out_at_once(site: Site) -> None:
    laptop = site.member()
    others = [site.client().sign_in(laptop.username) for _ in range(2)]

    answer = laptop.submit("/account/signins/end-others", as_json=True)

    assert answer.json() == {"ended": True}
    assert not any(is_signed_in(one) for one in others)
    assert is_signed_in(laptop)


def test_alice_whose_sign_in_ended_while_she_typed_is_told_and_led_back_to_the_form(site: Site, photo: Path) -> None:
    alice = site.member()
    page = f"/images/{alice.keep(photo)['id']}"
    site.client().sign_in(alice.username).submit("/account/signins/end-others")

    sent = alice.submit(f"{page}/rename", {"name": "A name"}, Referer=f"{site.root}{page}?from=here")
    there = alice.get(sent.headers["Location"])
    back = alice.submit("/login", {"username": alice.username, "password": PASSWORD, "next": _next(there.text)})

    assert sent.headers["Location"] == f"/login?next={page}?from%3Dhere&unsent=1"
    assert "You are signed out, so nothing was changed." in there.text
    assert back.headers["Location"] == f"{page}?from=here"


@pytest.mark.parametrize(
    ("sent_by", "leads_to"),
    [
        ("/images/{id}/rename", "/images/{id}"),  # the answer to a name that would not do
        ("/account/look?x=y", "/account"),
        ("/images/upload", "/images/upload"),
        ("/login/nowhere/at/all", None),
    ],
)
def test_alice_is_led_to_a_page_that_opens_where_the_form_came_with_an_answer(
    site: Site, photo: Path, sent_by: str, leads_to: str | None
) -> None:
    alice = site.member()
    image_id = alice.keep(photo)["id"]
    site.client().sign_in(alice.username).submit("/account/signins/end-others")

    sent = alice.submit("/account/look", {"look": "dark"}, Referer=site.root + sent_by.format(id=image_id))
    there = alice.get(sent.headers["Location"])
    alice.submit("/login", {"username": alice.username, "password": PASSWORD})

    assert _next(there.text) == (leads_to or "").format(id=image_id)
    assert leads_to is None or alice.get(_next(there.text)).status_code == 200


@pytest.mark.parametrize("page", ["https://evil.example/images", "http://[", "", "no address at all"])
def test_page_that_is_not_ours_is_not_led_back_to(site: Site, page: str) -> None:
    stranger = site.client()

    answer = stranger.post("/account/look", headers={"Referer": page, "Origin": site.root})

    assert answer.status_code in {302, 400}
    assert "evil" not in answer.headers.get("Location", "")
    assert "next=" not in answer.headers.get("Location", "")


def _next(page: str) -> str:
    return re.findall(r'name="next" value="([^"]*)"', page)[0].replace("&amp;", "&")
