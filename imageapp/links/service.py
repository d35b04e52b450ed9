"""Expiring links: made, ended, and judged when somebody comes with one."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Engine, bindparam, delete, func, select, update
from sqlalchemy.orm import Session, joinedload

from imageapp.accounts.models import Account, User
from imageapp.database import Instant, writing
from imageapp.identifiers import new_id
from imageapp.images.models import Image
from imageapp.links.models import Link
from imageapp.links.tokens import LinkSigner, LinkToken
from imageapp.plans.models import Plan
from imageapp.prepared import Prepared
from imageapp.refusals import EXPIRING_LINKS, BadForm, LinkGone, NotFound, PlanForbids
from imageapp.sentences import say


class SharedImage(NamedTuple):
    """What a living link opens."""

    link_id: str
    image_id: str
    name: str
    format: str
    blob_key: str
    sha256: str


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
        link = Link(
            id=new_id(),
            image_id=image_id,
            owner_id=account.user_id,
            created_at=now,
            expires_at=_end_of(seconds, now),
        )
        session.add(link)
        session.flush()
        session.expunge_all()
    return link


def _end_of(seconds: int, now: datetime) -> datetime:
    """The first whole second that is no less than so many seconds from now."""
    # Whole, as in the token: the table and the token name the same end.
    start = now.replace(microsecond=0)
    return start + timedelta(seconds=seconds + (1 if now > start else 0))


def no_links_in(plan: str) -> PlanForbids:
    """The refusal of a plan that makes no expiring links."""
    return PlanForbids(plan, EXPIRING_LINKS)


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


def revoke_many(session: Session, link_ids: Collection[str], owner_id: int, now: datetime) -> list[str]:
    """End those of these links now that are this owner's and still worked. Returns which.

    Raises NotFound where none of them is the owner's: those of others are like none.
    """
    theirs = (Link.id.in_(link_ids), Link.owner_id == owner_id)
    # Locked in one order, so that two who revoke the same links wait for each other instead of both for ever.
    working = select(Link.id).where(*theirs, Link.revoked_at.is_(None), Link.expires_at > now)
    ending = update(Link).where(Link.id.in_(working.order_by(Link.id).with_for_update())).values(revoked_at=now)
    with writing(session):
        revoked = session.scalars(ending.returning(Link.id).execution_options(synchronize_session=False)).all()
        if not revoked and session.scalar(select(Link.id).where(*theirs).limit(1)) is None:
            raise NotFound
    return sorted(revoked)


def longest(link: Link, now: datetime) -> int:
    """How many seconds from now a link may be let end at most, for that to be earlier. Raises BadForm if it is over."""
    seconds = int((link.expires_at - now).total_seconds()) - 1
    if link.revoked_at is not None or seconds < 1:
        raise BadForm(say("This link is over, or will be in a moment."), "seconds")
    return seconds


def shorten(session: Session, link_id: str, owner_id: int, seconds: int, now: datetime) -> None:
    """Let a link of this owner end so many seconds (1 or more) from now.

    Raises NotFound, or BadForm where it is over or would end no sooner than it does: it never gets longer.
    """
    end = _end_of(seconds, now)
    mine = (Link.id == link_id, Link.owner_id == owner_id)
    sooner = (
        update(Link)
        .where(*mine, Link.revoked_at.is_(None), Link.expires_at > end, Link.created_at < end)
        .values(signed_until=func.coalesce(Link.signed_until, Link.expires_at), expires_at=end)
    )
    with writing(session):
        ending = sooner.returning(Link.id).execution_options(synchronize_session=False)
        if session.execute(ending).first() is None:
            if session.scalar(select(Link.id).where(*mine)) is None:
                raise NotFound
            raise BadForm(say("This link is over, or ends sooner than that already."), "seconds")


def forget_ended(session: Session, before: datetime) -> int:
    """Remove the rows of links that ended before that moment. Returns how many. Inside `writing(session)`."""
    return len(session.execute(delete(Link).where(Link.expires_at < before).returning(Link.id)).all())
