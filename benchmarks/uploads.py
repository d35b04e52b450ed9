"""What a whole upload costs the server, against what its thumbnails alone cost: CPU of all processes that take part."""

import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.photographs import photograph
from benchmarks.processes import cpu_below
from benchmarks.site import Visitor, prepared, running
from benchmarks.table import Row, interleaved
from imageapp.imaging.formats import Limits, Target
from imageapp.imaging.render import render

# Of one measure: the system counts CPU in hundredths of a second, an upload takes about ten.
UPLOADS = 6
# As in the rows of thumbnails alone; and as the built-in plans have them, which leaves less to set the rest against.
PLANS = ((800, 400, 200), (400, 200))
LIMIT = 1.25


def rows() -> Iterator[Row]:
    """A row for each plan."""
    for heights in PLANS:
        with tempfile.TemporaryDirectory() as name:
            yield _row(Path(name), heights)


def _row(folder: Path, heights: Sequence[int]) -> Row:
    file = folder / "12.jpg"
    photograph(4000, 3000).jpegsave(str(file), Q=90)
    prepared(folder / "site", heights)
    with running(folder / "site") as visitor:
        for _ in range(4):  # a worker in each process, started
            visitor.post("/images/upload", {}, file)
        whole, alone = interleaved(
            lambda: _cpu_of_uploads(visitor, file), lambda: _cpu_of_render(file, heights, folder)
        )
    return Row(
        f"upload of a 12 MP JPEG, against its thumbnails of heights {', '.join(map(str, heights))} alone",
        f"{whole * 1000:.0f} ms CPU",
        f"{alone * 1000:.0f} ms CPU",
        whole / alone,
        LIMIT,
    )


def _cpu_of_uploads(visitor: Visitor, file: Path) -> float:
    before = cpu_below(visitor.pid)
    for _ in range(UPLOADS):
        visitor.post("/images/upload", {}, file)
    return (cpu_below(visitor.pid) - before) / UPLOADS


def _cpu_of_render(file: Path, heights: Sequence[int], folder: Path) -> float:
    targets = [Target(0, height, folder / str(height)) for height in heights]
    start = time.process_time()
    for _ in range(UPLOADS):
        render(file, targets, Limits())
    return (time.process_time() - start) / UPLOADS
