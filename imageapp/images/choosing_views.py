"""What is done with many pictures of the gallery at once."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from flask import make_response, redirect, request, url_for
from werkzeug.wrappers import Response
from werkzeug.wsgi import wrap_file

from imageapp.accounts.current import me
from imageapp.application import Answer
from imageapp.aside import aside_of
from imageapp.database import microseconds
from imageapp.extensions import db
from imageapp.house import house
from imageapp.identifiers import is_id
from imageapp.images import archives, missing, trash
from imageapp.images.orders import asked
from imageapp.images.views import bp, workshop
from imageapp.logs import events
from imageapp.pages import BYTES_POLICY, prefers_json
from imageapp.plans.entitlements import Size, parse_size
from imageapp.refusals import BadForm, NotFound
from imageapp.sentences import say, say_n
from imageapp.speaking import here, tell

log = events(__name__)
bp.record_once(lambda setup: setup.app.jinja_env.globals.update(most_at_once=archives.MOST_PICTURES))


@bp.post("/images/delete")
def delete_many() -> Response:
    """Put the chosen pictures into the trash."""
    what = asked(request.form.get("order", ""), request.form.get("name", ""))
    now = house().clock()
    moved = trash.move(db.session(), _chosen(), me().user_id, now)
    if not moved:
        raise NotFound(say("None of these pictures is there any more."))
    log.info("images_trashed", count=len(moved), owner=me().user_id)
    if prefers_json():
        return make_response({"deleted": sorted(moved)})
    said = say_n(
        "%(count)s picture moved to the trash, for %(days)s days.",
        "%(count)s pictures moved to the trash, for %(days)s days.",
        len(moved),
        days=trash.DAYS,
    )
    tell(said, f"undo moment {microseconds(now)}")
    return redirect(what.address(url_for("images.gallery")), 303)


@bp.post("/images/download")
def download_many() -> Response:
    """The chosen pictures as one file: originals, or thumbnails of a size of the plan."""
    parts, ids, size = house(), _chosen(), _size(request.form.get("size", "original"))
    pictures = archives.chosen(db.engine, me().user_id, ids, size)
    lacking = [one for one in pictures if one.blob_key is None]
    if lacking:
        with aside_of(request.environ)():
            missing.make_all(db.session(), workshop(), [(one.image_id, one.size_id) for one in lacking])
        # That took a while: who may have what is asked anew.
        pictures = [one for one in archives.chosen(db.engine, me().user_id, ids, size) if one.blob_key]
    found_again = partial(archives.again, db.engine, me().user_id, size=size)
    file = archives.pack(parts.store, parts.settings.spool, pictures, found_again, _lacking, wanted=len(ids))
    log.info("images_packed", count=len(pictures), owner=me().user_id)
    return _sent(file, f"pictures-{parts.clock():%Y-%m-%d}.zip")


def _chosen() -> Sequence[str]:
    """The ids that were sent, each once. Raises BadForm where there are none, or too many."""
    ids = list(dict.fromkeys(one for one in request.form.getlist("id") if is_id(one)))
    if not request.form.getlist("id"):
        raise BadForm(say("Choose at least one picture first."), "id")
    if len(ids) > archives.MOST_PICTURES:
        raise BadForm(say("These are more than %(most)s pictures. Choose fewer.", most=archives.MOST_PICTURES), "id")
    return ids


def _lacking(count: int) -> str:
    return here(
        say_n(
            "%(count)s picture that you chose is not in this file. It may have been deleted meanwhile.",
            "%(count)s pictures that you chose are not in this file. They may have been deleted meanwhile.",
            count,
        )
    )


def _size(label: str) -> Size | None:
    if label == "original":
        return None
    if (size := parse_size(label)) is None:
        raise BadForm(say("There is no such size. Choose one of the list."), "size")
    return size


def _sent(file: Any, name: str) -> Response:  # noqa: ANN401 - an open file
    """A whole file, which the server sends by itself, so that a slow reader holds no thread."""
    length = file.seek(0, 2)
    file.seek(0)
    headers = [
        ("Content-Type", "application/zip"),
        ("Content-Length", str(length)),
        ("Content-Disposition", f'attachment; filename="{name}"'),
        ("Content-Security-Policy", BYTES_POLICY),
    ]
    response = Answer(wrap_file(request.environ, file, buffer_size=1 << 16), headers=headers, direct_passthrough=True)
    response.call_on_close(file.close)
    return response
