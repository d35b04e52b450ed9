"""Whether this process lives, and whether it can work."""

from flask import Blueprint, make_response
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.wrappers import Response

from imageapp import schema
from imageapp.extensions import db
from imageapp.gate import public
from imageapp.house import house
from imageapp.logs import events
from imageapp.storage.store import StoreDown

log = events(__name__)
bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def healthz() -> Response:
    """The process answers. Asks nothing of anybody else: a database that is away is no reason to restart this."""
    return make_response({"status": "ok"})


@bp.get("/readyz")
@public
def readyz() -> Response:
    """Database and store answer and the schema is this version's; else 503 naming which does not."""
    checks = {"database": _database(), "storage": _storage()}
    ready = all(checks.values())
    response = make_response({"status": "ok" if ready else "unavailable", **checks}, 200 if ready else 503)
    if not ready:
        response.headers["Retry-After"] = "10"
    return response


def _database() -> bool:
    try:
        with db.engine.connect() as connection:
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == schema.head()
    except (DBAPIError, PoolTimeout):
        log.exception("not_ready", part="database")
        return False


def _storage() -> bool:
    try:
        house().store.check()
    except StoreDown:
        log.exception("not_ready", part="storage")
        return False
    return True
