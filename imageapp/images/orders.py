"""In which order somebody looks through their pictures, and which of them: plain values, without the database."""

import re
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from imageapp.database import microseconds, moment
from imageapp.identifiers import PUBLIC_ID
from imageapp.refusals import BadForm
from imageapp.sentences import say

# A character of a name can become 18 in its key.
LONGEST_KEY = 200

_AFTER = re.compile(rf"([A-Za-z0-9_=-]{{1,1200}})\.({PUBLIC_ID})", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,17}", re.ASCII)


class Order(NamedTuple):
    """`name` stands in addresses, `words` on pages. `key` is the column that decides, with the id among equals."""

    name: str
    words: str
    key: str
    descending: bool


NEWEST = Order("newest", say("Newest first"), "created_at", descending=True)
ORDERS = (
    NEWEST,
    Order("oldest", say("Oldest first"), "created_at", descending=False),
    Order("name", say("By name"), "name_key", descending=False),
    Order("largest", say("Largest first"), "bytes", descending=True),
)


class Asked(NamedTuple):
    """What somebody wants to see: pictures whose names hold `words` (all for ""), in this order."""

    order: Order = NEWEST
    words: str = ""

    @property
    def query(self) -> dict[str, str]:
        """How an address says it."""
        said = {"order": self.order.name} if self.order is not NEWEST else {}
        return {**said, "name": self.words} if self.words else said

    def address(self, root: str, **more: str | int) -> str:
        """The gallery at `root` as it was asked for, with more in its query."""
        # A place is told with a point in it, which stays as it is.
        query = urlencode({**more, **self.query})
        return f"{root}?{query}" if query else root


ALL = Asked()


def asked(order: str, words: str) -> Asked:
    """What an address says. Raises BadForm where there is no such order."""
    found = next((one for one in ORDERS if one.name == (order or NEWEST.name)), None)
    if found is None:
        raise BadForm(say("There is no such order. Choose one of the list."), "order")
    return Asked(found, " ".join(words.split())[:LONGEST_KEY])


def come_from(query: Mapping[str, str]) -> Asked:
    """The gallery from which somebody came to a picture, as the query of its address says; all of it where that makes
    no sense.
    """
    try:
        return asked(query.get("order", ""), query.get("name", ""))
    except BadForm:
        return ALL


def name_key(name: str) -> str:
    """Under what a name is sorted and found: whatever its capitals are and however its letters were typed."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())[:LONGEST_KEY]


def marker(order: Order, image: Any) -> str:  # noqa: ANN401 - a row with the columns of a list
    """Where a page in this order that ends with this picture goes on."""
    if order.key == "name_key":
        place = urlsafe_b64encode(name_key(image.name).encode()).decode("ascii")
    else:
        value = getattr(image, order.key)
        place = str(microseconds(value) if isinstance(value, datetime) else value)
    return f"{place}.{image.id}"


def place_in(order: Order, after: str) -> tuple[Any, str]:
    """The value of the order's key, and the id, in a marker of that order. Raises BadForm where it is none."""
    match = _AFTER.fullmatch(after)
    place = _value(order, match[1]) if match else None
    if match is None or place is None:
        raise BadForm(say("This address of a page is damaged. Start again from the first page."), "after")
    return place, match[2]


def _value(order: Order, text: str) -> Any:  # noqa: ANN401 - of the type of the order's column
    if order.key == "name_key":
        try:
            key = urlsafe_b64decode(text.encode("ascii")).decode()
        except (NotBase64, UnicodeDecodeError):
            return None
        return key if key and "\0" not in key else None
    if _NUMBER.fullmatch(text) is None:
        return None
    return moment(int(text)) if order.key == "created_at" else int(text)
