"""Expiring links: made, listed and revoked by their owner, opened by anybody."""

import segno
from flask import Blueprint, after_this_request, make_response, redirect, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from imageapp.accounts.current import me
from imageapp.addresses import absolute, root, row_to_go_on_with
from imageapp.extensions import db
from imageapp.gate import public
from imageapp.house import house
from imageapp.images import gallery as pictures
from imageapp.images.orders import come_from
from imageapp.images.representation import Picture, Window, picture, window
from imageapp.links import listing, service
from imageapp.links.forms import LinkForm, named_links
from imageapp.links.models import Link
from imageapp.links.representation import ShownLink, shown_link, tabs
from imageapp.logs import events
from imageapp.pages import error_json, prefers_json, render, status_of
from imageapp.refusals import BadForm
from imageapp.sending import send
from imageapp.sentences import say, say_n
from imageapp.speaking import tell
from imageapp.storage.store import Missing
from imageapp.wording import duration

log = events(__name__)
bp = Blueprint("links", __name__)

# 5 minutes, half an hour, an hour, four hours, and the longest that the settings give by default.
PRESETS = (300, 1_800, 3_600, 14_400, 30_000)
FIRST_CHOICE = 1_800
# How much longer a link may work that is to end earlier.
SOONER = (60, *PRESETS)


@bp.get("/images/<id:image_id>/links/new")
def new(image_id: str) -> Response:
    """The form."""
    return _form_page(_mine(image_id), LinkForm(formdata=None))


@bp.post("/images/<id:image_id>/links/new")
def make(image_id: str) -> Response:
    """Make a link: 303 to its page, or for a program the link itself."""
    shown = _mine(image_id)
    form, settings = LinkForm(), house().settings
    try:
        seconds = form.asked(settings.link_seconds_min, settings.link_seconds_max)
    except BadForm as refusal:
        return _form_page(shown, form, refusal)
    link = service.make(db.session(), me(), image_id, seconds, house().clock())
    log.info("link_made", link=link.id, image=image_id, seconds=seconds, username=me().username)
    if prefers_json():
        return make_response(_shown(link, shown).as_json(), 201)
    return redirect(url_for("links.one", link_id=link.id), 303)


def _mine(image_id: str) -> Picture:
    """One's own picture. Whose it is (404) is decided before what the plan says (403)."""
    image = pictures.find(db.session(), image_id, me().user_id, is_admin=False)
    if not me().plan.makes_links:
        raise service.no_links_in(me().plan.name)
    return picture(image, _window())


def _window() -> Window:
    return window(me().plan, absolute("images.gallery"))


def _form_page(shown: Picture, form: LinkForm, refusal: BadForm | None = None) -> Response:
    settings = house().settings
    least, most = settings.link_seconds_min, settings.link_seconds_max
    if refusal:
        form.seconds.errors = [refusal.message]
    context = {
        "form": form,
        "picture": shown,
        "presets": [(seconds, duration(seconds)) for seconds in PRESETS if least <= seconds <= most],
        "chosen": form.chosen() if refusal else str(min(max(FIRST_CHOICE, least), most)),
        "now": house().clock(),
        "what": come_from(request.args),
    }
    limits = {"seconds_min": least, "seconds_max": most}
    return render(
        "links/new.html",
        context,
        lambda: error_json(refusal) if refusal else limits,
        status_of(refusal) if refusal else 200,
    )


def _shown(link: Link, shown: Picture, *, in_trash: bool = False) -> ShownLink:
    gives, now = me().plan.makes_links, house().clock()
    return shown_link(link, shown, house().signer, root(), now, plan_gives=gives, in_trash=in_trash)


def _shown_with_picture(link: Link) -> ShownLink:
    return _shown(link, picture(link.image, _window()), in_trash=link.image.trashed_at is not None)


@bp.get("/links")
def mine() -> Response:
    """One's own links, newest first, or those of a state, with the time left."""
    return _list_page(request.args.get("state") or None, request.args.get("after"))


def _list_page(state: str | None, after: str | None = None, problem: BadForm | None = None) -> Response:
    gives, now = me().plan.makes_links, house().clock()
    page = listing.page_of(db.session(), me().user_id, now, plan_gives=gives, state=state, after=after)
    shown = [_shown_with_picture(link) for link in page.links]
    next_url = absolute("links.mine", state=state, after=page.after) if page.after else None
    context = {
        "links": shown,
        "next_url": next_url,
        "first_page": after is None,
        "tabs": tabs(page.counts, state, absolute("links.mine"), plan_gives=gives),
        "now": now,
        "problem": problem,
    }
    listed = {"links": [one.as_json() for one in shown], "next": next_url}
    return render(
        "links/mine.html",
        context,
        lambda: error_json(problem) if problem else listed,
        status_of(problem) if problem else 200,
    )


