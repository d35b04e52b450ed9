"""Who asks, in this request."""

from typing import cast

from flask import g, session
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from imageapp.accounts.models import Account
from imageapp.accounts.signins import load_account, signin_id
from imageapp.extensions import db, login_manager
from imageapp.house import house

# The name under which Flask-Login looks for the token in the cookie.
COOKIE_KEY = "_user_id"


@login_manager.user_loader
def load_user(token: str) -> Account | None:
    """What Flask-Login asks, once a request and only when somebody wants to know who it is."""
    if g.get("asked_in_vain"):
        return None  # the page that tells of the failure asks again, and must not fail for the same reason
    try:
        account = load_account(db.engine, signin_id(token), house().clock())
    except SQLAlchemyError:
        g.asked_in_vain = True
        raise
    g.account = account
    return account


def me() -> Account:
    """Who asks. Only for views behind the gate, which lets nobody else in."""
    return cast(Account, current_user._get_current_object())


def my_signin_id() -> str:
    """The id that the cookie names, for a statement that judges it. Nobody has looked whether there is such a one."""
    return signin_id(str(session.get(COOKIE_KEY, "")))


def carry(token: str) -> None:
    """Have the cookie carry this sign-in, and nothing that was in it before."""
    forget()
    session[COOKIE_KEY] = token
    session.permanent = True


def forget() -> None:
    """Empty the cookie. The CSRF token goes too: the one kept for this request would not fit the new cookie."""
    session.clear()
    g.pop("csrf_token", None)
