"""What an operator reads in the log afterwards: who did what, one line each, and no secret."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.accounts.visiting import cookie_of
from tests.operations.program import Served
from tests.site import ADMIN_PASSWORD, JSON, PASSWORD, Client

NEW_PASSWORD = "a heron in the reeds"
WRONG_PASSWORD = "typed by mistake"
FORGED = 'x\r\n{"event":"signed_in","username":"forged"}\n\x1b[2J\u2028\u202e'


class Told(NamedTuple):
    """A server after a day's work, its log, and what must not stand in it."""

    served: Served
    secrets: dict[str, str]
    image: str
    link: str
    of_a_member: str


@pytest.fixture(scope="module")
def told(serve: Callable[..., Served], photo: Path) -> Told:
    served = serve(admin_password=ADMIN_PASSWORD)
    stranger, admin = served.client(), served.client()
    for name in ("admin", FORGED):
        stranger.submit("/login", {"username": name, "password": WRONG_PASSWORD})
    admin.sign_in("admin", ADMIN_PASSWORD)
    first_cookie = cookie_of(admin)
    image = admin.keep(photo)
    admin.upload(("x\n{}.png", b"not a picture"))
    link = admin.link(image, 300)
    token = link["url"].rpartition("/")[2]
    stranger.get(link["url"])
    stranger.get(link["url"] + "x")
    admin.submit(f"/links/{link['id']}/revoke")
    stranger.get(link["url"], headers={"Referer": link["url"]})
    admin.get(f"/images/{'A' * 22}")
    stranger.get("/images")
    admin.post("/account/signins/end-others")
    served.client().get("/login", headers={"Host": "evil.example"})
    admin.submit(
        "/account", {"current_password": ADMIN_PASSWORD, "new_password": NEW_PASSWORD, "confirm": NEW_PASSWORD}
    )
    hers = _as_moderator(admin, served, photo)
    csrf = admin.csrf()
    secrets = {
        "admin password": ADMIN_PASSWORD,
        "new password": NEW_PASSWORD,
        "wrong password": WRONG_PASSWORD,
        "cookie before": first_cookie,
        "cookie": cookie_of(admin),
        "form token": csrf,
        "token of the link": token,
        "signature of the link": token.rpartition(".")[2],
        "secret key": (served.instance / "secret_key").read_text().strip(),
    }
    admin.submit("/logout")
    return Told(served, secrets, image["id"], link["id"], hers)


def _as_moderator(admin: Client, served: Served, photo: Path) -> str:
    """The admin looks at the picture of a member, small and large, and the member at her own; its id."""
    form = admin.get("/admin/user/new/").text
    plan = re.search(r'<option value="(\d+)"[^>]*>Premium', form)
    assert plan
    admin.submit("/admin/user/new/", {"username": "alice", "password": PASSWORD, "plan": plan[1]})
    alice = served.client().sign_in("alice")
    picture = alice.keep(photo)
    for who in (alice, admin):
        for address in (picture["links"]["self"], *picture["links"]["thumbnails"].values()):
            assert who.get(address).status_code == 200
        assert who.get(picture["links"]["original"], headers={"Range": "bytes=0-9"}).status_code == 206
    alice.submit("/logout")
    return picture["id"]


def one(told: Told, event: str, **fields: Any) -> dict[str, Any]:
    """The one line of that event with these fields."""
    [line] = [line for line in told.served.events(event) if fields.items() <= line.items()]
    return line


def test_operator_reads_who_signed_in_who_failed_and_who_left(told: Told) -> None:
    failed = one(told, "sign_in_failed", username="admin")
    entered = one(told, "signed_in", username="admin")
    left = one(told, "signed_out", username="admin")

    assert (failed["level"], failed["address"]) == ("warning", "127.0.0.1")
    assert (entered["username"], entered["address"], left["username"]) == ("admin", "127.0.0.1", "admin")


def test_operator_reads_what_was_refused(told: Told) -> None:
    upload = one(told, "upload_refused")

    assert (upload["error"], upload["username"]) == ("not_an_image", "admin")
    assert one(told, "refused", error="not_found", endpoint="images.detail")["status"] == 404
    assert one(told, "refused", error="sign_in", endpoint="images.gallery")["status"] == 401
    assert one(told, "csrf_refused")["endpoint"] == "accounts.end_other_signins"
    assert one(told, "host_refused")["host"] == "evil.example"


def test_operator_reads_when_a_link_was_made_used_and_revoked(told: Told) -> None:
    made, used, revoked = (one(told, event) for event in ("link_made", "link_used", "link_revoked"))

    assert (made["link"], made["image"], made["seconds"]) == (told.link, told.image, 300)
    assert (used["link"], used["image"], used["status"]) == (told.link, told.image, 200)
    assert (revoked["link"], revoked["username"]) == (told.link, "admin")
    assert one(told, "refused", error="link_gone")["endpoint"] == "links.shared"


def test_operator_reads_that_a_password_was_changed_and_a_picture_kept(told: Told) -> None:
    assert one(told, "password_changed")["username"] == "admin"
    assert one(told, "image_kept", username="admin")["image"] == told.image


def test_operator_reads_whenever_an_admin_looked_at_somebody_elses_picture(told: Told) -> None:
    """Its page, its two thumbnails and its original; nothing of her own looks at it."""
    lines = told.served.events("moderated")

    assert [line["image"] for line in lines] == [told.of_a_member] * 4
    assert len({(line["viewer"], line["owner"]) for line in lines}) == 1
    assert all(line["viewer"] != line["owner"] for line in lines)


def test_no_secret_stands_in_the_log(told: Told) -> None:
    text = told.served.text()

    assert [name for name, secret in told.secrets.items() if secret in text] == []
    assert "/l/<token>" in text


def test_mallory_cannot_write_lines_of_her_own(told: Told) -> None:
    text, lines = told.served.text(), told.served.log()

    assert all(line["event"] != "signed_in" or line["username"] in {"admin", "alice"} for line in lines)
    assert one(told, "sign_in_failed", username=FORGED)["level"] == "warning"
    assert re.search(r"[^\n\x20-\x7e]", text) is None
    assert all(len(line) < 3_500 for line in text.split("\n"))


def test_every_request_has_a_line_with_its_route_and_the_id_that_the_answer_names(told: Told) -> None:
    answer = told.served.client().get("/login", headers=JSON)

    requests = {line["request_id"]: line for line in told.served.events("request")}
    line = requests[answer.headers["X-Request-Id"]]

    assert (line["method"], line["route"], line["status"]) == ("GET", "/login", 200)
    assert line["bytes"] == len(answer.content)
    assert line["ms"] > 0
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", entry["time"]) for entry in told.served.log())
