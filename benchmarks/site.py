"""A site to measure: the real program on a data folder of its own, with somebody signed in who has pictures."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
from flask import Flask
from sqlalchemy import select

from imageapp import create_app, migrating
from imageapp.accounts import passwords, service
from imageapp.config import Settings
from imageapp.database import writing
from imageapp.extensions import db
from imageapp.plans.models import Plan, Size

CHECKOUT = Path(__file__).resolve().parent.parent
PATIENCE = 60  # seconds for a start, an end or an answer
NAME, PASSWORD = "measured", "eleven calm otters"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody signed in to a running site; `pid` is its master process, `token` goes with every form."""

    port: int
    pid: int
    browser: requests.Session
    token: str = ""

    @property
    def cookie(self) -> str:
        """The Cookie header of this visitor."""
        return "; ".join(f"{name}={value}" for name, value in self.browser.cookies.items())

    def get(self, path: str) -> dict[str, Any]:
        """The JSON of a page. Raises requests.HTTPError for any answer that is none."""
        answer = self.browser.get(f"http://127.0.0.1:{self.port}{path}", timeout=PATIENCE)
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, data: dict[str, str], file: Path | None = None) -> dict[str, Any]:
        """The JSON that a form is answered with, sent with `file` if one is given. Raises requests.HTTPError."""
        headers = {"X-CSRFToken": self.token or self.get("/login")["csrf_token"]}
        files = {"files": (file.name, file.read_bytes())} if file else None
        answer = self.browser.post(
            f"http://127.0.0.1:{self.port}{path}", data=data, files=files, headers=headers, timeout=PATIENCE
        )
        answer.raise_for_status()
        return answer.json()


def prepared(folder: Path, heights: Sequence[int] = ()) -> tuple[Flask, int]:
    """An app on a new data folder with one person, on the plan with everything; and that person's id.

    The plan's thumbnails are changed to these heights, if any are given.
    """
    settings = Settings(instance=folder, admin_password=PASSWORD)
    migrating.upgrade(settings)
    app = create_app(settings)
    with app.app_context():
        session = db.session()
        with writing(session):
            plan = session.scalars(select(Plan).where(Plan.name == "Enterprise")).one()
            if heights:
                known = {size.height: size for size in session.scalars(select(Size).where(Size.width == 0))}
                plan.sizes = [known.get(height) or Size(width=0, height=height) for height in heights]
            password_hash = passwords.hash_password(PASSWORD)
            person = service.add_user(
                session, username=NAME, password_hash=password_hash, plan=plan, now=datetime.now(UTC)
            )
        return app, person.id


@contextmanager
def running(folder: Path) -> Iterator[Visitor]:
    """Serve that data folder as `make run` does while the context lasts; the person of `prepared` is signed in."""
    environment = os.environ | {
        "IMAGEAPP_INSTANCE": str(folder),
        "IMAGEAPP_HOST": "127.0.0.1",
        "IMAGEAPP_PORT": "0",
        "IMAGEAPP_PROCESSES": str(len(os.sched_getaffinity(0))),
    }
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            [sys.executable, "-m", "imageapp.serve"],
            cwd=CHECKOUT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as server,
    ):
        try:
            yield _signed_in(server)
        finally:
            server.terminate()
            server.wait(PATIENCE)


def _signed_in(server: subprocess.Popen[str]) -> Visitor:
    assert server.stdout is not None
    found = re.search(r":(\d+)$", server.stdout.readline())
    if found is None:
        raise RuntimeError("the site did not start: its log is in its data folder")
    browser = requests.Session()
    browser.trust_env = False
    browser.headers["Accept"] = "application/json"
    stranger = Visitor(int(found[1]), server.pid, browser)
    answer = stranger.post("/login", {"username": NAME, "password": PASSWORD})
    return replace(stranger, token=answer["csrf_token"])
