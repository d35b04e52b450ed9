"""How columns of the lists are written."""

from typing import Any

from flask import url_for
from jinja2.runtime import Context
from markupsafe import Markup

from imageapp.accounts.models import User
from imageapp.images.models import Image
from imageapp.plans.entitlements import Size
from imageapp.sentences import say
from imageapp.speaking import language
from imageapp.wording import file_size, instant


def size_column(_view: object, _context: Context | None, row: Any, name: str) -> str:  # noqa: ANN401 - of any table
    """Bytes in words; "No limit" where there is no number."""
    count = getattr(row, name)
    return say("No limit") if count is None else file_size(count)


def moment_column(_view: object, _context: Context | None, row: Any, name: str) -> Markup:  # noqa: ANN401 - as above
    """A moment."""
    return instant(getattr(row, name), language())


def size_badges(sizes: list[Size]) -> Markup:
    """Sizes by their labels."""
    return Markup(" ").join(Markup('<span class="badge plain">{}</span>').format(size.label) for size in sizes)


def picture_link(image: Image) -> Markup:
    """A picture's name, leading to its page."""
    return Markup('<a href="{}">{}</a>').format(url_for("images.detail", image_id=image.id), image.name)


def owner_link(owner: User, endpoint: str) -> Markup:
    """An owner's name, leading to the same list with theirs alone."""
    return Markup('<a href="{}">{}</a>').format(url_for(endpoint, owner=owner.username), owner.username)
