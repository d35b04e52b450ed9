"""What a whole upload costs the server, against what its thumbnails alone cost: CPU of all processes that take part."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.photographs import photograph
from benchmarks.processes import cpu_below
from benchmarks.site import Visitor, prepared, running
from benchmarks.table import Row, interleaved
from imageapp.imaging.formats import Limits, Target
from imageapp.imaging.render import render

# Of one measure: the system counts CPU in hundredths of a second, an upload takes about ten.
UPLOADS = 6
HEIGHTS = (800, 400, 200)  # as in the rows of thumbnails alone
LIMIT = 1.25


def rows() -> Iterator[Row]:
    """The one row."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "12.jpg"
        photograph(4000, 3000).jpegsave(str(file), Q=90)
        prepared(folder / "site", HEIGHTS)
        with running(folder / "site") as visitor:
            for _ in range(4):  # a worker in each process, started
                visitor.post("/images/upload", {}, file)
            whole, alone = interleaved(lambda: _cpu_of_uploads(visitor, file), lambda: _cpu_of_render(file, folder))
    yield Row(
        "upload of a 12 MP JPEG, against its three thumbnails alone",
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


def _cpu_of_render(file: Path, folder: Path) -> float:
    targets = [Target(0, height, folder / str(height)) for height in HEIGHTS]
    start = time.process_time()
    for _ in range(UPLOADS):
        render(file, targets, Limits())
    return (time.process_time() - start) / UPLOADS
