"""Putting many pictures away at once, from a page with rings on its pictures."""

import re
from html import unescape

from imageapp.images.models import Image
from tests.authorization.people import small_picture
from tests.site import JSON, Client, Site


def shown(client: Client) -> set[str]:
    """The ids in somebody's gallery."""
    return {image["id"] for image in client.get("/images", headers=JSON).json()["images"]}


def test_alice_puts_many_away_at_once_and_takes_them_back_with_one_press(site: Site) -> None:
    alice = site.member("Enterprise")
    ids = [alice.keep(small_picture(colour=colour))["id"] for colour in ("red", "green", "blue")]
    bobs = site.member("Enterprise")
    others = bobs.keep(small_picture())["id"]

    answer = alice.submit("/images/delete", [("id", one) for one in (*ids[:2], others, "x")])
    page = alice.get(answer.headers["Location"]).text
    left = shown(alice)
    moment = re.findall(r'name="moment" value="([0-9]+)"', page)[0]
    alice.submit("/trash/restore", {"moment": moment, "to": "gallery"})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/images")
    assert "2 pictures moved to the trash, for 30 days." in page
    assert left == {ids[2]}
    assert shown(alice) == set(ids)
    assert shown(bobs) == {others}


def test_somebody_who_looked_for_a_name_comes_back_to_what_was_found(site: Site) -> None:
    alice = site.member("Enterprise")
    one = alice.keep(("holiday & sun.jpg", small_picture()[1]))["id"]

    answer = alice.submit("/images/delete", {"id": one, "order": "oldest", "name": "holiday &"})

    assert answer.headers["Location"] == "/images?order=oldest&name=holiday+%26"


def test_an_undone_deletion_leads_back_to_what_was_looked_for(site: Site) -> None:
    alice = site.member("Enterprise")
    one = alice.keep(("holiday & sun.jpg", small_picture()[1]))["id"]

    deleted = alice.submit("/images/delete", {"id": one, "order": "oldest", "name": "holiday &"})
    notice = alice.get(deleted.headers["Location"]).text
    form = notice[notice.index('action="/trash/restore"') :].split("</form>")[0]
    sent = {name: unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form)}
    undone = alice.submit("/trash/restore", sent)

    assert undone.headers["Location"] == "/images?order=oldest&name=holiday+%26"
    assert shown(alice) == {one}


def test_an_undo_leads_nowhere_but_to_the_gallery_and_an_order_that_is_none_takes_nothing_back(site: Site) -> None:
    alice = site.member("Enterprise")
    one = alice.keep(small_picture())["id"]
    alice.submit("/images/delete", {"id": one})

    refused = alice.submit("/trash/restore", {"id": one, "to": "gallery", "order": "//evil.example"})
    still_away = shown(alice)
    undone = alice.submit("/trash/restore", {"id": one, "to": "gallery", "name": "//evil.example"})

    assert refused.status_code == 400
    assert "There is no such order." in refused.text
    assert still_away == set()
    assert undone.headers["Location"] == "/images?name=%2F%2Fevil.example"


def test_a_program_is_told_which_pictures_went(site: Site) -> None:
    alice = site.member("Enterprise")
    ids = sorted(alice.keep(small_picture(colour=colour))["id"] for colour in ("red", "green"))

    first = alice.submit("/images/delete", {"id": ids}, as_json=True)
    again = alice.submit("/images/delete", {"id": ids}, as_json=True)

    assert first.json() == {"deleted": ids}
    assert (again.status_code, again.json()["error"]) == (404, "not_found")
    with site.session() as session:
        assert all(session.get_one(Image, one).trashed_at is not None for one in ids)


def test_many_pictures_cost_as_many_statements_as_one(site: Site) -> None:
    alice = site.member("Enterprise")
    ids = [alice.keep(small_picture(colour=colour))["id"] for colour in ("red", "green", "blue")]
    token = {"X-CSRFToken": alice.csrf()}

    with site.statements() as of_one:
        alice.post("/images/delete", {"id": ids[:1]}, headers=token)
    with site.statements() as of_many:
        alice.post("/images/delete", {"id": ids[1:]}, headers=token)

    assert len(of_one) == len(of_many) == 2


def test_the_bar_offers_what_the_plan_gives(site: Site) -> None:
    plans = {"Basic": site.member("Basic"), "Enterprise": site.member("Enterprise"), "bare": site.member(site.plan())}
    offered = {}

    for name, member in plans.items():
        member.keep(small_picture())
        page = member.get("/images").text
        bar = page.partition('<div class="bulk"')[2].partition("</form>")[0]
        offered[name] = (re.findall(r'<option value="([^"]+)"', bar), "Copy links" in bar, "Delete" in bar)

    assert offered == {
        "Basic": (["200"], True, True),
        "Enterprise": (["original", "400", "200"], True, True),
        "bare": ([], False, True),
    }


def test_nothing_is_put_away_by_an_order_that_is_none(site: Site) -> None:
    alice = site.member("Enterprise")
    one = alice.keep(small_picture())["id"]

    refused = alice.submit("/images/delete", {"id": one, "order": "//evil.example"})

    assert refused.status_code == 400
    assert "There is no such order." in refused.text
    assert shown(alice) == {one}
