"""Being signed in: a row for each browser, found by the hash of the token in its cookie."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Engine, bindparam, delete, select, update
from sqlalchemy.orm import Session

from imageapp.accounts import passwords, tries
from imageapp.accounts.models import Account, Signin, User
from imageapp.accounts.service import set_password
from imageapp.database import Instant, writing
from imageapp.plans.entitlements import Entitlements, Size, format_names, in_order
from imageapp.plans.models import Plan, plan_sizes
from imageapp.plans.models import Size as SizeRow
from imageapp.prepared import Prepared
from imageapp.refusals import BadForm
from imageapp.sentences import say

# OWASP ASVS 5.0, 7.3.1 and 7.3.2 ask for both; the lengths are this product's choice.
IDLE = timedelta(days=7)
ABSOLUTE = timedelta(days=30)
# How old a sign-in may be for the admin pages.
FRESH = timedelta(hours=12)
# A sign-in's last use is written down at most this often: a page view is no write.
TOUCH_EVERY = timedelta(minutes=10)

LONGEST_AGENT = 300

NO_MATCH = say("That user name and password do not match. Check both and try again.")


def signin_id(token: str) -> str:
    """What the table holds of a token: its SHA-256, so that a copy of the database opens no door."""
    return hashlib.sha256(token.encode()).hexdigest()


def live(now: datetime) -> dict[str, datetime]:
    """The parameters `idle_since` and `oldest` of LIVE for this moment."""
    return {"idle_since": now - IDLE, "oldest": now - ABSOLUTE}


# The condition under which a sign-in opens anything: its user is enabled, it was used lately, and it is not too old.
LIVE = (
    User.is_active
    & (Signin.seen_at > bindparam("idle_since", type_=Instant))
    & (Signin.created_at > bindparam("oldest", type_=Instant))
)

_WHO = Prepared(
    select(
        Signin.created_at.label("signed_in_at"),
        Signin.seen_at,
        User.id.label("user_id"),
        User.username,
        User.is_admin,
        User.must_change,
        User.used_bytes,
        User.language,
        User.theme,
        Plan.id.label("plan_id"),
        Plan.name,
        Plan.shows_original,
        Plan.makes_links,
        Plan.quota_bytes,
        Plan.accepts,
        SizeRow.id.label("size_id"),
        SizeRow.width,
        SizeRow.height,
    )
    .select_from(Signin)
    .join(User, User.id == Signin.user_id)
    .join(Plan, Plan.id == User.plan_id)
    .outerjoin(plan_sizes, plan_sizes.c.plan_id == Plan.id)
    .outerjoin(SizeRow, SizeRow.id == plan_sizes.c.size_id)
    .where(Signin.id == bindparam("signin_id"), LIVE)
)


def load_account(engine: Engine, signin: str, now: datetime) -> Account | None:
    """Who is signed in under this id at this moment, in one statement; None if nobody is, any longer."""
    rows = _WHO.rows(engine, {"signin_id": signin, **live(now)})
    if not rows:
        return None
    first = rows[0]
    sizes = in_order(tuple(Size(row.width, row.height, row.size_id) for row in rows if row.size_id is not None))
    plan = Entitlements(
        first.plan_id,
        first.name,
        sizes,
        first.shows_original,
        first.makes_links,
        first.quota_bytes,
        format_names(first.accepts),
    )
    return Account(
        signin_id=signin,
        signed_in_at=first.signed_in_at,
        seen_at=first.seen_at,
        user_id=first.user_id,
        username=first.username,
        is_admin=first.is_admin,
        must_change=first.must_change,
        used_bytes=first.used_bytes,
        language=first.language,
        theme=first.theme,
        plan=plan,
    )


def sign_in(session: Session, *, username: str, password: str, address: str, agent: str, now: datetime) -> str:
    """The token for the cookie of somebody who knows the password.

    Raises TooManyTries, before any hashing; BadForm for a wrong pair, the same and after the same time whether the
    name is unknown, the password wrong or the account disabled.
    """
    count = tries.for_signing_in(username, address)
    tries.count(session, count, now)
    user_id, known_hash = _somebody_enabled(session, username)
    session.rollback()  # hashing takes long: no transaction stays open over it
    if not passwords.matches(known_hash, password[: passwords.LONGEST + 1]) or user_id is None:
        raise BadForm(NO_MATCH)
    token = secrets.token_urlsafe(32)
    with writing(session):
        still = session.scalar(
            select(User.id).where(User.id == user_id, User.is_active, User.password_hash == known_hash)
        )
        if still is None:
            raise BadForm(NO_MATCH)
        tries.forgive(session, count, now)
        session.add(
            Signin(id=signin_id(token), user_id=user_id, created_at=now, seen_at=now, agent=agent[:LONGEST_AGENT])
        )
    return token


def _somebody_enabled(session: Session, username: str) -> tuple[int | None, str | None]:
    """The id and password hash of that name, if they may sign in; two Nones for nobody."""
    # Columns rather than a User, which would bring plan and sizes along: the time that takes would tell a name.
    query = select(User.id, User.password_hash).where(User.username_key == passwords.name_key(username), User.is_active)
    found = session.execute(query).first() if len(username) <= passwords.LONGEST_NAME else None
    return (found.id, found.password_hash) if found else (None, None)


def change_password(session: Session, account: Account, *, current: str, new: str, now: datetime) -> str:
    """Replace the password and end every other sign-in; this one goes on under the token that is returned.

    Raises TooManyTries, and BadForm at the field that is wrong.
    """
    tries.count(session, [tries.for_changing_password(account.user_id)], now)
    user = session.get_one(User, account.user_id)
    known_hash = user.password_hash
    passwords.check_new_password(new, user.username, "new_password")
    session.rollback()
    if not passwords.matches(known_hash, current[: passwords.LONGEST + 1]):
        raise BadForm(say("This is not your current password."), "current_password")
    new_hash = passwords.hash_password(new)
    with writing(session):
        # Of the user alone: the plan comes along in the same statement, and others of that plan need not wait.
        user = session.get_one(User, account.user_id, with_for_update={"of": User})
        if user.password_hash != known_hash:
            raise BadForm(say("The password was changed elsewhere at this moment."), "current_password")
        set_password(user, new_hash)
        end_all(session, account.user_id, but=account.signin_id)
        token = secrets.token_urlsafe(32)
        session.execute(update(Signin).where(Signin.id == account.signin_id).values(id=signin_id(token)))
    return token


def all_of(session: Session, user_id: int, now: datetime) -> list[Signin]:
    """Where somebody is signed in, the last used first."""
    limits = live(now)
    return list(
        session.scalars(
            select(Signin)
            .where(
                Signin.user_id == user_id,
                Signin.seen_at > limits["idle_since"],
                Signin.created_at > limits["oldest"],
            )
            .order_by(Signin.seen_at.desc(), Signin.id)
            .limit(100)
        )
    )


def end(session: Session, user_id: int, signin: str) -> bool:
    """End one sign-in of this user. Returns whether it was there."""
    with writing(session):
        ended = session.execute(
            delete(Signin).where(Signin.id == signin, Signin.user_id == user_id).returning(Signin.id)
        ).first()
    return ended is not None


def end_others(session: Session, account: Account) -> None:
    """End every sign-in of this account but the one that asks."""
    with writing(session):
        end_all(session, account.user_id, but=account.signin_id)


def end_all(session: Session, user_id: int, but: str | None = None) -> None:
    """End every sign-in of this user, `but` one. Inside `writing(session)`."""
    session.execute(delete(Signin).where(Signin.user_id == user_id, Signin.id != (but or "")))


def touch_is_due(account: Account, now: datetime) -> bool:
    """Whether the last use that is written down was so long ago that this one should be too."""
    return now - account.seen_at >= TOUCH_EVERY


def touch(session: Session, account: Account, now: datetime) -> None:
    """Write down that the sign-in was used now."""
    with writing(session):
        session.execute(update(Signin).where(Signin.id == account.signin_id).values(seen_at=now))


def forget_dead(session: Session, now: datetime) -> int:
    """Remove the rows of sign-ins that open nothing any more. Returns how many. Inside `writing(session)`."""
    limits = live(now)
    dead = (Signin.seen_at <= limits["idle_since"]) | (Signin.created_at <= limits["oldest"])
    return len(session.execute(delete(Signin).where(dead).returning(Signin.id)).all())
