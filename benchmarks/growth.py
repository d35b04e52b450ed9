"""One person's gallery with a million pictures against one with a hundred, and a page deep in it against the first."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from benchmarks.serving import Target, compared, shown
from benchmarks.site import Visitor, prepared, running
from benchmarks.table import Row
from imageapp.database import microseconds
from imageapp.extensions import db

MANY, FEW, DEEP = 1_000_000, 100, 500_000
GROWN, DEEPER = 1.10, 1.20
SECOND = 1_000_000  # microseconds between two pictures

# Ids, keys, names and sizes without order, as real ones have none: an index filled in order is smaller.
INSERT = text("""
    WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :count),
    named(n, mark) AS MATERIALIZED (SELECT n, hex(randomblob(4)) FROM numbers)
    INSERT INTO images (id, owner_id, name, format, width, height, bytes, sha256, blob_key, created_at, name_key)
    SELECT hex(randomblob(11)), :owner, 'IMG_' || mark || '.jpg', 'JPEG', 4000, 3000, 1000000 + abs(random() % 5000000),
           hex(randomblob(32)), hex(randomblob(16)), :newest - n * :apart, 'img_' || lower(mark) || '.jpg'
    FROM named
""")


def rows() -> Iterator[Row]:
    """Three galleries on two running sites."""
    newest = microseconds(datetime.now(UTC))
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        for folder, count in (("many", MANY), ("few", FEW)):
            fill(Path(name) / folder, count, newest)
        many = stack.enter_context(running(Path(name) / "many"))
        few = stack.enter_context(running(Path(name) / "few"))
        deep = f"/images?after={newest - DEEP * SECOND}.{'z' * 22}"
        yield _row("gallery at 1,000,000 pictures, against 100", target(many), target(few), GROWN)
        yield _row("page at picture 500,000, against the first", target(many, deep), target(many), DEEPER)


def fill(folder: Path, count: int, newest: int) -> None:
    """A data folder whose one person has so many pictures, a second apart, the newest at this microsecond."""
    app, owner = prepared(folder)
    with app.app_context():
        with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
            connection.execute(INSERT, {"count": count, "owner": owner, "newest": newest, "apart": SECOND})
            connection.execute(text("ANALYZE"))
        with db.engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.engine.dispose()
    # A site that has settled is measured, not one whose million new rows are still on their way to the disk.
    os.sync()


def target(visitor: Visitor, path: str = "/images") -> Target:
    """A page of this person's."""
    return Target(visitor.port, visitor.pid, path, visitor.cookie)


def _row(path: str, ours: Target, theirs: Target, limit: float) -> Row:
    """The figure is the time of an answer, that is, of one of many that are asked for at once."""
    mine, other = compared(ours, theirs)
    return Row(path, shown(mine), shown(other), other.rate / mine.rate, limit)
