"""How this program talks to its database: SQLite as it must be set up, times, and the one way to write.

Everything above works the same on SQLite and PostgreSQL; what differs is here.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Connection, Engine, MetaData, event
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.types import TypeDecorator

from imageapp.filelock import locked
from imageapp.refusals import Busy
from imageapp.sentences import say

# How long a writer waits for its turn, in seconds, before the person is asked to try again.
PATIENCE = 15
# A thread needs one connection: nobody ever waits for one of the pool's.
MOST_THREADS = 64
TOO_MANY_WRITE = say("Many people are writing at this moment. Try again in a few seconds.")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """A moment: an aware datetime in Python, whole microseconds since 1970 UTC in the table.

    SQLite gives stored datetimes back without their zone; a number has none to lose.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        return None if value is None else microseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - as above
        return None if value is None else moment(value)


def microseconds(value: datetime) -> int:
    """Whole microseconds from 1970 UTC to `value`, which must be aware."""
    return (value - _EPOCH) // _MICROSECOND


def moment(value: int) -> datetime:
    """The aware UTC datetime that many microseconds after 1970."""
    return _EPOCH + value * _MICROSECOND


class Base(DeclarativeBase):
    """Base of all tables. Every key and check gets a name, so that a migration can say which one it changes."""

    # In the registry rather than on the class: Flask-SQLAlchemy builds a class of its own from this one.
    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={datetime: Instant},
    )


def engine_options(url: str) -> dict[str, Any]:
    """What `create_engine` needs for this address."""
    if make_url(url).get_backend_name() == "sqlite":
        # The driver must not open transactions by itself: `_begin` does, in the mode that the work asks for.
        connect_args = {"isolation_level": None, "timeout": PATIENCE, "check_same_thread": False}
        return {"hide_parameters": True, "max_overflow": MOST_THREADS, "connect_args": connect_args}
    # Parameters hold names and hashes: they stay out of the errors that are logged.
    # Without the second limit a request would wait for as long as somebody else holds the row.
    connect_args = {"connect_timeout": 5, "options": f"-c lock_timeout={PATIENCE}s"}
    return {
        "hide_parameters": True,
        "max_overflow": MOST_THREADS,
        "pool_pre_ping": True,
        "connect_args": connect_args,
    }


def prepare(engine: Engine) -> None:
    """Give every connection of this engine what the program counts on. Does nothing for PostgreSQL."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up)
        event.listen(engine, "begin", _begin)


def _set_up(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own connection
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # in WAL mode NORMAL loses the last commits in a power cut
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A transaction that reads first and writes later is refused at once when another wrote in between, whatever the
    # timeout; so one that will write says so from the start.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(session: Session) -> Iterator[None]:
    """One deed: everything inside is committed together at the end, or not at all.

    What was read before is forgotten: read again, inside, what the deed decides on. Raises Busy when the turn does not
    come within PATIENCE seconds.
    """
    session.rollback()
    with _turn(session):
        try:
            session.connection(execution_options={"writes": True})
            yield
            session.commit()
        except BaseException:
            session.rollback()
            raise


_turns: dict[str, threading.Lock] = {}
_turns_guard = threading.Lock()


@contextmanager
def _turn(session: Session) -> Iterator[None]:
    """On SQLite, one writer after another in the order they came.

    SQLite's own waiting polls and is unfair: with 64 writers the slowest waited 9 s, in a queue 0.5 s.
    """
    url = session.get_bind().engine.url
    if url.get_backend_name() != "sqlite" or not url.database:
        yield
        return
    with _turns_guard:
        lock = _turns.setdefault(url.database, threading.Lock())
    if not lock.acquire(timeout=PATIENCE):
        raise Busy(TOO_MANY_WRITE, retry_after=5)
    try:
        with locked(Path(f"{url.database}.turn"), PATIENCE, TOO_MANY_WRITE):
            yield
    finally:
        lock.release()
