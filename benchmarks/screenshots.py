"""`make screenshots`: the pictures of docs/screenshots, taken anew from the real program on an empty data folder.

What the pages show is drawn by benchmarks/scenery, and everybody in it is made up. The browser is Debian's Chromium.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from flask import Flask
from PIL import Image as Pillow
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from sqlalchemy import select, update

from benchmarks import scenery, site
from imageapp.accounts.models import User
from imageapp.accounts.passwords import hash_password
from imageapp.accounts.service import add_user
from imageapp.database import writing
from imageapp.extensions import db
from imageapp.images.models import Image, UploadDay
from imageapp.plans.models import Plan

FOLDER = site.CHECKOUT / "docs/screenshots"
LARGEST = 250_000  # bytes of one picture
QUALITY = 90  # of a WebP: words stay as sharp as they were
DESKTOP, PHONE = ViewportSize(width=1280, height=800), ViewportSize(width=390, height=844)
PEOPLE = (("mara", "Enterprise"), ("jonas", "Premium"), ("ilse", "Basic"), ("tom", "Basic"), ("priya", "Premium"))
# Uploads a day, the last one today: a chart that looks lived in.
DAYS = (3, 0, 5, 8, 2, 0, 1, 6, 9, 4, 0, 0, 7, 12, 5, 3, 1, 0, 8, 10, 6, 2, 0, 4, 11, 9, 3, 5, 14)


def main() -> int:
    """Take all of them; 1 where one is too large."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        app, owner_id = site.prepared(folder / "site", heights=(200, 400, 800))
        drawn = scenery.write_all(folder, tall=900)
        with site.running(folder / "site") as visitor:
            kept = [visitor.post("/images/upload", {}, path)["images"][0] for path in reversed(drawn)]
            _age(app, owner_id, kept)
            link = visitor.post(f"/images/{kept[-1]['id']}/links/new", {"seconds": "1800"})
            FOLDER.mkdir(parents=True, exist_ok=True)
            with _browser() as browser:
                for name, page in _pages(browser, visitor, kept[-1]["id"], link["id"], drawn):
                    _write(FOLDER / f"{name}.webp", page.screenshot())
    taken = sorted(FOLDER.glob("*.webp"))
    print("\n".join(f"{path.relative_to(site.CHECKOUT)}: {path.stat().st_size:,} bytes" for path in taken))
    return 1 if any(path.stat().st_size > LARGEST for path in taken) else 0


def _age(app: Flask, owner_id: int, kept: Sequence[dict[str, Any]]) -> None:
    """Give the person a name and a past: pictures of three months, others who use the place, and days of uploads."""
    now = datetime.now(UTC)
    with app.app_context():
        session = db.session()
        with writing(session):
            owner = session.get_one(User, owner_id)
            owner.username = owner.username_key = "mara"
            for number, image in enumerate(reversed(kept)):
                days = timedelta(days=number * 2 if number < 9 else 20 + number * 2)
                session.execute(update(Image).where(Image.id == image["id"]).values(created_at=now - days))
            plans = {plan.name: plan for plan in session.scalars(select(Plan))}
            for name, plan in PEOPLE[1:]:
                password_hash = hash_password(site.PASSWORD)
                add_user(session, username=name, password_hash=password_hash, plan=plans[plan], now=now)
            today = (now - datetime(1970, 1, 1, tzinfo=UTC)).days
            for before, pictures in enumerate(reversed(DAYS), 1):
                if pictures:
                    session.add(UploadDay(day=today - before, pictures=pictures, bytes=pictures * 3_400_000))


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--force-color-profile=srgb"]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        yield browser
        browser.close()


def _pages(
    browser: Browser, visitor: site.Visitor, image_id: str, link_id: str, drawn: Sequence[Path]
) -> Iterator[tuple[str, Page]]:
    """A name for each picture, and the page that it is to show."""
    root = f"http://127.0.0.1:{visitor.port}"

    def seen(path: str, size: ViewportSize = DESKTOP, theme: Literal["light", "dark"] = "light") -> Page:
        context = browser.new_context(viewport=size, color_scheme=theme, base_url=root)
        context.add_cookies(
            [{"name": name, "value": value, "url": root} for name, value in visitor.browser.cookies.items()]
        )
        page = context.new_page()
        page.goto(path)
        page.goto(path)  # the first time the font may come too late
        page.wait_for_function("() => [...document.images].every((one) => one.loading === 'lazy' || one.complete)")
        return page

    yield "gallery", seen("/images")
    yield "gallery-phone-dark", seen("/images", PHONE, "dark")
    yield "picture", seen(f"/images/{image_id}")
    yield "link", seen(f"/links/{link_id}")
    yield "upload", _uploaded(seen("/images/upload"), drawn)
    yield "admin", _admin(browser, visitor.port)


def _uploaded(page: Page, drawn: Sequence[Path]) -> Page:
    """Three pictures that were kept, and a file that is none."""
    with tempfile.TemporaryDirectory() as place:
        notes = Path(place) / "Notes.pdf"
        notes.write_bytes(b"%PDF-1.7\n" + bytes(2_000))
        page.locator("input[type=file]").first.set_input_files([*drawn[:3], notes])
        page.locator("main img[src*='/thumbnails/']").nth(2).wait_for()
        page.wait_for_load_state("networkidle")
    return page


def _admin(browser: Browser, port: int) -> Page:
    context = browser.new_context(viewport=DESKTOP, base_url=f"http://127.0.0.1:{port}")
    page = context.new_page()
    page.goto("/login")
    page.get_by_label("User name").fill("admin")
    page.get_by_label("Password", exact=True).fill(site.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")
    page.goto("/admin/")
    return page


def _write(path: Path, taken: bytes) -> None:
    """As a WebP, a quarter of the PNG that was taken."""
    with Pillow.open(BytesIO(taken)) as picture:
        picture.convert("RGB").save(path, quality=QUALITY, method=6)


if __name__ == "__main__":
    sys.exit(main())
