"""What its owner reads and does on a picture's own page."""

import pytest

from tests.authorization.people import small_picture
from tests.images.sending import words
from tests.site import Site


def test_alice_reads_the_name_that_her_file_is_handed_out_under(site: Site) -> None:
    alice = site.member("Enterprise")
    image = alice.keep(("holiday", small_picture()[1]))

    page = words(alice.get(f"/images/{image['id']}"))

    assert "File name holiday.jpg" in page
    headers = site.client().get(alice.link(image)["url"]).headers
    assert headers["Content-Disposition"] == "inline; filename=holiday.jpg"


@pytest.mark.parametrize(
    ("plan", "missing"), [("Basic", ["Original", "Expiring links"]), ("Premium", ["Expiring links"])]
)
def test_a_member_reads_what_the_plan_does_not_give_and_whom_to_ask(site: Site, plan: str, missing: list[str]) -> None:
    member = site.member(plan)
    image = member.keep(small_picture())

    page = words(member.get(f"/images/{image['id']}"))

    assert page.count(f"Not in {plan}") == len(missing)
    for name in missing:
        assert f"{name} Not in {plan}" in page
    assert "Your administrator can move you to a plan that gives more." in page


def test_a_member_whose_plan_makes_links_of_what_it_does_not_show_reads_whom_to_ask(site: Site) -> None:
    member = site.member(site.plan((0, 200), makes_links=True))
    image = member.keep(small_picture())

    page = words(member.get(f"/images/{image['id']}"))

    assert "Create expiring link" in page
    assert "Your administrator can move you to a plan that gives more." in page
