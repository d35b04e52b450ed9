"""A picture as it is shown: the one thing from which both its pages and its JSON are made."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from imageapp.clock import rfc3339
from imageapp.images.gallery import Listed, Made
from imageapp.images.models import Image
from imageapp.images.taken import told
from imageapp.imaging.formats import FORMATS, fit
from imageapp.plans.entitlements import Entitlements, Size
from imageapp.sentences import say

# In lists a tile is up to 172 CSS pixels tall; on its own page a picture wants at least this height.
TILE_HEIGHT = 172
STAGE_HEIGHT = 800


# What is known of a picture: its row as an entity, or the columns that a list needs.
Facts = Image | Listed


class ShownSize(NamedTuple):
    """One way to see the picture: pixels that come out, the address, and bytes where they are known."""

    label: str
    words: str
    width: int
    height: int
    url: str
    bytes: int | None = None


class Picture(NamedTuple):
    """A picture with exactly the links that a plan gives. Addresses are absolute; what is not allowed is None.

    `facts` say how it was taken (see imaging.facts); None where nobody knows, and where nobody asks: in lists.
    """

    id: str
    name: str
    format: str
    format_label: str
    width: int
    height: int
    bytes: int
    created_at: datetime
    url: str
    sizes: tuple[ShownSize, ...]
    original_url: str | None
    create_link_url: str | None
    not_in_plan: tuple[str, ...]
    frames: int = 1
    facts: Mapping[str, Any] | None = None

    @property
    def is_shown(self) -> bool:
        """Whether browsers show the original."""
        return FORMATS[self.format].shown

    @property
    def told(self) -> list[tuple[str, str]]:
        """How it was taken, as terms and words."""
        return told(self.facts) if self.facts else []

    @property
    def tile(self) -> ShownSize | None:
        """What a list shows: the smallest that is tall enough, else the largest there is."""
        place = tile_place([size.height for size in self.sizes], self.height)
        return self._original if place is None else self.sizes[place]

    @property
    def stage(self) -> ShownSize | None:
        """What the picture's own page shows: a large thumbnail, else the original, else the best there is."""
        largest = max(self.sizes, key=lambda size: size.height, default=None)
        if self._original is None or (largest and largest.height >= min(STAGE_HEIGHT, self.height)):
            return largest
        return self._original

    @property
    def _original(self) -> ShownSize | None:
        if self.original_url is None or not self.is_shown:
            return None
        return ShownSize("original", say("Original"), self.width, self.height, self.original_url, self.bytes)

    def as_json(self) -> dict[str, Any]:
        """What a program gets."""
        links: dict[str, Any] = {"self": self.url, "thumbnails": {size.label: size.url for size in self.sizes}}
        if self.original_url:
            links["original"] = self.original_url
        if self.create_link_url:
            links["create_expiring_link"] = self.create_link_url
        shown = {
            "id": self.id,
            "name": self.name,
            "format": self.format,
            "width": self.width,
            "height": self.height,
            "bytes": self.bytes,
            "created_at": rfc3339(self.created_at),
            "links": links,
        }
        if self.frames > 1:
            shown["frames"] = self.frames
        return shown if self.facts is None else {**shown, "facts": dict(self.facts)}


def tile_place(heights: Sequence[int], height: int, density: int = 1) -> int | None:
    """Which of a picture's thumbnails a list shows: the smallest that is tall enough, else the tallest, None of none.

    `heights` are theirs and `height` is the picture's own, in pixels; `density` the screen's pixels for each of CSS.
    """
    wanted = min(TILE_HEIGHT * density, height)
    enough = [high for high in heights if high >= wanted]
    return heights.index(min(enough) if enough else max(heights)) if heights else None


class Window(NamedTuple):
    """What one asker may see of pictures: worked out once for a whole list."""

    root: str
    sizes: tuple[tuple[int, str, str, int, int], ...]
    shows_original: bool
    makes_links: bool
    not_in_plan: tuple[str, ...]


def window(plan: Entitlements, root: str, *, moderating: bool = False) -> Window:
    """What this plan gives. `root` is the absolute address of the gallery.

    Somebody who is moderating sees every original, and hands out no links to other people's pictures.
    """
    return Window(
        root,
        tuple((size.id, size.label, size.words, size.width, size.height) for size in plan.sizes),
        shows_original=plan.shows_original or moderating,
        makes_links=plan.makes_links and not moderating,
        not_in_plan=() if moderating else plan.not_given,
    )


def picture(image: Facts, seen: Window, thumbnail_bytes: Mapping[int, int] | None = None) -> Picture:
    """The picture through this window; `thumbnail_bytes` are the file sizes of thumbnails by size id, where known."""
    url = f"{seen.root}/{image.id}"
    known = thumbnail_bytes or {}
    width, height = image.width, image.height
    return Picture(
        image.id,
        image.name,
        image.format,
        FORMATS[image.format].label,
        width,
        height,
        image.bytes,
        image.created_at,
        url,
        sizes=tuple(
            [
                ShownSize(label, words, *fit(width, height, *box), f"{url}/thumbnails/{label}", known.get(size_id))
                for size_id, label, words, *box in seen.sizes
            ]
        ),
        original_url=f"{url}/original" if seen.shows_original else None,
        create_link_url=f"{url}/links/new" if seen.makes_links else None,
        not_in_plan=seen.not_in_plan,
    )


def detailed(image: Image, seen: Window, sizes: Sequence[tuple[Size, Made | None]]) -> Picture:
    """The picture as on its own page: with its facts, those of its thumbnails that exist, and what its plan lacks.

    `sizes` are those that any plan gives.
    """
    made = {size.id: one for size, one in sizes if one}
    shown = picture(image, seen, {size_id: one.bytes for size_id, one in made.items()})
    stills = {size_id for size_id, one in made.items() if one.frames < image.frames}
    given = tuple(
        size._replace(words=say("%(size)s (first frame)", size=size.words)) if size_id in stills else size
        for (size_id, *_), size in zip(seen.sizes, shown.sizes, strict=True)
    )
    lacking = () if seen.shows_original else _larger(image, shown, [size for size, _ in sizes])
    return shown._replace(
        sizes=given, frames=image.frames, facts=image.facts, not_in_plan=(*lacking, *shown.not_in_plan)
    )


def _larger(image: Image, shown: Picture, sizes: Sequence[Size]) -> tuple[str, ...]:
    """The sizes that show more of this picture than any of its own, in words, smallest first; no two show the same."""
    most = max((size.width for size in shown.sizes), default=0)
    falling = sorted(sizes, key=lambda size: (size.width, size.height), reverse=True)
    wider = {fit(image.width, image.height, size.width, size.height)[0]: size.words for size in falling}
    return tuple(wider[width] for width in sorted(wider) if width > most)
