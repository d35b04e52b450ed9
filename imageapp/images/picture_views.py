"""One picture's own page."""

from werkzeug.wrappers import Response

from imageapp.accounts.current import me
from imageapp.addresses import absolute
from imageapp.extensions import db
from imageapp.images import gallery as pictures
from imageapp.images.representation import detailed, window
from imageapp.images.views import bp
from imageapp.imaging.formats import FORMATS
from imageapp.logs import events
from imageapp.pages import render
from imageapp.sending import saved_as

log = events(__name__)


@bp.get("/images/<id:image_id>")
def detail(image_id: str) -> Response:
    """The picture, its facts and its links. An admin may look at any; that is written down."""
    image = pictures.find(db.session(), image_id, me().user_id, is_admin=me().is_admin)
    mine = image.owner_id == me().user_id
    if not mine:
        log.info("moderated", image=image_id, viewer=me().user_id, owner=image.owner_id)
    seen = window(me().plan, absolute("images.gallery"), moderating=not mine)
    shown = detailed(image, seen, pictures.thumbnails_of(db.session(), image_id))
    context = {
        "picture": shown,
        "mine": mine,
        "owner_name": image.owner.username,
        "file_name": saved_as(image.name, FORMATS[image.format]),
    }
    return render("images/detail.html", context, shown.as_json)
