"""What a page becomes once something on it was pressed, opened, chosen or refused: for everybody, in both themes."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import expect

from imageapp.accounts.tries import PER_USER
from tests.authorization.people import small_picture
from tests.browser.axe import problems
from tests.browser.conftest import Somebody
from tests.browser.furnished import visit
from tests.browser.people import DESKTOP, PHONE, Person
from tests.site import JSON, Client, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-states")]

State = tuple[Client, str, Callable[[Person], None]]

# What leaves a page by itself after seconds stays for as long as it is looked at.
STAYS = """() => {
    const wait = setTimeout;
    window.setTimeout = (act, ms) => ms >= 1000 ? 0 : wait(act, ms);
}"""

# A picture and a letter, sent as a browser without script sends what was chosen.
SENT_BY_THE_FORM = """content => {
    const carried = new DataTransfer();
    const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
    carried.items.add(new File([bytes], 'kept.png'));
    carried.items.add(new File(['%PDF-1.7'], 'letter.pdf'));
    document.getElementById('files').files = carried.files;
    document.querySelector('[data-upload]').submit();
}"""


@dataclass
class Stage:
    """People, and what of theirs is looked at."""

    alice: Client
    bob: Client
    tired: Client
    admin: Client
    picture: dict[str, Any]
    beyond: str


@pytest.fixture(scope="module")
def stage(shop: Site) -> Stage:
    """Alice has pictures, links and a trash; Bob's gallery ends before `beyond`; tired has tried too many passwords."""
    alice, bob, tired = shop.member("Enterprise"), shop.member("Enterprise"), shop.member("Enterprise")
    gone, picture = alice.keep(small_picture()), alice.keep(small_picture(640, 480))
    for colour in ("red", "teal", "gold", "navy"):
        alice.upload(("x.jpg", small_picture(640, 480, colour=colour)[1]), name=f"{colour}.jpg")
    alice.submit(f"/images/{gone['id']}/delete", as_json=True)
    for seconds in (600, 1_200):
        alice.link(picture, seconds)
    older, _ = bob.keep(small_picture()), bob.keep(small_picture())
    beyond = bob.get("/images?limit=1", headers=JSON).json()["next"]
    bob.submit(f"/images/{older['id']}/delete", as_json=True)
    for number in (1, 2):
        shop.person(name=f"looked-at-{number}")
    wrong = {"current_password": "x", "new_password": "four slow swans", "confirm": "four slow swans"}
    for _ in range(PER_USER):
        tired.submit("/account", wrong)
    return Stage(alice, bob, tired, shop.admin(), picture, beyond.removeprefix(shop.root))


def presses(name: str, role: Any = "button") -> Callable[[Person], None]:
    """Something of this name, of whatever is there the first."""
    return lambda person: person.page.get_by_role(role, name=name).filter(visible=True).first.click()


def asks(name: str) -> Callable[[Person], None]:
    """By a button of this name, for what a dialog asks."""

    def act(person: Person) -> None:
        presses(name)(person)
        expect(person.page.get_by_role("dialog")).to_be_visible()

    return act


def nothing(_person: Person) -> None:
    """The page is looked at as it comes."""


def _of_the_gallery(stage: Stage) -> dict[str, State]:
    def deletes(person: Person) -> None:
        person.page.locator(".photo > a").first.press("x")
        person.page.keyboard.press("Delete")
        expect(person.page.locator("[data-toast]").get_by_role("button", name="Undo")).to_be_visible()

    def looks(person: Person) -> None:
        person.page.locator(".photo > a").first.click()
        expect(person.page.locator(".pswp--open img.pswp__img:not(.pswp__img--placeholder)").first).to_be_visible()
        person.page.keyboard.press("i")
        expect(person.page.locator(".box-facts")).to_be_visible()

    def hovers(person: Person) -> None:
        person.page.locator(".photo").first.hover()
        asks("Links of")(person)

    alice = stage.alice
    return {
        "account menu": (alice, "/images", lambda person: person.page.locator("[data-menu] > summary").click()),
        "links of a tile": (alice, "/images", hovers),
        "undo": (alice, "/images", deletes),
        "no picture of this name": (alice, "/images?name=nowhere", nothing),
        "beyond the last page": (stage.bob, stage.beyond, nothing),
        "large picture with its facts": (alice, "/images", looks),
        "keys of the gallery": (alice, "/images", asks("Keyboard shortcuts")),
    }


