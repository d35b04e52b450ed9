"""The other sides of the serving rows: as little as can be, in the same processes and with the same server.

`python -m benchmarks.opponents hello|bare INSTANCE PROCESSES [FILE]` prints its address and serves until it is stopped:
`hello` is a Flask app with one view, `bare` a WSGI function that hands FILE to the server.
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask

from imageapp import logs
from imageapp.config import Settings
from imageapp.serve import serve


def hello(_settings: Settings) -> WSGIApplication:
    """A Flask app that says hello."""
    app = Flask("hello")

    @app.get("/")
    def say_hello() -> str:
        return "hello"

    return app


def bare(file: Path) -> WSGIApplication:
    """A WSGI app that answers everything with the file."""
    length = str(file.stat().st_size)

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "image/jpeg"), ("Content-Length", length)])
        return environ["wsgi.file_wrapper"](file.open("rb"))

    return app


def main() -> int:
    """Serve the opponent that the arguments name."""
    name, instance, processes, *file = sys.argv[1:]
    settings = Settings(instance=Path(instance), port=0, processes=int(processes))
    logs.configure()
    return serve(settings, hello if name == "hello" else lambda _settings: bare(Path(file[0])))


if __name__ == "__main__":
    sys.exit(main())
