"""Pictures as lists show them: what differs from one tile, and from one month, to the next."""

from base64 import b64encode
from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from markupsafe import Markup, escape

from imageapp.images.orders import ALL, NEWEST, Asked, Order
from imageapp.images.representation import STAGE_HEIGHT, TILE_HEIGHT, Facts, Window, tile_place
from imageapp.imaging.formats import FORMATS, fit
from imageapp.languages import Language
from imageapp.moulds import Moulds, gap
from imageapp.sentences import Day, said
from imageapp.wording import size_in

# Tiles at the top of a page, about as many as a window shows: their pictures do not wait until the page is laid out.
AT_ONCE = 8

NOTHING = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E"
# How a WebP without an alpha channel goes on after its length. Under a picture that can be seen through, its
# placeholder would stay in sight.
OPAQUE = b"VP8 "


class BlankSize(NamedTuple):
    """A size of the plan, whose pixels differ from picture to picture."""

    words: str
    path: str
    pixels: str


class Tiles:
    """The tiles of some pictures, seen through a window; implements `moulds.Entries`.

    `path` is the gallery's address on this server, which pictures are loaded from; the addresses to copy are the
    window's. `with_links` puts the links of each picture behind a button on its tile. Browsers load the first `at_once`
    at once, the others when they are about to be seen. `what` is how the gallery was asked for that they stand in.
    """

    def __init__(
        self,
        images: Sequence[Facts],
        seen: Window,
        path: str,
        *,
        with_links: bool,
        at_once: int = AT_ONCE,
        what: Asked = ALL,
    ) -> None:
        self._images = images
        self._seen = seen
        self._path = path
        self._with_links = with_links
        self._at_once = at_once
        self._query = escape(what.address(""))

    drawn_by = ("images/_tiles.html", "tile")

    @property
    def key(self) -> Hashable:
        """What the markup around the gaps depends on."""
        return self._seen, self._path, self._with_links

    def blank(self) -> Mapping[str, object]:
        """A tile with gaps; `shown` is False where the plan shows pictures in no size."""
        seen = self._seen
        sizes = [
            BlankSize(words, f"thumbnails/{label}", gap(f"pixels{place}"))
            for place, (_, label, words, *_) in enumerate(seen.sizes)
        ]
        return {
            "path": self._path,
            "root": seen.root,
            "shown": bool(sizes) or seen.shows_original,
            "with_links": self._with_links,
            "sizes": sizes,
            "shows_original": seen.shows_original,
            "makes_links": seen.makes_links,
            **{name: gap(name) for name in GAPS},
        }

    def filled(self, language: Language) -> Iterator[Mapping[str, str]]:
        """What goes into the gaps of each tile."""
        # A camera makes many pictures of the same size.
        measured: dict[tuple[int, int, str], dict[str, str]] = {}
        for place, image in enumerate(self._images):
            size = image.width, image.height, image.format
            if size not in measured:
                measured[size] = self._measures(*size)
            tile = measured[size]["tile"]
            address = f"{self._path}/{image.id}"
            yield {
                **measured[size],
                "id": image.id,
                # Where there is nothing that a browser shows, what is seen until then is all that is seen.
                "source": f"{address}/{tile}" if tile else _placeholder(image.placeholder),
                "choice": measured[size]["choice"].format(address),
                "name": escape(image.name),
                "bytes": size_in(image.bytes, language),
                "placeholder": _placeholder(image.placeholder),
                "hurry": _hurry(place, self._at_once) + (" data-moves" if image.frames > 1 else ""),
                "query": self._query,
            }

    def _measures(self, width: int, height: int, format_name: str) -> dict[str, str]:
        """What tells pictures of this size and format apart from those of another.

        `big` is what is shown large, its width and its height; nothing where there is nothing that browsers show.
        """
        sizes = self._seen.sizes
        fitted = [fit(width, height, box_width, box_height) for *_, box_width, box_height in sizes]
        heights = [high for _, high in fitted]
        place, dense = tile_place(heights, height), tile_place(heights, height, density=2)
        tile, (tile_width, tile_height) = "original" if FORMATS[format_name].shown else "", (width, height)
        choice = ""
        if place is not None:
            tile, (tile_width, tile_height) = f"thumbnails/{sizes[place][1]}", fitted[place]
            if dense is not None and dense != place:
                choice = _choice(tile, tile_width, f"thumbnails/{sizes[dense][1]}", *fitted[dense])
        tallest = max(heights, default=0)
        # As on the picture's own page: the original where the plan gives none that is large enough.
        enough = tallest >= min(STAGE_HEIGHT, height) or not self._seen.shows_original or not FORMATS[format_name].shown
        big = f"original {width} {height}"
        if enough:
            place = heights.index(tallest) if heights else None
            big = "" if place is None else f"thumbnails/{sizes[place][1]} {fitted[place][0]} {fitted[place][1]}"
        return {
            "big": big,
            "tile": tile,
            "choice": choice,
            "tile_width": str(tile_width),
            "tile_height": str(tile_height),
            "pixels": f"{width} &times; {height}",
            **{f"pixels{place}": f"{wide} &times; {high}" for place, (wide, high) in enumerate(fitted)},
        }


