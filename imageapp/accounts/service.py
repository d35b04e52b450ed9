"""People: made, changed, and their passwords. Every function here that writes is called inside `writing(session)`."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from imageapp.accounts import passwords
from imageapp.accounts.models import User
from imageapp.plans.models import Plan
from imageapp.refusals import BadForm, NotFound
from imageapp.sentences import say

FIRST_ADMIN = "admin"
FIRST_ADMIN_PLAN = "enterprise"


def find_user(session: Session, username: str) -> User | None:
    """The user of that name, whatever its case and Unicode form."""
    return session.scalar(select(User).where(User.username_key == passwords.name_key(username)))


def add_user(
    session: Session,
    *,
    username: str,
    password_hash: str,
    plan: Plan | None,
    now: datetime,
    is_admin: bool = False,
    is_active: bool = True,
) -> User:
    """A new user. Raises BadForm at the field that is wrong: a name that is taken or none, no plan."""
    name = passwords.check_name(username)
    if find_user(session, name):
        raise BadForm(say("There is a user “%(name)s” already.", name=name), "username")
    if plan is None:
        raise BadForm(say("Choose a plan: everybody has one."), "plan")
    user = User(
        username=name,
        username_key=passwords.name_key(name),
        password_hash=password_hash,
        plan=plan,
        is_admin=is_admin,
        is_active=is_active,
        must_change=False,
        used_bytes=0,
        created_at=now,
    )
    session.add(user)
    session.flush()
    return user


def rename(session: Session, user: User, username: str) -> None:
    """Raises BadForm when the name cannot be used or is somebody else's."""
    name = passwords.check_name(username)
    other = find_user(session, name)
    if other is not None and other.id != user.id:
        raise BadForm(say("There is a user “%(name)s” already.", name=other.username), "username")
    user.username, user.username_key = name, passwords.name_key(name)


def set_password(user: User, password_hash: str) -> None:
    """Replace the password. The caller ends the sign-ins that the old one opened."""
    user.password_hash = password_hash
    user.must_change = False


def set_standing(session: Session, user: User, *, is_admin: bool, is_active: bool) -> None:
    """Make or unmake an admin, enable or disable. Raises BadForm when no admin would be left who can sign in."""
    if user.is_admin and user.is_active and not (is_admin and is_active):
        keep_an_admin(session, {user.id}, "is_admin" if not is_admin else "is_active")
    user.is_admin, user.is_active = is_admin, is_active


def keep_an_admin(session: Session, leaving: Collection[int], field: str = "") -> None:
    """Raises BadForm if no admin who can sign in would be left without those of these ids."""
    # Locked, so that two admins who demote each other at once do not both succeed.
    admins = session.scalars(
        select(User.id).where(User.is_admin, User.is_active).order_by(User.id).with_for_update()
    ).all()
    if not set(admins) <= set(leaving):
        return
    if len(admins) == 1:
        raise BadForm(say("This is the only admin. Make somebody else an admin first."), field)
    raise BadForm(say("These are all the admins there are. Make somebody else an admin first."), field)


def make_first_admin(session: Session, password: str | None, now: datetime) -> bool:
    """Make `admin` if there is nobody at all. Returns whether somebody was made. Never touches anybody who is there.

    Without a password it is the default one, and `must_change` says so. Raises BadForm for one that is easily guessed.
    """
    if session.scalar(select(User.id).limit(1)) is not None:
        return False
    plan = session.scalar(select(Plan).where(Plan.name_key == FIRST_ADMIN_PLAN))
    if plan is None:
        raise NotFound(f"The built-in plan {FIRST_ADMIN_PLAN} is missing.")
    default = password is None or password == passwords.DEFAULT
    if not default:
        passwords.check_new_password(password or "", FIRST_ADMIN, "password")
    session.add(
        User(
            username=FIRST_ADMIN,
            username_key=passwords.name_key(FIRST_ADMIN),
            password_hash=passwords.hash_password(password or passwords.DEFAULT),
            plan=plan,
            is_admin=True,
            is_active=True,
            must_change=default,
            used_bytes=0,
            created_at=now,
        )
    )
    return True


def default_password_stands(session: Session) -> bool:
    """Whether somebody still has the password that everybody knows."""
    return session.scalar(select(User.id).where(User.must_change, User.is_active).limit(1)) is not None
