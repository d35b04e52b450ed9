"""Another name for a picture that is there."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from imageapp.database import writing
from imageapp.images.models import Image
from imageapp.images.names import clean
from imageapp.images.orders import name_key
from imageapp.refusals import NotFound


def rename(session: Session, image_id: str, owner_id: int, given: str) -> str:
    """Call this owner's picture by the name in `given`, which holds one; by the rules of an upload. Returns the name.

    Addresses stay: a name is in none of them. Raises NotFound, for one in the trash too.
    """
    name = clean(given)
    mine = update(Image).where(Image.id == image_id, Image.owner_id == owner_id, Image.trashed_at.is_(None))
    with writing(session):
        renamed = mine.values(name=name, name_key=name_key(name)).returning(Image.id)
        if session.execute(renamed.execution_options(synchronize_session=False)).first() is None:
            raise NotFound
    return name
