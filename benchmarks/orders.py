"""Every order of the gallery, and a search that finds nothing, for somebody with 200,000 pictures."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.growth import FEW, SECOND, fill, target
from benchmarks.processes import cpu_below
from benchmarks.serving import compared, shown
from benchmarks.site import Visitor, running
from benchmarks.table import Row
from imageapp.database import microseconds
from imageapp.images.orders import ORDERS

MANY = 200_000
# Places in the middle of all pictures, as growth.fill makes them.
NAME, BYTES = "aW1nXzgwMDAwMDAwLmpwZw==", 3_500_000
DEEPER = 1.20
SEARCHES = 50
LONGEST = 50  # milliseconds of a server's CPU


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
        yield _searched(many)


def _searched(visitor: Visitor) -> Row:
    """One after the other: of many at once some would still be under way at the end."""
    before = cpu_below(visitor.pid)
    for _ in range(SEARCHES):
        visitor.get("/images?name=nowhere")
    milliseconds = (cpu_below(visitor.pid) - before) / SEARCHES * 1000
    path = f"a name that none of {MANY:,} pictures has, ms of CPU"
    return Row(path, f"{milliseconds:.0f} ms CPU", "-", milliseconds, LONGEST)
