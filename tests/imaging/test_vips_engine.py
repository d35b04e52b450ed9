"""With libvips everything is as it is without, only quicker: the same facts, sizes, colours and refusals."""

import contextlib
import csv
import os
import subprocess
import sys
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

from imageapp.imaging.engines import ENVIRONMENT, VIPS, loaded
from imageapp.imaging.formats import Limits, Rendered, Target
from imageapp.imaging.inspect import opened
from imageapp.imaging.levels import Decoded, Size, chain
from imageapp.imaging.pillow_engine import PillowReading
from imageapp.imaging.render import render
from imageapp.imaging.worker import WorkerDecoder
from imageapp.refusals import NotAnImage, TooManyPixels

from . import files
from .files import written

PICTURE = Image.radial_gradient("L").resize((300, 200))


def _saved(folder: Path, name: str, picture: Image.Image, **options: Any) -> Path:
    path = folder / name
    picture.save(path, **options)
    return path


def _is_taken(source: Path) -> bool:
    with opened(source, Limits()) as file:
        return not isinstance(loaded(VIPS).begin(file, source), PillowReading)


def _decoded(source: Path, *sizes: Size, engine: str = VIPS) -> Decoded:
    with opened(source, Limits()) as file:
        return loaded(engine).begin(file, source).decoded(1, sizes)


def _outcome(source: Path, folder: Path, engine: str, sides: Sequence[int]) -> Rendered | str:
    """What is said of the picture, or the sentence of its refusal."""
    targets = [Target(side, side, folder / f"{engine}-{side}") for side in sides]
    try:
        return render(source, targets, Limits(), engine=loaded(engine))
    except (NotAnImage, TooManyPixels) as refusal:
        return refusal.message


def _without_looks(made: Rendered) -> Rendered:
    """Without what depends on the last step of a sample: bytes, placeholder and colour."""
    return replace(
        made, thumbnails=tuple(replace(one, bytes=0) for one in made.thumbnails), placeholder=None, colour=None
    )


def test_alice_gets_the_same_of_every_public_test_picture_whatever_decodes(testdata: Path, tmp_path: Path) -> None:
    """Facts, sizes, formats and sentences are equal, and thumbnails look alike."""
    sides = (13, 6)
    lines = (testdata / "MANIFEST.tsv").read_text("utf-8").splitlines()
    taken = 0

    for entry in csv.DictReader(lines, delimiter="\t"):
        source = testdata / entry["path"]
        ours, theirs = (_outcome(source, tmp_path, engine, sides) for engine in ENVIRONMENT)
        if isinstance(ours, str) or isinstance(theirs, str):
            assert theirs == ours, entry["path"]
            continue
        assert _without_looks(theirs) == _without_looks(ours), entry["path"]
        taken += _is_taken(source)
        for side in sides:
            pictures = [Image.open(tmp_path / f"{engine}-{side}").convert("RGBA") for engine in ENVIRONMENT]
            apart = ImageStat.Stat(ImageChops.difference(*(one.convert("RGBa") for one in pictures)))
            # So few pixels lose up to this when they are saved as JPEG.
            assert max(apart.mean) <= 12, entry["path"]

    assert taken > 150


def test_what_libvips_does_no_better_is_left_to_pillow(testdata: Path, tmp_path: Path) -> None:
    """The table in docs/imaging.md."""
    alpha = PICTURE.convert("RGBA")
    alpha.putalpha(PICTURE)
    text = files.chunk(b"tEXt", b"Software\x00someone")
    late = files.chunk(b"eXIf", b"MM\x00*" + bytes(4))
    row = b"\x00" + bytes(8 * 6)
    taken = [
        _saved(tmp_path, "rgb.jpg", PICTURE.convert("RGB")),
        _saved(tmp_path, "grey.jpg", PICTURE),
        _saved(tmp_path, "rgb.png", PICTURE.convert("RGB")),
        _saved(tmp_path, "alpha.png", alpha),
        _saved(tmp_path, "palette.png", PICTURE.quantize(16), transparency=3),
        _saved(tmp_path, "rgb.webp", PICTURE.convert("RGB")),
        written(tmp_path, "deep.png", files.png(8, 8, 16, files.RGB, row * 8, after=text)),
    ]
    left = [
        _saved(tmp_path, "print.jpg", PICTURE.convert("CMYK")),
        _saved(tmp_path, "alpha.webp", alpha),
        _saved(tmp_path, "key.png", PICTURE, transparency=3),
        _saved(tmp_path, "rgb.gif", PICTURE),
        _saved(tmp_path, "rgb.avif", PICTURE.convert("RGB")),
        written(tmp_path, "late.png", files.png(8, 8, 16, files.RGB, row * 8, after=late)),
        testdata / "pngsuite/basn0g16.png",
        testdata / "pngsuite/basn4a08.png",
        _saved(tmp_path, "film.png", PICTURE, save_all=True, append_images=[PICTURE.rotate(180)]),
        _saved(tmp_path, "film.webp", PICTURE.convert("RGB"), save_all=True, append_images=[alpha]),
    ]

    assert [source.name for source in taken if not _is_taken(source)] == []
    assert [source.name for source in left if _is_taken(source)] == []


