"""How a request that does nothing but wait for another one leaves its thread's place to the rest.

The server that runs the app knows how (`draining.Server`); where another one does, such a request keeps its place.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from wsgiref.types import WSGIEnvironment

from imageapp.refusals import Busy
from imageapp.sentences import say

# Makes a context in which the request that it belongs to counts as waiting. Entering it raises Busy where too many do.
Aside = Callable[[], AbstractContextManager[None]]

KEY = "imageapp.aside"  # in the request's environment


def aside_of(environ: WSGIEnvironment) -> Aside:
    """The one of the request with this environment (PEP 3333)."""
    return environ.get(KEY, nullcontext)


def too_many() -> Busy:
    """The refusal of whoever would wait behind too many others."""
    return Busy(say("Many people are waiting for pictures right now. Try again in a moment."), retry_after=5)
