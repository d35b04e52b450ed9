"""Another file in the place of one that is there: the picture's addresses, name and place in the gallery stay."""

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, case, delete, or_, select, update
from sqlalchemy.orm import Session

from imageapp.accounts.models import Account, User
from imageapp.arriving import Arrived
from imageapp.images import drafts
from imageapp.images.drafts import QUOTA, Draft, Workshop
from imageapp.images.models import Image, Thumbnail
from imageapp.refusals import NotFound

# What a file says of itself: all that becomes another with it.
_OF_THE_FILE = (
    *("format", "width", "height", "frames", "bytes", "sha256", "blob_key"),
    *("facts", "placeholder", "colour"),
)

_used = User.used_bytes + bindparam("more", type_=BigInteger)
# In one UPDATE, as in an upload. A file that is no larger fits in any case: also where the plan got smaller meanwhile.
_TRADE_ROOM = (
    update(User)
    .where(
        User.id == bindparam("owner"),
        User.is_active,
        or_(bindparam("more", type_=BigInteger) <= 0, QUOTA.is_(None), _used <= QUOTA),
    )
    # Never below zero: a drift that the check has not yet mended must not stop anybody.
    .values(used_bytes=case((_used > 0, _used), else_=0))
    .returning(User.id)
)


def replace(session: Session, workshop: Workshop, account: Account, image_id: str, sent: Arrived) -> None:
    """Put a file in the place of this person's picture, with every thumbnail of the plan; then the old bytes go.

    Every link shows the new one from then on. Where it is refused, the picture is as it was, and the file the caller's
    to remove. Raises NotFound, for one in the trash too, and what `uploads.keep` raises.
    """
    wanted = select(Image.name, Image.bytes, Image.created_at)
    old = session.execute(wanted.where(_shown(image_id, account.user_id))).first()
    session.rollback()  # no transaction stays open over the decoding
    if old is None:
        raise NotFound
    free = account.free_bytes
    drafts.check(sent, workshop.max_file_bytes, None if free is None else free + old.bytes)
    with drafts.drafted(workshop, account, sent, image_id=image_id, name=old.name, created_at=old.created_at) as draft:
        drafts.publish(session, workshop.store, draft, _swap)


def _shown(image_id: str, owner_id: int) -> ColumnElement[bool]:
    return and_(Image.id == image_id, Image.owner_id == owner_id, Image.trashed_at.is_(None))


def _swap(session: Session, draft: Draft) -> set[str]:
    """Rows and counter, inside `writing`. Returns the keys of bytes that no row points to: the old ones are among them.

    Locks are taken in the order of those who delete: picture, counter; and size, thumbnail.
    """
    connection, new = session.connection(), draft.image
    mine = select(Image.bytes, Image.blob_key).where(_shown(new.id, new.owner_id))
    old = connection.execute(mine.with_for_update()).first()
    if old is None:
        raise NotFound
    if connection.execute(_TRADE_ROOM, {"owner": new.owner_id, "more": new.bytes - old.bytes}).first() is None:
        raise drafts.no_room(session, new.owner_id)
    kept = drafts.of_standing_sizes(connection, draft)
    gone = connection.scalars(delete(Thumbnail).where(Thumbnail.image_id == new.id).returning(Thumbnail.blob_key)).all()
    connection.execute(
        update(Image).where(Image.id == new.id).values({name: getattr(new, name) for name in _OF_THE_FILE})
    )
    return {old.blob_key, *gone} | drafts.insert_thumbnails(connection, draft, kept)
