"""The roles of matrix.txt, each made on a running site: who asks, and whose things they ask for."""

import itertools
import secrets
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

from PIL import Image as Pillow
from sqlalchemy import delete, select, update

from imageapp.accounts.models import Signin, User
from imageapp.accounts.signins import signin_id
from imageapp.database import writing
from imageapp.images.models import Image, Thumbnail
from imageapp.links.models import Link
from imageapp.plans.models import Plan, Size, plan_sizes
from tests.site import Client, Site

ROLES = (
    "anonymous",
    "basic",
    "premium",
    "enterprise",
    "custom",
    "disabled",
    "expired",
    "other",
    "admin",
    "stale_admin",
)
BUILT_IN = {"basic": "Basic", "premium": "Premium"}
ASK_FOR_SOMEBODY_ELSES = ("anonymous", "other", "admin", "stale_admin")
UNKNOWN = "AAAAAAAAAAAAAAAAAAAAAA"

_sides = itertools.count(1_001)  # widths that no other test has


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody at a browser, and what stands for {image}, {link} … in the addresses that they ask for."""

    browser: Client
    names: dict[str, str]

    def address(self, pattern: str) -> str:
        """The address with its names filled in."""
        return pattern.format(**self.names)


def small_picture(width: int = 640, height: int = 480, *, colour: str = "teal") -> tuple[str, bytes]:
    """A JPEG that takes no time to read, with a name, ready to be uploaded."""
    file = BytesIO()
    Pillow.new("RGB", (width, height), colour).save(file, "JPEG")
    return "small.jpg", file.getvalue()


def asker(site: Site, role: str) -> Asker:
    """Somebody in that role, on people and things of their own."""
    site.plan((300, 0))  # so that this size is there, whoever asks for it
    browser = _browser(site, role)
    subject = site.member("Enterprise") if role in ASK_FOR_SOMEBODY_ELSES else browser
    image = subject.keep(small_picture())
    names = {
        "image": image["id"],
        "chosen": subject.keep(small_picture())["id"],
        "unknown": UNKNOWN,
        **_link(site, image["id"]),
        "signin": _second_signin(site, subject),
        **_trash(site, subject),
    }
    names |= _for_the_dashboard(site, subject, names, spare=role == "admin")
    if role == "disabled":
        site.change_user(browser.username, is_active=False)
    if role == "expired":
        signed_in_before(site, browser, timedelta(days=30, seconds=1))
    if role == "stale_admin":
        signed_in_before(site, browser, timedelta(hours=12, seconds=1))
    return Asker(browser, names)


def _browser(site: Site, role: str) -> Client:
    if role == "anonymous":
        return site.client()
    if role == "custom":
        return site.member(site.plan((300, 0), makes_links=True))
    return site.member(BUILT_IN.get(role, "Enterprise"), is_admin=role.endswith("admin"))


def signed_in_before(site: Site, browser: Client, age: timedelta) -> None:
    """Make a browser's sign-in that old, though it was used just now."""
    with site.session() as session, writing(session):
        of_user = select(User.id).where(User.username == browser.username).scalar_subquery()
        session.execute(update(Signin).where(Signin.user_id == of_user).values(created_at=site.clock() - age))


def _link(site: Site, image_id: str) -> dict[str, str]:
    """A link that the picture's owner has, whatever the plan says by now."""
    now = site.clock().replace(microsecond=0)
    with site.session() as session, writing(session):
        owner_id = session.get_one(Image, image_id).owner_id
        link = Link(
            id=secrets.token_urlsafe(16),
            image_id=image_id,
            owner_id=owner_id,
            created_at=now,
            expires_at=now + timedelta(hours=1),
        )
        session.add(link)
        session.flush()
        token = site.app.extensions["house"].signer.sign(link.id, link.created_at, link.expires_at)
        return {"link": link.id, "token": token}


def _trash(site: Site, person: Client) -> dict[str, str]:
    """Two pictures in this person's trash, and a link to one that was made before it went there."""
    first, second = (person.keep(small_picture())["id"] for _ in range(2))
    link = _link(site, first)
    with site.session() as session, writing(session):
        session.execute(update(Image).where(Image.id.in_([first, second])).values(trashed_at=site.clock()))
    return {"trashed": first, "trashed_too": second, "trashed_link": link["link"], "trashed_token": link["token"]}


def _second_signin(site: Site, person: Client) -> str:
    """Another device where this person is signed in."""
    now, signin = site.clock(), signin_id(secrets.token_urlsafe(32))
    with site.session() as session, writing(session):
        user_id = session.scalars(select(User.id).where(User.username == person.username)).one()
        session.add(Signin(id=signin, user_id=user_id, created_at=now, seen_at=now, agent="another device"))
    return signin


def _for_the_dashboard(site: Site, subject: Client, names: dict[str, str], *, spare: bool) -> dict[str, str]:
    """What an admin may change or delete: `spare` things for one who does, others' own things for whoever may not."""
    people = [site.person() for _ in range(2)] if spare else [subject.username]
    plans = [site.plan((next(_sides), 0)) for _ in range(2)]
    one, other, linked = [subject.keep(small_picture())["id"] for _ in range(3)] if spare else [names["image"]] * 3
    links = [_link(site, linked)["link"] for _ in range(2)]
    unused = [Size(width=next(_sides), height=0) for _ in range(2)]
    with site.session() as session, writing(session):
        session.add_all(unused)
        session.flush()
        user_ids = session.scalars(select(User.id).where(User.username.in_(people))).all()
        plan_ids = session.scalars(select(Plan.id).where(Plan.name.in_(plans)).order_by(Plan.id)).all()
        rows = {"person": user_ids, "plan": plan_ids, "size": [size.id for size in unused]}
    rows |= {"spare": [one, other], "spare_link": links}
    first = {name: str(ids[0]) for name, ids in rows.items()}
    return first | {f"other_{name}": str(ids[-1]) for name, ids in rows.items()}


def standing(site: Site) -> dict[str, list[Any]]:
    """Everything that somebody could change, as the tables have it."""
    queries = {
        "users": select(
            User.id, User.username, User.password_hash, User.is_admin, User.is_active, User.plan_id, User.used_bytes
        ).order_by(User.id),
        "plans": select(Plan.__table__).order_by(Plan.id),
        "plan_sizes": select(plan_sizes).order_by(plan_sizes.c.plan_id, plan_sizes.c.size_id),
        "images": select(Image.__table__).order_by(Image.id),
        "links": select(Link.__table__).order_by(Link.id),
        "signins": select(Signin.id, Signin.user_id).order_by(Signin.id),
    }
    with site.session() as session:
        found: dict[str, list[Any]] = {
            table: [tuple(row) for row in session.execute(query)] for table, query in queries.items()
        }
        session.rollback()
    return found


def forget_thumbnails(site: Site, image_id: str) -> None:
    """Take the thumbnails of a picture away, as if its plan had got every size later."""
    with site.session() as session, writing(session):
        keys = list(session.scalars(select(Thumbnail.blob_key).where(Thumbnail.image_id == image_id)))
        session.execute(delete(Thumbnail).where(Thumbnail.image_id == image_id))
    for key in keys:
        site.app.extensions["house"].store.delete(key)
