"""Every file of the public test suites is accepted or refused as it deserves, and the worker lives on."""

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from imageapp.imaging.formats import EVERY, FORMATS, OFFERED, Target
from imageapp.imaging.worker import WorkerDecoder
from imageapp.refusals import NotAnImage, TooManyPixels


def _entries(testdata: Path, *classes: str) -> list[dict[str, str]]:
    lines = (testdata / "MANIFEST.tsv").read_text("utf-8").splitlines()
    return [row for row in csv.DictReader(lines, delimiter="\t") if row["class"] in classes]


def test_alice_uploads_every_sound_picture_and_gets_thumbnails_that_open(
    either_decoder: WorkerDecoder, testdata: Path, tmp_path: Path
) -> None:
    """Each is kept with its true format and upright size; both thumbnails open and have the promised size."""
    entries = _entries(testdata, "must_accept")
    assert len(entries) == 220

    for entry in entries:
        small, smaller = Target(0, 200, tmp_path / "200"), Target(20, 20, tmp_path / "20")
        rendered = either_decoder.render(testdata / entry["path"], [small, smaller])

        stored = (int(entry["width"]), int(entry["height"]))
        upright = stored[::-1] if entry["orientation"] in ("5", "6", "7", "8") else stored
        assert (rendered.format, rendered.width, rendered.height) == (entry["format"], *upright), entry["path"]
        for target, made in zip((small, smaller), rendered.thumbnails, strict=True):
            assert target.path.stat().st_size == made.bytes
            with Image.open(target.path, formats=[FORMATS[made.format].name]) as thumbnail:
                thumbnail.load()
                assert thumbnail.size == (made.width, made.height), entry["path"]


def test_mallory_uploads_every_broken_file_and_is_told_why(
    either_decoder: WorkerDecoder, testdata: Path, tmp_path: Path
) -> None:
    """Broken pictures and other formats are refused with a sentence, by the same worker from first to last."""
    entries = _entries(testdata, "must_reject", "policy")
    assert len(entries) == 46
    either_decoder.render(testdata / "pillow/flower.jpg", [])
    worker = either_decoder.pid

    for entry in entries:
        with pytest.raises((NotAnImage, TooManyPixels)) as refused:
            either_decoder.render(testdata / entry["path"], [Target(0, 200, tmp_path / "200")])
        assert refused.value.message.endswith("."), entry["path"]

    assert list(tmp_path.iterdir()) == []
    assert either_decoder.pid == worker


def test_mallory_uploads_every_broken_file_where_tiff_and_bmp_are_accepted(
    either_decoder: WorkerDecoder, testdata: Path, tmp_path: Path
) -> None:
    """Their sound ones are kept then; of the others each has an answer, and the worker is the same afterwards."""
    target = Target(0, 200, tmp_path / "200")
    either_decoder.render(testdata / "pillow/flower.jpg", [])
    worker = either_decoder.pid
    kept = set()

    for entry in _entries(testdata, "must_reject", "policy"):
        if Path(entry["path"]).suffix in (".bmp", ".tif", ".tiff"):
            size, sentence = _kept_or_refused(either_decoder, testdata / entry["path"], target, EVERY)
            assert bool(sentence.endswith(".")) != bool(size[0]), entry["path"]
            kept |= {entry["path"]} if size[0] else set()

    assert {"pillow/hopper.bmp", "pillow/hopper.tif"} <= kept
    assert either_decoder.pid == worker


def test_alice_uploads_odd_files_and_always_gets_an_answer(
    either_decoder: WorkerDecoder, testdata: Path, tmp_path: Path
) -> None:
    """Odd but decodable: either answer will do, so long as it is one, and the worker is the same afterwards."""
    entries = _entries(testdata, "either")
    assert len(entries) == 27
    target = Target(0, 200, tmp_path / "200")
    either_decoder.render(testdata / "pillow/flower.jpg", [])
    worker = either_decoder.pid

    for entry in entries:
        size, sentence = _kept_or_refused(either_decoder, testdata / entry["path"], target)
        if sentence:
            assert sentence.endswith("."), entry["path"]
            continue
        with Image.open(target.path) as thumbnail:
            assert thumbnail.size == size, entry["path"]

    assert either_decoder.pid == worker


def _kept_or_refused(
    decoder: WorkerDecoder, source: Path, target: Target, accepted: Sequence[str] = OFFERED
) -> tuple[tuple[int, int], str]:
    """The size of the thumbnail, or the sentence of the refusal."""
    try:
        made = decoder.render(source, [target], accepted).thumbnails[0]
    except (NotAnImage, TooManyPixels) as refusal:
        return (0, 0), refusal.message
    return (made.width, made.height), ""
