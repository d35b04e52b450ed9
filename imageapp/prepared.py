"""SELECTs that are run for every request: compiled once, and run on the driver itself.

Everything between a statement and the driver costs ten times what SQLite needs to answer a small one (0.2 ms against
0.02), so the few statements that every byte and every page wait for go around it. All others use SQLAlchemy as usual.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Boolean, Engine, Select
from sqlalchemy.exc import DBAPIError

from imageapp.database import Instant, microseconds, moment


class _Ready(NamedTuple):
    """A statement as one driver takes it: `places` names its parameters in order, or is None where they go by name."""

    text: str
    places: Sequence[str] | None
    constants: Mapping[str, Any]


class Prepared:
    """A SELECT with `bindparam`s, whose rows come back as named tuples: of the class `row`, where one is given."""

    def __init__(self, statement: Select[*tuple[Any, ...]], row: Any = None) -> None:  # noqa: ANN401 - a NamedTuple class
        self._statement = statement
        columns = statement.selected_columns
        self._make = (row or namedtuple("Row", list(columns.keys())))._make
        readers = [(place, _reader(column.type)) for place, column in enumerate(columns)]
        self._read = [(place, read) for place, read in readers if read is not None]
        self._ready: dict[str, _Ready] = {}

    def rows(self, engine: Engine, parameters: Mapping[str, Any]) -> list[Any]:
        """Every row for these parameters. Moments are aware datetimes, in and out.

        Raises what the driver raises, as SQLAlchemy wraps it.
        """
        ready = self._ready.get(engine.name) or self._make_ready(engine)
        values = dict(ready.constants)
        for name, value in parameters.items():
            values[name] = microseconds(value) if isinstance(value, datetime) else value
        found = _fetch(engine, ready, values)
        return [self._make(self._readable(row)) for row in found]

    def first(self, engine: Engine, parameters: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a row has its own names
        """The first row, or None."""
        return next(iter(self.rows(engine, parameters)), None)

    def _make_ready(self, engine: Engine) -> _Ready:
        compiled = self._statement.compile(dialect=engine.dialect)
        ready = _Ready(str(compiled), getattr(compiled, "positiontup", None), dict(compiled.params or {}))
        self._ready[engine.name] = ready
        return ready

    def _readable(self, row: tuple[Any, ...]) -> list[Any]:
        values = list(row)
        for place, read in self._read:
            if values[place] is not None:
                values[place] = read(values[place])
        return values


def _reader(kind: object) -> Callable[[Any], Any] | None:
    if isinstance(kind, Instant):
        return moment
    return bool if isinstance(kind, Boolean) else None


def _fetch(engine: Engine, ready: _Ready, values: Mapping[str, Any]) -> Sequence[Any]:
    text, driver = ready.text, engine.dialect.loaded_dbapi
    given = values if ready.places is None else tuple([values[name] for name in ready.places])
    try:
        connection = engine.raw_connection()
    except driver.Error as error:  # the pool, unlike an engine, hands on what the driver raised
        raise DBAPIError.instance(text, None, error, driver.Error, dialect=engine.dialect) from error
    try:
        cursor = connection.cursor()
        # Whoever watches or counts the statements of this engine hears of this one too.
        for listener in engine.dispatch.before_cursor_execute:
            listener(None, cursor, text, given, None, False)
        cursor.execute(text, given)
        return cursor.fetchall()
    except driver.Error as error:
        lost = engine.dialect.is_disconnect(error, connection, None)
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            text, None, error, driver.Error, connection_invalidated=lost, dialect=engine.dialect
        ) from error
    finally:
        connection.close()
