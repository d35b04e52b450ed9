"""Every kind of page, with somebody who has something on each of them."""

from collections.abc import Iterator
from pathlib import Path

from tests.authorization.people import small_picture
from tests.browser.people import Person
from tests.site import JSON, Client, Site


def with_everything(shop: Site, photo: Path) -> Client:
    """Somebody with pictures, a live link, and something in the trash."""
    client = shop.member("Enterprise")
    for colour in ("red", "teal", "gold"):
        client.upload(("x.jpg", small_picture(640, 480, colour=colour)[1]), name=f"{colour}.jpg")
    image = client.keep(photo)
    client.link(image, 3_600)
    gone = client.keep(small_picture())
    client.submit(f"/images/{gone['id']}/delete", as_json=True)
    return client


def addresses(alice: Client) -> dict[str, str]:
    """Every kind of page that a member has."""
    newest = alice.get("/images", headers=JSON).json()["images"][0]["id"]
    link = alice.get("/links", headers=JSON).json()["links"][0]["id"]
    return {
        "home": "/",
        "gallery": "/images",
        "upload": "/images/upload",
        "picture": f"/images/{newest}",
        "new link": f"/images/{newest}/links/new",
        "link": f"/links/{link}",
        "links": "/links",
        "trash": "/trash",
        "account": "/account",
        "nothing there": "/nothing",
    }


OF_ADMINS = {
    "overview": "/admin/",
    "users": "/admin/user/",
    "new user": "/admin/user/new/",
    "plan": "/admin/plan/edit/?id=1",
    "pictures": "/admin/image/",
    "links of all": "/admin/link/",
    "user to delete": "/admin/user/delete/?id=2",
}


def everywhere(visitor: Person, shop: Site, alice: Client) -> Iterator[str]:
    """Opens one page after another, as whoever sees it; the name of each."""
    visitor.opens("/login")
    yield "sign-in"
    visitor.borrow(alice)
    for name, path in addresses(alice).items():
        visitor.opens(path)
        visitor.page.wait_for_load_state("load")
        yield name
    visitor.context.clear_cookies()
    visitor.borrow(shop.admin())
    for name, path in OF_ADMINS.items():
        visitor.opens(path)
        visitor.page.wait_for_load_state("load")
        yield name
