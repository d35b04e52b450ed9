"""The schema brought to this version, and the first rows made: once, however many processes start together.

`python -m imageapp.migrating` does it and ends with 0, or with 1 and a sentence on stderr. It says `default-password`
on stdout while somebody still has the password that everybody knows.
"""

import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from imageapp import config, database, keys, schema
from imageapp.accounts import service
from imageapp.clock import Clock, system_clock
from imageapp.images.models import Image
from imageapp.links import models  # noqa: F401 - brings in every table by what it builds on
from imageapp.refusals import BadForm
from imageapp.storage.disk import DiskStore
from imageapp.storage.store import StoreDown

# Any number that nobody else uses on the same PostgreSQL database.
ADVISORY_LOCK = 7_134_609_213


class CannotStart(Exception):
    """The database cannot be used by this version, or may not be set up like this."""


def upgrade(settings: config.Settings, clock: Clock = system_clock) -> bool:
    """Bring the schema to this version and make the first admin. Returns whether a default password stands.

    All of it is one transaction, under a lock: it happens wholly or not at all. Raises CannotStart.
    """
    keys.make_private_folder(settings.instance)
    engine = _engine(settings.database)
    try:
        with _alone(settings), engine.connect() as connection:
            writes = connection.execution_options(writes=True)
            with writes.begin():
                migrate(writes)
                return _first_rows(writes, settings, clock)
    except StoreDown as error:
        raise CannotStart(f"The folder of the pictures cannot be made: {error}") from error
    except DBAPIError as error:
        raise CannotStart(f"The database does not answer: {str(error.orig).strip()}") from error
    finally:
        engine.dispose()


def migrate(connection: Connection, revision: str = "head") -> None:
    """Upgrade the schema, inside the transaction of this connection. Raises CannotStart for a newer schema."""
    if connection.dialect.name == "postgresql":
        # Another start may be migrating much data: this one waits for as long as that takes.
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))
    refuse_unknown(connection)
    command.upgrade(alembic_config(connection), revision)
    check_keys(connection)


def refuse_unknown(connection: Connection) -> None:
    """Raises CannotStart when the schema was made by a version that this one does not know."""
    current = MigrationContext.configure(connection).get_current_revision()
    if current is None:
        return
    try:
        schema.scripts().get_revision(current)
    except CommandError as error:
        raise CannotStart(
            f"The database was made by a newer version of imageapp (its schema is {current!r}). "
            "Start that version, or restore a backup from before the upgrade."
        ) from error


def check_keys(connection: Connection) -> None:
    """Raises CannotStart where a row points to none: on SQLite keys are not enforced while tables are rebuilt."""
    if connection.dialect.name != "sqlite":
        return
    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    if broken:
        raise CannotStart(f"The migration would leave {len(broken)} rows that point to nothing; it was undone.")


def alembic_config(connection: Connection) -> Config:
    """What Alembic's commands need to work on this connection."""
    alembic = Config()
    alembic.set_main_option("script_location", str(schema.FOLDER).replace("%", "%%"))
    alembic.attributes["connection"] = connection
    return alembic


def _engine(url: str) -> Engine:
    """An engine for migrating: on SQLite without foreign keys.

    Alembic changes a table there by building it anew and dropping the old one, and with keys on that drop deletes the
    rows of every table that points to it.
    """
    engine = create_engine(url, **database.engine_options(url))
    database.prepare(engine)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _keys_off)
    return engine


def _keys_off(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
    connection.execute("PRAGMA foreign_keys=OFF")


@contextmanager
def _alone(settings: config.Settings) -> Iterator[None]:
    """One process of this data folder at a time; PostgreSQL's own lock keeps other machines out."""
    with (settings.instance / "migrating.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _first_rows(connection: Connection, settings: config.Settings, clock: Clock) -> bool:
    with Session(connection) as session:
        try:
            made = service.make_first_admin(session, settings.admin_password, clock())
        except BadForm as refusal:
            raise CannotStart(f"{config.PREFIX}ADMIN_PASSWORD cannot be used: {refusal}") from refusal
        session.flush()
        stands = service.default_password_stands(session)
        if made and stands and settings.public_url:
            raise CannotStart(
                f"{config.PREFIX}PUBLIC_URL is set, so others will reach this server: set {config.PREFIX}ADMIN_PASSWORD"
                " for its first start."
            )
        # Only while there is nothing to lose: an empty folder in the place of a lost one would hide that.
        if session.scalar(select(Image.id).limit(1)) is None:
            DiskStore.lay_out(settings.pictures)
        return stands


def main() -> int:
    """The command. Returns its exit status."""
    try:
        stands = upgrade(config.read())
    except (config.SettingsError, CannotStart) as error:
        print(error, file=sys.stderr)  # noqa: T201 - this is a command, and this is its answer
        return 1
    if stands:
        print("default-password")  # noqa: T201 - as above
    return 0


if __name__ == "__main__":
    sys.exit(main())
