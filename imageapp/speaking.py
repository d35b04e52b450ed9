"""In which language this request is answered, by Flask-Babel, and what is said in it."""

from collections.abc import Mapping
from typing import Any, TypeVar, cast

import flask
from flask import Flask, Response, current_app, has_request_context
from flask.globals import app_ctx, request_ctx
from flask_babel import Babel, force_locale, get_locale
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from imageapp.languages import Language, Languages
from imageapp.sentences import Words, said, valued
from imageapp.wording import (
    ago,
    clock_time,
    device,
    duration,
    file_size,
    instant,
    listed,
    megapixels,
    since,
    thousands,
    time_left,
    timer,
    until,
)

T = TypeVar("T")


def install(app: Flask, languages: Languages) -> None:
    """Have Flask-Babel choose the language of each request, and templates speak it.

    Wherever a template writes out a sentence that was made below, it is said in the language of the page.
    """
    app.extensions["languages"] = languages
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(languages.folder)
    # Its own functions for templates know nothing of sentences as values: ours stand in their place.
    Babel(app, configure_jinja=False, locale_selector=_chosen)
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.newstyle_gettext = True  # type: ignore[attr-defined] - the extension's
    app.jinja_env.globals.update(gettext=_gettext, ngettext=_ngettext, _=_gettext, language=language)
    app.jinja_env.finalize = here
    app.add_template_filter(here, "said")
    for written in (file_size, megapixels, thousands, listed, duration, time_left, timer, ago, device):
        app.add_template_filter(written, written.__name__)
    app.add_template_filter(lambda moment: instant(moment, language()), "instant")
    app.add_template_filter(lambda moment, now: since(moment, now, language()), "since")
    app.add_template_filter(lambda moment, seconds_left: until(moment, seconds_left, language()), "until")
    app.add_template_filter(lambda moment: clock_time(moment, language()), "clock_time")
    app.after_request(_name_it)


def language() -> Language:
    """The one of this request; outside of requests English."""
    locale = get_locale()
    return cast(Languages, current_app.extensions["languages"]).known[str(locale)]


def languages() -> Languages:
    """Those of the app that answers this request."""
    return cast(Languages, current_app.extensions["languages"])


def here(text: T) -> T | str:
    """The text in the language of this request, where it is one that can be said; anything else as it is."""
    return said(text, language()) if isinstance(text, Words) else text


def tell(sentence: str, category: str, code: str | None = None) -> None:
    """Say it on the next page, in the language of this request, or that of `code`: by then it is only a text."""
    if code is None:
        flask.flash(cast(str, here(sentence)), category)
        return
    with force_locale(code):
        flask.flash(cast(str, here(sentence)), category)


def asked_for() -> str:
    """The browser's wish, as it was sent."""
    return request_ctx.request.environ.get("HTTP_ACCEPT_LANGUAGE", "")


def _chosen() -> str:
    known = cast(Languages, current_app.extensions["languages"])
    if not has_request_context():
        return known.of(None, "").code
    # Whoever is known by now: nobody is looked up for it. So a page about a database that is away does not fail for the
    # same reason, and a program to which it does not matter who asks is answered in the language that it asks for.
    account = app_ctx.g.get("account")
    return known.of(account.language if account else None, asked_for()).code


def _name_it(response: Response) -> Response:
    """Name the language of an answer in which something was said."""
    spoken = getattr(app_ctx.g.get("_flask_babel"), "babel_locale", None)
    if spoken is not None and response.mimetype in {"text/html", "application/json"}:
        response.headers["Content-Language"] = str(spoken)
    return response


@pass_eval_context
def _gettext(context: EvalContext, message: str, /, **values: Any) -> str:  # noqa: ANN401 - whatever a template has
    return _filled(context, language().gettext(message), values)


@pass_eval_context
def _ngettext(context: EvalContext, one: str, many: str, num: int, /, **values: Any) -> str:  # noqa: ANN401 - as above
    values.setdefault("num", num)
    return _filled(context, language().ngettext(one, many, num), values)


def _filled(context: EvalContext, text: str, values: Mapping[str, Any]) -> str:
    spoken = language()
    # Markup stays what it is; what is typed by somebody is escaped by the operator.
    words = {
        name: value
        if hasattr(value, "__html__")
        else valued(value, spoken)
        if isinstance(value, str | int | float)
        else value
        for name, value in values.items()
    }
    return (Markup(text) if context.autoescape else text) % words  # noqa: S704 - the message is a template's