@pytest.mark.parametrize("name", ["whole.jpg", "whole.png", "whole.webp"])
def test_alice_with_a_file_that_is_cut_off_reads_the_same_sentence(tmp_path: Path, name: str) -> None:
    noise = Image.effect_noise((400, 300), 90).convert("RGB")
    data = _saved(tmp_path, name, noise).read_bytes()
    source = written(tmp_path, f"cut-{name}", data[: len(data) * 2 // 3])
    # A WebP says how long it is, so that is found before anybody decodes.
    assert name == "whole.webp" or _is_taken(source)

    ours, theirs = (_outcome(source, tmp_path, engine, (20,)) for engine in ENVIRONMENT)

    assert theirs == ours == "The file is damaged or cut off. Export it again."


@pytest.mark.parametrize(
    ("size", "others", "expected"),
    [((100, 50), [], (100, 50)), ((100, 50), [(40, 20)], (100, 50)), ((100, 50), [(90, 45)], (150, 75))],
    ids=["one", "far apart", "close together"],
)
def test_alice_with_two_sizes_close_together_gets_both_sharp(
    tmp_path: Path, size: Size, others: list[Size], expected: Size
) -> None:
    """A size is made of one that is at least half as large again, or softened twice."""
    source = _saved(tmp_path, "large.png", PICTURE.convert("RGB").resize((800, 400)))

    decoded = _decoded(source, size, *others)

    assert decoded.pixels.size == expected
    assert set(chain(decoded, [size, *others])) == {size, *others}


@pytest.mark.parametrize("side", [801, 803, 807, 1023])
def test_alice_with_odd_sides_sees_no_shift(tmp_path: Path, side: int) -> None:
    """What a JPEG's decoder rounds up at a fraction is no part of the picture."""
    picture = Image.new("RGB", (side, side), "white")
    picture.paste("black", (side // 2, side // 2, side, side))
    source, size = _saved(tmp_path, "odd.jpg", picture, quality=95), (61, 61)

    ours, theirs = (chain(_decoded(source, size, engine=engine), [size])[size] for engine in ENVIRONMENT)

    apart = ImageStat.Stat(ImageChops.difference(ours, theirs))
    assert max(highest for _, highest in apart.extrema) <= 12


def test_mallory_whose_two_headers_differ_meets_the_limits_all_the_same(tmp_path: Path) -> None:
    """Limits go by the header that Pillow took; libvips reads another one, and is not asked further."""
    small = files.png(60, 60, 8, files.RGB, (b"\x00" + bytes(180)) * 60)
    large = files.promised_png(20_000, 20_000)
    for first, second in ((small, large), (large, small)):
        source = written(tmp_path, "two.png", first[:33] + second[8:33] + small[33:])

        ours, theirs = (_outcome(source, tmp_path, engine, (20,)) for engine in ENVIRONMENT)

        assert type(ours) is type(theirs)
        assert ours == theirs or (isinstance(ours, Rendered) and isinstance(theirs, Rendered))


def test_mallory_with_packed_metadata_costs_no_memory(tmp_path: Path) -> None:
    """Texts and a profile that unpack to hundreds of megabytes, in a picture that libvips takes."""
    decoder = WorkerDecoder(Limits(), engine=VIPS)
    rows = (b"\x00" + bytes(range(180))) * 60
    profile = files.chunk(b"iCCP", b"p\x00\x00" + zlib.compress(bytes(300_000_000), 9))
    texts = files.chunk(b"zTXt", b"k\x00\x00" + zlib.compress(bytes(1_000_000), 9)) * 200
    try:
        for before in (profile, texts):
            source = written(tmp_path, "bomb.png", files.png(60, 60, 8, files.RGB, rows, before=before))
            # Kept or refused: either will do.
            with contextlib.suppress(NotAnImage):
                assert decoder.render(source, [Target(0, 20, tmp_path / "thumbnail")]).width == 60

        status = Path(f"/proc/{decoder.pid}/status").read_text().splitlines()
        assert int(next(line.split()[1] for line in status if line.startswith("VmHWM"))) < 200_000  # KiB
    finally:
        decoder.close()


def test_a_worker_with_libvips_reads_nothing_but_three_formats(testdata: Path) -> None:
    """In its process the other loaders are blocked, of which libvips has dozens."""
    program = (
        "import sys, pyvips\n"
        "from imageapp.imaging.engines import loaded\n"
        "loaded('vips').confine()\n"
        "for name in sys.argv[1:]:\n"
        "    try:\n"
        "        print(pyvips.Image.new_from_file(name).avg() > 0)\n"
        "    except pyvips.Error:\n"
        "        print('blocked')\n"
    )
    names = [testdata / "pillow" / name for name in ("flower.jpg", "hopper.webp", "hopper.gif", "hopper.tif")]
    assert all(name.is_file() for name in names)
    environment = {**os.environ, **ENVIRONMENT[VIPS]}

    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, names)],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
        cwd=Path(__file__).parents[2],
    )

    assert done.stdout.split() == ["True", "True", "blocked", "blocked"]
