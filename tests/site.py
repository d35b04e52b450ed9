"""A running imageapp for tests: a real waitress on a port, in threads of this process so that its clock can be moved.

`Site.client()` is a browser or program with cookies of its own; every POST carries its CSRF token.
"""

import itertools
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import requests
from flask import Flask
from sqlalchemy import Connection, create_engine, event, select, text
from sqlalchemy.orm import Session
from waitress import wasyncore
from waitress.server import create_server

from imageapp import create_app, migrating
from imageapp.accounts.models import User
from imageapp.accounts.passwords import hash_password
from imageapp.accounts.service import add_user
from imageapp.config import Settings
from imageapp.database import writing
from imageapp.extensions import db
from imageapp.imaging.formats import Decoder
from imageapp.languages import Languages
from imageapp.plans.models import Plan, Size
from imageapp.storage.store import Store
from tests.clock import MovableClock

PASSWORD = "five quiet geese"
ADMIN_PASSWORD = "seven loud ducks"
JSON = {"Accept": "application/json"}

_numbers = itertools.count(1)


@cache
def _password_hash() -> str:
    """Of PASSWORD, for everybody: made once, as each takes a tenth of a second."""
    return hash_password(PASSWORD)


class Client(requests.Session):
    """One browser or program. Addresses are paths; redirects are not followed; HTML unless `headers` say otherwise."""

    def __init__(self, root: str) -> None:
        super().__init__()
        self.root = root
        self.trust_env = False
        self.username = ""
        self.headers["Accept"] = "text/html"

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs.setdefault("allow_redirects", False)
        kwargs.setdefault("timeout", 60)
        url = url.decode() if isinstance(url, bytes) else url
        return super().request(method, url if url.startswith("http") else self.root + url, *args, **kwargs)

    def get(self, url: str | bytes, **kwargs: Any) -> requests.Response:
        # The library's own follows redirects whatever `request` has as its default.
        kwargs.setdefault("allow_redirects", False)
        return super().get(url, **kwargs)

    def csrf(self) -> str:
        """A token that belongs to this client's cookie."""
        return self.get("/login", headers=JSON).json()["csrf_token"]

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        response = super().send(request, **kwargs)
        response.content  # noqa: B018 - read now, so that no test leaves a connection open
        return response

    def submit(
        self, path: str, data: Any = None, *, files: Any = None, as_json: bool = False, **headers: str
    ) -> requests.Response:
        """POST a form as a page of ours would, with the token of this client."""
        sent = {"X-CSRFToken": self.csrf(), **(JSON if as_json else {}), **headers}
        return self.post(path, data=data, files=files, headers=sent)

    def sign_in(self, username: str, password: str = PASSWORD) -> "Client":
        """Signed in, or the test fails."""
        response = self.submit("/login", {"username": username, "password": password})
        assert response.status_code == 303, response.text
        self.username = username
        return self

    def upload(self, *paths: Path | tuple[str, bytes], name: str = "") -> requests.Response:
        """Send files to the upload as a program does."""
        parts = [(path.name, path.read_bytes()) if isinstance(path, Path) else path for path in paths]
        files = [("files", (file_name, content, "application/octet-stream")) for file_name, content in parts]
        return self.submit("/images/upload", {"name": name} if name else {}, files=files, as_json=True)

    def keep(self, path: Path | tuple[str, bytes]) -> dict[str, Any]:
        """Upload one picture that must be kept; its JSON."""
        response = self.upload(path)
        assert response.status_code == 201, response.text
        return response.json()["images"][0]

    def throw_away(self, image: dict[str, Any]) -> requests.Response:
        """Put a picture into the trash and delete it there for good; the answer to the latter, which must be a 303."""
        put_away = self.submit(f"/images/{image['id']}/delete")
        assert put_away.status_code == 303, put_away.text
        response = self.submit("/trash/delete", {"id": image["id"]})
        assert response.status_code == 303, response.text
        return response

    def link(self, image: dict[str, Any], seconds: int = 300) -> dict[str, Any]:
        """Make an expiring link that must succeed; its JSON."""
        response = self.submit(f"/images/{image['id']}/links/new", {"seconds": seconds}, as_json=True)
        assert response.status_code == 201, response.text
        return response.json()


