"""What is deleted waits in the trash for 30 days: seen by nobody, still counted, and taken back or deleted for good."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from imageapp.database import writing
from imageapp.images import trash
from imageapp.images.models import Image
from imageapp.links.models import Link
from tests.authorization.people import small_picture
from tests.images.lying import lying, put_away, shown, used
from tests.images.sending import words
from tests.pages.test_gallery import NOON, fill
from tests.site import JSON, Site


def test_what_alice_deletes_is_nowhere_but_in_her_trash_and_still_counts(site: Site) -> None:
    alice = site.member("Enterprise")
    kept, image = alice.keep(small_picture()), alice.keep(small_picture())
    link, files = alice.link(image), site.files()

    put_away(alice, image)

    assert (shown(alice), lying(alice)) == ([kept["id"]], [image["id"]])
    assert image["id"] not in alice.get("/").text
    assert alice.get(f"/images/uploaded?id={image['id']}", headers=JSON).json()["images"] == []
    for address in (image["links"]["original"], *image["links"]["thumbnails"].values()):
        assert alice.get(address).status_code == 404
    assert site.client().get(link["url"]).status_code == 410
    assert used(alice) == kept["bytes"] + image["bytes"]
    assert site.files() == files


def test_alice_undoes_a_deletion_from_the_notice_that_tells_of_it(site: Site) -> None:
    alice = site.member("Enterprise")
    image = alice.keep(small_picture())
    link = alice.link(image)
    before = alice.get(image["links"]["original"]).content

    alice.submit(f"/images/{image['id']}/delete")
    notice = alice.get("/images")
    undone = alice.submit("/trash/restore", {"to": "gallery", "id": image["id"]})

    assert "“small.jpg” is in the trash now, for 30 days. Undo" in words(notice)
    assert f'<input type="hidden" name="id" value="{image["id"]}">' in notice.text
    assert (undone.status_code, undone.headers["Location"]) == (303, "/images")
    assert "“small.jpg” is back in the gallery." in words(alice.get("/images"))
    assert (shown(alice), lying(alice)) == ([image["id"]], [])
    assert alice.get(image["links"]["original"]).content == before
    assert site.client().get(link["url"]).status_code == 200


def test_a_deletion_of_many_is_undone_by_the_moment_at_which_they_went(site: Site) -> None:
    alice = site.member("Enterprise")
    earlier, *together = [alice.keep(small_picture()) for _ in range(3)]
    put_away(alice, earlier)
    with site.session() as session:
        owner = session.scalars(select(Image.owner_id).where(Image.id == earlier["id"])).one()
        moved = trash.move(session, [one["id"] for one in together], owner, at := site.clock())

    microseconds = round(at.timestamp() * 1_000_000)
    answer = alice.submit("/trash/restore", {"moment": microseconds}, as_json=True)

    assert moved == dict.fromkeys((one["id"] for one in together), "small.jpg")
    assert answer.json() == {"restored": sorted(one["id"] for one in together)}
    assert lying(alice) == [earlier["id"]]


def test_alice_takes_everything_back_and_deletes_everything_for_good(site: Site) -> None:
    alice, bob = site.member("Enterprise"), site.member("Enterprise")
    his, *hers = bob.keep(small_picture()), alice.keep(small_picture()), alice.keep(small_picture())
    ids = [image["id"] for image in hers]
    put_away(bob, his)
    put_away(alice, *hers)

    restored = alice.submit("/trash/restore", {"all": "yes"}, as_json=True).json()
    back = shown(alice)
    put_away(alice, *hers)
    deleted = alice.submit("/trash/delete", {"all": "yes"})

    assert restored == {"restored": sorted(ids)}
    assert back == ids[::-1]
    assert deleted.status_code == 303
    assert "2 pictures were deleted for good." in words(alice.get("/trash"))
    assert (shown(alice), lying(alice), used(alice)) == ([], [], 0)
    assert lying(bob) == [his["id"]]


@pytest.mark.parametrize("count", [6, 7])
def test_more_than_one_commit_takes_goes_all_the_same(site: Site, count: int) -> None:
    alice = site.member("Enterprise")
    ids = fill(site, alice, [NOON + timedelta(seconds=number) for number in range(count)])
    store = site.app.extensions["house"].store
    with site.session() as session:
        owner = session.scalars(select(Image.owner_id).where(Image.id == ids[0])).one()
        trash.move(session, ids, owner, site.clock())

        restored = trash.restore(session, owner, chunk=3)
        trash.move(session, ids, owner, site.clock())
        deleted = trash.delete(session, store, owner, chunk=3)
        left = session.scalar(select(func.count()).select_from(Image).where(Image.id.in_(ids)))

    assert sorted(restored) == sorted(deleted) == ids
    assert left == 0


def test_a_huge_trash_is_emptied_in_several_requests_each_of_which_says_that_more_is_left(
    start_site: Callable[..., Site],
) -> None:
    """None holds a thread for longer than MOST_AT_ONCE pictures take."""
    site = start_site()
    alice, count = site.member("Enterprise"), trash.MOST_AT_ONCE + 1
    fill(site, alice, [NOON + timedelta(seconds=number) for number in range(count)])
    with site.session() as session, writing(session):
        session.execute(update(Image).values(trashed_at=site.clock()))

    restored = alice.submit("/trash/restore", {"all": "yes"}, as_json=True).json()
    left = len(lying(alice))
    with site.session() as session, writing(session):
        session.execute(update(Image).values(trashed_at=site.clock()))
    first = alice.submit("/trash/delete", {"all": "yes"})
    told = words(alice.get("/trash"))
    second = alice.submit("/trash/delete", {"all": "yes"}, as_json=True).json()

    assert (len(restored["restored"]), restored["more"], left) == (trash.MOST_AT_ONCE, True, 1)
    assert first.status_code == 303
    assert "10 000 pictures were deleted for good." in told
    assert "There are more in the trash: empty it once more." in told
    assert (len(second["deleted"]), "more" in second) == (1, False)
    assert lying(alice) == []


def test_deleting_for_good_leaves_no_row_and_no_byte_and_frees_the_room(site: Site) -> None:
    alice, files = site.member("Enterprise"), site.files()
    image = alice.keep(small_picture())
    alice.link(image)
    put_away(alice, image)

    answer = alice.submit("/trash/delete", {"id": image["id"]}, as_json=True)

    assert answer.json() == {"deleted": [image["id"]]}
    assert used(alice) == 0
    assert site.files() == files
    with site.session() as session:
        assert session.get(Image, image["id"]) is None
        assert session.scalars(select(Link.id).where(Link.image_id == image["id"])).all() == []


def test_nothing_of_a_picture_that_is_shown_is_deleted_for_good(site: Site) -> None:
    """Whoever sends its id there, from a page that was open for long for one: it must lie in the trash."""
    alice = site.member("Enterprise")
    image = alice.keep(small_picture())

    deleted = alice.submit("/trash/delete", {"id": image["id"]}, as_json=True)
    emptied = alice.submit("/trash/delete", {"all": "yes"}, as_json=True)

    for answer in (deleted, emptied):
        assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
    assert alice.get(image["links"]["original"]).status_code == 200


@pytest.mark.parametrize("deed", ["/trash/restore", "/trash/delete"])
@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 400),
        ({"id": [f"{number:022}" for number in range(101)]}, 400),
        ({"id": "no id"}, 404),
        ({"id": "A" * 22}, 404),
        ({"moment": "9" * 18}, 400),
        ({"moment": "٣"}, 400),
    ],
)
def test_a_form_that_names_nothing_changes_nothing(site: Site, deed: str, form: dict[str, Any], status: int) -> None:
    alice = site.member("Enterprise")
    image = alice.keep(small_picture())
    put_away(alice, image)

    answer = alice.submit(deed, form, as_json=True)

    assert (answer.status_code, answer.json()["error"]) == (status, {400: "bad_form", 404: "not_found"}[status])
    assert lying(alice) == [image["id"]]


def test_bob_reaches_nothing_of_alices_trash(site: Site) -> None:
    alice, bob = site.member("Enterprise"), site.member("Enterprise")
    image = alice.keep(small_picture())
    put_away(alice, image)

    answers = [bob.submit(deed, {"id": image["id"]}) for deed in ("/trash/restore", "/trash/delete")]
    answers += [bob.submit("/trash/delete", {"all": "yes"}), bob.get(f"/images/{image['id']}")]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert "small.jpg" not in answers[-1].text
    assert (lying(bob), lying(alice)) == ([], [image["id"]])


def test_the_page_of_a_picture_in_the_trash_says_so_and_leads_both_ways(site: Site) -> None:
    alice = site.member("Enterprise")
    image = alice.keep(small_picture())
    put_away(alice, image)

    page, program = alice.get(f"/images/{image['id']}"), alice.get(f"/images/{image['id']}", headers=JSON)
    restored = alice.submit("/trash/restore", {"id": image["id"], "to": "picture"})

    assert page.status_code == 404
    assert "In your trash “small.jpg” is shown to nobody, and its links open nothing." in words(page)
    assert page.text.count(f'name="id" value="{image["id"]}"') == 2
    assert (program.status_code, program.json()["error"]) == (404, "not_found")
    assert "Restore it to see it again." in program.json()["message"]
    assert restored.headers["Location"] == f"/images/{image['id']}"
    assert alice.get(f"/images/{image['id']}").status_code == 200


def test_an_admin_deletes_somebody_elses_picture_for_good_and_reaches_no_trash(site: Site) -> None:
    alice, admin = site.member("Enterprise"), site.member("Basic", is_admin=True)
    moderated, put_by = alice.keep(small_picture()), alice.keep(small_picture())
    put_away(alice, put_by)

    other = alice.keep(small_picture())
    seen = admin.submit(f"/images/{other['id']}/delete")
    gone = admin.submit(f"/images/{moderated['id']}/delete", as_json=True)
    in_trash = [admin.submit(f"/images/{put_by['id']}/delete"), admin.get(put_by["links"]["original"])]

    assert seen.headers["Location"] == "/admin/image/"
    assert gone.json() == {"deleted": moderated["id"]}
    assert [answer.status_code for answer in in_trash] == [404, 404]
    assert (shown(alice), lying(alice)) == ([], [put_by["id"]])
    assert used(alice) == put_by["bytes"]


def test_the_dashboard_deletes_what_is_in_the_trash_for_good_too(site: Site) -> None:
    alice, admin, files = site.member("Enterprise"), site.member("Basic", is_admin=True), site.files()
    image = alice.keep(small_picture())
    put_away(alice, image)

    answer = admin.submit("/admin/image/delete/", {"id": image["id"]})

    assert answer.status_code == 303
    assert (lying(alice), used(alice)) == ([], 0)
    assert site.files() == files


def test_no_link_is_made_to_a_picture_in_the_trash(site: Site) -> None:
    alice = site.member("Enterprise")
    image = alice.keep(small_picture())
    put_away(alice, image)

    answer = alice.submit(f"/images/{image['id']}/links/new", {"seconds": 300}, as_json=True)

    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
    assert alice.get("/links", headers=JSON).json()["links"] == []
