"""What a plan gives, as plain values: no database, no Flask."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from imageapp.refusals import BadForm
from imageapp.sentences import Listing, Sentence, Words, say

LARGEST_SIDE = 10_000
MOST_BYTES = 10**15

# One spelling for each size, since it is part of an address: no leading zero, ASCII digits only.
_SIZE = re.compile(r"(?:(?P<height_only>[1-9][0-9]{0,4})|(?P<width>[1-9][0-9]{0,4})x(?P<height>[1-9][0-9]{0,4})?)")
# In decimal units, as sizes are shown; digits are ASCII.
_PREFIXES = ("", "k", "m", "g", "t")
_BYTES = re.compile(r"(?P<number>[0-9]{1,15}(?:[.,][0-9]{1,3})?)\s*(?:(?P<prefix>[kmgt])?b)?")


@dataclass(frozen=True, slots=True)
class Size:
    """A thumbnail size in pixels; 0 leaves that side free. `id` is its row, 0 when it has none."""

    width: int
    height: int
    id: int = field(default=0, compare=False)

    @property
    def label(self) -> str:
        """As in an address: `200` is a height, `300x` a width, `300x200` a box."""
        if not self.width:
            return str(self.height)
        return f"{self.width}x{self.height or ''}"

    @property
    def words(self) -> Sentence:
        """As people read it."""
        width, height = str(self.width), str(self.height)
        if not self.width:
            return say("%(height)s px tall", height=height)
        if not self.height:
            return say("%(width)s px wide", width=width)
        return say("Within %(width)s × %(height)s px", width=width, height=height)


def parse_size(label: str) -> Size | None:
    """The size with this label, or None if it is not the one spelling of a size from 1 to LARGEST_SIDE pixels."""
    match = _SIZE.fullmatch(label)
    if match is None:
        return None
    size = Size(int(match["width"] or 0), int(match["height_only"] or match["height"] or 0))
    return size if max(size.width, size.height) <= LARGEST_SIDE else None


def parse_sizes(text: str) -> tuple[Size, ...]:
    """The sizes typed as `300, 640x` or as pages show them, each once, in the order typed.

    Raises BadForm naming the first that is none.
    """
    sizes: list[Size] = []
    for word in re.split(r"[,;\s]+", re.sub(r"\s*×\s*", "x", text.strip())):
        size = parse_size(word)
        if size is None and word:
            raise BadForm(
                say(
                    "“%(word)s” is not a size. Write 200 (height), 300x (width) or 300x200 (box), "
                    "from 1 to %(most)s pixels, split by commas.",
                    word=word[:40],
                    most=str(LARGEST_SIDE),
                ),
                "new_sizes",
            )
        if size and size not in sizes:
            sizes.append(size)
    return tuple(sizes)


def parse_bytes(text: str) -> int | None:
    """Bytes as somebody writes them: `5 GB`, `2.5 MB`, `700000`; None for what is no such number.

    >>> parse_bytes("2,5 mb")
    2500000
    """
    match = _BYTES.fullmatch(text.strip().lower())
    if match is None:
        return None
    amount = Decimal(match["number"].replace(",", ".")) * 1_000 ** _PREFIXES.index(match["prefix"] or "")
    return int(amount) if amount == int(amount) and amount < MOST_BYTES else None


@dataclass(frozen=True, slots=True)
class Entitlements:
    """What one plan gives. `sizes` are sorted, smallest first; `quota_bytes` None means no limit.

    `accepts` are the names of the formats that may be uploaded; None means every one that the server accepts.
    """

    plan_id: int
    name: str
    sizes: tuple[Size, ...]
    shows_original: bool
    makes_links: bool
    quota_bytes: int | None
    accepts: tuple[str, ...] | None = None

    def accepted(self, offered: Sequence[str]) -> tuple[str, ...]:
        """Those of the formats that the server offers which this plan takes, in their order."""
        return tuple(name for name in offered if self.accepts is None or name in self.accepts)

    def free_bytes(self, used: int) -> int | None:
        """Bytes left when `used` are taken; None when there is no limit."""
        return None if self.quota_bytes is None else max(0, self.quota_bytes - used)

    @property
    def sizes_in_words(self) -> Words:
        """All sizes in one phrase; heights alone share their unit: "200 and 400 px tall"."""
        if len(self.sizes) > 1 and not any(size.width for size in self.sizes):
            return say("%(heights)s px tall", heights=Listing([str(size.height) for size in self.sizes]))
        return Listing([size.words for size in self.sizes])

    @property
    def not_given(self) -> tuple[str, ...]:
        """What other plans may give and this one does not, in words."""
        given = ((say("Original"), self.shows_original), (say("Expiring links"), self.makes_links))
        return tuple(words for words, given_too in given if not given_too)


def format_names(column: str | None) -> tuple[str, ...] | None:
    """The formats that a plan's row names, with commas between them; None where it names none."""
    return None if column is None else tuple(column.split(","))


def in_order(sizes: tuple[Size, ...]) -> tuple[Size, ...]:
    """Smallest first, by the larger side."""
    return tuple(sorted(sizes, key=lambda size: (max(size.width, size.height), size.width, size.height)))
