"""The process that decodes. It reads hostile files, so its memory and time are bounded, and all it says is JSON.

`worker.py` starts it with one end of a pipe. It says "ready" once, and then answers each request twice or more, so
that the parent can tell a picture that killed it from a request that never reached it:

    -> {"source": path, "targets": [[width, height, path], …], "accepted": [format, …]}
    <- "started"
    <- {"heavy": bytes} when it may take so many that it asks first, and then
    -> "go on"
    <- {"rendered": …}, {"refused": name, "sentence": …}, {"unavailable": text} when a file cannot be read or
       written, or {"failed": text}; "spent" asks for a successor
"""

import base64
import json
import math
import os
import resource
import signal
import sys
import traceback
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from imageapp.imaging.engines import loaded
from imageapp.imaging.formats import Limits, Rendered, Target
from imageapp.imaging.pillow_engine import ENGINE as PILLOW
from imageapp.imaging.reading import Engine
from imageapp.imaging.render import render
from imageapp.imaging.weight import Weighed, ignored
from imageapp.refusals import NotAnImage, TooManyPixels
from imageapp.sentences import say, wired

# Elsewhere bounds on addresses are refused, or nothing tells how many are taken.
BOUNDS_MEMORY = sys.platform == "linux"

READY = b'"ready"'
STARTED = b'"started"'

# The parent's clock ends a slow picture. This one, in seconds after that, does so when the parent is gone or stopped.
GRACE = 5

# Bytes. Of pictures up to this, as many as there are CPUs may be decoded at a time; a heavier one is decoded alone.
# With 256 MB all processes together came to 781 MB as a rule and once to 938, with this to 507. A WebP of
# 12 megapixels, as phones make, is still light.
HEAVY = 208_000_000

# Bytes beyond that for what is no pixel of the picture: libraries that are loaded on first use, and thumbnails.
SLACK = 64_000_000

TOO_HUNGRY = say("This picture needs more memory than one picture may have. Save a smaller copy.")


def main(settings: str) -> None:
    """Serve requests until the other end of the pipe closes.

    `settings` is JSON: "pipe" (a file descriptor), "limits" (the fields of Limits), "seconds" for a picture, "memory"
    in bytes, "engine" (its name).
    """
    given = json.loads(settings)
    confine(given["memory"])
    hush()
    engine = loaded(given["engine"])
    engine.confine()
    with Connection(given["pipe"]) as connection:
        serve(connection, Limits(**given["limits"]), math.ceil(given["seconds"]) + GRACE, engine)


def confine(memory: int) -> None:
    """Bound this process to `memory` bytes of addresses, without core files, and let it run on every CPU."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if BOUNDS_MEMORY:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        ceiling = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
        resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))
    if hasattr(os, "sched_setaffinity"):
        # The web process is pinned to one CPU, and what it starts would inherit that.
        os.sched_setaffinity(0, range(os.sysconf("SC_NPROCESSORS_CONF")))
    # A stop that is sent to the whole group must not break the upload that the web process is still answering; the
    # end of the pipe tells this process when to go.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def bound(more: int | None) -> None:
    """Let this process take so many bytes of addresses besides those that it has, or as many as `confine` allowed."""
    if BOUNDS_MEMORY:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        taken = int(Path("/proc/self/statm").read_bytes().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (hard if more is None else min(hard, taken + more), hard))


def hush() -> None:
    """Throw away what is written to the standard error from now on: libraries in C quote hostile files there, in a log
    whose lines are to be ours. Faults are in the replies."""
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stderr.fileno())


def serve(connection: Connection, limits: Limits, alarm: int, engine: Engine = PILLOW) -> None:
    """Answer requests one after the other until the pipe ends. No request lives longer than `alarm` seconds."""
    try:
        connection.send_bytes(READY)
        while True:
            request = json.loads(connection.recv_bytes())
            signal.alarm(alarm)
            connection.send_bytes(STARTED)
            reply = answer(request, limits, lambda weight: _ask_to_go_on(connection, weight, alarm), engine)
            bound(None)
            connection.send_bytes(json.dumps(reply).encode("ascii"))
            signal.alarm(0)
    except (EOFError, ConnectionError):
        return


def _ask_to_go_on(connection: Connection, weight: int, alarm: int) -> None:
    if weight <= HEAVY:
        # A header may promise less than there is: nobody was asked for more, so no more is to be had.
        bound(HEAVY + SLACK)
        return
    signal.alarm(0)  # others may be long; the end of the pipe tells when nobody waits for this picture any more
    connection.send_bytes(json.dumps({"heavy": weight}).encode("ascii"))
    connection.recv_bytes()
    signal.alarm(alarm)


def answer(
    request: dict[str, Any], limits: Limits, weighed: Weighed = ignored, engine: Engine = PILLOW
) -> dict[str, Any]:
    """The reply to one request; never raises. `weighed` is told how many bytes it may take, before it takes them."""
    try:
        targets = [Target(width, height, Path(path)) for width, height, path in request["targets"]]
        made = render(Path(request["source"]), targets, limits, request["accepted"], weighed, engine)
        return {"rendered": _plain(made)}
    except (NotAnImage, TooManyPixels) as refusal:
        return {"refused": refusal.error, "sentence": wired(refusal.message)}
    except MemoryError:
        return {"refused": NotAnImage.error, "sentence": wired(TOO_HUNGRY), "spent": True}
    except OSError as error:
        # Without a number it comes from an encoder, not from the disk.
        return {"unavailable" if error.errno else "failed": str(error), "spent": True}
    except Exception:  # whatever it was, the web process must hear of it and log it
        return {"failed": traceback.format_exc()[-2000:], "spent": True}


def _plain(rendered: Rendered) -> dict[str, Any]:
    return {
        "format": rendered.format,
        "width": rendered.width,
        "height": rendered.height,
        "frames": rendered.frames,
        "facts": rendered.facts.as_json(),
        "placeholder": base64.b64encode(rendered.placeholder).decode("ascii") if rendered.placeholder else None,
        "colour": rendered.colour,
        "thumbnails": [[made.width, made.height, made.format, made.bytes, made.frames] for made in rendered.thumbnails],
    }
