"""The steps from a header that passed to pixels, as every engine takes them.

An engine decodes. What a picture is, what is refused, its colours, and how thumbnails are written stays the same with
any of them.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from imageapp.imaging.inspect import Opened
from imageapp.imaging.levels import Decoded, Size


class Reading(Protocol):
    """One picture on its way to be decoded."""

    def decoded(self, turn: int, sizes: Sequence[Size]) -> Decoded:
        """Pixels of which all these upright sizes, one at least, can be made by `chain`; `turn` is the orientation.

        Raises NotAnImage for what is damaged, and MemoryError.
        """
        ...


class Engine(Protocol):
    """Reads pictures."""

    def begin(self, file: Opened, source: Path) -> Reading:
        """Begin with the opened picture at `source`. After this `file.picture` tells all that its file says of it.

        Raises NotAnImage for what is found to be damaged so early, and MemoryError.
        """
        ...

    def confine(self) -> None:
        """Give up, for as long as this process lives, whatever it can do besides reading pictures."""
        ...
