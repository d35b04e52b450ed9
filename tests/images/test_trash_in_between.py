"""What went into the trash after a page had looked: each deed looks once more, and does nothing to it."""

import pytest
from sqlalchemy import select

from imageapp.accounts.models import Account, Signin
from imageapp.accounts.signins import load_account
from imageapp.extensions import db
from imageapp.images import missing, renaming
from imageapp.images.models import Image, Thumbnail
from imageapp.images.views import workshop
from imageapp.links import service as links
from imageapp.links.models import Link
from imageapp.plans.models import Size
from imageapp.refusals import NotFound
from tests.authorization.people import forget_thumbnails, small_picture
from tests.site import Client, Site


def put_away(client: Client) -> str:
    """The id of a picture that this person has just put into the trash."""
    image = client.keep(small_picture())
    assert client.submit(f"/images/{image['id']}/delete").status_code == 303
    return image["id"]


def account_of(site: Site, image_id: str) -> Account:
    """The owner of a picture, as a page of theirs had them when it looked. They are signed in once."""
    with site.session() as session:
        owner = select(Image.owner_id).where(Image.id == image_id).scalar_subquery()
        signin = session.scalars(select(Signin.id).where(Signin.user_id == owner)).one()
        account = load_account(db.engine, signin, site.clock())
        session.rollback()
    assert account is not None
    return account


def test_a_picture_keeps_its_name_in_the_trash(site: Site) -> None:
    image_id = put_away(site.member("Enterprise"))
    owner = account_of(site, image_id).user_id

    with site.session() as session:
        with pytest.raises(NotFound):
            renaming.rename(session, image_id, owner, "other.jpg")
        name = session.scalar(select(Image.name).where(Image.id == image_id))
        session.rollback()

    assert name == "small.jpg"


def test_a_picture_gets_no_link_in_the_trash(site: Site) -> None:
    image_id = put_away(site.member("Enterprise"))
    account = account_of(site, image_id)

    with site.session() as session:
        with pytest.raises(NotFound):
            links.make(session, account, image_id, 300, site.clock())
        made = session.scalars(select(Link.id).where(Link.image_id == image_id)).all()
        session.rollback()

    assert made == []


def test_a_picture_gets_no_thumbnail_in_the_trash(site: Site) -> None:
    image_id = put_away(site.member("Basic"))
    forget_thumbnails(site, image_id)
    files = site.files()

    with site.session() as session:
        size = session.scalars(select(Size.id).where(Size.width == 0, Size.height == 200)).one()
        with pytest.raises(NotFound):
            missing.make_thumbnail(session, workshop(), image_id, size)
        made = session.scalars(select(Thumbnail.size_id).where(Thumbnail.image_id == image_id)).all()
        session.rollback()

    assert made == []
    assert site.files() == files
