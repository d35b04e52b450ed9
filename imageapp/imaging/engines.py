"""Which engines there are, by name, for those who choose one. None of them is loaded by asking."""

import importlib
import importlib.util
from ctypes.util import find_library
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imageapp.imaging.reading import Engine

PILLOW = "pillow"
VIPS = "vips"

# What an engine needs in the environment of its process before it is loaded. libvips: one thread for each picture, as
# the machine's others have pictures of their own; none of the loaders that it does not trust itself; and one heap, as
# the space that further ones keep counts for the process's limit.
ENVIRONMENT = {
    PILLOW: {},
    VIPS: {"VIPS_CONCURRENCY": "1", "VIPS_BLOCK_UNTRUSTED": "1", "MALLOC_ARENA_MAX": "1"},
}

NOT_INSTALLED = (
    "pyvips is not installed here. `make vips` installs it, in Docker `docker compose up --build`; or leave this out"
)


def engine_name(text: str) -> str:
    """The name of the engine that this text means. Raises ValueError, which says what would do."""
    name = text.lower()
    if name not in ENVIRONMENT:
        raise ValueError(" or ".join(ENVIRONMENT))
    if name == VIPS and not _has_vips():
        raise ValueError(NOT_INSTALLED)
    return name


def loaded(name: str) -> "Engine":
    """The engine of this name."""
    return importlib.import_module(f"imageapp.imaging.{name}_engine").ENGINE


def _has_vips() -> bool:
    # Looked for, not loaded: a library that starts threads has no business in a process that will be forked. With
    # pyvips[binary] it is a module, else the system's.
    return _is_there("pyvips") and (_is_there("_libvips") or find_library("vips") is not None)


def _is_there(module: str) -> bool:
    return importlib.util.find_spec(module) is not None
