"""What people read when something did not work: what happened, what to do about it, and a number to ask about it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.authorization.people import small_picture
from tests.pages.test_headers import Broken
from tests.site import JSON, Client, Site


class Met:
    """Everything that can go wrong for somebody on a plan that is full, and for a stranger with a dead link."""

    def __init__(self, site: Site) -> None:
        self.site, self.alice, self.stranger = site, site.member("Enterprise"), site.client()
        self.image = self.alice.keep(small_picture())
        self.basil = site.member("Basic")
        self.basils = self.basil.keep(small_picture())

    def answer(self, name: str) -> requests.Response:
        """The answer to what this is the name of."""
        alice, path = self.alice, f"/images/{self.image['id']}"
        return {
            "400 a form without its token": lambda: alice.post(f"{path}/delete"),
            "403 not in the plan": lambda: self.basil.get(f"/images/{self.basils['id']}/original"),
            "403 for administrators": lambda: alice.get("/admin/"),
            "404 nothing there": lambda: alice.get("/nowhere"),
            "404 nothing there, for a stranger": lambda: self.stranger.get("/l/nothing"),
            "405 a deed asked for as a page": lambda: alice.get(f"{path}/delete"),
            "410 a dead link": self._dead_link,
            "413 a form that is too large": lambda: alice.submit("/account", {"new_password": "x" * 100_000}),
            "415 something that is no form": self._no_form,
            "503 storage without the file": self._lost,
        }[name]()

    def _dead_link(self) -> requests.Response:
        link = self.alice.link(self.image)
        self.alice.submit(f"/links/{link['id']}/revoke")
        return self.stranger.get(link["url"])

    def _no_form(self) -> requests.Response:
        headers = {"X-CSRFToken": self.alice.csrf(), "Content-Type": "text/plain"}
        return self.alice.post("/account", "words", headers=headers)

    def _lost(self) -> requests.Response:
        before = self.site.files()
        image = self.alice.keep(small_picture(colour="teal"))
        for name in self.site.files() - before:
            next(self.site.settings.pictures.glob(f"*/{name}")).unlink()
        return self.alice.get(f"/images/{image['id']}/original")


NAMES = [
    "400 a form without its token", "403 not in the plan", "403 for administrators", "404 nothing there",
    "404 nothing there, for a stranger", "405 a deed asked for as a page", "410 a dead link",
    "413 a form that is too large", "415 something that is no form", "503 storage without the file",
]  # fmt: skip


@pytest.fixture(scope="module")
def met(running_site: Site) -> Met:
    return Met(running_site)


def words_of(page: str) -> str:
    """What is read on it."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def names_its_request(answer: requests.Response) -> bool:
    """Whether the page says once, and only once, by which number to ask about it."""
    return re.findall(r"this number: (\S+)", words_of(answer.text)) == [answer.headers["X-Request-Id"]]


@pytest.mark.parametrize("name", NAMES)
def test_person_reads_what_happened_what_to_do_and_a_number_to_ask_about(met: Met, name: str) -> None:
    answer = met.answer(name)
    read = words_of(answer.text)

    assert str(answer.status_code) == name[:3]
    assert answer.text.count("<h1") == 1
    assert names_its_request(answer)
    # A sentence, and after it a way on: a button, or for the stranger with a dead link whom to ask.
    assert re.search(r"<h1>[^<]+</h1>\s*<p>[^<]+\.</p>", answer.text)
    assert 'class="btn pri' in answer.text or "Ask the person who sent it" in read
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_every_refusal_has_a_number_of_its_own(met: Met) -> None:
    answers = [met.answer("404 nothing there") for _ in range(2)]

    assert len({answer.headers["X-Request-Id"] for answer in answers}) == 2


def test_fault_of_ours_offers_the_page_once_more_and_says_what_to_tell(start_site: Callable[..., Site]) -> None:
    site = start_site(decoder=Broken())
    alice = site.member("Enterprise")

    answer = alice.submit("/images/upload", files={"files": small_picture()})

    assert answer.status_code == 500
    assert names_its_request(answer)
    assert "Try again" not in re.findall(r'class="btn[^>]*>([^<]+)', answer.text)  # what was sent cannot be asked for


def test_page_that_failed_can_be_asked_for_again_with_one_click(met: Met) -> None:
    answer = met.answer("503 storage without the file")

    [(address, words)] = re.findall(r'class="btn pri big" href="([^"]+)">([^<]+)', answer.text)

    assert words == "Try again"
    assert answer.url.endswith(address)
    assert int(answer.headers["Retry-After"]) > 0


def test_form_that_could_not_be_taken_is_led_back_to_and_nowhere_else(met: Met) -> None:
    alice, page = met.alice, f"/images/{met.image['id']}"
    sent_by = {"Referer": f"{met.site.root}{page}?from=here", "Origin": met.site.root}
    token = {"X-CSRFToken": alice.csrf()} | sent_by
    large = {"name": "x" * 100_000}

    answers = {
        400: alice.post(f"{page}/rename", {"name": "Geese"}, headers=sent_by),
        413: alice.post(f"{page}/rename", large, headers=token),
        415: alice.post(f"{page}/rename", "words", headers=token | {"Content-Type": "text/plain"}),
        404: alice.post("/images/nothing/rename", {"name": "Geese"}, headers=token),
    }
    elsewhere = alice.post(f"{page}/rename", large, headers=token | {"Referer": "https://evil.example/"})

    ways_on = {status: re.findall(r'class="btn pri big" href="([^"]+)"', one.text) for status, one in answers.items()}
    back = [f"{page}?from=here"]
    assert ways_on == {400: back, 413: back, 415: back, 404: ["/images"]}
    assert [status for status, one in answers.items() if one.status_code != status] == []
    assert "evil" not in elsewhere.text
    assert "Back to the form" not in elsewhere.text


