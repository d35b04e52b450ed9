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
# That no name holds; the second and third begin as some do.
WORDS = ("nowhere", "img_zz", "0x")
ROUNDS, SEARCHES = 4, 8  # of each
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
    """The dearest of all orders and words. One after the other: of many at once some would be under way at the end."""
    paths = [f"/images?order={order.name}&name={words}" for order in ORDERS for words in WORDS]
    milliseconds = max(_cpu(visitor, path) for path in paths)
    path = f"a name that none of {MANY:,} pictures has, in the dearest order, ms of CPU"
    return Row(path, f"{milliseconds:.0f} ms CPU", "-", milliseconds, LONGEST)


def _cpu(visitor: Visitor, path: str) -> float:
    """Milliseconds of an answer, in the best of some rounds: the same ones take half as long again in others."""
    rounds = []
    for _ in range(ROUNDS):
        before = cpu_below(visitor.pid)
        for _ in range(SEARCHES):
            visitor.get(path)
        rounds.append((cpu_below(visitor.pid) - before) / SEARCHES * 1000)
    return min(rounds)
