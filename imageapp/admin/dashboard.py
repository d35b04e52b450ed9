"""The Flask-Admin dashboard."""

from flask import Flask
from flask_admin import Admin
from flask_admin.base import BaseView, expose
from flask_login import current_user

from imageapp.refusals import AdminsOnly, SignInNeeded


class Overview(BaseView):
    """The first page of the dashboard."""

    def is_accessible(self) -> bool:
        """Raises SignInNeeded or AdminsOnly: it never answers no."""
        if not current_user.is_authenticated:
            raise SignInNeeded("Sign in first.")
        if not current_user.is_admin:
            raise AdminsOnly("This part is for administrators.")
        return True

    @expose("/")
    def index(self) -> str:
        """The overview."""
        return "<!doctype html><title>Admin</title><h1>Admin</h1>"


def install(app: Flask) -> None:
    """Add the dashboard to the app."""
    Admin(app, name="imageapp", index_view=Overview(name="Overview", endpoint="admin", url="/admin"))
