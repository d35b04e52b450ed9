"""How much is uploaded on each day, counted as it comes: nobody has to go through the pictures for it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import BigInteger, Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from imageapp.images.models import UploadDay

_FIRST = date(1970, 1, 1)


class Day(NamedTuple):
    """What came on one day, in UTC: also what was deleted since."""

    date: date
    pictures: int
    bytes: int


def _counting(insert: type[postgresql.Insert] | type[sqlite.Insert]) -> postgresql.Insert | sqlite.Insert:
    sent = bindparam("sent", type_=BigInteger)
    return (
        insert(UploadDay)
        .values(day=bindparam("today"), pictures=1, bytes=sent)
        .on_conflict_do_update(
            index_elements=[UploadDay.day], set_={"pictures": UploadDay.pictures + 1, "bytes": UploadDay.bytes + sent}
        )
    )


_COUNT = {"postgresql": _counting(postgresql.Insert), "sqlite": _counting(sqlite.Insert)}


def count_upload(connection: Connection, sent: int, now: datetime) -> None:
    """Count a picture of that many bytes, inside `writing`.

    The last statement before the commit: on PostgreSQL everybody else who uploads waits for this row.
    """
    connection.execute(_COUNT[connection.dialect.name], {"today": _number(_in_utc(now)), "sent": sent})


def last_days(session: Session, count: int, now: datetime) -> Sequence[Day]:
    """The last `count` days up to today, the oldest first; days without an upload are there too."""
    today = _in_utc(now)
    dates = [today - timedelta(days=back) for back in reversed(range(count))]
    wanted = select(UploadDay).where(UploadDay.day.between(_number(dates[0]), _number(today)))
    found = {row.day: row for row in session.scalars(wanted)}
    rows = [(day, found.get(_number(day))) for day in dates]
    return [Day(day, row.pictures if row else 0, row.bytes if row else 0) for day, row in rows]


def _in_utc(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def _number(day: date) -> int:
    return (day - _FIRST).days
