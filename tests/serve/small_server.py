"""A program of its own: `serve` with an app that is small enough to see through. Started by running.py.

Its one argument is JSON: the settings, and under `does` what the start should do.
"""

import hashlib
import json
import os
import socket
import sys
import tempfile
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from imageapp import logs
from imageapp.config import Settings
from imageapp.serve import serve

BIG = 40_000_000  # bytes of the download
log = logs.events(__name__)


def wait_at_gate(port: int) -> None:
    """Connect to the test and wait until it closes the connection."""
    with socket.create_connection(("127.0.0.1", port)) as gate:
        gate.sendall(b"%d\n" % os.getpid())
        gate.recv(1)


def small_app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    query = {key: values[0] for key, values in parse_qs(environ["QUERY_STRING"]).items()}
    if path == "/download":
        start_response("200 OK", [("Content-Length", str(BIG)), ("Content-Type", "application/octet-stream")])
        return environ["wsgi.file_wrapper"](Path(query["file"]).open("rb"))
    if path == "/hold":
        wait_at_gate(int(query["gate"]))
    if path == "/log":
        log.info("asked", filler="x" * int(query["bytes"]))
    if path == "/break":
        raise RuntimeError("the app broke")
    answer = {
        "pid": os.getpid(),
        "cpus": sorted(os.sched_getaffinity(0)),
        "tmp": tempfile.gettempdir(),
        "length": environ.get("CONTENT_LENGTH"),
        "body": hashlib.sha256(environ["wsgi.input"].read()).hexdigest(),
        "scheme": environ["wsgi.url_scheme"],
        "peer": environ["REMOTE_ADDR"],
        "host": environ.get("HTTP_HOST"),
        "forwarded": sorted(key for key in environ if "FORWARDED" in key),
    }
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(answer).encode()]


def make_app(does: dict[str, Any], _settings: Settings) -> WSGIApplication:
    if does.get("fail_to_make"):
        raise RuntimeError("this app cannot be made")
    return small_app


def prepare(does: dict[str, Any]) -> None:
    Path(does["prepared"]).write_text("yes", encoding="utf-8")
    if does.get("wait_in_prepare"):
        wait_at_gate(does["wait_in_prepare"])
    if does.get("fail_to_prepare"):
        sys.exit("The schema of this database is newer than this program.")
    if does.get("default_password"):
        sys.stdout.write("default-password\n")


def upkeep(does: dict[str, Any]) -> None:
    sys.stdout.write("nobody should see what upkeep says\n")
    wait_at_gate(does["upkeep_gate"])
    sys.exit(does.get("upkeep_status", 0))


def main() -> int:
    given = json.loads(sys.argv[1])
    does = given.pop("does")
    settings = Settings(instance=Path(given.pop("instance")), **given)
    logs.configure()
    tend: Callable[[], None] | None = partial(upkeep, does) if "upkeep_gate" in does else None
    return serve(
        settings,
        partial(make_app, does),
        prepare=partial(prepare, does),
        upkeep=tend,
        upkeep_every=does.get("upkeep_every", 3_600.0),
    )


if __name__ == "__main__":
    sys.exit(main())
