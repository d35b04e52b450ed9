"""A program of its own: `imageapp.serve` as it is, with a decoder that writes a line for every picture it reads.

Its one argument is JSON: the settings, and under `made` the file for those lines.
"""

import json
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from flask import Flask

from imageapp import create_app, logs, migrating
from imageapp.config import Settings
from imageapp.imaging.formats import OFFERED, Limits, Rendered, Target
from imageapp.imaging.worker import WorkerDecoder
from imageapp.serve import serve


class Counted:
    """The real decoder, which says on a line of `made` which process asked for how many thumbnails."""

    def __init__(self, made: Path) -> None:
        self._decoder = WorkerDecoder(Limits(), waiting=100, waiting_seconds=60)
        self._made = made

    def render(self, source: Path, targets: Sequence[Target], accepted: Sequence[str] = OFFERED) -> Rendered:
        """As the decoder inside does it."""
        with self._made.open("a", encoding="ascii") as made:
            made.write(f"{os.getpid()} {len(targets)}\n")
        return self._decoder.render(source, targets, accepted)

    def close(self) -> None:
        """End the worker."""
        self._decoder.close()


def make_app(made: Path, settings: Settings) -> Flask:
    return create_app(settings, decoder=Counted(made))


def main() -> int:
    given = json.loads(sys.argv[1])
    made = Path(given.pop("made"))
    settings = Settings(instance=Path(given.pop("instance")), **given)
    logs.configure()
    return serve(settings, partial(make_app, made), prepare=partial(migrating.upgrade, settings))


if __name__ == "__main__":
    sys.exit(main())