class Site:
    """One running imageapp on a database and a folder of its own."""

    def __init__(
        self,
        folder: Path,
        database_url: str | None = None,
        *,
        decoder: Decoder | None = None,
        store: Store | None = None,
        languages: Languages | None = None,
        threads: int = 8,
        **settings: Any,
    ) -> None:
        self.clock = MovableClock()
        given = {"admin_password": ADMIN_PASSWORD, "database_url": database_url, **settings}
        self.settings = replace(Settings(instance=folder), **given)
        migrating.upgrade(self.settings, self.clock)
        self.app: Flask = create_app(self.settings, clock=self.clock, decoder=decoder, store=store, languages=languages)
        self._sockets: dict[int, Any] = {}
        self.server = create_server(
            self.app,
            map=self._sockets,
            host="127.0.0.1",
            port=0,
            threads=threads,
            # Clients keep their connections for as long as they live; at waitress's 100 nobody new would get in.
            connection_limit=1_000,
            asyncore_use_poll=True,
            ident=None,
            clear_untrusted_proxy_headers=True,
            max_request_body_size=self.settings.max_request_bytes + 1_000_000,
        )
        self.port = int(self.server.effective_port)  # type: ignore[attr-defined] - one listener, so one port
        self.root = f"http://127.0.0.1:{self.port}"
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="site", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while not self._ending.is_set():
            wasyncore.loop(timeout=1, use_poll=True, map=self._sockets, count=1)

    def close(self) -> None:
        """Stop serving, and the worker that decodes."""
        self.server.task_dispatcher.shutdown()
        self._ending.set()
        self.server.pull_trigger()  # type: ignore[attr-defined] - one listener, so a TcpWSGIServer
        self._thread.join(5)
        # Not before the loop has ended: the trigger must be there when it is pulled.
        wasyncore.close_all(self._sockets)
        self.app.extensions["house"].decoder.close()
        with self.app.app_context():
            db.engine.dispose()

    def client(self) -> Client:
        """Somebody new, without an account."""
        return Client(self.root)

    def admin(self) -> Client:
        """The first admin, signed in."""
        return self.client().sign_in("admin", self.settings.admin_password or "admin")

    @contextmanager
    def session(self) -> Iterator[Session]:
        """The database as the app sees it, to look into or to set the scene."""
        with self.app.app_context():
            yield db.session()

    def person(
        self, plan: str = "Enterprise", *, name: str = "", is_admin: bool = False, is_active: bool = True
    ) -> str:
        """A new user on that plan; returns the user name. The password is PASSWORD."""
        username = name or f"person{next(_numbers)}"
        with self.session() as session, writing(session):
            chosen = session.scalars(select(Plan).where(Plan.name == plan)).one()
            add_user(
                session,
                username=username,
                password_hash=_password_hash(),
                plan=chosen,
                now=self.clock(),
                is_admin=is_admin,
                is_active=is_active,
            )
        return username

    def member(self, plan: str = "Enterprise", *, is_admin: bool = False) -> Client:
        """A new user on that plan, signed in. `client.username` names them."""
        username = self.person(plan, is_admin=is_admin)
        return self.client().sign_in(username)

    def plan(
        self,
        *sizes: tuple[int, int],
        shows_original: bool = False,
        makes_links: bool = False,
        quota_bytes: int | None = None,
    ) -> str:
        """A new plan with these sizes (width, height; 0 = free); returns its name."""
        name = f"plan{next(_numbers)}"
        with self.session() as session, writing(session):
            rows = []
            for width, height in sizes:
                row = session.scalar(select(Size).where(Size.width == width, Size.height == height))
                rows.append(row or Size(width=width, height=height))
            session.add(
                Plan(
                    name=name,
                    name_key=name,
                    shows_original=shows_original,
                    makes_links=makes_links,
                    quota_bytes=quota_bytes,
                    sizes=rows,
                )
            )
        return name

    def change_plan(self, name: str, /, **values: Any) -> None:
        """Change a plan behind everybody's back, as an admin would: shows_original=False, sizes=[(0, 200)] …"""
        with self.session() as session, writing(session):
            plan = session.scalars(select(Plan).where(Plan.name == name)).one()
            for key, value in values.items():
                if key == "sizes":
                    chosen = [select(Size).where(Size.width == w, Size.height == h) for w, h in value]
                    plan.sizes = [
                        session.scalar(query) or Size(width=w, height=h)
                        for query, (w, h) in zip(chosen, value, strict=True)
                    ]
                else:
                    setattr(plan, key, value)

    def change_user(self, username: str, /, **values: Any) -> None:
        """Change a row of users: is_active=False, plan="Basic" …"""
        with self.session() as session, writing(session):
            user = session.scalars(select(User).where(User.username == username)).one()
            for key, value in values.items():
                if key == "plan":
                    value = session.scalars(select(Plan).where(Plan.name == value)).one()  # noqa: PLW2901
                setattr(user, key, value)

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """Every SQL statement that this site runs meanwhile, but those that begin and end transactions."""
        seen: list[str] = []

        def note(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA")):
                seen.append(statement)

        with self.app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(engine, "before_cursor_execute", note)

    def files(self) -> set[str]:
        """The names of all files that the store holds."""
        return {path.name for path in self.settings.pictures.glob("*/*")}

    def talk(self, request: bytes) -> bytes:
        """Send these very bytes, and read until the server closes the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            connection.sendall(request)
            return b"".join(iter(lambda: connection.recv(65_536), b""))


def new_postgres_database(server_url: str, name: str) -> str:
    """An empty database on that server, instead of one of the same name; returns its address."""
    engine = create_engine(server_url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return engine.url.set(database=name).render_as_string(hide_password=False)
