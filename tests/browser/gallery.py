"""Somebody with pictures in the gallery, and what of it a browser shows."""

from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from imageapp.database import writing
from imageapp.images.models import Image
from tests.authorization.people import small_picture
from tests.site import JSON, Client, Site

COLOURS = ("red", "green", "blue", "teal", "gold", "navy", "gray", "pink")
# To be evaluated in a page: waits until what was changed is on the screen.
DRAWN = "() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"


def kept(site: Site, count: int = 5) -> tuple[Client, list[str]]:
    """Somebody with so many pictures, named by their colours and numbers; the names, newest first."""
    client = site.member("Enterprise")
    names = [f"{COLOURS[number % len(COLOURS)]} {number}" for number in range(count)]
    for number, name in enumerate(names[: len(COLOURS)]):
        width, height = ((640, 480), (480, 640))[number % 2]
        client.upload(("x.jpg", small_picture(width, height, colour=COLOURS[number])[1]), name=name)
    if count > len(COLOURS):
        _more(site, client, names[len(COLOURS) :])
    return client, names[::-1]


def _more(site: Site, client: Client, names: list[str]) -> None:
    """Pictures like the newest one, each a minute younger than the one before."""
    like_id = client.get("/images", headers=JSON).json()["images"][0]["id"]
    with site.session() as session, writing(session):
        like = session.get_one(Image, like_id)
        values = {column.name: getattr(like, column.name) for column in Image.__table__.columns}
        for number, name in enumerate(names):
            place = {"id": f"{like_id[:18]}{number:04}", "blob_key": f"{number:08}{like.blob_key[8:]}"}
            moment = like.created_at + timedelta(minutes=number + 1)
            session.add(Image(**values | place | {"name": name, "name_key": name, "created_at": moment}))
            _copy(site.settings.pictures, like.blob_key, place["blob_key"])


def _copy(store: Path, key: str, copy: str) -> None:
    """The bytes under one key under another one too."""
    folder = store / copy[:2]
    folder.mkdir(exist_ok=True)
    (folder / copy).write_bytes((store / key[:2] / key).read_bytes())


def names_of(page: Page, selector: str = ".photo") -> list[str]:
    """The names of the pictures there."""
    alts = page.locator(f"{selector} > a > img:not(.ph)")
    return alts.evaluate_all("images => images.map(image => image.alt)")


def chosen(page: Page) -> list[str]:
    """The names of the pictures that are chosen."""
    return names_of(page, ".photo:has(.pick :checked)")


def tile(page: Page, name: str):  # noqa: ANN201 - a locator
    """The link of the picture of this name."""
    return page.locator(f".photo > a:has(img[alt='{name}'])")


def seen(page: Page, *names: str) -> None:
    """Wait for their thumbnails: one that is asked for once its picture is gone would be a fault."""
    for name in names:
        expect(tile(page, name).locator("img:not(.ph)")).to_have_js_property("complete", True)


def choose(page: Page, *names: str) -> None:
    """Choose these by their rings, and see them."""
    for name in names:
        page.get_by_role("checkbox", name=f"Select {name}", exact=True).check(force=True)
    seen(page, *names)
