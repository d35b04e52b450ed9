"""The upload: its form, and what came of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import redirect, request, url_for
from flask_wtf.csrf import generate_csrf
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.wrappers import Response

from imageapp.accounts.current import me
from imageapp.addresses import absolute
from imageapp.extensions import db
from imageapp.gate import takes_large_body
from imageapp.house import house
from imageapp.identifiers import is_id, new_id
from imageapp.images import gallery as pictures
from imageapp.images import uploads
from imageapp.images.forms import UploadForm
from imageapp.images.models import Image
from imageapp.images.names import display_name
from imageapp.images.representation import Facts, Picture, picture, window
from imageapp.images.views import bp, workshop
from imageapp.imaging.formats import FORMATS
from imageapp.logs import events
from imageapp.pages import error_json, passing_fault, prefers_json, render, status_of
from imageapp.receiving import SentFile
from imageapp.refusals import BadForm, Later, Refusal, SignInNeeded, Unavailable
from imageapp.sentences import say
from imageapp.storage.store import StoreDown

log = events(__name__)


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
    kept, refused, taken = _keep_all(form, files)
    if not refused and not prefers_json():
        return redirect(url_for("images.uploaded", id=[image.id for image in kept]), 303)
    first = refused[0][1] if refused and not kept else None
    status = status_of(first) if first else 201 if prefers_json() else 200
    response = _uploaded_page(kept, refused, status, just_taken=taken)
    if isinstance(first, Later):
        response.headers["Retry-After"] = str(first.retry_after)
    return response


def _keep_all(form: UploadForm, files: Sequence[SentFile]) -> tuple[list[Image], list[tuple[str, Refusal]], int]:
    """Each file is judged alone: the pictures that were kept, and the names and refusals of the others.

    And the bytes of those pictures that an earlier sending had not kept before.
    """
    kept: list[Image] = []
    taken = 0
    refused: list[tuple[str, Refusal]] = []
    start = house().clock()
    keys = form.keys([(file.filename or "", file.arrived.sha256) for file in files])
    for number, (file, key) in enumerate(zip(files, keys, strict=True)):
        name = display_name("", file.filename or "")
        # A microsecond apart, so that the gallery keeps the order in which they were sent.
        now = start + timedelta(microseconds=number)
        try:
            kept.append(_keep(file, form, key, now))
            # One that was kept under this key before has the moment of that time.
            taken += kept[-1].bytes if kept[-1].created_at == now else 0
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
    return kept, refused, taken


def _keep(file: SentFile, form: UploadForm, key: str, now: datetime) -> Image:
    image = uploads.keep(
        db.session(),
        workshop(),
        me(),
        file.arrived,
        file_name=file.filename or "",
        given_name=form.name.data or "",
        now=now,
        key=key,
    )
    event = "image_kept" if image.created_at == now else "image_sent_again"
    log.info(event, image=image.id, bytes=image.bytes, format=image.format, username=me().username)
    return image


def _upload_page(form: UploadForm, refusal: Refusal | None = None) -> Response:
    context = {
        "form": form,
        "form_key": new_id(),
        "free_bytes": me().free_bytes,
        "formats": [FORMATS[name] for name in me().plan.accepted(house().settings.formats)],
        "problem": refusal.message if refusal else None,
    }
    return render(
        "images/upload.html",
        context,
        lambda: error_json(refusal) if refusal else _standing(),
        status_of(refusal) if refusal else 200,
    )


def _standing() -> dict[str, Any]:
    """Who sends, with which token and how much room, for a page that has lain open or a program."""
    limits = {"max_file_bytes": house().settings.max_file_bytes, "max_files": house().settings.max_files}
    return {"csrf_token": generate_csrf(), "username": me().username, "free_bytes": me().free_bytes, **limits}


def _uploaded_page(
    kept: Sequence[Image], refused: Sequence[tuple[str, Refusal]], status: int, *, just_taken: int = 0
) -> Response:
    """What was kept and what was not. `just_taken` are bytes that were kept since it was asked who this is."""
    shown = _shown(kept)
    context = {
        "kept": shown,
        "refused": [{"name": name, "message": refusal.message} for name, refusal in refused],
        "free_bytes": me().plan.free_bytes(me().used_bytes + just_taken),
    }
    return render(
        "images/uploaded.html",
        context,
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


def _shown(images: Sequence[Facts]) -> list[Picture]:
    seen = window(me().plan, absolute("images.gallery"))
    return [picture(image, seen) for image in images]
