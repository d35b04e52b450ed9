"""What is installed is written down, to the byte."""

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

FOLDER = Path(__file__).parents[2] / "requirements"
NAMES = ("app", "build", "dev", "vips")
# With the extras that are asked for: pip resolves a package with some apart from the same one without.
PINNED = r"([a-z0-9-]+)(?:\[[a-z0-9,-]+\])?==(\S+)"


def pinned(name: str) -> dict[str, str]:
    """Package -> version, as that lock file says."""
    text = (FOLDER / f"{name}.lock").read_text(encoding="utf-8")
    return dict(re.findall(rf"^{PINNED}", text, re.MULTILINE))


def wanted(name: str) -> list[Requirement]:
    lines = (FOLDER / f"{name}.in").read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith(("-r", "#"))]


@pytest.mark.parametrize("name", NAMES)
def test_operator_installs_only_files_whose_hash_is_known(name: str) -> None:
    text = (FOLDER / f"{name}.lock").read_text(encoding="utf-8")

    packages = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]

    assert packages
    for package in packages:
        assert re.match(PINNED, package), package
        assert "--hash=sha256:" in package, package


@pytest.mark.parametrize("name", NAMES)
def test_operator_is_sent_to_no_index_but_their_own(name: str) -> None:
    text = (FOLDER / f"{name}.lock").read_text(encoding="utf-8")

    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text


@pytest.mark.parametrize("name", NAMES)
def test_operator_gets_nothing_below_the_lowest_version_without_a_known_fault(name: str) -> None:
    versions = pinned(name)

    for requirement in wanted(name):
        assert requirement.specifier.contains(Version(versions[requirement.name])), requirement


def test_developer_tests_the_versions_that_the_operator_runs() -> None:
    run, tested = pinned("app"), pinned("dev")

    assert run.items() <= tested.items()
