"""One picture's own page, and what its owner does there."""

from flask import flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from imageapp.accounts.current import me
from imageapp.addresses import absolute
from imageapp.extensions import db
from imageapp.images import gallery as pictures
from imageapp.images import renaming
from imageapp.images.forms import RenameForm
from imageapp.images.models import Image
from imageapp.images.representation import detailed, window
from imageapp.images.views import bp
from imageapp.imaging.formats import FORMATS
from imageapp.logs import events
from imageapp.pages import error_json, prefers_json, status_of
from imageapp.refusals import BadForm, Refusal
from imageapp.sending import saved_as

log = events(__name__)


@bp.get("/images/<id:image_id>")
def detail(image_id: str) -> Response:
    """The picture, its facts and its links. An admin may look at any; that is written down."""
    image = pictures.find(db.session(), image_id, me().user_id, is_admin=me().is_admin)
    if image.owner_id != me().user_id:
        log.info("moderated", image=image_id, viewer=me().user_id, owner=image.owner_id)
    return _page(image)


def _page(image: Image, *, rename: RenameForm | None = None, refusal: Refusal | None = None) -> Response:
    """The page; with a form that did not pass and why, where there is one."""
    mine = image.owner_id == me().user_id
    seen = window(me().plan, absolute("images.gallery"), moderating=not mine)
    shown = detailed(image, seen, pictures.thumbnails_of(db.session(), image.id))
    status = status_of(refusal) if refusal else 200
    if prefers_json():
        return make_response(error_json(refusal) if refusal else shown.as_json(), status)
    context = {
        "picture": shown,
        "beside": pictures.beside(db.engine, image) if mine else None,
        "mine": mine,
        "owner_name": image.owner.username,
        "file_name": saved_as(image.name, FORMATS[image.format]),
        "rename": rename or RenameForm(formdata=None, name=image.name),
    }
    return make_response(render_template("images/detail.html", **context), status)


def _mine(image_id: str) -> Image:
    """One's own picture: what belongs to others is looked at, not changed. Raises NotFound."""
    return pictures.find(db.session(), image_id, me().user_id, is_admin=False)


@bp.post("/images/<id:image_id>/rename")
def rename(image_id: str) -> Response:
    """Call one's own picture something else."""
    image, form = _mine(image_id), RenameForm()
    if not form.validate():
        return _page(image, rename=form, refusal=BadForm(str(next(iter(form.name.errors))), "name"))
    name = renaming.rename(db.session(), image_id, me().user_id, form.name.data or "")
    log.info("image_renamed", image=image_id, username=me().username)
    if prefers_json():
        return _page(_mine(image_id))
    flash(f"The picture is now called “{name}”.", "ok")
    return redirect(url_for("images.detail", image_id=image_id), 303)
