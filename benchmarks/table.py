"""The rows of the benchmark and how they are shown."""

import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One path measured: both sides as text with their units, the figure that counts, and what it must hold.

    The figure is `ours / theirs` unless `path` says otherwise; it must be at most `limit`, or at least, if so marked.
    """

    path: str
    ours: str
    theirs: str
    ratio: float
    limit: float
    at_least: bool = False

    @property
    def holds(self) -> bool:
        """Whether the figure keeps its limit."""
        return self.ratio >= self.limit if self.at_least else self.ratio <= self.limit


def interleaved(ours: Callable[[], float], theirs: Callable[[], float], rounds: int = 7) -> tuple[float, float]:
    """Medians of both measures, taken in turns (A B A B …) so that a change of the machine's speed meets both alike."""
    pairs = [(ours(), theirs()) for _ in range(rounds)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def markdown(rows: Iterable[Row]) -> str:
    """The rows as a table in Markdown, a line each."""
    lines = ["| path | ours | the other side | figure | must be | holds |", "|---|---|---|---|---|---|"]
    for row in rows:
        sign = "≥" if row.at_least else "≤"
        cells = (row.path, row.ours, row.theirs, f"{row.ratio:.2f}", f"{sign} {row.limit:g}")
        lines.append(f"| {' | '.join(cells)} | {'yes' if row.holds else '**no**'} |")
    return "\n".join(lines)
