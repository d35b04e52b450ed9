"""What the views of one app have at hand. Only views read it; what is below gets its parts as arguments."""

from dataclasses import dataclass, field
from typing import cast

from flask import current_app

from imageapp.clock import Clock
from imageapp.config import Settings
from imageapp.imaging.formats import Decoder
from imageapp.links.tokens import LinkSigner
from imageapp.once import Once
from imageapp.storage.store import Store


@dataclass(frozen=True, slots=True)
class House:
    """One for each app, in `app.extensions["house"]`."""

    settings: Settings
    store: Store
    signer: LinkSigner
    decoder: Decoder
    clock: Clock
    making: Once = field(default_factory=Once)  # thumbnails that were missing


def house() -> House:
    """The one of the app that answers this request."""
    return cast(House, current_app.extensions["house"])
