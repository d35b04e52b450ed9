"""Keeping what is sent, and taking it away again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, Case, bindparam, case, delete, insert, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from imageapp.accounts.models import Account, User
from imageapp.arriving import Arrived
from imageapp.database import writing
from imageapp.identifiers import new_id
from imageapp.images import drafts
from imageapp.images.days import count_upload
from imageapp.images.drafts import QUOTA, Draft, Workshop
from imageapp.images.models import Image, Thumbnail
from imageapp.images.names import display_name
from imageapp.refusals import BadForm, InTrash, NotFound, Refusal, SignInNeeded
from imageapp.sentences import say
from imageapp.storage.store import Store

# One conditional UPDATE: read, compare and write in three steps lets 40 of 10 in.
_TAKE_ROOM = (
    update(User)
    .where(
        User.id == bindparam("owner"),
        User.is_active,
        or_(QUOTA.is_(None), User.used_bytes + bindparam("sent", type_=BigInteger) <= QUOTA),
    )
    .values(used_bytes=User.used_bytes + bindparam("sent", type_=BigInteger), pictures=User.pictures + 1)
    .returning(User.id)
)


# Its sender may call an upload by a key, and send it again under the same one when no answer came.
_OF_KEY = select(Image).where(Image.owner_id == bindparam("owner"), Image.upload_key == bindparam("key"))


class _KeptMeanwhile(Refusal):
    """The upload's other sending came in first, and `image` is what it became: this one is undone, as any refused."""

    def __init__(self, image: Image) -> None:
        super().__init__("This file is kept already.")
        self.image = image


def keep(
    session: Session,
    workshop: Workshop,
    account: Account,
    sent: Arrived,
    *,
    file_name: str,
    given_name: str,
    now: datetime,
    key: str = "",
) -> Image:
    """Keep one file as a picture with every thumbnail of the plan.

    Of sendings by one person under one `key`, the first becomes the picture, and the others are answered with it; they
    need no room. An empty key is none. Where the file is not kept, it is the caller's to remove. Raises TooLarge,
    NotAnImage, TooManyPixels, QuotaFull, Busy; StoreDown when there is no room for the bytes; BadForm for a key under
    which another file was sent, InTrash where its picture is there now.
    """
    drafts.check(sent, workshop.max_file_bytes, None)
    if key:
        before = _kept_under(session, account.user_id, key)
        session.rollback()  # no transaction stays open over the decoding
        if before:
            return _again(before, sent)
    drafts.check_room(sent, account.free_bytes)
    name = display_name(given_name, file_name)
    try:
        with drafts.drafted(workshop, account, sent, image_id=new_id(), name=name, created_at=now) as draft:
            draft.image.upload_key = key or None
            drafts.publish(session, workshop.store, draft, _insert)
    except _KeptMeanwhile as other:
        return _again(other.image, sent)
    return draft.image


def _kept_under(session: Session, owner_id: int, key: str) -> Image | None:
    """What this person's upload under the key became, as a row that outlives the transaction."""
    image = session.scalar(_OF_KEY, {"owner": owner_id, "key": key})
    if image is not None:
        session.expunge(image)
    return image


def _again(image: Image, sent: Arrived) -> Image:
    if image.sha256 != sent.sha256:
        raise BadForm(say("Another file was sent under this key before. Choose a new key for every file."), "key")
    if image.trashed_at is not None:
        raise InTrash(image.id, image.name, image.trashed_at)
    return image


def _insert(session: Session, draft: Draft) -> set[str]:
    """Rows and counters, inside `writing`. Returns the keys of bytes that no row points to."""
    # Without entities: what the session does for those costs twice as much as the statements.
    connection, image = session.connection(), draft.image
    room = connection.execute(_TAKE_ROOM, {"owner": image.owner_id, "sent": image.bytes}).first()
    refusal = drafts.no_room(session, image.owner_id) if room is None else None
    if image.upload_key and not isinstance(refusal, SignInNeeded):
        _stop_if_kept(session, image.owner_id, image.upload_key)
    if refusal:
        raise refusal
    connection.execute(insert(Image), drafts.row(image))
    unused = drafts.insert_thumbnails(connection, draft, drafts.of_standing_sizes(connection, draft))
    count_upload(connection, image.bytes, image.created_at)
    return unused


def _stop_if_kept(session: Session, owner_id: int, key: str) -> None:
    # Whoever takes room holds the person's row until the commit: another sending has ended by now, or waits for the end
    # of this one. It may have taken the very room that this one misses.
    if before := _kept_under(session, owner_id, key):
        raise _KeptMeanwhile(before)


def remove(session: Session, store: Store, image_id: str, *, unless_trashed: bool = False) -> Image:
    """Delete anybody's picture for good: its row, thumbnails, links, and then the bytes.

    Raises NotFound, with `unless_trashed` for one in the trash too. Returns the row as it was.
    """
    with writing(session):
        wanted = select(Image).where(Image.id == image_id).with_for_update()
        image = session.scalar(wanted.where(Image.trashed_at.is_(None)) if unless_trashed else wanted)
        if image is None:
            raise NotFound
        keys = remove_rows(session, [image])
        session.expunge_all()
    for key in keys:
        store.delete(key)
    return image


def remove_rows(session: Session, images: Sequence[Image]) -> list[str]:
    """Delete these pictures' rows, with thumbnails and links, and give their bytes back to their owners' plans.

    Inside `writing(session)`. Returns the keys of the bytes, to be deleted from the store after the commit.
    """
    ids = [image.id for image in images]
    keys = [image.blob_key for image in images]
    keys += session.scalars(select(Thumbnail.blob_key).where(Thumbnail.image_id.in_(ids)))
    for owner_id in {image.owner_id for image in images}:
        of_owner = [image.bytes for image in images if image.owner_id == owner_id]
        session.execute(
            update(User)
            .where(User.id == owner_id)
            .values(used_bytes=_less(User.used_bytes, sum(of_owner)), pictures=_less(User.pictures, len(of_owner)))
        )
    session.execute(delete(Image).where(Image.id.in_(ids)).execution_options(synchronize_session=False))
    return keys


def _less(counter: InstrumentedAttribute[int], taken: int) -> Case[int]:
    # Never below zero: a drift that the check has not yet mended must not stop a deletion.
    return case((counter > taken, counter - taken), else_=0)
