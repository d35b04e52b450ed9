"""A picture of the trash as it is shown: the one thing from which both its page and its JSON are made."""

import base64
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from imageapp.clock import rfc3339
from imageapp.images.trash import Trashed
from imageapp.imaging.formats import FORMATS


@dataclass(frozen=True, slots=True)
class ShownTrash:
    """A picture that lies in the trash.

    `blurred` is its placeholder as a `data:` address, the one thing of its pixels that is shown; None where there is
    none. `days_left` are begun days, at least 1 until the hourly sweep comes.
    """

    image: Trashed
    format_label: str
    blurred: str | None
    days_left: int

    def as_json(self) -> dict[str, Any]:
        """What a program gets."""
        image = self.image
        return {
            "id": image.id,
            "name": image.name,
            "format": image.format,
            "width": image.width,
            "height": image.height,
            "bytes": image.bytes,
            "created_at": rfc3339(image.created_at),
            "trashed_at": rfc3339(image.trashed_at),
            "gone_at": rfc3339(image.gone_at),
        }


def shown_trash(image: Trashed, now: datetime) -> ShownTrash:
    """The picture as its owner sees it at this moment."""
    blurred = None
    if image.placeholder:
        blurred = f"data:image/webp;base64,{base64.b64encode(image.placeholder).decode('ascii')}"
    days = math.ceil((image.gone_at - now) / timedelta(days=1))
    return ShownTrash(image, FORMATS[image.format].label, blurred, max(1, days))
