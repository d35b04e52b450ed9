"""An owner reads how a picture was taken, whatever kind of file it lies in, and nobody can write into that page."""

import io
import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image

from imageapp.imaging.exif import facts_of
from imageapp.imaging.facts import LONGEST, Facts, checked
from imageapp.imaging.formats import Target
from imageapp.imaging.inspect import decoding
from imageapp.imaging.worker import WorkerDecoder

from . import files
from .files import written

Tag = ExifTags.Base


def _exif(
    *, camera: Mapping[Any, Any] | None = None, shot: Mapping[Any, Any] | None = None, place: Any = None
) -> bytes:
    exif = Image.Exif()
    exif.update(camera or {})
    exif.get_ifd(ExifTags.IFD.Exif).update(shot or {})
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(place or {})
    return exif.tobytes()


def _facts(exif: bytes, kind: str = "JPEG", **also: bytes) -> Facts:
    data = io.BytesIO()
    Image.new("RGB", (8, 8)).save(data, kind, exif=exif, **also)
    with decoding(), Image.open(data) as picture:
        picture.load()
        return facts_of(picture)


PHOTOGRAPH = _exif(
    camera={Tag.Make: "Canon", Tag.Model: "Canon EOS R5"},
    shot={
        Tag.LensModel: "RF50mm F1.2 L USM",
        Tag.ExposureTime: 0.004,
        Tag.FNumber: 2.8,
        Tag.ISOSpeedRatings: 100,
        Tag.FocalLength: 50.0,
        Tag.DateTimeOriginal: "2026:11:14 09:31:05",
        Tag.OffsetTimeOriginal: "+02:00",
    },
    place={ExifTags.GPS.GPSLatitude: (52.0, 31.0, 12.0), ExifTags.GPS.GPSLongitude: (13.0, 24.0, 36.0)},
)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF", "MPO"])
def test_alice_reads_how_her_photograph_was_taken(kind: str) -> None:
    """The same facts from every format that has EXIF."""
    facts = _facts(PHOTOGRAPH, kind)

    assert facts == Facts(
        camera="Canon EOS R5",
        lens="RF50mm F1.2 L USM",
        exposure=0.004,
        aperture=2.8,
        iso=100,
        focal_length=50.0,
        taken="2026-11-14T09:31:05+02:00",
        place=True,
    )


def test_alice_reads_the_facts_of_real_photographs(testdata: Path) -> None:
    """A camera, a telephone, and a picture of which nothing is known."""
    names = ("pillow/flower.jpg", "libavif/paris_exif_xmp_icc.jpg", "pngsuite/basn2c08.png")
    read = []
    for name in names:
        with Image.open(testdata / name) as picture:
            read.append(facts_of(picture).as_json())

    assert read == [
        {
            "camera": "Canon PowerShot S40",
            "exposure": 0.002,
            "aperture": 4.9,
            "focal_length": 21.3125,
            "taken": "2003-12-14T12:01:44",
            "place": False,
        },
        {
            "camera": "Google Pixel 4a",
            "lens": "Google Pixel 4a back camera 4.38mm f/1.73",
            "exposure": 0.000937207,
            "aperture": 1.7,
            "iso": 47,
            "focal_length": 4.4,
            "taken": "2022-08-22T20:30:46+02:00",
            "place": True,
        },
        {"place": False},
    ]


def test_alice_s_facts_come_with_her_thumbnails(either_decoder: WorkerDecoder, testdata: Path, tmp_path: Path) -> None:
    """From the process that decodes, whether the EXIF lies before or behind the pixels."""
    targets = [Target(0, 50, tmp_path / "thumbnail")]
    names = ("exif_gps.jpg", "../libavif/paris_icc_exif_xmp_at_end.png", "hopper.png")
    behind = files.chunk(b"eXIf", PHOTOGRAPH.removeprefix(b"Exif\x00\x00"))
    late = written(tmp_path, "late.png", files.png(8, 8, 8, files.RGB, bytes(25 * 8), after=behind))

    sources = [*(testdata / "pillow" / name for name in names), late]
    facts = [either_decoder.render(source, targets).facts for source in sources]

    assert [(one.camera, one.place) for one in facts] == [
        ("Make XXX-XXX", True),
        ("Google Pixel 4a", True),
        (None, False),
        ("Canon EOS R5", True),
    ]


