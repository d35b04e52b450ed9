"""The trash: what lies in it, taken back or deleted for good."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from imageapp.accounts.current import me
from imageapp.addresses import absolute, row_to_go_on_with
from imageapp.database import moment
from imageapp.extensions import db
from imageapp.house import house
from imageapp.identifiers import is_id
from imageapp.images import trash
from imageapp.images.orders import Asked, asked
from imageapp.images.trash_representation import shown_trash
from imageapp.logs import events
from imageapp.pages import drawn, error_json, prefers_json, render, status_of
from imageapp.refusals import BadForm, InTrash, NotFound
from imageapp.sentences import Sentence, say, say_n
from imageapp.speaking import tell

log = events(__name__)
bp = Blueprint("trash", __name__)
bp.record_once(lambda setup: setup.app.jinja_env.globals.update(trash_days=trash.DAYS))

# As many as somebody can choose on a page; more at once is everything.
MOST = 100
NOTHING_CHOSEN = say("Choose at least one picture of the trash, or all of it.")


@bp.get("/trash")
def mine() -> Response:
    """One's own trash, the last put away first, with the days that are left."""
    after = request.args.get("after")
    page = trash.last_first(db.engine, me().user_id, after=after)
    shown = [shown_trash(image, house().clock()) for image in page.images]
    next_url = absolute("trash.mine", after=page.after) if page.after else None
    return render(
        "trash/mine.html",
        {"pictures": shown, "next_url": next_url, "first_page": after is None},
        lambda: {"images": [one.as_json() for one in shown], "next": next_url},
    )


@bp.post("/trash/restore")
def restore() -> Response:
    """Show pictures again: those named by `id`, those put away at one `moment`, or `all`."""
    put_away = request.form.get("moment", "", type=str)
    what = asked(request.form.get("order", ""), request.form.get("name", ""))
    if put_away.isascii() and put_away.isdigit() and len(put_away) < 18:
        restored = trash.restore(db.session(), me().user_id, put_away=moment(int(put_away)))
    else:
        restored = trash.restore(db.session(), me().user_id, _chosen())
    if not restored:
        raise NotFound(say("Nothing of this is in your trash any more."))
    log.info("images_restored", count=len(restored), owner=me().user_id)
    more = _more(restored)
    if prefers_json():
        return make_response({"restored": sorted(restored), **({"more": True} if more else {})})
    tell(_restored(restored), "ok")
    if more:
        tell(say("There are more in the trash: restore all once more."), "info")
    return redirect(_way_on(restored, what), 303)


@bp.post("/trash/delete")
def delete() -> Response:
    """Delete pictures of the trash for good: those named by `id`, or `all`."""
    deleted = trash.delete(db.session(), house().store, me().user_id, _chosen())
    if not deleted:
        raise NotFound(say("Nothing of this is in your trash any more."))
    log.info("images_deleted", count=len(deleted), owner=me().user_id, by=me().user_id)
    more = _more(deleted)
    if prefers_json():
        return make_response({"deleted": sorted(deleted), **({"more": True} if more else {})})
    tell(_deleted(deleted), "ok")
    if more:
        tell(say("There are more in the trash: empty it once more."), "info")
    return redirect(url_for("trash.mine", _anchor=row_to_go_on_with()), 303)


def _chosen() -> list[str] | None:
    """The ids that were sent, None for all. Raises BadForm where nothing was chosen."""
    if request.form.get("all"):
        return None
    chosen = list(dict.fromkeys(one for one in request.form.getlist("id") if is_id(one)))
    if not request.form.getlist("id"):
        raise BadForm(NOTHING_CHOSEN, "id")
    if len(chosen) > MOST:
        raise BadForm(say("These are more than %(most)s pictures. Choose fewer, or all of the trash.", most=MOST), "id")
    return chosen


def _more(done: Mapping[str, str]) -> bool:
    """Whether the request ended before the trash did."""
    return len(done) >= trash.MOST_AT_ONCE and trash.holds_any(db.engine, me().user_id)


def _restored(names: Mapping[str, str]) -> Sentence:
    if len(names) == 1:
        return say("“%(name)s” is back in the gallery.", name=next(iter(names.values())))
    return say_n("%(count)s picture is back in the gallery.", "%(count)s pictures are back in the gallery.", len(names))


def _deleted(names: Mapping[str, str]) -> Sentence:
    if len(names) == 1:
        return say("“%(name)s” was deleted for good.", name=next(iter(names.values())))
    return say_n("%(count)s picture was deleted for good.", "%(count)s pictures were deleted for good.", len(names))


def _way_on(restored: Mapping[str, str], what: Asked) -> str:
    """Where somebody goes on who took pictures back: to where they asked from, the gallery as they saw it."""
    if request.form.get("to") == "picture" and len(restored) == 1:
        return url_for("images.detail", image_id=next(iter(restored)))
    if request.form.get("to") == "gallery":
        return what.address(url_for("images.gallery"))
    return url_for("trash.mine", _anchor=row_to_go_on_with())


@bp.app_errorhandler(InTrash)
def in_trash(refusal: InTrash) -> Response:
    """In place of one's own picture that is in the trash: what it is, and both ways out."""
    status = status_of(refusal)
    log.info("refused", error=refusal.error, status=status, endpoint=request.endpoint)
    if prefers_json():
        return make_response(error_json(refusal), status)
    context: dict[str, Any] = {
        "image_id": refusal.image_id,
        "name": refusal.name,
        "gone_at": trash.gone_at(refusal.trashed_at),
    }
    return drawn("trash/picture.html", context, status)