@bp.get("/links/<id:link_id>")
def one(link_id: str) -> Response:
    """One link: its address to copy, its QR code, and how long it works."""
    return _link_page(service.find(db.session(), link_id, me().user_id), LinkForm(formdata=None))


def _link_page(link: Link, form: LinkForm, refusal: BadForm | None = None) -> Response:
    shown = _shown_with_picture(link)
    if refusal:
        form.seconds.errors = [refusal.message]
    presets = [(seconds, duration(seconds)) for seconds in SOONER if seconds <= shown.longest]
    context = {
        "link": shown,
        "qr": _code(shown.url),
        "form": form,
        "presets": presets,
        "chosen": form.chosen() if refusal else str(presets[0][0] if presets else ""),
        "most": shown.longest,
        "now": house().clock(),
    }
    return render(
        "links/made.html",
        context,
        lambda: error_json(refusal) if refusal else shown.as_json(),
        status_of(refusal) if refusal else 200,
    )


def _code(address: str) -> Markup:
    code = segno.make(address, micro=False).svg_inline(
        omitsize=True, border=4, dark="#000", light="#fff", svgclass="qr-code", lineclass="qr-line"
    )
    return Markup(code)  # noqa: S704 - segno writes paths and the classes named here, nothing that came from anybody


@bp.post("/links/<id:link_id>/shorten")
def shorten(link_id: str) -> Response:
    """Let a link end earlier, so many seconds from now: 303 to its page, or for a program the link itself."""
    link, form, now = service.find(db.session(), link_id, me().user_id), LinkForm(), house().clock()
    try:
        seconds = form.asked(1, service.longest(link, now))
        service.shorten(db.session(), link_id, me().user_id, seconds, now)
    except BadForm as refusal:
        return _link_page(service.find(db.session(), link_id, me().user_id), form, refusal)
    log.info("link_shortened", link=link_id, seconds=seconds, username=me().username)
    if prefers_json():
        return one(link_id)
    tell(say("The end was moved. The address is the same."), "ok")
    return redirect(url_for("links.one", link_id=link_id), 303)


@bp.post("/links/<id:link_id>/revoke")
def revoke(link_id: str) -> Response:
    """End a link now."""
    service.revoke(db.session(), link_id, house().clock(), owner_id=me().user_id)
    log.info("link_revoked", link=link_id, username=me().username)
    if prefers_json():
        return make_response({"revoked": link_id})
    return _back_to_list(1)


@bp.post("/links/revoke")
def revoke_chosen() -> Response:
    """End the links named by `id` now. Says how many worked until then."""
    try:
        ids = named_links(request.form.getlist("id"))
    except BadForm as refusal:
        return _list_page(_sent_state(), problem=refusal)
    revoked = service.revoke_many(db.session(), ids, me().user_id, house().clock())
    for link_id in revoked:
        log.info("link_revoked", link=link_id, username=me().username)
    return make_response({"revoked": revoked}) if prefers_json() else _back_to_list(len(revoked))


def _back_to_list(revoked: int) -> Response:
    if not revoked:
        tell(say("None of these links worked any more."), "info")
    elif revoked == 1:
        tell(say("Link revoked. It stopped working just now."), "ok")
    else:
        stopped = say_n(
            "%(count)s link revoked. It stopped working just now.",
            "%(count)s links revoked. They stopped working just now.",
            revoked,
        )
        tell(stopped, "ok")
    return redirect(url_for("links.mine", state=_sent_state(), _anchor=row_to_go_on_with()), 303)


def _sent_state() -> str | None:
    """The list from which a form was sent, to go back to."""
    state = request.form.get("state")
    return state if state in listing.STATES else None


@bp.get("/l/<token>")
@public
def shared(token: str) -> Response:
    """The picture's own file, for anybody who has the address, until the second it ends."""
    after_this_request(_tell_nobody_the_address)
    now = house().clock()
    claimed = service.read(house().signer, token, now)
    found = service.open_link(db.engine, claimed, now)
    try:
        response = _sent(found)
    except Missing:
        again = service.open_link(db.engine, claimed, now)  # LinkGone, when it was deleted at this moment
        if again.blob_key == found.blob_key:
            raise
        response = _sent(again)  # replaced at this moment
    log.info("link_used", link=found.link_id, image=found.image_id, status=response.status_code)
    return response


def _sent(found: service.SharedImage) -> Response:
    return send(
        request.environ,
        house().store,
        blob_key=found.blob_key,
        etag=found.sha256,
        format_name=found.format,
        name=found.name,
    )


def _tell_nobody_the_address(response: Response) -> Response:
    # Neither where the picture leads to nor, once the link is over, where its page does.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