@pytest.mark.parametrize(
    ("make", "model", "camera"),
    [
        ("NIKON CORPORATION", "NIKON Z 9", "NIKON Z 9"),
        ("Apple", "iPhone 17", "Apple iPhone 17"),
        ("", "iPhone 17", "iPhone 17"),
        ("Leica", "", "Leica"),
        ("  SONY  ", "ILCE-7M4\x00\x00junk", "SONY ILCE-7M4"),
        ("", "", None),
    ],
)
def test_alice_reads_the_name_of_her_camera_once(make: str, model: str, camera: str | None) -> None:
    """Some makers repeat theirs in the model, some pad it."""
    assert _facts(_exif(camera={Tag.Make: make, Tag.Model: model})).camera == camera


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_alice_reads_the_accents_of_her_camera(encoding: str) -> None:
    """The standard has none; programs write them nevertheless, in either way."""
    exif = _exif(camera={Tag.Model: "Caf.." if encoding == "utf-8" else "Caf."})

    facts = _facts(exif.replace(b"Caf..", "Café".encode()).replace(b"Caf.", "Café".encode("latin-1")))

    assert facts.camera == "Café"


@pytest.mark.parametrize(
    ("taken", "offset", "read"),
    [
        ("2026:11:14 09:31:05", "", "2026-11-14T09:31:05"),
        ("2026:11:14 09:31:05", "-03:30", "2026-11-14T09:31:05-03:30"),
        ("2026:11:14 09:31:05", "<b>", "2026-11-14T09:31:05"),
        ("0000:00:00 00:00:00", "", None),
        ("    :  :     :  :  ", "", None),
        ("2026:02:30 09:31:05", "", None),
        ("yesterday", "", None),
    ],
)
def test_alice_reads_when_it_was_taken_or_nothing(taken: str, offset: str, read: str | None) -> None:
    """A clock that was never set says nothing."""
    exif = _exif(shot={Tag.DateTimeOriginal: taken, Tag.OffsetTimeOriginal: offset})

    assert _facts(exif).taken == read


def test_alice_is_told_of_a_place_that_only_the_xmp_names() -> None:
    """Programs that edit pictures write it there."""
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf exif:GPSLatitude="52,31.2N"/></x:xmpmeta>'

    assert _facts(b"", "JPEG", xmp=xmp).place
    assert not _facts(b"", "JPEG", xmp=xmp.replace(b"GPS", b"XYZ")).place


def test_alice_is_not_told_of_a_place_where_the_camera_only_noted_the_time() -> None:
    """A camera without reception writes the directory and no coordinates."""
    exif = _exif(place={ExifTags.GPS.GPSDateStamp: "2026:11:14"})

    assert not _facts(exif).place


def test_mallory_puts_nothing_into_the_facts_but_short_plain_text() -> None:
    """Control and direction characters go, names are cut, numbers that no camera gives are dropped."""
    exif = _exif(
        camera={Tag.Model: "...A\x1b[31m\r\n" + "x" * 60_000},
        shot={
            Tag.LensModel: "\x07\x08",
            Tag.ExposureTime: -1.0,
            Tag.FNumber: 0.0,
            Tag.ISOSpeedRatings: "a lot",
            Tag.FocalLength: 4e9,
        },
    )

    facts = _facts(exif.replace(b"...A", "\u202eA".encode()), "PNG")

    assert facts == Facts(camera="A[31m" + "x" * (LONGEST - 5))
    assert len(json.dumps(facts.as_json())) < 1000


@pytest.mark.parametrize("cut", [6, 12, 20, 60, 150])
def test_mallory_s_broken_exif_is_no_exif(cut: int) -> None:
    """Cut anywhere, or with directories that point to themselves: what can be read is read, and nothing is raised."""
    looped = bytearray(PHOTOGRAPH)
    directory = struct.pack("<H", ExifTags.IFD.Exif)
    at = looped.index(directory if directory in looped else directory[::-1])
    looped[at + 8 : at + 12] = b"\x08\x00\x00\x00"

    for broken in (PHOTOGRAPH[:cut], bytes(looped), b"Exif\x00\x00" + b"\xff" * 5000):
        facts = _facts(broken)

        assert checked(facts.as_json()) == facts


def test_facts_that_a_worker_sends_are_taken_as_they_were_read() -> None:
    """What goes through JSON comes out the same."""
    facts = _facts(PHOTOGRAPH)

    assert checked(json.loads(json.dumps(facts.as_json()))) == facts


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        {},
        {"place": 1},
        {"place": False, "camera": "x" * (LONGEST + 1)},
        {"place": False, "camera": "a\u202eb"},
        {"place": False, "lens": ["x"]},
        {"place": False, "exposure": float("nan")},
        {"place": False, "aperture": True},
        {"place": False, "iso": 10**12},
        {"place": False, "focal_length": "50"},
        {"place": False, "taken": "<script>"},
        {"place": False, "taken": 5},
    ],
)
def test_facts_that_no_camera_gives_are_not_taken_from_a_worker(said: object) -> None:
    """A worker may have been taken over by the picture it read."""
    with pytest.raises(ValueError, match="no "):
        checked(said)
