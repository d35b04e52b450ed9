"""Whether these bytes may go out to this sign-in, at this moment, and where they are: one statement, no entity.

Loading a person and a picture as objects would cost four times as much as everything else about a byte request.
"""

import hashlib
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Engine, and_, bindparam, or_, select

from imageapp.accounts.models import Signin, User
from imageapp.accounts.signins import LIVE, live
from imageapp.images.models import Image, Thumbnail
from imageapp.plans.entitlements import Size
from imageapp.plans.models import Plan, plan_sizes
from imageapp.plans.models import Size as SizeRow
from imageapp.prepared import Prepared
from imageapp.refusals import (
    ORIGINALS,
    THUMBNAILS_OF_THIS_SIZE,
    NotFound,
    PasswordFirst,
    PlanForbids,
    SignInNeeded,
)
from imageapp.sentences import say


class Served(NamedTuple):
    """What may go out. `blob_key` is None for a thumbnail that is yet to be made, of the size `size_id`."""

    image_id: str
    owner_id: int
    viewer_id: int
    name: str
    format: str
    blob_key: str | None
    etag: str
    size_id: int


_viewer = (
    select(
        Signin.user_id.label("viewer_id"),
        User.is_admin,
        User.must_change,
        Image.id.label("image_id"),
        Image.owner_id,
        Image.name,
        Image.format.label("image_format"),
        Plan.name.label("plan"),
    )
    .select_from(Signin)
    .join(User, User.id == Signin.user_id)
    .join(Plan, Plan.id == User.plan_id)
    .outerjoin(
        Image,
        and_(
            Image.id == bindparam("image_id"),
            Image.trashed_at.is_(None),
            or_(Image.owner_id == Signin.user_id, User.is_admin),
        ),
    )
    .where(Signin.id == bindparam("signin_id"), LIVE)
)

_ORIGINAL = Prepared(_viewer.add_columns(Plan.shows_original, Image.blob_key, Image.sha256))

_THUMBNAIL = Prepared(
    _viewer.add_columns(
        SizeRow.id.label("size_id"),
        plan_sizes.c.size_id.label("given_size_id"),
        Thumbnail.format.label("thumbnail_format"),
        Thumbnail.blob_key,
    )
    .outerjoin(SizeRow, and_(SizeRow.width == bindparam("width"), SizeRow.height == bindparam("height")))
    .outerjoin(plan_sizes, and_(plan_sizes.c.plan_id == Plan.id, plan_sizes.c.size_id == SizeRow.id))
    .outerjoin(Thumbnail, and_(Thumbnail.image_id == Image.id, Thumbnail.size_id == SizeRow.id))
)


def find_original(engine: Engine, signin: str, image_id: str, now: datetime, *, password_first: bool) -> Served:
    """The original of a picture, for this sign-in.

    Raises SignInNeeded, PasswordFirst (when `password_first` and the default password stands), NotFound, PlanForbids,
    in this order: whose it is comes before what the plan says.
    """
    row = _ORIGINAL.first(engine, {"signin_id": signin, "image_id": image_id, **live(now)})
    row = _seen(row, password_first)
    if not row.shows_original and not row.is_admin:
        raise PlanForbids(row.plan, ORIGINALS)
    return Served(
        image_id, row.owner_id, row.viewer_id, row.name, row.image_format, row.blob_key, row.sha256, size_id=0
    )


def find_thumbnail(
    engine: Engine, signin: str, image_id: str, size: Size, now: datetime, *, password_first: bool
) -> Served:
    """The thumbnail of a picture at this size, for this sign-in. Raises what `find_original` raises.

    An admin may look at every size that there is, whatever the plan.
    """
    parameters = {"signin_id": signin, "image_id": image_id, "width": size.width, "height": size.height, **live(now)}
    row = _seen(_THUMBNAIL.first(engine, parameters), password_first)
    if row.given_size_id is None and not row.is_admin:
        raise PlanForbids(row.plan, THUMBNAILS_OF_THIS_SIZE)
    if row.size_id is None:
        raise NotFound
    return Served(
        image_id,
        row.owner_id,
        row.viewer_id,
        row.name,
        row.thumbnail_format or "",
        row.blob_key,
        _etag_of(row.blob_key) if row.blob_key else "",
        row.size_id,
    )


def _etag_of(blob_key: str) -> str:
    """The ETag of what is kept under this key, which is not told: nobody outside needs to know where things are."""
    return hashlib.sha256(blob_key.encode()).hexdigest()[:32]


def _seen(row: Any, password_first: bool) -> Any:  # noqa: ANN401 - a row of _viewer and more
    if row is None:
        raise SignInNeeded(say("Sign in to see this."))
    if row.must_change and password_first:
        raise PasswordFirst(say("Set a password of your own first."))
    if row.image_id is None:
        raise NotFound
    return row


_POINTS_THERE = Prepared(
    select(Image.id)
    .outerjoin(Thumbnail, Thumbnail.image_id == Image.id)
    .where(
        Image.id == bindparam("image_id"),
        or_(Image.blob_key == bindparam("blob_key"), Thumbnail.blob_key == bindparam("blob_key")),
    )
)


def is_gone(engine: Engine, image_id: str, blob_key: str) -> bool:
    """Whether no row points to these bytes any more."""
    return _POINTS_THERE.first(engine, {"image_id": image_id, "blob_key": blob_key}) is None
