"""Every file of the public test suites, and many broken ones more, sent through the form as people would."""

import csv
import random
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from tests.images.drawing import drawn, moving
from tests.imaging.files import GREY, black_png, promised_gif, promised_jpeg, promised_png, promised_webp
from tests.site import Client, Site

MOST_BYTES_OF_A_HEADER_READER = 160_000_000


def _sent(client: Client, files: dict[str, bytes]) -> tuple[dict[str, Any], dict[str, str]]:
    """The pictures that were kept and the sentences of those that were refused, by file name."""
    names = list(files)
    kept: dict[str, Any] = {}
    refused: dict[str, str] = {}
    for start in range(0, len(names), 100):
        answer = client.upload(*((name, files[name]) for name in names[start : start + 100]))
        assert answer.status_code in {201, 413, 422}, answer.text
        kept |= {image["name"]: image for image in answer.json()["images"]}
        refused |= {one["name"]: one["message"] for one in answer.json()["refused"]}
    assert kept.keys() | refused.keys() == files.keys(), "some file got no answer"
    assert not kept.keys() & refused.keys()
    return kept, refused


def _names_of_class(manifest: dict[str, dict[str, str]], *classes: str) -> set[str]:
    return {name for name, row in manifest.items() if row["class"] in classes}


def test_alice_sends_every_public_test_picture_and_each_is_kept_or_refused_as_it_deserves(
    start_site: Callable[..., Site], testdata: Path
) -> None:
    """Sound pictures are kept and come back whole, broken ones and other formats are refused with a sentence."""
    site = start_site(max_files=100)
    alice = site.member()
    rows = csv.DictReader((testdata / "MANIFEST.tsv").read_text("utf-8").splitlines(), delimiter="\t")
    # Many of the files share their names, so each is sent under its number.
    manifest = {f"{number}.png": row for number, row in enumerate(rows)}
    files = {name: (testdata / row["path"]).read_bytes() for name, row in manifest.items()}
    assert len(files) == 293

    kept, refused = _sent(alice, files)

    assert _names_of_class(manifest, "must_accept") - kept.keys() == set()
    assert _names_of_class(manifest, "must_reject", "policy") - refused.keys() == set()
    for name, sentence in refused.items():
        assert sentence.endswith("."), manifest[name]["path"]
        assert "Save" in sentence or "Export" in sentence or "Choose" in sentence, manifest[name]["path"]
    for name, image in kept.items():
        assert alice.get(image["links"]["original"]).content == files[name], manifest[name]["path"]
        small = alice.get(image["links"]["thumbnails"]["200"])
        with Image.open(BytesIO(small.content), formats=("JPEG", "WEBP")) as thumbnail:
            thumbnail.load()
            assert thumbnail.height == min(200, image["height"]), manifest[name]["path"]
            assert Image.MIME[str(thumbnail.format)] == small.headers["Content-Type"]
    assert alice.keep(testdata / "pillow" / "flower.jpg")["format"] == "JPEG"


def _broken(seed: bytes, chance: random.Random) -> bytes:
    """A copy with a few bytes changed, cut off or doubled."""
    copy = bytearray(seed)
    for _ in range(chance.choice((1, 2, 8))):
        copy[chance.randrange(len(copy))] = chance.randrange(256)
    match chance.randrange(4):
        case 0:
            del copy[chance.randrange(1, len(copy)) :]
        case 1:
            start = chance.randrange(len(copy))
            copy[start:start] = copy[start : start + 64]
    return bytes(copy)


def test_mallory_sends_hundreds_of_spoilt_pictures_and_the_site_lives_on(
    start_site: Callable[..., Site], testdata: Path
) -> None:
    """Whatever is broken in a file, its sender gets an answer about that file and the next one is judged as well."""
    site = start_site(max_files=100)
    mallory = site.member("Basic")
    chance = random.Random(20261123)
    seeds = [
        (testdata / path).read_bytes()
        for path in (
            *("pngsuite/basi3p08.png", "pngsuite/basn6a16.png", "pngsuite/tbwn0g16.png", "pillow/anim_frame1.webp"),
            *("pillow/hopper_orientation_8.jpg", "image-rs/tests_regression_gif_zero-loop-count.gif"),
            *("libavif/draw_points.png", "pillow/apng_single_frame.png", "pillow/apng_dispose_op_none.png"),
            "pillow/dispose_bgnd.gif",
        )
    ]
    seeds += [drawn("AVIF", 60, 40), drawn("HEIC", 60, 40), moving("AVIF", 4, 60, 40), moving("WEBP", 4, 60, 40)]
    spoilt = {f"{number}.jpg": _broken(seeds[number % len(seeds)], chance) for number in range(420)}

    _, refused = _sent(mallory, spoilt)

    assert len(refused) > 50
    assert all(sentence.endswith(".") for sentence in refused.values())
    assert mallory.keep(("sound.png", seeds[0]))["format"] == "PNG"


def test_mallory_sends_pictures_of_huge_sides_and_none_is_decoded(start_site: Callable[..., Site]) -> None:
    """Their headers tell; the process that reads them never takes the memory that their pixels would need."""
    site = start_site()
    mallory = site.member("Basic")
    bombs = {
        "whole.png": promised_png(9_000, 9_000),
        "one-bit.png": black_png(13_300, 13_300, depth=1, colour=GREY),
        "canvas.webp": promised_webp(16_383, 5_400),
        "screen.gif": promised_gif(60_000, 60_000),
        "photo.jpg": promised_jpeg(65_000, 2_700),
        "line.png": promised_png(1, 5_000_000),
        "lie.png": promised_png(2**31 - 1, 2**31 - 1),
    }

    answer = mallory.upload(*bombs.items())

    assert answer.status_code == 422
    assert answer.json()["images"] == []
    sentences = {one["name"]: one["message"] for one in answer.json()["refused"]}
    assert {one["error"] for one in answer.json()["refused"]} == {"too_many_pixels"}
    assert sentences["whole.png"] == "81 megapixels is over the limit of 40 for PNG. Save a smaller copy."
    assert "176.9 megapixels is over the limit of 40" in sentences["one-bit.png"]
    assert "over the limit of 40 for WebP" in sentences["canvas.webp"]
    assert "side of 65 000 pixels is over the limit of 30 000" in sentences["photo.jpg"].replace("\u202f", " ")
    assert "side of 5 000 000 pixels" in sentences["line.png"].replace("\u202f", " ")
    worker = site.app.extensions["house"].decoder.pid
    peak = next(row for row in Path(f"/proc/{worker}/status").read_text().splitlines() if row.startswith("VmHWM"))
    assert int(peak.split()[1]) * 1024 < MOST_BYTES_OF_A_HEADER_READER