def _of_a_picture(stage: Stage) -> dict[str, State]:
    def copies(person: Person) -> None:
        person.page.get_by_role("button", name="Copy link to the original").click()
        expect(person.page.locator("#say")).to_have_text("Link copied")
        expect(person.page.locator("[data-copy].done")).to_be_visible()

    alice, path = stage.alice, f"/images/{stage.picture['id']}"
    return {
        "rename": (alice, path, asks("Rename")),
        "replace": (alice, path, asks("Replace file")),
        "delete": (alice, path, asks("Delete picture")),
        "keys of a picture": (alice, path, asks("Keyboard shortcuts")),
        "copied": (alice, path, copies),
        "empty the trash": (alice, "/trash", asks("Empty trash")),
        "delete for good": (alice, "/trash", asks("Delete for good")),
    }


def _of_forms(stage: Stage) -> dict[str, State]:
    def look(person: Person) -> None:
        person.page.locator("#theme option:checked").evaluate("option => { option.value = 'mauve' }")
        person.clicks("Save language and look", "button")
        expect(person.page.get_by_role("alert")).to_be_visible()

    def password(person: Person) -> None:
        for label in ("Current password", "New password", "New password again"):
            person.page.get_by_label(label, exact=True).fill("four slow swans")
        person.clicks("Change password", "button")
        expect(person.page.get_by_role("alert")).to_contain_text("then try again")

    def upload(person: Person) -> None:
        person.page.evaluate(SENT_BY_THE_FORM, b64encode(small_picture()[1]).decode())
        expect(person.page.get_by_role("heading", level=1)).to_have_text("1 of 2 uploaded")

    return {
        "outcome with a refusal": (stage.bob, "/images/upload", upload),
        "wrong look": (stage.alice, "/account", look),
        "429 password": (stage.tired, "/account", password),
        "400 token": (stage.alice, "/account", _sends("form.csrf_token.value = 'wrong'", "That form is no longer")),
        "413 form": (stage.alice, "/account", _sends("form.confirm.value = 'x'.repeat(100_000)", "That is too big")),
        "415 no form": (stage.alice, "/account", _sends("form.enctype = 'text/plain'", "That is not a form")),
    }


def _sends(change: str, heading: str) -> Callable[[Person], None]:
    """The form of the password, changed first, which is answered by a page with this heading."""

    def act(person: Person) -> None:
        person.page.locator("#password form").evaluate(f"form => {{ {change}; form.submit() }}")
        expect(person.page.get_by_role("heading", level=1)).to_contain_text(heading)

    return act


def _of_the_dashboard(stage: Stage) -> dict[str, State]:
    def chooses(person: Person) -> None:
        for box in person.page.locator("tbody").get_by_role("checkbox").all()[:2]:
            box.check()
        expect(person.page.locator("[data-count]")).to_have_text("2 chosen")

    # Few enough rows that none lies under the bar at the bottom, which axe would take for too small a target.
    few = {
        "user": "search=looked-at",
        "image": f"owner={stage.alice.username}",
        "link": f"owner={stage.alice.username}",
    }
    lists = {f"chosen {kind}s": (stage.admin, f"/admin/{kind}/?{asked}", chooses) for kind, asked in few.items()}
    return {
        **lists,
        "uploads as a table": (stage.admin, "/admin/", lambda person: person.page.get_by_text("As a table").click()),
    }


def found(person: Person, states: dict[str, State]) -> list[str]:
    """What is wrong in these states, of which each begins with its page as it comes."""
    wrong: list[str] = []
    for name, (who, path, act) in states.items():
        visit(person, who, path)
        person.page.evaluate(STAYS)
        act(person)
        wrong += problems(person, name)
        wrong += [f"{name}: {person.sideways()} px too wide"] if person.sideways() else []
    return wrong


@pytest.mark.parametrize(("width", "dark"), [(DESKTOP, False), (PHONE, True)], ids=["wide and light", "phone and dark"])
@pytest.mark.parametrize("states", [_of_the_gallery, _of_a_picture, _of_forms, _of_the_dashboard])
def test_axe_finds_nothing_in_any_state_of_a_page_and_none_scrolls_sideways(
    somebody: Somebody, stage: Stage, states: Callable[[Stage], dict[str, State]], width: int, dark: bool
) -> None:
    person = somebody(width=width, dark=dark)
    person.context.grant_permissions(["clipboard-read", "clipboard-write"])

    assert found(person, states(stage)) == []
