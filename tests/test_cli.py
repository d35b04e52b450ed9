"""Operators do without the dashboard: commands that say what they did, and how it ended."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.site import ADMIN_PASSWORD, Site

CHECKOUT = Path(__file__).parents[1]
NEW = "a heron in the reeds"


@pytest.fixture
def site(start_site: Callable[..., Site]) -> Site:
    """A site whose data folder the commands are pointed to."""
    return start_site()


def run(folder: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run `flask --app wsgi …` on this data folder."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("IMAGEAPP_")}
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *words],
        cwd=CHECKOUT,
        env={**inherited, "IMAGEAPP_INSTANCE": str(folder)},
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_operator_adds_an_admin_who_then_signs_in(site: Site) -> None:
    folder = site.settings.instance

    answer = run(folder, "user", "add", "zoe", "--plan", "PREMIUM", "--admin", typed=f"{NEW}\n")
    zoe = site.client().sign_in("zoe", NEW)
    listed = run(folder, "user", "list")

    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout == "User “zoe” was added, on the plan Premium.\n"
    assert zoe.get("/admin/").status_code == 200
    assert [line.split() for line in listed.stdout.splitlines()] == [
        ["NAME", "PLAN", "USED"],
        ["admin", "Enterprise", "0", "bytes", "admin"],
        ["zoe", "Premium", "0", "bytes", "admin"],
    ]


def test_operator_sets_a_password_from_a_file_and_everybody_there_is_signed_out(site: Site, tmp_path: Path) -> None:
    admin = site.admin()
    file = tmp_path / "password"
    file.write_text(f"{NEW}\n", encoding="utf-8")

    answer = run(site.settings.instance, "user", "set-password", "ADMIN", "--password-file", str(file))

    assert answer.returncode == 0
    assert NEW not in answer.stdout + answer.stderr
    assert admin.get("/images").headers["Location"].startswith("/login")
    assert site.client().sign_in("admin", NEW).get("/images").status_code == 200


@pytest.mark.parametrize(
    ("words", "typed", "sentence"),
    [
        (("add", "admin"), NEW, "There is a user “admin” already."),
        (("add", "x"), "short", "Use at least 8 characters."),
        (("add", "x", "--plan", "Gold"), NEW, "There is no plan “Gold”."),
        (("add", "a\u202eb"), NEW, "The name holds a character that cannot be seen."),
        (("set-password", "nobody"), NEW, "There is no user “nobody”."),
        (("set-password", "admin"), "admin", "Use at least 8 characters."),
    ],
)
def test_what_is_refused_ends_with_one_sentence_and_status_one(
    site: Site, words: tuple[str, ...], typed: str, sentence: str
) -> None:
    answer = run(site.settings.instance, "user", *words, typed=typed)

    assert answer.returncode == 1
    assert answer.stdout == ""
    assert answer.stderr.startswith(f"Error: {sentence}")
    assert answer.stderr.count("\n") == 1
    assert NEW not in answer.stderr
    assert site.client().sign_in("admin", ADMIN_PASSWORD)


def test_plans_are_listed_with_what_they_give(site: Site) -> None:
    answer = run(site.settings.instance, "plan", "list")

    assert answer.returncode == 0
    assert [line.split("  ")[0] for line in answer.stdout.splitlines()] == ["NAME", "Basic", "Premium", "Enterprise"]
    assert answer.stdout.splitlines()[2].split() == ["Premium", "200,", "400", "yes", "no", "no", "limit", "0"]
    assert answer.stdout.splitlines()[3].split()[-1] == "1"


def test_check_says_that_all_is_well_or_what_is_lost(site: Site, photo: Path) -> None:
    image = site.admin().keep(photo)
    well = run(site.settings.instance, "check", "--repair", "--full")
    largest = max(site.settings.pictures.glob("*/*"), key=lambda path: path.stat().st_size)
    largest.unlink()

    lost = run(site.settings.instance, "check", "--repair")

    assert (well.returncode, well.stdout, well.stderr) == (0, "All is well.\n", "")
    assert lost.returncode == 1
    assert lost.stdout.startswith(f"original_missing: Picture {image['id']} of user 1: the original is missing.")
    assert lost.stderr == "Error: 1 problem left.\n"


def test_check_ends_well_when_everything_was_mended(site: Site) -> None:
    site.change_user("admin", used_bytes=5)

    reported = run(site.settings.instance, "check")
    mended = run(site.settings.instance, "check", "--repair")
    again = run(site.settings.instance, "check")

    assert (reported.returncode, reported.stderr) == (1, "Error: 1 problem left.\n")
    assert mended.returncode == 0
    assert "used_bytes_drift: admin keeps 0 bytes, but 5 are counted. Mended." in mended.stdout
    assert (again.returncode, again.stdout) == (0, "All is well.\n")


def test_a_data_folder_that_was_never_set_up_gives_a_sentence(tmp_path: Path) -> None:
    answer = run(tmp_path / "empty", "user", "list")

    assert answer.returncode == 1
    assert "Start the server once" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("words", [("user", "add"), ("user", "fly"), ("check", "--loudly"), ("plan",)])
def test_wrong_use_ends_with_status_two(tmp_path: Path, words: tuple[str, ...]) -> None:
    answer = run(tmp_path, *words)

    assert answer.returncode == 2
    assert "Usage:" in answer.stderr + answer.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("user",), "set a password"),
        (("user", "add"), "Add somebody under NAME"),
        (("user", "set-password"), "sign them out everywhere"),
        (("user", "list"), "Show everybody"),
        (("plan", "list"), "Show every plan"),
        (("check",), "Ends with 1 when something is wrong"),
    ],
)
def test_every_command_has_help(tmp_path: Path, words: tuple[str, ...], sentence: str) -> None:
    answer = run(tmp_path, *words, "--help")

    assert answer.returncode == 0
    assert sentence in " ".join(answer.stdout.split())


def test_the_log_of_a_check_is_not_mixed_into_what_it_says(site: Site) -> None:
    site.change_user("admin", used_bytes=5)

    answer = run(site.settings.instance, "check")

    assert not any(line.startswith("{") and json.loads(line) for line in answer.stdout.splitlines())
    assert "check_found" not in answer.stdout + answer.stderr