def _choice(tile: str, tile_width: int, dense: str, width: int, height: int) -> str:
    """Both thumbnails of a picture, with {} for its address, for a browser to choose by the pixels of its screen.

    On a phone a tile is a square of 30 in 100 of the screen's width, to which a wide picture is cut. It is said to be
    that narrow: of what a thumbnail then lacks nothing is seen on so small a tile, and it has a third of the bytes.
    """
    seen = f"(width<=40rem) 30vw,{TILE_HEIGHT * width / height:.0f}px"
    return f' srcset="{{0}}/{tile} {tile_width}w,{{0}}/{dense} {width}w" sizes="{seen}"'


def _hurry(place: int, at_once: int) -> str:
    """How soon a browser is to load the picture there; of the first, which is soon the largest in sight, at once."""
    if place >= at_once:
        return 'loading="lazy"'
    return 'fetchpriority="high"' if place == 0 and at_once == AT_ONCE else 'loading="eager"'


GAPS = (
    *("id", "name", "source", "choice", "tile_width", "tile_height", "pixels", "bytes"),
    *("placeholder", "hurry", "big", "query"),
)


def is_see_through(placeholder: bytes | None) -> bool:
    """Whether a picture is not everywhere opaque, as its placeholder tells. Not known without one: then no."""
    return placeholder is not None and placeholder[12:16] != OPAQUE


@lru_cache(maxsize=4096)
def _placeholder(webp: bytes | None) -> str:
    """The address of what is seen until the picture is there."""
    if webp is None or is_see_through(webp):
        return NOTHING
    return f"data:image/webp;base64,{b64encode(webp).decode('ascii')}"


class Parts:
    """The pictures of one page under months, or under the name of another order; implements `moulds.Entries`."""

    drawn_by = ("images/_tiles.html", "part")
    key = None

    def __init__(self, images: Sequence[Facts], seen: Window, path: str, what: Asked, moulds: Moulds) -> None:
        self._images = images
        self._what = what
        self._seen = seen
        self._path = path
        self._moulds = moulds

    def blank(self) -> Mapping[str, object]:
        """A part with gaps."""
        return {"name": gap("name"), "tiles": gap("tiles")}

    def filled(self, language: Language) -> Iterator[Mapping[str, str]]:
        """What goes into the gaps of each part."""
        at_once = AT_ONCE
        order = self._what.order
        dated = order.key == "created_at"
        for _, group in groupby(self._images, key=_month if dated else lambda _: None):
            images = list(group)
            tiles = Tiles(images, self._seen, self._path, with_links=True, at_once=at_once, what=self._what)
            at_once -= len(images)
            name = Day(images[0].created_at, "month") if dated else order.words
            yield {"name": said(name, language), "tiles": self._moulds.filled(tiles, language)}


def _month(image: Facts) -> tuple[int, int]:
    return image.created_at.year, image.created_at.month


class Bulk:
    """What can be done with many pictures at once, as the plan allows; implements `moulds.Entries`."""

    drawn_by = ("images/_tiles.html", "bulk")

    def __init__(self, seen: Window, path: str) -> None:
        self._seen = seen
        self._path = path

    @property
    def key(self) -> Hashable:
        """What the bar depends on."""
        return self._seen.sizes, self._seen.shows_original, self._path

    def blank(self) -> Mapping[str, object]:
        """The bar, which has no gaps."""
        sizes = [{"label": label, "words": words} for _, label, words, *_ in self._seen.sizes]
        return {"path": self._path, "sizes": sizes[::-1], "shows_original": self._seen.shows_original}

    def filled(self, language: Language) -> Iterator[Mapping[str, str]]:  # noqa: ARG002 - nothing is filled in
        """One bar."""
        yield {}


class Onward:
    """The way from one page to the next; implements `moulds.Entries`."""

    drawn_by = ("images/_tiles.html", "onward")

    def __init__(self, address: str | None, order: Order) -> None:
        self._address = address
        self._order = order

    @property
    def key(self) -> Hashable:
        """Whether what follows is older, or only more."""
        return self._order is NEWEST

    def blank(self) -> Mapping[str, object]:
        """A link with a gap."""
        return {"address": gap("address"), "older": self._order is NEWEST}

    def filled(self, language: Language) -> Iterator[Mapping[str, str]]:  # noqa: ARG002 - an address has none
        """One address, or none."""
        if self._address is not None:
            yield {"address": escape(self._address)}


def wall(
    moulds: Moulds,
    images: Sequence[Facts],
    seen: Window,
    path: str,
    onward: str | None,
    language: Language,
    what: Asked = ALL,
) -> Markup:
    """The pictures of one page and what leads on. `path` as for `Tiles`; `onward` is the address of the next page."""
    parts = (
        moulds.filled(Parts(images, seen, path, what, moulds), language),
        moulds.filled(Onward(onward, what.order), language),
        moulds.filled(Bulk(seen, path), language),
    )
    return Markup("".join(parts))  # noqa: S704 - markup each
