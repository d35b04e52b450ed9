"""Home, upload, and bytes. The gallery is in gallery_views, what belongs to one picture's own page in picture_views."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, make_response, redirect, request, url_for
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.wrappers import Response

from imageapp.accounts.current import me, my_signin_id
from imageapp.addresses import absolute
from imageapp.extensions import db
from imageapp.gate import authorises_itself, public, takes_large_body
from imageapp.house import house
from imageapp.identifiers import is_id
from imageapp.images import gallery as pictures
from imageapp.images import missing, served, shortcut, trash, uploads
from imageapp.images.drafts import Workshop
from imageapp.images.forms import UploadForm
from imageapp.images.models import Image
from imageapp.images.names import display_name
from imageapp.images.representation import Facts, Picture, picture, window
from imageapp.images.tiles import Tiles
from imageapp.imaging.formats import FORMATS
from imageapp.logs import events
from imageapp.pages import error_json, passing_fault, prefers_json, render, status_of
from imageapp.plans.entitlements import Size, parse_size
from imageapp.receiving import SentFile
from imageapp.refusals import BadForm, Later, NotFound, Refusal, SignInNeeded, Unavailable
from imageapp.sending import send
from imageapp.sentences import say
from imageapp.speaking import tell
from imageapp.storage.store import Missing, StoreDown

log = events(__name__)
bp = Blueprint("images", __name__)

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


def _shown(images: Sequence[Facts]) -> list[Picture]:
    seen = window(me().plan, absolute("images.gallery"))
    return [picture(image, seen) for image in images]


@bp.get("/images/upload")
def upload() -> Response:
    """The form."""
    return _upload_page(UploadForm(formdata=None))


def _form_again(refusal: Refusal) -> Response:
    log.info("refused", error=refusal.error, status=status_of(refusal), endpoint=request.endpoint)
    return _upload_page(UploadForm(formdata=None), refusal)  # nothing is read of what was sent


@bp.post("/images/upload")
@takes_large_body(_form_again)
def send_files() -> Response:
    """Keep every file that can be kept; say of every other one why not."""
    form = UploadForm()
    files = [file for file in request.files.getlist("files") if isinstance(file, SentFile) and file.was_chosen]
    if problem := form.problem(len(files), house().settings.max_files):
        return _upload_page(form, BadForm(problem, "files"))
    kept, refused = _keep_all(form, files)
    if not refused and not prefers_json():
        return redirect(url_for("images.uploaded", id=[image.id for image in kept]), 303)
    first = refused[0][1] if refused and not kept else None
    response = _uploaded_page(kept, refused, status_of(first) if first else 201 if prefers_json() else 200)
    if isinstance(first, Later):
        response.headers["Retry-After"] = str(first.retry_after)
    return response


def _keep_all(form: UploadForm, files: Sequence[SentFile]) -> tuple[list[Image], list[tuple[str, Refusal]]]:
    """Each file is judged alone: the pictures that were kept, and the names and refusals of the others."""
    kept: list[Image] = []
    refused: list[tuple[str, Refusal]] = []
    start = house().clock()
    for number, file in enumerate(files):
        name = display_name("", file.filename or "")
        try:
            # A microsecond apart, so that the gallery keeps the order in which they were sent.
            kept.append(_keep(file, form.name.data or "", start + timedelta(microseconds=number)))
        except StoreDown:
            log.exception("storage_unavailable")
            refused.append((name, Unavailable(say("The picture storage is not answering. Try again in a minute."), 30)))
        except (DBAPIError, PoolTimeout) as fault:
            if (refusal := passing_fault(fault)) is None:
                raise
            log.exception("database_unavailable")
            refused.append((name, refusal))
        except SignInNeeded:
            raise
        except Refusal as refusal:
            log.info("upload_refused", name=name, error=refusal.error, username=me().username)
            refused.append((name, refusal))
    return kept, refused


def _keep(file: SentFile, given_name: str, now: datetime) -> Image:
    image = uploads.keep(
        db.session(), workshop(), me(), file.arrived, file_name=file.filename or "", given_name=given_name, now=now
    )
    log.info("image_kept", image=image.id, bytes=image.bytes, format=image.format, username=me().username)
    return image


def workshop() -> Workshop:
    """What this app makes pictures with."""
    parts = house()
    settings = parts.settings
    return Workshop(parts.store, parts.decoder, settings.spool, settings.max_file_bytes, settings.formats)


def _upload_page(form: UploadForm, refusal: Refusal | None = None) -> Response:
    context = {
        "form": form,
        "free_bytes": me().free_bytes,
        "formats": [FORMATS[name] for name in me().plan.accepted(house().settings.formats)],
        "problem": refusal.message if refusal else None,
    }
    return render(
        "images/upload.html",
        context,
        lambda: error_json(refusal) if refusal else {"csrf_token": generate_csrf(), "free_bytes": me().free_bytes},
        status_of(refusal) if refusal else 200,
    )


def _uploaded_page(kept: Sequence[Image], refused: Sequence[tuple[str, Refusal]], status: int) -> Response:
    shown = _shown(kept)
    return render(
        "images/uploaded.html",
        {"kept": shown, "refused": [{"name": name, "message": refusal.message} for name, refusal in refused]},
        lambda: {
            "images": [one.as_json() for one in shown],
            "refused": [{"name": name, **error_json(refusal)} for name, refusal in refused],
        },
        status,
    )


@bp.get("/images/uploaded")
def uploaded() -> Response:
    """The links of pictures that were just kept, named by `id`."""
    ids = [one for one in request.args.getlist("id") if is_id(one)][: house().settings.max_files]
    return _uploaded_page(pictures.these(db.session(), me().user_id, ids), [], 200)


@bp.post("/images/<id:image_id>/delete")
def delete(image_id: str) -> Response:
    """Put one's own picture into the trash. An admin deletes somebody else's for good."""
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
    return redirect(url_for("images.gallery"), 303)


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
    missing.make_thumbnail(db.session(), workshop(), image_id, found.size_id)
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
