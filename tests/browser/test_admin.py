"""What an admin does to many at once, and how lists are narrowed and sorted, as it is seen in the page."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.authorization.people import small_picture
from tests.browser.conftest import Somebody
from tests.browser.people import DESKTOP, PHONE, Person
from tests.images.drawing import drawn
from tests.site import JSON, Client, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-pages")]

WIDTHS = pytest.mark.parametrize("width", [DESKTOP, PHONE])


def at_the_dashboard(person: Person, shop: Site, path: str) -> Person:
    """The admin, at a page of the dashboard."""
    person.borrow(shop.admin()).opens(f"/admin/{path}")
    return person


def rows(admin: Person) -> Locator:
    """Those of the list."""
    return admin.page.locator("tbody tr")


def cells(admin: Person, heading: str) -> list[str]:
    """What stands under this heading, from the first row to the last."""
    headings = [words.rstrip(" ↓↑") for words in admin.page.locator("thead th").all_inner_texts()]
    place = headings.index(heading) + 1
    return [words.strip() for words in admin.page.locator(f"tbody td:nth-child({place})").all_inner_texts()]


def does(admin: Person, offer: str, question: str, answer: str, outcome: str) -> None:
    """Something to every row of the list, after a question that says how many they are."""
    for box in rows(admin).get_by_role("checkbox").all():
        box.check()
    admin.clicks(offer, "button")
    expect(admin.page.get_by_role("heading", level=1)).to_have_text(question)
    admin.clicks(answer, "button")
    expect(admin.page.locator("[data-toast]")).to_contain_text(outcome)


def narrows(admin: Person, **filters: str) -> None:
    """By the fields above the list: words are typed, others are chosen."""
    if not admin.page.locator(".filters[open]").count():
        admin.page.get_by_text("Filter", exact=True).click()
    for label, value in filters.items():
        field = admin.page.locator(".filters").get_by_label(label.capitalize(), exact=True)
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)
    admin.clicks("Show", "button")


def _people(shop: Site, count: int = 2) -> tuple[str, list[str]]:
    """So many on a plan of their own; its name and theirs."""
    plan = shop.plan((0, 200), shows_original=True, makes_links=True)
    return plan, [shop.person(plan) for _ in range(count)]


@WIDTHS
def test_admin_moves_two_to_another_plan_disables_and_enables_them(somebody: Somebody, shop: Site, width: int) -> None:
    """Each time a question says how many they are, and the list what became of them."""
    plan, _ = _people(shop)
    other = shop.plan((0, 200))
    admin = at_the_dashboard(somebody(width=width), shop, "user/")
    narrows(admin, plan=plan)
    expect(rows(admin)).to_have_count(2)

    for box in rows(admin).get_by_role("checkbox").all():
        box.check()
    admin.clicks("Change plan…", "button")
    expect(admin.page.get_by_role("heading", level=1)).to_have_text("Change the plan of 2 users?")
    admin.page.get_by_label("Plan", exact=True).select_option(label=other)
    admin.clicks("Change the plan of 2 users", "button")
    expect(admin.page.locator("[data-toast]")).to_contain_text("The plans of 2 users were changed.")
    narrows(admin, plan=other)
    expect(rows(admin)).to_have_count(2)
    moved = cells(admin, "Plan")
    does(admin, "Disable…", "Disable 2 users?", "Disable 2 users", "2 users were disabled.")
    disabled = cells(admin, "Active")
    does(admin, "Enable…", "Enable 2 users?", "Enable 2 users", "2 users were enabled.")

    assert moved == [other, other]
    assert disabled == ["Disabled", "Disabled"]
    assert cells(admin, "Active") == ["Active", "Active"]
    assert admin.sideways() == 0


@WIDTHS
def test_admin_finds_links_by_their_state_and_revokes_those_of_one_owner(
    somebody: Somebody, shop: Site, width: int
) -> None:
    alice = shop.member("Enterprise")
    image = alice.keep(small_picture())
    links = [alice.link(image, seconds) for seconds in (600, 1_200, 1_800)]
    alice.submit(f"/links/{links[2]['id']}/revoke", as_json=True)
    admin = at_the_dashboard(somebody(width=width), shop, "link/")
    narrows(admin, owner=alice.username)
    expect(rows(admin)).to_have_count(3)

    narrows(admin, state="Revoked")
    expect(rows(admin)).to_have_count(1)
    revoked = cells(admin, "State")
    narrows(admin, state="Live")
    expect(rows(admin)).to_have_count(2)
    live = cells(admin, "State")
    does(admin, "Revoke chosen…", "Revoke 2 links?", "Revoke 2 links", "2 links were revoked.")

    admin.sees("Nothing found")
    assert (revoked, live) == (["Revoked"], ["Live", "Live"])
    assert [shop.client().get(link["url"]).status_code for link in links] == [410] * 3


@WIDTHS
def test_admin_finds_pictures_by_format_and_owner_and_deletes_those(somebody: Somebody, shop: Site, width: int) -> None:
    alice, bob = shop.member("Enterprise"), shop.member("Enterprise")
    for name, kind in (("one.png", "PNG"), ("two.png", "PNG"), ("three.jpg", "JPEG")):
        alice.keep((name, drawn(kind)))
    bob.keep(("of bob.png", drawn("PNG")))
    admin = at_the_dashboard(somebody(width=width), shop, "image/")

    narrows(admin, owner=alice.username)
    expect(rows(admin)).to_have_count(3)
    owners = cells(admin, "Owner")
    narrows(admin, format="PNG")
    expect(rows(admin)).to_have_count(2)
    formats, names = cells(admin, "Format"), cells(admin, "Name")
    does(admin, "Delete chosen…", "Delete 2 pictures?", "Delete 2 pictures", "2 pictures were deleted.")

    admin.sees("Nothing found")
    assert owners == [alice.username] * 3
    assert (formats, names) == (["PNG", "PNG"], ["two.png", "one.png"])
    assert (_kept(alice), _kept(bob)) == (["three.jpg"], ["of bob.png"])


def _kept(client: Client) -> list[str]:
    return [image["name"] for image in client.get("/images", headers=JSON).json()["images"]]


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_admin_sorts_a_list_by_its_heading_and_turns_it_over(somebody: Somebody, shop: Site, script: bool) -> None:
    """The heading says to everybody how it is sorted, and the filters stay."""
    plan, names = _people(shop, 3)
    for name, count in zip(names, (1, 3, 2), strict=True):
        client = shop.client().sign_in(name)
        for _ in range(count):
            client.keep(small_picture())
    admin = at_the_dashboard(somebody(script=script), shop, "user/")
    narrows(admin, plan=plan)
    heading = admin.page.get_by_role("columnheader", name="Pictures")
    expect(heading).not_to_have_attribute("aria-sort", re.compile("."))

    sorted_by: dict[str, list[str]] = {}
    for way in ("descending", "ascending"):
        heading.get_by_role("link").click()
        expect(heading).to_have_attribute("aria-sort", way)
        sorted_by[way] = cells(admin, "Pictures")

    assert sorted_by == {"descending": ["3", "2", "1"], "ascending": ["1", "2", "3"]}
