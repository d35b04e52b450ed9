"""Who may open the dashboard."""

from collections.abc import Callable
from typing import Any

from flask import redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from imageapp.accounts.signins import FRESH
from imageapp.gate import signed_in_within
from imageapp.pages import prefers_json
from imageapp.refusals import AdminsOnly, SignInNeeded
from imageapp.sentences import say


class Guarded:
    """Mixed into every view of the dashboard, before Flask-Admin's own class: admins who signed in lately, nobody else.

    Flask-Admin asks this before each of its views, whatever their address.
    """

    def is_accessible(self) -> bool:
        """Whether whoever asks may open this."""
        return current_user.is_authenticated and current_user.is_admin and signed_in_within(FRESH)

    def inaccessible_callback(self, name: str, **_: object) -> Response:  # noqa: ARG002 - the signature is Flask-Admin's
        """The way to sign in again, for an admin. Raises SignInNeeded or AdminsOnly for others."""
        if not current_user.is_authenticated:
            raise SignInNeeded(say("Sign in first."))
        if not current_user.is_admin:
            raise AdminsOnly(say("These pages are for those who run this server."))
        if prefers_json():
            raise SignInNeeded(say("You signed in too long ago for these pages. Sign in again."))
        here = request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else url_for("admin.index")
        return redirect(url_for("accounts.login", next=here, again=1))

    def _run_view(self, fn: Callable[..., Any], *args: object, **kwargs: object) -> Any:  # noqa: ANN401 - as there
        # Flask-Admin's own calls a view a second time, in another way, when it raises a TypeError of any kind.
        return fn(self, *args, **kwargs)
