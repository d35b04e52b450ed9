"""Decoders as web processes have them, pictures to be stuck in, and the folder of public test pictures."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from imageapp.imaging.engines import ENVIRONMENT, loaded
from imageapp.imaging.formats import Limits
from imageapp.imaging.render import render
from imageapp.imaging.worker import WorkerDecoder

from . import files
from .files import written
from .standing import Render, Start, Stuck

ENGINES = tuple(ENVIRONMENT)

TESTDATA = Path(__file__).parents[2] / "../shared/testdata"


@pytest.fixture(scope="session")
def testdata() -> Path:
    """The public test pictures beside the checkout."""
    if not TESTDATA.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{TESTDATA} is missing, and CI skips nothing")
        pytest.skip(f"the public test pictures are not at {TESTDATA}")
    return TESTDATA


@pytest.fixture(scope="module")
def decoder() -> Iterator[WorkerDecoder]:
    """A decoder with the default limits."""
    decoder = WorkerDecoder(Limits())
    yield decoder
    decoder.close()


@pytest.fixture(scope="module", params=ENGINES)
def either_decoder(request: pytest.FixtureRequest) -> Iterator[WorkerDecoder]:
    """The same with each of the engines."""
    decoder = WorkerDecoder(Limits(), engine=request.param)
    yield decoder
    decoder.close()


@pytest.fixture(params=ENGINES)
def render_by_either(request: pytest.FixtureRequest) -> Render:
    """Renders in this process, with each of the engines."""
    return partial(render, engine=loaded(request.param))


@pytest.fixture
def start() -> Iterator[Start]:
    """Makes decoders with the wanted bounds; all of them are closed afterwards."""
    decoders: list[WorkerDecoder] = []

    def make(**bounds: float) -> WorkerDecoder:
        decoders.append(WorkerDecoder(Limits(), **bounds))  # pyright: ignore[reportArgumentType] - ints are floats
        return decoders[-1]

    yield make
    for decoder in decoders:
        decoder.close()


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A sound little picture."""
    return written(tmp_path, "picture.png", files.black_png(40, 20))


@pytest.fixture
def stuck(tmp_path: Path) -> Iterator[Stuck]:
    """A picture to be stuck in."""
    with ThreadPoolExecutor(8) as threads:
        stuck = Stuck(tmp_path, threads)
        yield stuck
        stuck.close()
