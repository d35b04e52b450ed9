"""The key that signs cookies and links is made once, and is nobody else's."""

import stat
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from subprocess import PIPE, Popen

from imageapp.keys import secret_key
from tests.operations.program import CHECKOUT, environment, finished
from tests.site import Site

MAKE = (
    "import sys; from pathlib import Path; from imageapp.keys import secret_key; print(secret_key(Path(sys.argv[1])))"
)


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    command = [sys.executable, "-c", MAKE, str(folder)]
    started = [Popen(command, cwd=CHECKOUT, env=environment(), stdout=PIPE, stderr=PIPE, text=True) for _ in range(3)]

    keys = {finished(process)[1] for process in started}

    assert len(keys) == 1
    assert len(bytes.fromhex(keys.pop().strip())) == 32
    assert [path.name for path in folder.iterdir()] == ["secret_key"]


def test_threads_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    keys: list[str] = []
    together = threading.Barrier(16)

    def ask() -> None:
        together.wait()
        keys.append(secret_key(tmp_path / "data"))

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(keys) == 16
    assert len(set(keys)) == 1


def test_key_is_readable_by_its_owner_alone_and_stays(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"

    first, second = secret_key(folder), secret_key(folder)

    assert first == second == (folder / "secret_key").read_text().strip()
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_key_that_an_operator_gives_is_used_and_none_is_made(start_site: Callable[..., Site]) -> None:
    site = start_site(secret_key="given by the operator")

    assert site.app.config["SECRET_KEY"] == "given by the operator"
    assert not (site.settings.instance / "secret_key").exists()
