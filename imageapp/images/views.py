"""Home, bytes, and what several files of views stand on.

The upload is in upload_views, the gallery in gallery_views, what belongs to one picture's own page in picture_views.
"""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, make_response, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from imageapp.accounts.current import me, my_signin_id
from imageapp.addresses import absolute
from imageapp.aside import aside_of
from imageapp.extensions import db
from imageapp.gate import authorises_itself, public
from imageapp.house import house
from imageapp.images import gallery as pictures
from imageapp.images import missing, names, served, shortcut, trash, uploads
from imageapp.images.drafts import Workshop
from imageapp.images.orders import come_from
from imageapp.images.representation import Facts, window
from imageapp.images.tiles import Tiles
from imageapp.logs import events
from imageapp.pages import prefers_json, render
from imageapp.plans.entitlements import Size, parse_size
from imageapp.refusals import NotFound
from imageapp.sending import send
from imageapp.sentences import say
from imageapp.speaking import tell
from imageapp.storage.store import Missing

log = events(__name__)
bp = Blueprint("images", __name__)
# As far as a field lets somebody type: what is longer would be cut.
bp.record_once(lambda setup: setup.app.jinja_env.globals.update(longest_name=names.LONGEST))

LATEST = 9


@bp.get("/")
@public
def home() -> Response:
    """Two doors, the latest pictures and the plan; for a program, where things are."""
    if prefers_json():
        return make_response(_root_json())
    if not current_user.is_authenticated:
        return redirect(url_for("accounts.login"))
    if me().must_change and house().settings.exposed:
        return redirect(url_for("accounts.account"))  # where signing in leads to: a refusal would be no welcome
    page = pictures.listed(db.engine, me().user_id, limit=LATEST)
    latest = _tiles(page.images, with_links=False) if page.images else None
    return make_response(render("images/home.html", {"latest": latest}, dict))


def _root_json() -> dict[str, Any]:
    names = {
        "images": "images.gallery",
        "upload": "images.upload",
        "links": "links.mine",
        "account": "accounts.account",
    }
    addresses = {name: absolute(endpoint) for name, endpoint in names.items()}
    username = me().username if current_user.is_authenticated else None
    return {"username": username, "sign_in": absolute("accounts.login"), **addresses}


def _tiles(images: Sequence[Facts], *, with_links: bool) -> Tiles:
    seen = window(me().plan, absolute("images.gallery"))
    return Tiles(images, seen, url_for("images.gallery"), with_links=with_links)


def workshop() -> Workshop:
    """What this app makes pictures with."""
    parts = house()
    settings = parts.settings
    return Workshop(parts.store, parts.decoder, settings.spool, settings.max_file_bytes, settings.formats, parts.making)


@bp.post("/images/<id:image_id>/delete")
def delete(image_id: str) -> Response:
    """Put one's own picture into the trash. An admin deletes somebody else's for good."""
    image = None
    name = trash.move(db.session(), [image_id], me().user_id, house().clock()).get(image_id)
    if name is not None:
        log.info("image_trashed", image=image_id, owner=me().user_id)
        said, kind = (
            say("“%(name)s” is in the trash now, for %(days)s days.", name=name, days=trash.DAYS),
            f"undo id {image_id}",
        )
    elif me().is_admin:
        image = uploads.remove(db.session(), house().store, image_id, unless_trashed=True)
        log.info("image_deleted", image=image_id, owner=image.owner_id, by=me().user_id)
        said, kind = say("“%(name)s” was deleted.", name=image.name), "ok"
    else:
        raise NotFound
    if prefers_json():
        return make_response({"deleted": image_id})
    tell(said, kind)
    # Where the page's own way back leads.
    return redirect(
        url_for("image.index_view") if image else come_from(request.args).address(url_for("images.gallery")), 303
    )


@bp.get(shortcut.ORIGINAL)
@authorises_itself
def original(image_id: str) -> Response:
    """The file as it was sent."""
    parts = house()
    return _send(
        lambda: served.find_original(
            db.engine, my_signin_id(), image_id, parts.clock(), password_first=parts.settings.exposed
        )
    )


@bp.get(shortcut.THUMBNAIL)
@authorises_itself
def thumbnail(image_id: str, size: str) -> Response:
    """A thumbnail; one that the plan got later is made now."""
    wanted = parse_size(size)
    if wanted is None:
        raise NotFound
    return _send(lambda: _find_thumbnail(image_id, wanted))


def _find_thumbnail(image_id: str, size: Size) -> served.Served:
    parts = house()

    def find() -> served.Served:
        return served.find_thumbnail(
            db.engine, my_signin_id(), image_id, size, parts.clock(), password_first=parts.settings.exposed
        )

    found = find()
    if found.blob_key is not None:
        return found
    missing.make_thumbnail(db.session(), workshop(), image_id, found.size_id, aside_of(request.environ))
    return find()  # that took a while: who may have it is asked anew


def _send(find: Callable[[], served.Served]) -> Response:
    """What `find` finds; once more where its bytes went between the statement and the opening of the file."""
    found = find()
    if found.owner_id != found.viewer_id:
        log.info("moderated", image=found.image_id, viewer=found.viewer_id, owner=found.owner_id)
    try:
        return _sent(found)
    except Missing:
        if not served.is_gone(db.engine, found.image_id, found.blob_key or ""):
            raise
    return _sent(find())  # NotFound when it was deleted; else it was replaced


def _sent(found: served.Served) -> Response:
    if found.blob_key is None:
        raise NotFound  # made a moment ago, and gone again
    return send(
        request.environ,
        house().store,
        blob_key=found.blob_key,
        etag=found.etag,
        format_name=found.format,
        name=found.name,
    )
