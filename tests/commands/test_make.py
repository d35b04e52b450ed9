"""What a newcomer gets who types `make`."""

import os
import re
import signal
import stat
from pathlib import Path

import requests

from .newcomer import DEADLINE, INTERPRETER, Copy, Running


def stamps(folder: Path) -> dict[str, int]:
    """When each file and folder below was last changed, in nanoseconds."""
    return {str(path.relative_to(folder)): path.lstat().st_mtime_ns for path in folder.rglob("*")}


def first_page(running: Running) -> str:
    """What a browser gets at the printed address."""
    answer = requests.get(running.address, timeout=DEADLINE)
    assert answer.status_code == 200, answer.text
    return answer.text


def is_refused(address: str) -> bool:
    try:
        requests.get(address, timeout=DEADLINE)
    except requests.ConnectionError:
        return True
    return False


def test_newcomer_reads_a_sentence_on_every_target(newcomer: Copy) -> None:
    makefile = (newcomer.folder / "Makefile").read_text(encoding="utf-8")
    declared = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert declared
    targets = set(declared.group(1).split()) - {"FORCE"}

    listed = newcomer.make("help")

    told = dict(re.findall(r"^make (\S+) +(\S.*)$", listed.stdout, re.MULTILINE))
    assert set(told) == targets
    assert newcomer.make().stdout == listed.stdout


def test_newcomer_starts_it_with_one_command_and_is_told_about_the_password(newcomer: Copy) -> None:
    with newcomer.run() as running:
        page = first_page(running)

        running.wait_for(r"default password")
    assert "<form" in page
    assert 'name="password"' in page
    assert newcomer.changes() == ""


def test_newcomer_starts_it_again_and_nothing_is_installed_or_made_anew(newcomer: Copy) -> None:
    with newcomer.run() as running:
        first_page(running)
    key = next(path for path in (newcomer.folder / "instance").iterdir() if "key" in path.name)
    kept = key.read_bytes()
    before = stamps(newcomer.folder / ".venv")

    with newcomer.run() as running:
        first_page(running)

    assert stamps(newcomer.folder / ".venv") == before
    assert not [line for line in running.lines if "Installing" in line or "Making" in line]
    assert key.read_bytes() == kept
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert newcomer.changes() == ""


def test_service_manager_ends_the_server_and_is_told_that_all_went_well(newcomer: Copy) -> None:
    with newcomer.run() as running:
        first_page(running)

        os.kill(running.server, signal.SIGTERM)

        said = running.hear_the_rest()
        assert running.make.wait(DEADLINE) == 0, said
        assert not running.anyone_left()
        assert is_refused(running.address)


def test_newcomer_ends_it_with_control_c_and_nothing_stays(newcomer: Copy) -> None:
    with newcomer.run() as running:
        first_page(running)

        os.killpg(running.make.pid, signal.SIGINT)

        said = running.hear_the_rest()
        running.make.wait(DEADLINE)
        assert "Traceback" not in said
        assert not running.anyone_left()
        assert is_refused(running.address)


def test_newcomer_with_an_old_python_reads_what_to_do(newcomer: Copy, tmp_path: Path) -> None:
    # An interpreter that is too old cannot be had everywhere; this one only says that it is.
    old = tmp_path / "python3.9"
    says_it_is_old = "import sys; sys.version_info = (3, 9, 2); sys.version = '3.9.2 (old)'; exec(sys.argv[2])"
    old.write_text(f'#!/bin/sh\nexec "{INTERPRETER}" -c "{says_it_is_old}" "$@"\n', encoding="utf-8")
    old.chmod(0o755)

    answer = newcomer.make("run", PYTHON=str(old), VENV="untouched")

    assert answer.returncode != 0
    assert "imageapp needs Python 3.11 or newer" in answer.stderr
    assert "3.9.2" in answer.stderr
    assert "make run PYTHON=" in answer.stderr
    assert not (newcomer.folder / "untouched").exists()


def test_newcomer_without_that_python_reads_so(newcomer: Copy) -> None:
    answer = newcomer.make("run", PYTHON="python3.99")

    assert answer.returncode != 0
    assert "there is no python3.99 here" in answer.stderr


def test_a_folder_that_make_did_not_make_is_left_alone(newcomer: Copy) -> None:
    # Both would otherwise empty the folder that VENV names.
    for target in ("run", "clean"):
        answer = newcomer.make(target, VENV="imageapp")

        assert answer.returncode != 0
        assert "imageapp is no virtual environment" in answer.stderr
    assert newcomer.changes() == ""
