"""How the first bytes of a file tell what it is."""

from collections.abc import Callable

Matches = Callable[[bytes], bool]


def starts(*magic: bytes) -> Matches:
    """Files that begin with one of these."""
    return lambda head: head.startswith(magic)


def riff(kind: bytes) -> Matches:
    """RIFF files of this kind."""
    return lambda head: head.startswith(b"RIFF") and head[8:12] == kind


def boxed(*brands: bytes) -> Matches:
    """ISO media files whose main brand begins with one of these."""
    return lambda head: head[4:8] == b"ftyp" and head[8:12].startswith(brands)


def compatible(*brands: bytes) -> Matches:
    """ISO media files that name one of these brands, as the main one or among those they are compatible with."""

    def names_one(head: bytes) -> bool:
        if head[4:8] != b"ftyp":
            return False
        end = int.from_bytes(head[:4], "big")
        # Between the main brand and the others stands a version.
        named = (head[8:12], *(head[at : at + 4] for at in range(16, min(end, len(head)), 4)))
        return any(brand in brands for brand in named)

    return names_one


def is_bmp(head: bytes) -> bool:
    """Windows bitmaps; two letters alone are too little to go by."""
    return head.startswith(b"BM") and head[15:18] == bytes(3)
