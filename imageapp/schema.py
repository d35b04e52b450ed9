"""Which schema this version of the program works with."""

from functools import cache

from alembic.script import ScriptDirectory

from imageapp.config import CHECKOUT

FOLDER = CHECKOUT / "migrations"


def scripts() -> ScriptDirectory:
    """The migrations that this version knows."""
    return ScriptDirectory(str(FOLDER))


@cache
def head() -> str:
    """The revision that this version works with."""
    return scripts().get_current_head() or ""
