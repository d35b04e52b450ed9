"""The rows of the benchmark and how they are shown."""

import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Row:
    """One path measured: both sides as text with their units, the figure that counts, and what it must hold.

    The figure is `ours / theirs` unless `path` says otherwise; it must be at most, at least or exactly `limit`.
    """

    path: str
    ours: str
    theirs: str
    figure: float
    limit: float
    must_be: Literal["≤", "≥", "="] = "≤"

    @property
    def holds(self) -> bool:
        """Whether the figure keeps its limit."""
        if self.must_be == "=":
            return self.figure == self.limit
        return self.figure >= self.limit if self.must_be == "≥" else self.figure <= self.limit


def interleaved(ours: Callable[[], float], theirs: Callable[[], float], rounds: int = 7) -> tuple[float, float]:
    """Medians of both measures, taken in turns (A B A B …) so that a change of the machine's speed meets both alike."""
    pairs = [(ours(), theirs()) for _ in range(rounds)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def heading() -> str:
    """The first two lines of the table in Markdown."""
    return "| path | ours | the other side | figure | must be | holds |\n|---|---|---|---|---|---|"


def line(row: Row) -> str:
    """The row as a line of the table."""
    figure = f"{row.figure:g}" if row.must_be == "=" else f"{row.figure:.2f}"
    cells = (row.path, row.ours, row.theirs, figure, f"{row.must_be} {row.limit:g}", "yes" if row.holds else "**no**")
    return f"| {' | '.join(cells)} |"


def markdown(rows: Iterable[Row]) -> str:
    """The rows as a table in Markdown."""
    return "\n".join([heading(), *(line(row) for row in rows)])
