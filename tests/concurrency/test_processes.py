"""Two processes that serve one database: what holds among the threads of one holds between them too."""

import json
import os
import re
import select
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow
from sqlalchemy import create_engine, text

from imageapp.identifiers import new_id
from tests.concurrency.crowd import Sender, noise
from tests.serve.running import DEADLINE
from tests.site import ADMIN_PASSWORD, JSON, Client, new_postgres_database

pytestmark = pytest.mark.xdist_group("two-processes")  # one start of the server serves all of them

PROGRAM = Path(__file__).with_name("counted_server.py")
CHECKOUT = PROGRAM.parents[2]


class TwoProcesses:
    """A running server of two processes; `made()` counts by process the pictures that were read."""

    def __init__(self, folder: Path, database_url: str | None) -> None:
        self.instance = folder / "instance"
        self._made, self._errors = folder / "made", folder / "stderr"
        settings = {"instance": str(self.instance), "made": str(self._made), "port": 0, "processes": 2, "threads": 4}
        settings |= {"admin_password": ADMIN_PASSWORD, "database_url": database_url}
        with self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                [sys.executable, str(PROGRAM), json.dumps(settings)],
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=CHECKOUT,
                env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
            )
        assert self._process.stdout is not None
        self._stdout = self._process.stdout
        self.database = database_url or f"sqlite:///{self.instance / 'imageapp.db'}"
        self.root = self._address()

    def _address(self) -> str:
        ready, _, _ = select.select([self._stdout], [], [], DEADLINE)
        line = self._stdout.readline().decode() if ready else ""
        found = re.search(r"http://\S+", line)
        assert found, f"it did not start: {line!r} {self._errors.read_text()}"
        return found[0]

    def made(self) -> Counter[str]:
        """How many times each process had a picture read."""
        lines = self._made.read_text(encoding="ascii").splitlines() if self._made.exists() else []
        return Counter(line.split()[0] for line in lines)

    def ask(self, statement: str, **values: Any) -> list[Any]:
        """Run a statement on its database, and commit."""
        engine = create_engine(self.database)
        try:
            with engine.begin() as connection:
                result = connection.execute(text(statement), values)
                return [tuple(row) for row in result] if result.returns_rows else []
        finally:
            engine.dispose()

    def files(self) -> set[str]:
        """The names of all files that the store holds."""
        return {path.name for path in (self.instance / "pictures").glob("*/*")}

    def log(self) -> str:
        """What it wrote to stderr."""
        return self._errors.read_text(encoding="utf-8")

    def close(self) -> None:
        """End it, and wait for its end."""
        self._process.terminate()
        self._process.wait(30)
        self._stdout.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_name: str
) -> Iterator[TwoProcesses]:
    url = None
    if request.param == "postgresql":
        url = new_postgres_database(request.getfixturevalue("postgres_url"), f"imageapp_{worker_name}_two")
    server = TwoProcesses(tmp_path_factory.mktemp("two"), url)
    yield server
    server.close()


@pytest.fixture
def admin(server: TwoProcesses) -> Client:
    """The first admin, on a plan without a limit."""
    server.ask("UPDATE plans SET quota_bytes = NULL")
    return Client(server.root).sign_in("admin", ADMIN_PASSWORD)


def several_tabs(client: Client) -> list[Client]:
    """More connections of one browser, so that both processes are asked."""
    tabs = [Client(client.root) for _ in range(20)]
    for tab in tabs:
        tab.cookies.update(client.cookies)
    return tabs


