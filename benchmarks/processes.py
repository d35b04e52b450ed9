"""The CPU that processes take, as the system counts it."""

import os
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def cpu_below(master: int) -> float:
    """Seconds of CPU that the living children of this process have taken, and all that are or were below them."""
    return sum(_cpu(child) + cpu_below(child) for child in children(master))


def children(pid: int) -> list[int]:
    """The process ids of the children, whichever thread started them."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += map(int, (task / "children").read_text(encoding="ascii").split())
    return found


def _cpu(pid: int) -> float:
    # The name in parentheses may hold spaces; after it the 12th to 15th field are user and system time, first of the
    # process, then of those of its children that ended.
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICK
