"""`python -m imageapp.serve`: the app on waitress, one pinned process per CPU on one socket.

The order of a start: the port is taken (so that a second start says so and touches nothing), a short-lived process
prepares the data, the port is opened, web processes are forked and make the app each for itself.
"""

import contextlib
import errno
import gc
import os
import resource
import runpy
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from typing import Any
from wsgiref.types import WSGIApplication

from imageapp import config, create_app, logs
from imageapp.config import Settings, SettingsError
from imageapp.draining import MasterWatch, Server
from imageapp.imaging.worker import AT_ONCE, WAITING
from imageapp.keys import make_private_folder
from imageapp.processes import Master, Tether

log = logs.events(__name__)

BACKLOG = 1_024
CONNECTIONS = 1_000  # for each process; slow senders cost a connection, not a thread
MULTIPART_SLACK = 1_000_000  # bytes around the files of an upload, so that its own limit is judged by the app
RECEIVED_AT_ONCE = 1 << 18  # bytes; with 8,192, as waitress has it, a photograph costs 600 turns of the loop
FILES = 8_192  # open files: a connection may take three
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - what an operator may set, and where to look then
UPKEEP_EVERY = 3_600.0  # seconds
STILL_DEFAULT = "default-password"  # the line that the preparation writes while the admin still has it


class CannotStart(Exception):
    """The server cannot start; the message is a sentence for the operator."""


def main() -> int:
    """Serve as the environment says, until SIGTERM or SIGINT. Returns the exit status."""
    try:
        settings = config.read()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    os.umask(0o077)  # database, key and pictures are nobody else's
    logs.configure()
    return serve(
        settings,
        create_app,
        prepare=partial(runpy.run_module, "imageapp.migrating", run_name="__main__"),
        upkeep=_check_and_repair,
        parked=AT_ONCE + WAITING,
    )


def _check_and_repair() -> None:
    sys.argv = ["flask", "--app", str(config.CHECKOUT / "wsgi.py"), "check", "--repair"]
    runpy.run_module("flask", run_name="__main__")


def serve(
    settings: Settings,
    make_app: Callable[[Settings], WSGIApplication],
    *,
    prepare: Callable[[], object] | None = None,
    upkeep: Callable[[], object] | None = None,
    upkeep_every: float = UPKEEP_EVERY,
    parked: int = 0,
) -> int:
    """Serve what `make_app` makes, called in every web process, until SIGTERM or SIGINT. Returns the exit status.

    `prepare` and `upkeep` are called in short-lived processes of their own: the one before anything is served, where a
    failure is the end, the other every `upkeep_every` seconds. Of the requests in a web process as many as `parked` may
    do nothing but wait for others: they leave its threads to the rest. Must be called in a main thread, without others.
    """
    try:
        _make_room(settings)
        listener = _bound(settings.host, settings.port)
    except CannotStart as fault:
        return _refuse(fault)
    with listener, Master(listener) as master:
        status, said = master.once(prepare) if prepare else (0, "")
        if master.stopping:
            return 0
        if status:
            log.error("preparation_failed", status=status)
            return 1
        try:
            _listen(listener, settings)
        except CannotStart as fault:
            return _refuse(fault)
        cpus = _cpus(settings.processes)
        return master.keep(
            settings.processes,
            lambda number, tether: _serve_web(settings, make_app, listener, tether, cpus[number], parked),
            on_serving=lambda: _announce(settings, listener.getsockname()[1], STILL_DEFAULT in said.splitlines()),
            upkeep=upkeep,
            upkeep_every=upkeep_every,
        )


def _serve_web(
    settings: Settings,
    make_app: Callable[[Settings], WSGIApplication],
    listener: socket.socket,
    tether: Tether,
    cpu: int | None,
    parked: int,
) -> None:
    """The life of a web process."""
    if cpu is not None:
        # Threads of one process on two CPUs fight over the interpreter's lock: a pinned one serves several times more.
        os.sched_setaffinity(0, {cpu})
    app = make_app(settings)
    # What the app is made of stays as long as the process: the collector need not look through it again and again.
    gc.collect()
    gc.freeze()
    server = Server(app, listener, waitress_options(settings, parked))
    MasterWatch(tether.master, server)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.stop())
    tether.report_ready()
    if not server.serve():
        log.error("requests_cut_at_end", connections=len(server.channels()))


def waitress_options(settings: Settings, parked: int) -> dict[str, Any]:
    """How waitress is set for these settings; `parked` as for `serve`.

    X-Forwarded-… are dropped unless they come from the trusted proxy.
    """
    options: dict[str, Any] = {
        "threads": settings.threads + parked,
        "backlog": BACKLOG,
        "connection_limit": CONNECTIONS,
        "max_request_body_size": settings.max_request_bytes + MULTIPART_SLACK,
        "channel_timeout": 120,
        "recv_bytes": RECEIVED_AT_ONCE,
        "ident": None,
        "expose_tracebacks": False,
        "url_scheme": "https" if settings.secure else "http",
        "clear_untrusted_proxy_headers": True,
    }
    if settings.trusted_proxy:
        options["trusted_proxy"] = settings.trusted_proxy
        options["trusted_proxy_headers"] = "x-forwarded-for x-forwarded-host x-forwarded-proto"
    return options


def _make_room(settings: Settings) -> None:
    """Folders for the data and for bodies that are being received, and as many open files as may be had."""
    try:
        make_private_folder(settings.instance)
        make_private_folder(settings.spool)
    except OSError as error:
        raise CannotStart(f"{error.filename} cannot be made ({error.strerror}): set IMAGEAPP_INSTANCE") from None
    # The rest of the file system may be read-only.
    os.environ["TMPDIR"] = tempfile.tempdir = str(settings.spool)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _bound(host: str, port: int) -> socket.socket:
    """A socket that holds the port but is not open yet. Raises CannotStart where it cannot be had."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError:
        raise CannotStart(f"HOST={host!r} is not an address of this machine") from None
    family, kind, protocol, _, address = found[0]
    listener = socket.socket(family, kind, protocol)
    try:
        # Connections of an earlier run that have not been forgotten yet do not keep the port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise CannotStart(_why_not(error, host, port)) from None
    return listener


def _listen(listener: socket.socket, settings: Settings) -> None:
    try:
        listener.listen(BACKLOG)
    except OSError as error:  # another start held the same port closed as we did, and was faster
        raise CannotStart(_why_not(error, settings.host, settings.port)) from None


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is taken by another program. Stop that one, or choose another port: PORT=8001"
    if error.errno == errno.EACCES:
        return f"port {port} is not for this user. Choose one from 1024 on: PORT=8000"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"HOST={host!r} is not an address of this machine"
    return f"port {port} of {host} cannot be used ({error.strerror})"


def _refuse(fault: CannotStart) -> int:
    sys.stderr.write(f"imageapp cannot start: {fault}\n")
    return 1


def _cpus(processes: int) -> list[int | None]:
    """The CPU of each process; None where they cannot be pinned or there is not one for each."""
    if not hasattr(os, "sched_getaffinity"):
        return [None] * processes
    cpus = sorted(os.sched_getaffinity(0))
    return list(cpus[:processes]) if len(cpus) >= processes else [None] * processes


def address(settings: Settings, port: int) -> str:
    """Where people find the server, for the line that a start prints."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    here = f"http://{EVERYWHERE.get(settings.host, host)}:{port}"
    if settings.public_url:
        return f"{settings.public_url} (here: {here})"
    return f"{here} and at the other addresses of this machine" if settings.host in EVERYWHERE else here


def _announce(settings: Settings, port: int, default_password: bool) -> None:
    words = f"imageapp is at {address(settings, port)}\n"
    if default_password:
        words += "The admin account still has its default password (admin / admin). Sign in and change it.\n"
    with contextlib.suppress(OSError):
        sys.stdout.write(words)
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
