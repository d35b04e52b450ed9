"""Needs a container engine with Compose. Without one these tests are skipped, but never in CI."""

import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from .house import House, copied_to


def why_not() -> str | None:
    """What stands in the way of running containers here, or None."""
    for words in (("compose", "version"), ("info",)):
        try:
            done = subprocess.run(["docker", *words], capture_output=True, text=True, timeout=30, check=False)
        except FileNotFoundError:
            return "docker is not installed"
        except subprocess.TimeoutExpired:
            return f"docker {' '.join(words)} does not answer"
        if done.returncode:
            complaint, *_ = done.stderr.strip().splitlines() or ["no reason given"]
            return f"docker {' '.join(words)}: {complaint}"
    return None


@pytest.fixture(scope="module")
def engine() -> None:
    """A container engine that answers."""
    if reason := why_not():
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture(scope="module")
def house(engine: None) -> Iterator[House]:  # noqa: ARG001 - its presence is the point
    """The container, healthy, on an empty volume; taken down with its volume and image afterwards."""
    with closing(House(project=new_project())) as house:
        house.start()
        yield house


@pytest.fixture
def elsewhere(engine: None, tmp_path: Path) -> Iterator[House]:  # noqa: ARG001 - as above
    """A checkout of its own, to be started by the test; taken down like the other."""
    with closing(House(project=new_project(), folder=copied_to(tmp_path / "checkout"))) as house:
        yield house


def new_project() -> str:
    return f"imageapp-test-{secrets.token_hex(4)}"
