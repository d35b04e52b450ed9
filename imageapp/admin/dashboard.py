"""The dashboard as Flask-Admin knows it: its first page, and a list for each kind of thing."""

from flask import Flask
from flask_admin import Admin
from flask_admin.base import BaseView, expose
from sqlalchemy import func, select

from imageapp.accounts.models import User
from imageapp.admin.guard import Guarded
from imageapp.admin.links import Links
from imageapp.admin.people import Users
from imageapp.admin.pictures import Pictures
from imageapp.admin.plans import Plans, Sizes
from imageapp.extensions import db
from imageapp.images.models import Image
from imageapp.links.models import Link
from imageapp.plans.models import Plan, Size


class Overview(Guarded, BaseView):
    """Who is here, and how much they keep. Counts people, never pictures: there may be millions."""

    @expose("/")
    def index(self) -> str:
        """Plans with their people and the space that these use."""
        space = func.coalesce(func.sum(User.used_bytes), 0)
        plans = db.session().execute(
            select(Plan.id, Plan.name, func.count(User.id).label("people"), space.label("used_bytes"))
            .outerjoin(User, User.plan_id == Plan.id)
            .group_by(Plan.id, Plan.name)
            .order_by(Plan.id)
        )
        return self.render("admin/overview.html", plans=plans.all())


def install(app: Flask) -> None:
    """Add the dashboard to the app."""
    admin = Admin(app, name="imageapp", index_view=Overview(name="Overview", endpoint="admin", url="/admin"))
    admin.add_views(
        Users(User, "Users"),
        Plans(Plan, "Plan tiers"),
        Sizes(Size, "Thumbnail sizes"),
        Pictures(Image, "Images"),
        Links(Link, "Links"),
    )
