"""A picture's own file without what it tells besides the picture: the containers are rewritten, the pixels copied.

No decoder is asked, only lengths and names of parts are read, in pieces of bounded size, so that even a hostile file
may be worked on where a decoder must not run. What stays is what a decoder needs to show the same: pixels,
transparency, animation, the colour profile, and how to turn the picture. All else goes, known or unknown: EXIF with its
place and its small copies, XMP, IPTC, comments, texts, further pictures, and whatever lies behind the end.
"""

from collections.abc import Callable
from pathlib import Path
from typing import IO

from imageapp.imaging.containers.jpeg import copy_jpeg
from imageapp.imaging.containers.parts import Damaged
from imageapp.imaging.containers.png import copy_png
from imageapp.imaging.containers.webp import copy_webp
from imageapp.refusals import CannotStrip

OTHER_FORMAT = "Only JPEG, PNG and WebP pictures can be given away without their metadata."
DAMAGED = "The file is damaged, so its metadata cannot be told from its pixels."

Copy = Callable[[IO[bytes], IO[bytes]], None]

# Which bytes a file starts with (four of any kind, for WebP, are its length), and what copies it.
_COPIES: tuple[tuple[bytes, bytes, Copy], ...] = (
    (b"\xff\xd8\xff", b"", copy_jpeg),
    (b"\x89PNG\r\n\x1a\n", b"", copy_png),
    (b"RIFF", b"WEBP", copy_webp),
)


def without_metadata(source: Path, target: Path) -> None:
    """Write the JPEG, PNG or WebP file at `source` without metadata to the new file `target`.

    A decoder finds the same pixels in both, an orientation that differs from 1 (EXIF, from its first 64 KB) and the
    ICC profile; what is cut off stays cut off. Raises CannotStrip for other formats and for a file whose parts do not
    fit together, and then leaves no target; OSError when a file cannot be read or written, and FileExistsError when
    there is a target already.
    """
    with source.open("rb") as file:
        copy = _copy_for(file.read(12))
        file.seek(0)
        with target.open("xb") as made:
            try:
                copy(file, made)
            except Damaged as error:
                target.unlink()
                raise CannotStrip(DAMAGED) from error
            except OSError:
                target.unlink()
                raise


def _copy_for(head: bytes) -> Copy:
    for start, kind, copy in _COPIES:
        if head.startswith(start) and head[8:].startswith(kind):
            return copy
    raise CannotStrip(OTHER_FORMAT)
