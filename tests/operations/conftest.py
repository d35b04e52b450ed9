"""Empty databases of both kinds, and the server as a program."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.operations.program import Served
from tests.site import new_postgres_database


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, worker_name: str) -> str:
    """The address of a database without a single table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    return new_postgres_database(request.getfixturevalue("postgres_url"), f"imageapp_{worker_name}_empty")


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Served]]:
    """Start servers that end with the module's tests: `serve(public_url="https://…")`."""
    servers: list[Served] = []

    def begin(**settings: str) -> Served:
        servers.append(Served(tmp_path_factory.mktemp("served") / "instance", **settings))
        return servers[-1]

    yield begin
    for server in servers:
        server.close()