def test_forty_uploads_to_two_processes_fill_the_plan_exactly(
    server: TwoProcesses, admin: Client, at_once: Callable[..., list[Future[Any]]]
) -> None:
    file = noise(160, 120)
    sender = Sender(admin, file)
    ((used,),) = server.ask("SELECT used_bytes FROM users WHERE username = 'admin'")
    quota = used + 10 * len(file[1]) + 1
    server.ask("UPDATE plans SET quota_bytes = :quota WHERE name = 'Enterprise'", quota=quota)
    made_before, files_before = server.made(), server.files()

    answers = [upload.result() for upload in at_once(40, sender.send)]

    assert sorted(answer.status_code for answer in answers) == [201] * 10 + [409] * 30
    ((counted,),) = server.ask("SELECT used_bytes FROM users WHERE username = 'admin'")
    ((total, pictures),) = server.ask("SELECT sum(bytes), count(*) FROM images")
    assert counted == total == used + 10 * len(file[1])
    assert len((server.made() - made_before).keys()) == 2, "only one of the processes was asked"
    assert len(server.files() - files_before) == 30  # an original and two thumbnails each
    assert pictures >= 10


def test_a_file_that_is_sent_to_two_processes_under_one_key_is_kept_once(
    server: TwoProcesses, admin: Client, at_once: Callable[..., list[Future[Any]]]
) -> None:
    """Twenty times at once, each judged by whichever process took it: one picture, one answer, counted once."""
    file = noise(160, 120, seed=7)
    sender = Sender(admin, file, key=new_id())
    question = "SELECT used_bytes, pictures FROM users WHERE username = 'admin'"
    ((used, pictures),), files, made = server.ask(question), server.files(), server.made()

    answers = [upload.result() for upload in at_once(20, sender.send)]

    assert [answer.status_code for answer in answers] == [201] * 20
    assert len({answer.text for answer in answers}) == 1
    assert server.ask(question) == [(used + len(file[1]), pictures + 1)]
    assert len(server.files() - files) == 3  # an original and two thumbnails
    assert len((server.made() - made).keys()) == 2, "only one of the processes was asked"


def test_a_hundred_who_want_a_missing_thumbnail_of_two_processes_get_one(
    server: TwoProcesses, admin: Client, at_once: Callable[..., list[Future[Any]]]
) -> None:
    image = admin.keep(noise(640, 480))
    ((key,),) = server.ask(
        "SELECT blob_key FROM thumbnails JOIN sizes ON sizes.id = size_id WHERE image_id = :id AND sizes.height = 400",
        id=image["id"],
    )
    server.ask("DELETE FROM thumbnails WHERE blob_key = :key", key=key)
    tabs, made, files = several_tabs(admin), server.made().total(), server.files()

    address = image["links"]["thumbnails"]["400"]
    answers = [future.result() for future in at_once(100, lambda number: tabs[number % 20].get(address))]

    assert [answer.status_code for answer in answers] == [200] * 100
    assert len({answer.content for answer in answers}) == 1
    assert Pillow.open(BytesIO(answers[0].content)).size == (533, 400)
    assert server.made().total() == made + 1
    assert len(server.files() - files) == 1


def test_what_one_process_did_the_other_shows_at_once(admin: Client) -> None:
    tabs = several_tabs(admin)
    image = admin.keep(noise(60, 50))
    link = admin.link(image)
    before = {(tab.get(image["links"]["self"]).status_code, tab.get(link["url"]).status_code) for tab in tabs}

    admin.submit(f"/images/{image['id']}/delete")
    after = {(tab.get(image["links"]["self"]).status_code, tab.get(link["url"]).status_code) for tab in tabs}

    assert before == {(200, 200)}
    assert after == {(404, 410)}


def test_the_log_of_all_this_holds_no_secret(server: TwoProcesses, admin: Client) -> None:
    link = admin.link(admin.keep(noise(60, 50)))
    Client(server.root).get(link["url"])
    Client(server.root).get(link["url"] + "x")
    ((password_hash,),) = server.ask("SELECT password_hash FROM users WHERE username = 'admin'")
    keys = [key for (key,) in server.ask("SELECT blob_key FROM images")]
    token = link["url"].rpartition("/")[2]

    log = server.log()

    assert "link_used" in log
    for secret in (password_hash, ADMIN_PASSWORD, token, (server.instance / "secret_key").read_text().strip(), *keys):
        assert secret not in log
    for name in admin.cookies.values():
        assert name not in log
    assert admin.get("/account", headers=JSON).json()["username"] == "admin"