def test_full_plan_and_no_picture_are_told_beside_the_file_and_lead_back(site: Site) -> None:
    name, content = small_picture()
    full = site.member(site.plan((0, 200), quota_bytes=len(content) - 1))

    answers = {
        409: full.submit("/images/upload", files={"files": (name, content)}),
        422: full.submit("/images/upload", files={"files": ("notes.pdf", b"%PDF-1.7 and so on")}),
    }

    for status, answer in answers.items():
        assert answer.status_code == status
        assert 'href="/images/upload"' in answer.text.partition("<main")[2]
        assert names_its_request(answer)
    assert "There is not enough room left in your plan. Delete pictures" in words_of(answers[409].text)
    assert "notes.pdf" in words_of(answers[422].text)


def kept_values(page: str, *names: str) -> dict[str, Any]:
    """What stands in these fields of the form."""
    found = {}
    for name in names:
        field = next(one for one in re.findall(r"<input[^>]*>", page) if f'name="{name}"' in one)
        value = re.search(r' value="([^"]*)"', field)
        found[name] = value[1] if value else None
    return found


def test_name_survives_a_wrong_password_and_too_many_tries(start_site: Callable[..., Site]) -> None:
    visitor = start_site().client()
    typed = {"username": "alice", "password": "a wrong one", "next": "/links"}

    answers = [visitor.submit("/login", typed) for _ in range(11)]

    assert [answer.status_code for answer in answers] == [400] * 10 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "then try again" in words_of(answers[-1].text)
    for answer in answers:
        assert kept_values(answer.text, "username", "next", "password") == {
            "username": "alice",
            "next": "/links",
            "password": None,
        }


def test_program_is_told_too_many_tries_as_ever(start_site: Callable[..., Site]) -> None:
    visitor = start_site().client()

    answers = [visitor.submit("/login", {"username": "bob", "password": "x"}, as_json=True) for _ in range(11)]

    assert answers[-1].status_code == 429
    assert answers[-1].json()["error"] == "too_many_tries"
    assert int(answers[-1].headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/images/{image}/links/new", {"seconds": "12"}),
        ("/admin/user/new/", {"username": "alice\u202e", "password": "x"}),
        ("/admin/plan/new/", {"name": "Basic", "new_sizes": "300, wide", "quota_bytes": "-4"}),
        ("/admin/size/new/", {"width": "-5", "height": "99999"}),
    ],
)
def test_what_was_typed_survives_in_every_form(site: Site, path: str, typed: dict[str, str]) -> None:
    who: Client = site.admin() if "/admin/" in path else site.member("Enterprise")
    address = path.format(image=who.keep(small_picture())["id"])

    answer = who.submit(address, typed)

    assert answer.status_code == 400, answer.headers
    secret = {"password"} & typed.keys()
    assert kept_values(answer.text, *typed) == {k: None if k in secret else v for k, v in typed.items()}


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/login", {"username": "nobody", "password": "x"}),
        ("/account", {"current_password": "x", "new_password": "x", "confirm": "y"}),
        ("/account/look", {"language": "tlh"}),
        ("/images/{image}/rename", {"name": ""}),
        ("/images/{image}/links/new", {"seconds": "12"}),
        ("/admin/user/new/", {}),
        ("/admin/plan/new/", {}),
    ],
)
def test_slip_in_a_form_is_no_matter_for_the_administrator(site: Site, path: str, typed: dict[str, str]) -> None:
    who: Client = site.admin() if "/admin/" in path else site.member("Enterprise")
    address = path.format(image=who.keep(small_picture())["id"])

    answer = (site.client() if path == "/login" else who).submit(address, typed)

    assert answer.status_code == 400
    assert "this number" not in answer.text


def test_file_that_cannot_take_a_pictures_place_is_refused_with_the_number_too(site: Site) -> None:
    alice = site.member("Enterprise")

    answer = alice.submit(
        f"/images/{alice.keep(small_picture())['id']}/replace", files={"files": ("notes.pdf", b"%PDF-1.7 and so on")}
    )

    assert answer.status_code == 422
    assert names_its_request(answer)


def test_pages_on_which_nothing_is_wrong_name_no_request(site: Site) -> None:
    alice = site.member("Enterprise")
    image = alice.keep(small_picture())

    own = f"/images/{image['id']}"
    for path in ("/", "/images", own, f"{own}/links/new", "/images/upload", "/account"):
        assert "this number" not in alice.get(path).text
    assert "this number" not in site.client().get("/login").text


def test_too_many_tries_at_ones_own_password_are_told_above_the_form(start_site: Callable[..., Site]) -> None:
    alice = start_site().member("Basic")
    typed = {"current_password": "a wrong one", "new_password": "six patient otters", "confirm": "six patient otters"}

    answers = [alice.submit("/account", typed) for _ in range(11)]

    last = answers[-1]
    assert [answer.status_code for answer in answers] == [400] * 10 + [429]
    assert int(last.headers["Retry-After"]) > 0
    assert names_its_request(last)
    assert re.search(
        r'role="alert".*?[Ww]ait .*?then try again.*?</div>', last.text.partition('action="/account"')[2], re.DOTALL
    )
    assert last.text.startswith("<!doctype html>")
    assert "<title>Error: Account" in last.text


def test_program_gets_the_number_in_a_header_and_nothing_more_to_read(met: Met) -> None:
    answer = met.alice.get("/nowhere", headers=JSON)

    assert answer.json().keys() == {"error", "message"}
    assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["X-Request-Id"])
