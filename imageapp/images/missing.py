"""Thumbnails that a plan gives and that are not there: made when first asked for, once, however many ask.

Whoever waits until another one has made it holds no thread that others need, and not without end.
"""

import contextlib
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from imageapp.aside import Aside
from imageapp.database import writing
from imageapp.filelock import locked
from imageapp.identifiers import new_blob_key
from imageapp.images.drafts import Workshop
from imageapp.images.models import Image, Thumbnail
from imageapp.imaging.formats import Target
from imageapp.plans.models import Size
from imageapp.refusals import Busy, NotFound
from imageapp.sentences import say
from imageapp.storage.store import Missing

STRIPES = 64
PATIENCE = 22  # seconds; a picture is decoded in at most 20, and a server that ends waits 25
TRIES = 3  # each of another file
# For all that one request wants at once. What comes after that is made at the next try.
SECONDS = 10.0


def make_thumbnail(
    session: Session, workshop: Workshop, image_id: str, size_id: int, aside: Aside = nullcontext
) -> None:
    """Make the thumbnail of this picture and size, unless somebody was quicker. While others make it, stand `aside`.

    Of a picture whose file is replaced meanwhile it is made anew. Raises NotFound when the picture is in the trash, or
    it or the size is gone, also while it was being made: nothing of it is left then. Raises Missing when the original's
    bytes are gone; NotAnImage and Busy as the decoder does; Busy where the others take longer than PATIENCE, or too
    many wait for them.
    """
    deed = partial(_make, session, workshop, image_id, size_id, aside)
    workshop.making.do((image_id, size_id), deed, PATIENCE, aside)


def make_all(
    session: Session, workshop: Workshop, wanted: Sequence[tuple[str, int]], clock: Callable[[], float] = time.monotonic
) -> None:
    """Make these thumbnails, by picture and size, one after another; those whose picture is gone are left out.

    `clock` gives seconds. Raises Busy when some are left after SECONDS: those that were made stay. Else as
    `make_thumbnail` does.
    """
    deadline = clock() + SECONDS
    for done, (image_id, size_id) in enumerate(wanted):
        if clock() > deadline:
            raise Busy(
                say(
                    "Thumbnails of this size are still to be made for some of these pictures (%(left)s left). "
                    "Try again in a few seconds: what was made stays.",
                    left=len(wanted) - done,
                ),
                retry_after=3,
            )
        with contextlib.suppress(NotFound):
            make_thumbnail(session, workshop, image_id, size_id)


def _make(session: Session, workshop: Workshop, image_id: str, size_id: int, aside: Aside) -> None:
    with _one_at_a_time(workshop.spool, f"{image_id}-{size_id}", aside):
        try:
            for _ in range(TRIES):
                if session.get(Thumbnail, (image_id, size_id)) or _made(session, workshop, image_id, size_id):
                    return
        finally:
            session.rollback()  # no transaction stays open over waiting for the next one, nor over the sending
    raise Busy(say("This picture is being replaced over and over. Try again in a moment."), retry_after=5)


def _made(session: Session, workshop: Workshop, image_id: str, size_id: int) -> bool:
    """Make it now. False when that was of a file which is no longer the picture's."""
    image, size = session.get(Image, image_id), session.get(Size, size_id)
    if image is None or image.trashed_at is not None or size is None:
        raise NotFound
    original, format_name, box = image.blob_key, image.format, (size.width, size.height)
    session.rollback()  # no transaction stays open over the decoding
    try:
        thumbnail = _render(workshop, original, format_name, box)
    except Missing:
        if _is_of(session, image_id, original):
            raise
        return False
    thumbnail.image_id, thumbnail.size_id = image_id, size_id
    return _keep(session, workshop, thumbnail, original, box)


def _is_of(session: Session, image_id: str, original: str) -> bool:
    found = session.scalar(select(Image.blob_key).where(Image.id == image_id))
    session.rollback()
    return found == original


def _render(workshop: Workshop, original: str, format_name: str, box: tuple[int, int]) -> Thumbnail:
    with (
        tempfile.TemporaryDirectory(dir=workshop.spool, prefix="thumbnail-") as folder,
        workshop.store.as_file(original) as source,
    ):
        path = Path(folder) / "thumbnail"
        try:
            # Of what was accepted once, whatever plan and settings say of new pictures.
            made = workshop.decoder.render(source, [Target(*box, path)], (format_name,)).thumbnails[0]
        except FileNotFoundError as error:  # deleted since it was looked up
            raise Missing(original) from error
        key = new_blob_key()
        workshop.store.put(key, path)
    return Thumbnail(
        format=made.format, width=made.width, height=made.height, frames=made.frames, bytes=made.bytes, blob_key=key
    )


def _keep(session: Session, workshop: Workshop, thumbnail: Thumbnail, original: str, box: tuple[int, int]) -> bool:
    """Whether it was kept: False when the file that it was made of was replaced."""
    key = thumbnail.blob_key
    try:
        with writing(session):
            # Held until the commit: a picture that is deleted at this moment takes its new thumbnail along, or the
            # thumbnail finds no picture. The same for the size, which an admin may have changed to other pixels.
            image = select(Image.blob_key).where(Image.id == thumbnail.image_id)
            size = select(Size.id).where(Size.id == thumbnail.size_id, Size.width == box[0], Size.height == box[1])
            source, standing = (session.scalar(row.with_for_update(read=True, key_share=True)) for row in (image, size))
            if source is None or standing is None:
                raise NotFound
            if source == original:
                session.add(thumbnail)
                session.flush()
                session.expunge_all()
    except (NotFound, Busy):
        workshop.store.delete(key)
        raise
    if source != original:
        workshop.store.delete(key)
    return source == original


@contextmanager
def _one_at_a_time(spool: Path, name: str, aside: Aside) -> Iterator[None]:
    """Across processes of this machine, one at a time inside for each name.

    The files are few and stay: one that is removed while somebody waits for it no longer keeps the next one out.
    """
    stripe = zlib.crc32(name.encode()) % STRIPES
    lock = locked(
        spool / f"making-{stripe}", PATIENCE, say("Many pictures are being worked on. Try again in a moment.")
    )
    with contextlib.ExitStack() as held:
        with aside():
            held.enter_context(lock)
        yield
