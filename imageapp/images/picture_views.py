"""One picture's own page, and what its owner does there."""

from flask import make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from imageapp.accounts.current import me
from imageapp.addresses import absolute
from imageapp.extensions import db
from imageapp.gate import takes_large_body
from imageapp.house import house
from imageapp.images import gallery as pictures
from imageapp.images import renaming, replacing
from imageapp.images.forms import RenameForm
from imageapp.images.models import Image
from imageapp.images.orders import come_from
from imageapp.images.representation import detailed, window
from imageapp.images.tiles import is_see_through
from imageapp.images.views import bp, workshop
from imageapp.imaging.formats import FORMATS
from imageapp.logs import events
from imageapp.pages import drawn, error_json, prefers_json, status_of
from imageapp.receiving import SentFile
from imageapp.refusals import BadForm, Later, NotFound, Refusal, SignInNeeded
from imageapp.sending import saved_as
from imageapp.sentences import say
from imageapp.speaking import tell

log = events(__name__)


@bp.get("/images/<id:image_id>")
def detail(image_id: str) -> Response:
    """The picture, its facts and its links. An admin may look at any; that is written down."""
    image = pictures.find(db.session(), image_id, me().user_id, is_admin=me().is_admin)
    if image.owner_id != me().user_id:
        log.info("moderated", image=image_id, viewer=me().user_id, owner=image.owner_id)
    return _page(image)


def _page(image: Image, *, rename: RenameForm | None = None, refusal: Refusal | None = None) -> Response:
    """The page; with why a form did not pass, where one did not: that of the name, if it is given, else of the file."""
    mine = image.owner_id == me().user_id
    seen = window(me().plan, absolute("images.gallery"), moderating=not mine)
    shown = detailed(image, seen, pictures.sizes_for(db.session(), image.id))
    status, what = status_of(refusal) if refusal else 200, come_from(request.args)
    if prefers_json():
        return make_response(error_json(refusal) if refusal else shown.as_json(), status)
    context = {
        "picture": shown,
        "beside": pictures.beside(db.engine, image, what) if mine else None,
        "what": what,
        "mine": mine,
        "see_through": is_see_through(image.placeholder),
        "owner_name": image.owner.username,
        "file_name": saved_as(image.name, FORMATS[image.format]),
        "rename": rename or RenameForm(formdata=None, name=image.name),
        "not_replaced": refusal.message if refusal and rename is None else None,
        "formats": [FORMATS[name] for name in me().plan.accepted(house().settings.formats)],
    }
    return drawn("images/detail.html", context, status)


def _mine(image_id: str) -> Image:
    """One's own picture: what belongs to others is looked at, not changed. Raises NotFound."""
    return pictures.find(db.session(), image_id, me().user_id, is_admin=False)


@bp.post("/images/<id:image_id>/rename")
def rename(image_id: str) -> Response:
    """Call one's own picture something else."""
    image, form = _mine(image_id), RenameForm()
    if not form.validate():
        return _page(image, rename=form, refusal=BadForm(next(iter(form.name.errors)), "name"))
    name = renaming.rename(db.session(), image_id, me().user_id, form.name.data or "")
    log.info("image_renamed", image=image_id, username=me().username)
    if prefers_json():
        return _page(_mine(image_id))
    tell(say("The picture is now called “%(name)s”.", name=name), "ok")
    return redirect(come_from(request.args).address(url_for("images.detail", image_id=image_id)), 303)


def _replace_again(refusal: Refusal) -> Response:
    """The page once more, for a body that is not one to read."""
    log.info("refused", error=refusal.error, status=status_of(refusal), endpoint=request.endpoint)
    return _page(_mine((request.view_args or {})["image_id"]), refusal=refusal)


def _files() -> list[SentFile]:
    files = request.files.getlist("files")
    return [file for file in files if isinstance(file, SentFile) and file.was_chosen]


@bp.post("/images/<id:image_id>/replace")
@takes_large_body(_replace_again)
def replace(image_id: str) -> Response:
    """Put another file in the place of one's own picture, under the same addresses."""
    image, files = _mine(image_id), _files()
    if len(files) != 1:
        return _page(image, refusal=BadForm(say("Choose one picture."), "files"))
    try:
        replacing.replace(db.session(), workshop(), me(), image_id, files[0].arrived)
    except (SignInNeeded, NotFound, Later):
        raise
    except Refusal as refusal:
        log.info("replacement_refused", image=image_id, error=refusal.error, username=me().username)
        return _page(_mine(image_id), refusal=refusal)
    log.info("image_replaced", image=image_id, bytes=files[0].arrived.bytes, username=me().username)
    if prefers_json():
        return _page(_mine(image_id))
    tell(say("The file was replaced. Every link shows the new one."), "ok")
    return redirect(come_from(request.args).address(url_for("images.detail", image_id=image_id)), 303)
