"""Every order of the gallery, and a search that finds nothing, for somebody with 200,000 pictures."""

import itertools
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.growth import FEW, SECOND, fill, target
from benchmarks.processes import cpu_below
from benchmarks.serving import compared, shown
from benchmarks.site import Visitor, running
from benchmarks.table import Row, interleaved
from imageapp.database import microseconds
from imageapp.images.orders import ORDERS

MANY = 200_000
# Places in the middle of all pictures, as growth.fill makes them.
NAME, BYTES = "aW1nXzgwMDAwMDAwLmpwZw==", 3_500_000
DEEPER = 1.20
# That no name holds; the second and third begin as some do.
WORDS = ("nowhere", "img_zz", "0x")
SEARCHES = 10  # of each
READ = """SELECT id FROM images INDEXED BY ix_images_shown_by_age
    WHERE trashed_at IS NULL AND owner_id > 0 AND instr(name_key, 'nowhere') > 0"""
DEARER = 1.6


def rows() -> Iterator[Row]:
    """Two galleries on two running sites."""
    newest = microseconds(datetime.now(UTC))
    middle = newest - MANY // 2 * SECOND
    places = {"newest": middle, "oldest": middle, "name": NAME, "largest": BYTES}
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        for folder, count in (("many", MANY), ("few", FEW)):
            fill(Path(name) / folder, count, newest)
        many = stack.enter_context(running(Path(name) / "many"))
        few = stack.enter_context(running(Path(name) / "few"))
        for order in ORDERS:
            deep = target(many, f"/images?order={order.name}&after={places[order.name]}.{'z' * 22}")
            mine, other = compared(deep, target(few, f"/images?order={order.name}"))
            path = f"order {order.name}, page at picture 100,000, against the first of 100"
            yield Row(path, shown(mine), shown(other), other.rate / mine.rate, DEEPER)
        yield _searched(many, Path(name) / "many" / "imageapp.db")


def _searched(visitor: Visitor, database: Path) -> Row:
    """The median of all orders and words, against SQLite reading the names of one index, and nothing else.

    One after the other: of many at once some would be under way at the end. In turns, as all of it takes half as long
    again on a machine that others use.
    """
    paths = itertools.cycle(f"/images?order={order.name}&name={words}" for order in ORDERS for words in WORDS)
    with closing(sqlite3.connect(database)) as bare:
        ours, theirs = interleaved(lambda: _asked(visitor, next(paths)), lambda: _read(bare), len(ORDERS) * len(WORDS))
    path = f"a name that none of {MANY:,} pictures has, against SQLite alone"
    return Row(path, f"{ours:.0f} ms CPU", f"{theirs:.0f} ms CPU", ours / theirs, DEARER)


def _asked(visitor: Visitor, path: str) -> float:
    before = cpu_below(visitor.pid)
    for _ in range(SEARCHES):
        visitor.get(path)
    return (cpu_below(visitor.pid) - before) / SEARCHES * 1000


def _read(database: sqlite3.Connection) -> float:
    before = time.thread_time()
    for _ in range(SEARCHES):
        database.execute(READ).fetchall()
    return (time.thread_time() - before) / SEARCHES * 1000
