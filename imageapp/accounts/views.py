"""Signing in and out, and one's own account."""

from flask import Blueprint, make_response, redirect, request, session, url_for
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response
from wtforms import Form, StringField

from imageapp.accounts import look, signins
from imageapp.accounts.current import carry, forget, me
from imageapp.accounts.destinations import local_path
from imageapp.accounts.forms import LookForm, PasswordForm, SignInForm
from imageapp.accounts.representation import account_json, shown_signins
from imageapp.extensions import db
from imageapp.gate import before_a_password_is_set, public, signed_in_within
from imageapp.house import house
from imageapp.logs import events
from imageapp.pages import error_json, prefers_json, render, status_of, told_when
from imageapp.refusals import BadForm, NotFound, TooManyTries
from imageapp.sentences import Sentence, say
from imageapp.speaking import asked_for, languages, tell

log = events(__name__)
bp = Blueprint("accounts", __name__)


@bp.get("/login")
@public
def login() -> Response:
    """The form, and for a program the token that its next POST needs."""
    if current_user.is_authenticated and not _asked_again() and not prefers_json():
        return redirect(local_path(request.args.get("next")) or url_for("images.home"))
    return _login_page(SignInForm(formdata=request.args, meta={"csrf": False}))


@bp.post("/login")
@public
def sign_in() -> Response:
    """Sign in: 303 to where the person was going, or for a program the new CSRF token."""
    form = SignInForm()
    if not form.validate():
        return _login_page(form, BadForm(_first_error(form)))
    try:
        token = signins.sign_in(
            db.session(),
            username=form.username.data or "",
            password=form.password.data or "",
            address=request.remote_addr or "",
            agent=request.user_agent.string,
            now=house().clock(),
        )
    except (BadForm, TooManyTries) as refusal:  # either way the form once more, with the name that was typed
        log.warning("sign_in_failed", username=(form.username.data or "")[:100], address=request.remote_addr)
        return _login_page(form, refusal)
    return _signed_in(token, form)


def _signed_in(token: str, form: SignInForm) -> Response:
    _end_current()
    carry(token)
    log.info("signed_in", username=form.username.data, address=request.remote_addr)
    if prefers_json():
        return make_response({"csrf_token": generate_csrf()})
    return redirect(local_path(form.next.data) or url_for("images.home"), 303)


def _login_page(form: SignInForm, refusal: BadForm | TooManyTries | None = None) -> Response:
    page = render(
        "accounts/login.html",
        {
            "form": form,
            "problem": refusal.message if refusal else None,
            "too_many": isinstance(refusal, TooManyTries),
            "again": _asked_again(),
            "unsent": "unsent" in request.args,
        },
        lambda: error_json(refusal) if refusal else {"csrf_token": generate_csrf()},
        status_of(refusal) if refusal else 200,
    )
    return told_when(page, refusal)


def _asked_again() -> bool:
    """Whether somebody who is signed in must show once more who they are: for the admin pages, after half a day."""
    return "again" in request.args and current_user.is_authenticated and not signed_in_within(signins.FRESH)


@bp.post("/logout")
@public
def logout() -> Response:
    """End this sign-in, on the server too."""
    _end_current()
    forget()
    if prefers_json():
        return make_response({"csrf_token": generate_csrf()})
    return redirect(url_for("accounts.login"), 303)


def _end_current() -> None:
    if current_user.is_authenticated:
        signins.end(db.session(), me().user_id, me().signin_id)
        log.info("signed_out", username=me().username)


@bp.get("/account")
@before_a_password_is_set
def account() -> Response:
    """Plan, usage, password, and where one is signed in."""
    return _account_page(PasswordForm())


@bp.post("/account")
@before_a_password_is_set
def change_password() -> Response:
    """Replace the password; every other sign-in ends, and this one gets a new CSRF token."""
    form = PasswordForm()
    if not form.validate():
        return _account_page(form, BadForm(_first_error(form)))
    current, new = form.current_password.data or "", form.new_password.data or ""
    try:
        token = signins.change_password(db.session(), me(), current=current, new=new, now=house().clock())
    except BadForm as refusal:
        getattr(form, refusal.field).errors = [refusal.message]
        return _account_page(form, refusal)
    except TooManyTries as refusal:
        return _account_page(form, refusal)
    log.info("password_changed", username=me().username)
    carry(token)
    if prefers_json():
        return make_response({"csrf_token": generate_csrf()})
    tell(say("Password changed. Every other device was signed out."), "ok")
    return redirect(url_for("accounts.account"), 303)


@bp.post("/account/look")
def change_look() -> Response:
    """Keep in which language, and how light, this person wants pages."""
    form = LookForm()
    if not form.validate():
        return _account_page(PasswordForm(formdata=None), BadForm(_first_error(form), "look"))
    language, theme = _chosen(form.language, me().language), _chosen(form.theme, me().theme)
    look.choose(db.session(), me().user_id, language=language, theme=theme)
    log.info("look_changed", username=me().username, language=language, theme=theme)
    if prefers_json():
        return make_response({"language": language, "theme": theme})
    # In the language that was chosen: it is read on the page that follows.
    tell(say("Saved."), "ok", languages().of(language, asked_for()).code)
    return redirect(url_for("accounts.account"), 303)


def _chosen(field: StringField, before: str | None) -> str | None:
    return (field.data or None) if field.raw_data else before


def _account_page(form: PasswordForm, refusal: BadForm | TooManyTries | None = None) -> Response:
    places = shown_signins(signins.all_of(db.session(), me().user_id, house().clock()), me())
    locked = house().settings.exposed and me().must_change
    page = render(
        "accounts/account.html",
        {
            "form": form,
            "signins": places,
            "password_only": locked,
            "languages": languages().known.values(),
            "look_problem": refusal.message if isinstance(refusal, BadForm) and refusal.field == "look" else None,
            "password_problem": refusal.message if isinstance(refusal, TooManyTries) else None,
        },
        lambda: error_json(refusal) if refusal else account_json(me(), places),
        status_of(refusal) if refusal else 200,
    )
    return told_when(page, refusal)


@bp.post("/account/signins/<signin_id>/end")
def end_signin(signin_id: str) -> Response:
    """Sign one device out. One's own current one is signed out like any other."""
    if not signins.end(db.session(), me().user_id, signin_id):
        raise NotFound(say("That device is signed out already."))
    log.info("signin_ended", username=me().username)
    return _back_to_account(say("Signed out there."))


@bp.post("/account/signins/end-others")
def end_other_signins() -> Response:
    """Sign every other device out."""
    signins.end_others(db.session(), me())
    log.info("other_signins_ended", username=me().username)
    return _back_to_account(say("Signed out everywhere else."))


@bp.post("/account/later")
def later() -> Response:
    """Put the notice about the default password away until the next sign-in."""
    session["later"] = True
    return _back_to_account(None)


def _back_to_account(message: Sentence | None) -> Response:
    if prefers_json():
        return make_response({"ended": True} if message else {})
    if message:
        tell(message, "ok")
    return redirect(url_for("accounts.account" if message else "images.home"), 303)


def _first_error(form: Form) -> str:
    return next(field.errors[0] for field in form if field.errors)
