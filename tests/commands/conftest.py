"""A newcomer's copy of the checkout."""

import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

from .newcomer import CHECKOUT, INTERPRETER, Copy, git


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The checkout as it stands, committed, with an empty data folder; its packages are those of this test run."""
    folder = tmp_path_factory.mktemp("newcomer") / "imageapp"
    for name in git(CHECKOUT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"):
        if name and (CHECKOUT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CHECKOUT / name, folder / name)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "As it stands")

    venv = folder / ".venv"
    subprocess.run([INTERPRETER, "-m", "venv", "--without-pip", venv], check=True)
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(venv)}))
    (site / "lower.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    locks = [folder / "requirements" / name for name in ("app.lock", "build.lock")]
    (venv / "app.lock").write_bytes(b"".join(lock.read_bytes() for lock in locks))
    return Copy(folder)
