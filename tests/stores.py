"""Stores that behave in ways which a test needs."""

from collections.abc import Callable
from typing import Any

from imageapp.storage.disk import DiskStore
from imageapp.storage.store import Blob


class Interrupted(DiskStore):
    """A store that lets something happen once, right before the next bytes are opened."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.first: Callable[[], object] | None = None

    def open(self, key: str) -> Blob:
        """Raises Missing."""
        if (first := self.first) is not None:
            self.first = None
            first()
        return super().open(key)
