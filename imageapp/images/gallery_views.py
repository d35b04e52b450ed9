"""The gallery."""

from typing import Any

from flask import make_response, render_template, request, session, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from imageapp import squeezing
from imageapp.accounts.current import me
from imageapp.addresses import absolute
from imageapp.extensions import db
from imageapp.images import gallery as pictures
from imageapp.images import shortcut
from imageapp.images.frames import Frame, Place
from imageapp.images.orders import ALL, ORDERS, Asked, asked
from imageapp.images.representation import picture, window
from imageapp.images.tiles import wall
from imageapp.images.views import bp
from imageapp.moulds import Mould, gap, moulds
from imageapp.pages import prefers_json
from imageapp.speaking import language


@bp.get(shortcut.GALLERY)
def gallery() -> Response:
    """One's own pictures, in the order and of the name that is asked for; newest first."""
    limit = min(max(request.args.get("limit", pictures.PAGE, type=int), 1), pictures.LARGEST_PAGE)
    after = request.args.get("after")
    what = asked(request.args.get("order", ""), request.args.get("name", ""))
    page = pictures.listed(db.engine, me().user_id, what, after=after, limit=limit)
    seen = window(me().plan, absolute("images.gallery"))
    next_url = pictures.next_address(seen.root, page, limit if "limit" in request.args else None, what)
    if prefers_json():
        return make_response({"images": [picture(image, seen).as_json() for image in page.images], "next": next_url})
    if not page.images:
        shortcut.frames().forget(Place(me().signin_id, session.get("csrf_token", ""), after is None))
        return make_response(_around(Markup(), what, first_page=after is None))
    shown = wall(moulds(), page.images, seen, url_for("images.gallery"), next_url, language(), what)
    drawn = _framed(shown, what, first_page=after is None)
    # Of the place that is asked for nothing stands in the page, and a number up to a hundred tells nothing of a token.
    if request.args.keys() <= {"after", "limit"}:
        return squeezing.page(request.environ, drawn.encode())
    return make_response(drawn)


def _framed(shown: Markup, what: Asked, *, first_page: bool) -> str:
    """The page, whose frame is kept where that of the next one would be the same."""
    passing = "_flashes" in session or me().must_change or request.root_path or what != ALL
    frame = Mould(_around(gap("wall"), what, first_page=first_page))
    if not passing:
        place = Place(me().signin_id, session["csrf_token"], first_page)
        shortcut.frames().keep(place, Frame(frame, me().username, me().is_admin, me().theme, language()))
    return frame.filled([{"wall": shown}])


def _around(shown: Markup, what: Asked, *, first_page: bool) -> str:
    context: dict[str, Any] = {"wall": shown, "what": what, "orders": ORDERS, "first_page": first_page}
    return render_template("images/gallery.html", **context)
