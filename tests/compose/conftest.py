"""Needs a container engine with Compose. Without one these tests are skipped, but never in CI."""

import os
import secrets
import subprocess
from collections.abc import Iterator

import pytest

from .house import House


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
def house() -> Iterator[House]:
    """The container, healthy, on an empty volume; taken down with its volume and image afterwards."""
    if reason := why_not():
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    house = House(project=f"imageapp-test-{secrets.token_hex(4)}")
    try:
        house.start()
        yield house
    finally:
        house.compose("down", "--volumes", "--rmi", "local", "--timeout", "5")
