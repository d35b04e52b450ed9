"""What admins do to people, their pictures and links, where it spans rooms. Each function is a deed of its own."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from imageapp.accounts import passwords, service, signins
from imageapp.accounts.models import Signin, User
from imageapp.database import writing
from imageapp.images import uploads
from imageapp.images.models import Image
from imageapp.plans.models import Plan
from imageapp.refusals import BadForm, NotFound
from imageapp.sentences import say
from imageapp.storage.store import Store

# Rows that one commit takes: everybody else who writes waits no longer than for these.
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Person:
    """What an admin says about somebody. An empty password keeps the one there is."""

    username: str
    password: str
    plan_id: int
    is_admin: bool
    is_active: bool


@contextmanager
def unless_somebody_was_quicker() -> Iterator[None]:
    """Two who save at once: what the table refuses the second one is a form to look at again. Around `writing`."""
    try:
        yield
    except IntegrityError as error:
        raise BadForm(
            say("Somebody else changed something of this at the same moment. Look again, then save.")
        ) from error


def add_person(session: Session, person: Person, now: datetime) -> int:
    """A new user; returns the id. Raises BadForm at the field that is wrong."""
    password_hash = _new_hash(person)
    with unless_somebody_was_quicker(), writing(session):
        user = service.add_user(
            session,
            username=person.username,
            password_hash=password_hash,
            plan=session.get(Plan, person.plan_id),
            now=now,
            is_admin=person.is_admin,
            is_active=person.is_active,
        )
        return user.id


def change_person(session: Session, user_id: int, person: Person, *, keep_signin: str | None = None) -> None:
    """Save somebody. A new password, or being disabled, ends their sign-ins, all but `keep_signin`.

    Raises NotFound, and BadForm at the field that is wrong, also where no admin would be left.
    """
    password_hash = _new_hash(person) if person.password else None
    with unless_somebody_was_quicker(), writing(session):
        user = _locked(session, user_id)
        service.rename(session, user, person.username)
        service.set_standing(session, user, is_admin=person.is_admin, is_active=person.is_active)
        plan = session.get(Plan, person.plan_id)
        if plan is None:
            raise BadForm(say("Choose a plan: everybody has one."), "plan")
        user.plan = plan
        if password_hash:
            service.set_password(user, password_hash)
        if password_hash or not person.is_active:
            signins.end_all(session, user_id, but=keep_signin)


def _new_hash(person: Person) -> str:
    """Of the password that was given; the name, which it may not be, is judged first."""
    return passwords.hash_new_password(person.password, passwords.check_name(person.username))


def delete_person(session: Session, store: Store, user_id: int) -> None:
    """Delete somebody with all pictures, thumbnails and links, and then the bytes.

    The account is closed first, so that nothing new comes in meanwhile; the pictures go in chunks. Whoever is
    interrupted deletes again: what is left is a closed account. Raises NotFound, and BadForm for the last admin.
    """
    with writing(session):
        user = _locked(session, user_id)
        if user.is_admin and user.is_active:
            service.keep_an_admin(session, {user_id})
        user.is_active = False
        signins.end_all(session, user_id)
    while _delete_some_pictures(session, store, user_id):
        pass
    with unless_somebody_was_quicker(), writing(session):
        session.execute(delete(User).where(User.id == user_id))
        session.expunge_all()


def set_active(session: Session, user_ids: Sequence[int], *, is_active: bool) -> None:
    """Let these people sign in, or no longer: then their sign-ins end, and their links open nothing.

    All or none: raises BadForm where no admin would be left. Whoever was deleted meanwhile is left out.
    """
    with writing(session):
        _lock(session, user_ids)
        if not is_active:
            service.keep_an_admin(session, user_ids)
        session.execute(update(User).where(User.id.in_(user_ids)).values(is_active=is_active))
        if not is_active:
            session.execute(delete(Signin).where(Signin.user_id.in_(user_ids)))


def move(session: Session, user_ids: Sequence[int], plan_id: int) -> None:
    """Put these people on this plan, all of them or none. Raises BadForm when there is no such plan any more."""
    with unless_somebody_was_quicker(), writing(session):
        if session.get(Plan, plan_id) is None:
            raise BadForm(say("This plan was deleted meanwhile. Choose another one."), "plan")
        _lock(session, user_ids)
        session.execute(update(User).where(User.id.in_(user_ids)).values(plan_id=plan_id))


def _lock(session: Session, user_ids: Sequence[int]) -> None:
    # Admins too, and in one order: two who change each other's standing at once wait, and neither waits for ever.
    wanted = select(User.id).where(or_(User.id.in_(user_ids), User.is_admin)).order_by(User.id)
    session.execute(wanted.with_for_update())


def _locked(session: Session, user_id: int) -> User:
    _lock(session, [user_id])
    user = session.get(User, user_id)
    if user is None:
        raise NotFound(say("This user was deleted meanwhile."))
    return user


def _delete_some_pictures(session: Session, store: Store, owner_id: int) -> bool:
    """Delete up to CHUNK pictures of this owner. Returns whether there may be more."""
    with writing(session):
        images = session.scalars(
            select(Image).where(Image.owner_id == owner_id).order_by(Image.id).limit(CHUNK).with_for_update()
        ).all()
        keys = uploads.remove_rows(session, images)
        session.expunge_all()
    for key in keys:
        store.delete(key)
    return len(images) == CHUNK
