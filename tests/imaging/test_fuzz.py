"""Whatever is done to a file, the engine gives a result or a named refusal, and the process that reads it lives on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from PIL import Image

from imageapp.imaging.engines import VIPS
from imageapp.imaging.formats import EVERY, FORMATS, Limits, Target
from imageapp.imaging.stripping import without_metadata
from imageapp.imaging.worker import WorkerDecoder
from imageapp.refusals import CannotStrip, NotAnImage, TooManyPixels

from .files import written
from .mutants import mutants, seeds

# Of pixels so few that a header which lies about its size costs no more than one which does not.
LIMITS = Limits(max_pixels=1_000_000, max_pixels_whole=1_000_000)
# 5,600 together: more for what is sent most.
CASES = {"JPEG": 1_000, "PNG": 1_500, "GIF": 800, "WEBP": 800, "AVIF": 400, "HEIC": 400, "TIFF": 400, "BMP": 300}

MANY = settings(
    derandomize=True,  # the same cases at every run
    database=None,
    deadline=None,
    # Without the phases that make a failing case smaller: one that costs the worker its life would cost it many.
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example, HealthCheck.data_too_large],
)
# Cases for libvips, of what it takes.
CASES_FOR_VIPS = {"JPEG": 500, "PNG": 700, "WEBP": 500}
# What is rewritten without a decoder.
REWRITTEN = ("JPEG", "PNG", "WEBP")


@pytest.fixture(scope="module")
def decoder() -> Iterator[WorkerDecoder]:
    """One worker for as long as it lives: it is not replaced for having read many pictures."""
    decoder = WorkerDecoder(LIMITS, pictures=1_000_000)
    yield decoder
    decoder.close()


def test_every_format_is_tried_and_five_thousand_cases_in_all() -> None:
    assert tuple(CASES) == EVERY
    assert sum(CASES.values()) >= 5_000


@pytest.mark.parametrize("name", EVERY)
def test_mallory_sends_mutants_of_sound_pictures_and_the_worker_outlives_all_of_them(
    decoder: WorkerDecoder, testdata: Path, tmp_path: Path, name: str
) -> None:
    """Kept with a thumbnail that opens, or refused with a sentence; by the same process from first to last."""
    _assert_outlived(decoder, testdata, tmp_path, name, CASES[name])


@pytest.mark.parametrize("name", CASES_FOR_VIPS)
def test_mallory_sends_mutants_to_libvips_and_the_worker_outlives_all_of_them(
    testdata: Path, tmp_path: Path, name: str
) -> None:
    """The same where another library decodes."""
    decoder = WorkerDecoder(LIMITS, pictures=1_000_000, engine=VIPS)
    try:
        _assert_outlived(decoder, testdata, tmp_path, name, CASES_FOR_VIPS[name])
    finally:
        decoder.close()


def _assert_outlived(decoder: WorkerDecoder, testdata: Path, tmp_path: Path, name: str, cases: int) -> None:
    thumbnail = tmp_path / "thumbnail"
    sound = [data for data in seeds(testdata, name) if _is_kept(decoder, written(tmp_path, "seed", data), thumbnail)]
    kept_or_refused: list[bool] = []

    @settings(MANY, max_examples=cases)
    @given(data=mutants(sound))
    def send(data: bytes) -> None:
        before = decoder.pid
        kept_or_refused.append(_is_kept(decoder, written(tmp_path, "mutant", data), thumbnail))
        # A worker that died, hung, ran out of memory or met an error that nobody foresaw would have been replaced.
        assert before is not None
        assert decoder.pid == before, f"the worker was lost over {_found(tmp_path, data)}"

    send()

    assert len(kept_or_refused) >= cases
    assert 0.02 < sum(kept_or_refused) / len(kept_or_refused) < 0.98, "nearly all had the same fate"


@pytest.mark.parametrize("name", REWRITTEN)
def test_mallory_asks_for_mutants_without_their_metadata_and_gets_a_file_or_a_reason(
    testdata: Path, tmp_path: Path, name: str
) -> None:
    """This is done where a decoder may not run, so no other error may come of it; and a refusal leaves no file."""
    sound = seeds(testdata, name)
    rewritten: list[bool] = []
    target = tmp_path / "rewritten"

    @settings(MANY, max_examples=500)
    @given(data=mutants(sound))
    def ask(data: bytes) -> None:
        target.unlink(missing_ok=True)
        sentence = ""
        try:
            without_metadata(written(tmp_path, "mutant", data), target)
        except CannotStrip as refusal:
            sentence = refusal.message
        assert target.exists() != sentence.endswith(".")
        rewritten.append(target.exists())

    ask()

    assert 0.02 < sum(rewritten) / len(rewritten) < 0.98, "nearly all had the same fate"


def _is_kept(decoder: WorkerDecoder, source: Path, thumbnail: Path) -> bool:
    """Whether the picture is kept. Fails for any other end than a result or a refusal with a sentence."""
    sentence = ""
    try:
        rendered = decoder.render(source, [Target(0, 20, thumbnail)], EVERY)
    except (NotAnImage, TooManyPixels) as refusal:
        sentence = refusal.message
    else:
        (made,) = rendered.thumbnails
        with Image.open(thumbnail, formats=[FORMATS[made.format].opened_as[0]]) as shown:
            assert shown.size == (made.width, made.height)
    assert not sentence or sentence.endswith(".")
    return not sentence


def _found(folder: Path, data: bytes) -> Path:
    """Where the case is kept for whoever looks into it."""
    return written(folder, f"finding-{len(list(folder.glob('finding-*')))}", data)
