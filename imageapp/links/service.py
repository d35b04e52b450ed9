"""Expiring links: made, listed, ended, and judged when somebody comes with one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Engine, bindparam, delete, func, literal, select, tuple_, update
from sqlalchemy.orm import Session, joinedload

from imageapp.accounts.models import Account, User
from imageapp.database import Instant, microseconds, moment, writing
from imageapp.identifiers import new_id
from imageapp.images.gallery import position
from imageapp.images.models import Image
from imageapp.links.models import Link
from imageapp.links.tokens import LinkSigner, LinkToken
from imageapp.plans.models import Plan
from imageapp.prepared import Prepared
from imageapp.refusals import LinkGone, NotFound, PlanForbids

PAGE = 50


class SharedImage(NamedTuple):
    """What a living link opens."""

    link_id: str
    image_id: str
    name: str
    format: str
    blob_key: str
    sha256: str


@dataclass(frozen=True, slots=True)
class LinkPage:
    """Links, newest first, each with its picture; `after` is where the next page starts, None at the end."""

    links: Sequence[Link]
    after: str | None


_ALIVE = Prepared(
    select(Link.id.label("link_id"), Image.id.label("image_id"), Image.name, Image.format, Image.blob_key, Image.sha256)
    .select_from(Link)
    .join(Image, Image.id == Link.image_id)
    .join(User, User.id == Link.owner_id)
    .join(Plan, Plan.id == User.plan_id)
    .where(
        Link.id == bindparam("link_id"),
        Link.revoked_at.is_(None),
        Link.expires_at > bindparam("now", type_=Instant),
        Image.owner_id == Link.owner_id,
        Image.trashed_at.is_(None),
        User.is_active,
        Plan.makes_links,
    )
)


def read(signer: LinkSigner, text: str, now: datetime) -> LinkToken:
    """The token in an address, judged without the database. Raises NotFound if it is not ours, LinkGone when over."""
    token = signer.read(text)
    if token is None:
        raise NotFound
    if now >= token.expires_at:
        raise LinkGone
    return token


def open_link(engine: Engine, token: LinkToken, now: datetime) -> SharedImage:
    """What the link opens at this moment, in one statement. Raises LinkGone for whatever cause: they look alike."""
    row = _ALIVE.first(engine, {"link_id": token.link_id, "now": now})
    if row is None:
        raise LinkGone
    return SharedImage(*row)


def make(session: Session, account: Account, image_id: str, seconds: int, now: datetime) -> Link:
    """A link to one of one's own pictures, for that many seconds.

    Raises NotFound for a picture that is not there or not one's own, PlanForbids when the plan, as it stands at this
    moment, makes no links.
    """
    with writing(session):
        mine = (Image.id == image_id, Image.owner_id == account.user_id, Image.trashed_at.is_(None))
        wanted = select(Image).where(*mine)
        image = session.scalar(wanted.with_for_update(read=True, key_share=True))
        if image is None:
            raise NotFound
        allowed = select(Plan.makes_links).join(User, User.plan_id == Plan.id).where(User.id == account.user_id)
        if not session.scalar(allowed.where(User.is_active)):
            raise no_links_in(account.plan.name)
        # Cut to the second, as in the token: the table and the token name the same end.
        start = now.replace(microsecond=0)
        link = Link(
            id=new_id(),
            image_id=image_id,
            owner_id=account.user_id,
            created_at=now,
            expires_at=start + timedelta(seconds=seconds + (1 if now > start else 0)),
        )
        session.add(link)
        session.flush()
        session.expunge_all()
    return link


def no_links_in(plan: str) -> PlanForbids:
    """The refusal of a plan that makes no expiring links."""
    return PlanForbids(plan, "expiring links")


def newest_first(session: Session, owner_id: int, *, after: str | None = None, limit: int = PAGE) -> LinkPage:
    """One page of somebody's links. Raises BadForm where `after` is not one that an earlier page gave."""
    query = (
        select(Link)
        .where(Link.owner_id == owner_id)
        .options(joinedload(Link.image, innerjoin=True))
        .order_by(Link.created_at.desc(), Link.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        created_at, link_id = position(after)
        # The type is named: inside a tuple it is not taken from the column, and a moment would go out as a text.
        place = tuple_(literal(moment(created_at), Instant), literal(link_id))
        query = query.where(tuple_(Link.created_at, Link.id) < place)
    links = session.scalars(query).all()
    page = links[:limit]
    more = len(links) > limit
    return LinkPage(page, f"{microseconds(page[-1].created_at)}.{page[-1].id}" if more else None)


def find(session: Session, link_id: str, owner_id: int) -> Link:
    """One's own link, with its picture. Raises NotFound."""
    link = session.scalar(
        select(Link)
        .where(Link.id == link_id, Link.owner_id == owner_id)
        .options(joinedload(Link.image, innerjoin=True))
    )
    if link is None:
        raise NotFound
    return link


def revoke(session: Session, link_id: str, now: datetime, owner_id: int | None = None) -> None:
    """End a link now, of this owner if one is named; one that was revoked stays so. Raises NotFound."""
    wanted = update(Link).where(Link.id == link_id)
    if owner_id is not None:
        wanted = wanted.where(Link.owner_id == owner_id)
    moment_of_revoking = func.coalesce(Link.revoked_at, bindparam("revoked_now", now, Instant))
    with writing(session):
        revoked = session.execute(
            wanted.values(revoked_at=moment_of_revoking).returning(Link.id).execution_options(synchronize_session=False)
        ).first()
        if revoked is None:
            raise NotFound


def forget_ended(session: Session, before: datetime) -> int:
    """Remove the rows of links that ended before that moment. Returns how many. Inside `writing(session)`."""
    return len(session.execute(delete(Link).where(Link.expires_at < before).returning(Link.id)).all())
