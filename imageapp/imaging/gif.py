"""How many frames a GIF holds, counted without decoding any of them."""

import mmap
import struct
from pathlib import Path

# A frame takes twelve bytes and more, so this is far beyond any that somebody made, and counted in a tenth of a second.
MOST_COUNTED = 100_000
# Blocks hold up to 255 bytes; a file that needs more of them than this for 25 MB only wants to be slow.
MOST_BLOCKS = 1_000_000

_EXTENSION, _FRAME = 0x21, 0x2C


def count(path: Path) -> tuple[int, bool]:
    """The frames of the GIF at `path`, at most MOST_COUNTED, and whether all of them lie within its screen.

    One that does not would make a decoder enlarge the screen, to whatever it claims. Of a file that breaks off or is
    chopped into more than MOST_BLOCKS, what was seen until there, and False.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        walk = _Walk(data)
        try:
            walk.run()
        except (struct.error, IndexError):
            walk.inside = False
        return walk.frames, walk.inside


class _Walk:
    """From block to block of one file."""

    def __init__(self, data: mmap.mmap) -> None:
        self.frames = 0
        self.inside = True
        self._data = data
        self._blocks = 0

    def run(self) -> None:
        """Count until the file ends, or what follows is no GIF. Raises struct.error or IndexError where it is cut."""
        width, height, flags = struct.unpack_from("<HHB", self._data, 6)
        at = 13 + _table(flags)
        while at < len(self._data) and self.frames < MOST_COUNTED:
            if self._data[at] == _EXTENSION:
                at = self._after_blocks(at + 2)
            elif self._data[at] == _FRAME:
                left, top, across, down, flags = struct.unpack_from("<4HB", self._data, at + 1)
                self.frames += 1
                self.inside &= left + across <= width and top + down <= height
                at = self._after_blocks(at + 11 + _table(flags))
            else:
                break

    def _after_blocks(self, at: int) -> int:
        while length := self._data[at]:
            self._blocks += 1
            if self._blocks > MOST_BLOCKS:
                raise IndexError("more blocks than a file of this kind needs")
            at += length + 1
        return at + 1


def _table(flags: int) -> int:
    """The bytes of the colour table that these flags announce."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0
