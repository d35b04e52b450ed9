"""What people type is text on every page, whatever it looks like."""

import pytest
import requests
from sqlalchemy import select

from imageapp.accounts.models import User
from imageapp.images.names import display_name
from tests.authorization.people import small_picture
from tests.pages import hostile
from tests.pages.hostile import ATTACKS
from tests.site import JSON, Client, Site

RIGHT_TO_LEFT = "\u202e"


def pages_of(client: Client, image_id: str, link_id: str) -> list[requests.Response]:
    """Every page that shows a name to its own people, and one that refuses."""
    paths = ("/", "/images", f"/images/{image_id}", f"/images/uploaded?id={image_id}", "/images/upload", "/account")
    others = (f"/images/{image_id}/links/new", "/links", f"/links/{link_id}", "/nowhere", "/admin/")
    return [client.get(path) for path in paths + others]


@pytest.mark.parametrize("attack", ATTACKS)
def test_names_of_people_plans_and_files_are_only_text(site: Site, attack: str) -> None:
    text = ATTACKS[attack]
    plan = site.plan((0, 200), shows_original=True, makes_links=True)
    plan_name = f"{text}{plan}"[-50:]
    site.change_plan(plan, name=plan_name)
    username = site.person(plan_name, name=f"{text}{attack}"[:64])
    alice = site.client().sign_in(username)
    name, content = small_picture()
    image = alice.keep((f"{text}.jpg", content))
    link = alice.link(image)

    pages = pages_of(alice, image["id"], link["id"])
    pages.append(alice.submit("/images/upload", files={"files": (f"{text}.txt", b"no picture")}))
    pages.append(alice.submit("/images/upload", {"name": text}, files={"files": (name, b"no picture")}))
    pages.append(alice.submit("/login", {"username": text, "password": text, "next": text}))
    pages.append(alice.submit(f"/images/{image['id']}/links/new", {"seconds": text, "preset": text}))
    pages += [
        alice.get("/login", params={"next": text, "username": text}),
        alice.get("/images", params={"after": text}),
    ]
    pages += [alice.get(f"/{text}"), alice.get(f"/l/{text}"), alice.get("/images", params={text: text})]
    pages.append(alice.get("/images", params={"name": text, "order": "name"}))
    pages.append(alice.get("/images", params={"order": text}))
    pages.append(alice.get("/links", params={"state": text}))
    pages.append(alice.submit(f"/images/{image['id']}/rename", {"name": f"{text}{'x' * 5_000}"}))
    pages.append(alice.submit(f"/images/{image['id']}/replace", files={"files": (f"{text}.txt", b"no picture")}))
    pages.append(alice.submit(f"/links/{link['id']}/shorten", {"seconds": text}))
    pages.append(alice.submit(f"/images/{image['id']}/delete"))
    pages += [alice.get(path) for path in (f"/images/{image['id']}", "/trash", f"/links/{link['id']}", "/links")]
    pages.append(alice.submit("/trash/restore", {"id": image["id"], "to": text}))
    pages.append(alice.get("/trash"))
    alice.submit(f"/images/{image['id']}/delete")
    pages.append(alice.get("/images"))

    for page in pages:
        assert hostile.faults(page.text) == [], page.url
    read = hostile.words(pages[0].text)
    assert username in read
    assert plan_name in read
    shown = display_name("", f"{text}.jpg")
    assert shown in hostile.words(pages[2].text)
    assert shown in hostile.words(pages[-1].text)  # the notice that it was deleted


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_admin_sees_only_text_too(site: Site, admin: Client, attack: str) -> None:
    text = ATTACKS[attack]
    plan = site.plan((0, 200), makes_links=True)
    plan_name = f"{text}{plan}"[-50:]
    site.change_plan(plan, name=plan_name)
    username = site.person(plan_name, name=f"{text}-seen by an admin"[:64])
    alice = site.client().sign_in(username)
    image = alice.keep((f"{text}.jpg", small_picture()[1]))
    alice.link(image)
    with site.session() as session:
        user = session.scalars(select(User).where(User.username == username)).one()
        user_id, plan_id = user.id, user.plan_id

    paths = ["/admin/", "/admin/image/", "/admin/link/", "/admin/plan/", f"/admin/user/edit/?id={user_id}"]
    paths += [f"/admin/user/delete/?id={user_id}", f"/admin/plan/delete/?id={plan_id}"]
    paths += [f"/admin/plan/edit/?id={plan_id}", f"/admin/image/delete/?id={image['id']}", f"/images/{image['id']}"]
    pages = [admin.get(path) for path in paths]
    pages += [admin.get(f"/admin/{kind}/", params={"search": text, "sort": text}) for kind in ("user", "image", "plan")]
    filters = dict.fromkeys(("owner", "format", "size", "from", "to", "state", "plan", "active", "url"), text)
    pages += [admin.get(f"/admin/{kind}/", params=filters) for kind in ("user", "image", "link")]
    pages.append(admin.submit("/admin/user/new/", {"username": text, "password": text, "plan": text}))
    pages.append(admin.submit("/admin/plan/new/", {"name": text, "new_sizes": text, "quota_bytes": text}))
    pages.append(admin.submit("/admin/size/new/", {"width": text, "height": text}))

    for page in pages:
        assert page.status_code in {200, 400}, page.url
        assert hostile.faults(page.text) == [], page.url
    assert any(username in hostile.words(page.text) for page in pages)


@pytest.fixture(scope="module")
def admin(running_site: Site) -> Client:
    """The first admin."""
    return running_site.admin()


def test_a_file_name_cannot_turn_the_text_around_it(site: Site) -> None:
    alice = site.member("Enterprise")
    image = alice.keep((f"photo{RIGHT_TO_LEFT}gpj.exe", small_picture()[1]))
    refused = alice.upload((f"a{RIGHT_TO_LEFT}b\x07.png", b"no picture")).json()["refused"][0]

    pages = [alice.get(path) for path in ("/", "/images", f"/images/{image['id']}")]

    assert image["name"] == "photogpj.exe"
    assert refused["name"] == "ab.png"
    for page in pages:
        assert RIGHT_TO_LEFT not in page.text
        assert "photogpj.exe" in page.text


def test_hostile_text_is_text_to_programs_too(site: Site) -> None:
    alice = site.member("Enterprise")
    text = ATTACKS["element"]

    answer = alice.get(f"/images?after={text}", headers=JSON)
    kept = alice.keep((text, small_picture()[1]))

    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert kept["name"] == display_name("", text)


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_page_that_lets_such_text_through_would_be_seen(attack: str) -> None:
    text = ATTACKS[attack]
    careless = f"<h1>{text}</h1><input value=\"{text}\"><a href='{text}'>x</a>".replace("{{7*7191}}", "50337")

    assert hostile.faults(careless) != []
