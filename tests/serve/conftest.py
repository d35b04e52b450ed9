"""A server of its own for each test, and a gate where its requests wait for the test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.serve.running import Gate, Running


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.close()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Start servers that end with the test: `start(does, **settings)`."""
    servers: list[Running] = []

    def begin(does: dict[str, object] | None = None, **settings: object) -> Running:
        folder = tmp_path / f"server{len(servers)}"
        folder.mkdir()
        servers.append(Running(folder, does, **settings))
        return servers[-1]

    yield begin
    for server in servers:
        server.close()
