"""What the documents say of formats and limits is what the code does."""

from pathlib import Path

from imageapp.imaging import animation
from imageapp.imaging.formats import FORMATS, Format, Limits

DOCS = Path(__file__).parents[2]


def _row(kind: Format, limits: Limits) -> str:
    """The beginning of the format's row in the table of docs/imaging.md."""
    most = limits.max_pixels_whole if kind.whole else limits.max_pixels
    cells = (
        kind.label,
        f"`{kind.mime}`",
        " ".join(kind.extensions),
        f"{most // 1_000_000} MP",
        "yes" if kind.animates else "no",
        "yes" if kind.offered else "if asked for",
        "yes" if kind.shown else "no",
    )
    return f"| {' | '.join(cells)} |"


def test_an_operator_reads_the_formats_that_there_are() -> None:
    """A row for each, and none besides."""
    text = (DOCS / "docs/imaging.md").read_text("utf-8")
    table = text[text.index("| format | type |") :].partition("\n\n")[0].splitlines()[2:]

    assert len(table) == len(FORMATS)
    for line, kind in zip(table, FORMATS.values(), strict=True):
        assert line.startswith(_row(kind, Limits()))


def test_an_operator_reads_the_limits_of_animations() -> None:
    """As they are in the code."""
    text = (DOCS / "docs/imaging.md").read_text("utf-8")

    for words in (
        f"| frames | {animation.MOST_FRAMES} |",
        f"| canvas | {animation.MOST_CANVAS // 1_000_000} MP |",
        f"| all frames together | {animation.MOST_READ // 1_000_000} MP |",
        f"| all frames of a thumbnail | {animation.MOST_SHOWN // 1_000_000} MP |",
        f"| time | {animation.SECONDS:g} s, then the rest stays still |",
    ):
        assert words in text


def test_a_newcomer_reads_which_formats_are_accepted() -> None:
    """In the first lines of the README, and in the table of its settings."""
    text = (DOCS / "README.md").read_text("utf-8")
    *most, last = [kind.label for kind in FORMATS.values() if kind.offered]
    extra = [kind.label for kind in FORMATS.values() if not kind.offered]

    assert f"{', '.join(most)} and {last} are told by their content" in text
    assert f"| `EXTRA_FORMATS` | none | `{'`, `'.join(extra)}`, or `{','.join(extra)}`" in text
