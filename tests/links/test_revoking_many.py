"""Several links are revoked by one form, which says how many worked until then."""

from datetime import timedelta
from pathlib import Path

import pytest

from imageapp.links.models import Link
from tests.site import JSON, Site


def test_alice_revokes_what_she_chose_and_nothing_else(site: Site, photo: Path) -> None:
    alice = site.member()
    image = alice.keep(photo)
    one, other, kept = (alice.link(image, 600) for _ in range(3))

    answer = alice.submit("/links/revoke", [("id", one["id"]), ("id", other["id"]), ("state", "live")])
    page = alice.get(answer.headers["Location"]).text

    assert (answer.status_code, answer.headers["Location"]) == (303, "/links?state=live")
    assert "2 links revoked. They stopped working just now." in page
    opened = [site.client().get(link["url"]).status_code for link in (one, other, kept)]
    assert opened == [410, 410, 200]


def test_program_is_told_which_links_it_ended(site: Site, photo: Path) -> None:
    """Those that were over already are not among them, and the moment of their end is not moved."""
    start = site.clock.freeze()
    alice = site.member()
    image = alice.keep(photo)
    ended, revoked, live = alice.link(image, 300), alice.link(image, 3_600), alice.link(image, 3_600)
    alice.submit(f"/links/{revoked['id']}/revoke")
    site.clock.freeze(start + timedelta(seconds=301))
    ids = [("id", link["id"]) for link in (ended, revoked, live, live)]

    first = alice.submit("/links/revoke", ids, as_json=True)
    again = alice.submit("/links/revoke", ids, as_json=True)
    said = alice.get(alice.submit("/links/revoke", ids).headers["Location"]).text

    assert (first.status_code, first.json()) == (200, {"revoked": [live["id"]]})
    assert (again.status_code, again.json()) == (200, {"revoked": []})
    assert "None of these links worked any more." in said
    with site.session() as session:
        assert session.get_one(Link, revoked["id"]).revoked_at == start
        assert session.get_one(Link, ended["id"]).revoked_at is None


def test_links_of_others_among_the_chosen_stay_as_they_are(site: Site, photo: Path) -> None:
    alice, bob, admin = site.member(), site.member(), site.member(is_admin=True)
    of_alice, of_bob = alice.link(alice.keep(photo), 600), bob.link(bob.keep(photo), 600)
    both = [("id", of_alice["id"]), ("id", of_bob["id"])]

    mixed = bob.submit("/links/revoke", both, as_json=True)
    foreign = [
        who.submit("/links/revoke", [("id", named)], as_json=True)
        for who in (bob, admin)
        for named in (of_alice["id"], "A" * 22)
    ]

    assert mixed.json() == {"revoked": [of_bob["id"]]}
    assert {answer.status_code for answer in foreign} == {404}
    assert len({answer.text for answer in foreign}) == 1
    assert site.client().get(of_alice["url"]).status_code == 200


@pytest.mark.parametrize(
    ("ids", "sentence"),
    [
        ([], "Choose one or more links first."),
        (["x"], "One of the chosen links has no proper name."),
        (["A" * 22, "'"], "One of the chosen links has no proper name."),
        ([f"{number:022}" for number in range(101)], "Choose at most 100 links at a time."),
    ],
)
def test_alice_who_chose_nothing_that_can_be_revoked_gets_her_list_with_the_reason(
    site: Site, photo: Path, ids: list[str], sentence: str
) -> None:
    alice = site.member()
    link = alice.link(alice.keep(photo), 600)
    sent = [("id", one) for one in ids]

    page = alice.submit("/links/revoke", sent)
    program = alice.submit("/links/revoke", sent, as_json=True)

    assert page.status_code == 400
    assert "<title>Error: My links" in page.text
    assert sentence in page.text
    assert link["id"] in page.text
    assert program.status_code == 400
    assert program.json()["error"] == "bad_form"
    assert sentence in program.json()["message"]
    assert alice.get("/links?state=live", headers=JSON).json()["links"] == [link]
