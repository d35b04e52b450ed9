"""Expiring links: made, listed and revoked by their owner, opened by anybody."""

import segno
from flask import Blueprint, after_this_request, flash, make_response, redirect, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from imageapp.accounts.current import me
from imageapp.addresses import absolute, root
from imageapp.extensions import db
from imageapp.gate import public
from imageapp.house import house
from imageapp.images import gallery as pictures
from imageapp.images.representation import Picture, Window, picture, window
from imageapp.links import service
from imageapp.links.forms import LinkForm, parse_seconds
from imageapp.links.models import Link
from imageapp.links.representation import ShownLink, shown_link
from imageapp.logs import events
from imageapp.pages import error_json, prefers_json, render, status_of
from imageapp.refusals import BadForm
from imageapp.sending import send
from imageapp.storage.store import Missing
from imageapp.wording import duration

log = events(__name__)
bp = Blueprint("links", __name__)

# 5 minutes, half an hour, an hour, four hours, and the longest that the settings give by default.
PRESETS = (300, 1_800, 3_600, 14_400, 30_000)
FIRST_CHOICE = 1_800


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
        if len(request.form.getlist("seconds")) > 1:
            raise BadForm("Two numbers of seconds were sent: send one.", "seconds")
        seconds = parse_seconds(form.chosen(), settings.link_seconds_min, settings.link_seconds_max)
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
        "chosen": form.chosen() or str(min(max(FIRST_CHOICE, least), most)),
    }
    limits = {"seconds_min": least, "seconds_max": most}
    return render(
        "links/new.html",
        context,
        lambda: error_json(refusal) if refusal else limits,
        status_of(refusal) if refusal else 200,
    )


def _shown(link: Link, shown: Picture) -> ShownLink:
    return shown_link(link, shown, house().signer, root(), house().clock(), plan_gives=me().plan.makes_links)


@bp.get("/links")
def mine() -> Response:
    """One's own links, newest first, with the time left."""
    after = request.args.get("after")
    page = service.newest_first(db.session(), me().user_id, after=after)
    seen = _window()
    shown = [_shown(link, picture(link.image, seen)) for link in page.links]
    next_url = absolute("links.mine", after=page.after) if page.after else None
    return render(
        "links/mine.html",
        {"links": shown, "next_url": next_url, "first_page": after is None},
        lambda: {"links": [one.as_json() for one in shown], "next": next_url},
    )


@bp.get("/links/<id:link_id>")
def one(link_id: str) -> Response:
    """One link: its address to copy, its QR code, and how long it works."""
    link = service.find(db.session(), link_id, me().user_id)
    shown = _shown(link, picture(link.image, _window()))
    code = segno.make(shown.url, micro=False).svg_inline(
        omitsize=True, border=4, dark="#000", light="#fff", svgclass="qr-code", lineclass="qr-line"
    )
    # Markup: segno writes paths and the classes named here, nothing that came from anybody.
    return render("links/made.html", {"link": shown, "qr": Markup(code)}, shown.as_json)  # noqa: S704


@bp.post("/links/<id:link_id>/revoke")
def revoke(link_id: str) -> Response:
    """End a link now."""
    service.revoke(db.session(), link_id, house().clock(), owner_id=me().user_id)
    log.info("link_revoked", link=link_id, username=me().username)
    if prefers_json():
        return make_response({"revoked": link_id})
    flash("Link revoked. It stopped working just now.", "ok")
    return redirect(url_for("links.mine"), 303)


@bp.get("/l/<token>")
@public
def shared(token: str) -> Response:
    """The picture's own file, for anybody who has the address, until the second it ends."""
    after_this_request(_tell_nobody_the_address)
    now = house().clock()
    claimed = service.read(house().signer, token, now)
    found = service.open_link(db.engine, claimed, now)
    try:
        response = send(
            request.environ,
            house().store,
            blob_key=found.blob_key,
            etag=found.sha256,
            format_name=found.format,
            name=found.name,
        )
    except Missing as error:
        service.open_link(db.engine, claimed, now)  # LinkGone, when it was deleted at this moment
        raise error from None
    log.info("link_used", link=found.link_id, image=found.image_id, status=response.status_code)
    return response


def _tell_nobody_the_address(response: Response) -> Response:
    # Neither where the picture leads to nor, once the link is over, where its page does.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
