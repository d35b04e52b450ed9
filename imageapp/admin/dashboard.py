"""The dashboard as Flask-Admin knows it: its first page, and a list for each kind of thing."""

from flask import Flask
from flask_admin import Admin
from flask_admin.base import BaseView, expose

from imageapp.accounts.models import User
from imageapp.admin import figures
from imageapp.admin.guard import Guarded
from imageapp.admin.links import Links
from imageapp.admin.people import Users
from imageapp.admin.pictures import Pictures
from imageapp.admin.plans import Plans, Sizes
from imageapp.extensions import db
from imageapp.house import house
from imageapp.images.days import last_days
from imageapp.images.models import Image
from imageapp.links.models import Link
from imageapp.plans.models import Plan, Size
from imageapp.sentences import say

DAYS = 30


class Overview(Guarded, BaseView):
    """Who is here, how much they keep and what comes in. See figures for what that costs."""

    @expose("/")
    def index(self) -> str:
        """The figures that an operator looks for."""
        session, now = db.session(), house().clock()
        bars = figures.bars(last_days(session, DAYS, now))
        return self.render(
            "admin/overview.html",
            plans=figures.by_plan(session),
            live_links=figures.live_links(session, now),
            room=house().store.room(),
            bars=bars,
            wide=DAYS * (figures.BAR + figures.GAP),
            tall=figures.TALL,
            bar_width=figures.BAR,
            came=sum(bar.pictures for bar in bars),
            came_bytes=sum(bar.bytes for bar in bars),
            most=max(bars, key=lambda bar: bar.pictures),
        )


def install(app: Flask) -> None:
    """Add the dashboard to the app."""
    admin = Admin(app, name="imageapp", index_view=Overview(name=say("Overview"), endpoint="admin", url="/admin"))
    admin.add_views(
        Users(User, say("Users")),
        Plans(Plan, say("Plan tiers")),
        Sizes(Size, say("Thumbnail sizes")),
        Pictures(Image, say("Images")),
        Links(Link, say("Links")),
    )
