"""Names are words, whatever is in them."""

from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import select

from imageapp.accounts.models import User
from tests.site import Site

NAMES = ["<img src=x onerror=alert(1)>", "{{7*7}}{%x%}", '"><script>alert(2)</script>', "' onmouseover='alert(3)"]


@pytest.mark.parametrize("number", range(len(NAMES)))
def test_hostile_names_are_shown_as_they_are_on_every_page(site: Site, photo: Path, number: int) -> None:
    admin, name = site.admin(), NAMES[number]
    admin.submit("/admin/plan/new/", {"name": name, "new_sizes": "200", "makes_links": "y"})
    member = site.client().sign_in(site.person(name, name=f"{name} {number}"))
    with site.session() as session:
        person = session.scalars(select(User).where(User.username == f"{name} {number}")).one()
        ids = person.id, person.plan_id
    image = member.upload((f"{name}.jpg", photo.read_bytes())).json()["images"][0]
    link = member.link(image)

    pages = [
        admin.get(path)
        for path in (
            "/admin/",
            "/admin/user/",
            "/admin/user/new/",
            f"/admin/user/edit/?id={ids[0]}",
            f"/admin/user/delete/?id={ids[0]}",
            "/admin/plan/",
            f"/admin/plan/edit/?id={ids[1]}",
            f"/admin/plan/delete/?id={ids[1]}",
            "/admin/size/",
            "/admin/image/",
            f"/admin/image/delete/?id={image['id']}",
            "/admin/link/",
            f"/admin/link/delete/?id={link['id']}",
        )
    ]
    searched = admin.get("/admin/user/", params={"search": name})

    for page in (*pages, searched):
        assert page.status_code == 200
        assert "<img src=x" not in page.text
        assert "<script>" not in page.text
        assert "' onmouseover='" not in page.text
    for page in pages:
        # In words, or as the value of a field; a picture's name has its slashes taken for folders.
        shown = unescape(page.text)
        assert name in shown or name.rpartition("/")[2] in shown
