"""A picture can be given away without telling where and with what it was taken, and it stays the same picture."""

import csv
import io
import random
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image, ImageSequence

from imageapp.imaging.inspect import decoding, orientation
from imageapp.imaging.stripping import without_metadata
from imageapp.refusals import CannotStrip, NotAnImage

from . import files, telling
from .files import written

TRACES = (telling.SECRET, b"alice", b"xmpmeta", b"8BIM", b"MPF", b"tEXt", b"zTXt", b"iTXt", b"tIME", b"XMP ")


def _stripped(source: Path) -> bytes:
    target = source.with_name("without")
    target.unlink(missing_ok=True)
    without_metadata(source, target)
    return target.read_bytes()


def _seen(data: bytes) -> tuple[list[bytes], int, bytes | None]:
    """The pixels of every frame, the orientation and the profile. Of several pictures in a JPEG, the first."""
    with decoding(), Image.open(io.BytesIO(data)) as picture:
        picture.load()
        turn, profile = orientation(picture), picture.info.get("icc_profile")
        if picture.format in ("JPEG", "MPO"):
            return [picture.tobytes()], turn, profile
        return [frame.convert("RGBA").tobytes() for frame in ImageSequence.Iterator(picture)], turn, profile


@pytest.mark.parametrize("kind", telling.KINDS)
def test_a_stranger_finds_nothing_of_alice_in_what_she_gives_away(tmp_path: Path, kind: str) -> None:
    """Every place where a file tells more than its pixels, planted and gone."""
    data = telling.KINDS[kind]()
    assert data.count(telling.SECRET) >= 4

    given = _stripped(written(tmp_path, "source", data))

    assert [trace for trace in (*TRACES, b"Exif", b"eXIf", b"EXIF") if trace in given] == []
    assert zlib.compress(telling.SECRET * 20)[2:20] not in given
    assert _seen(given) == _seen(data)
    assert _seen(given)[2] == telling.PROFILE


@pytest.mark.parametrize("turn", range(2, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WebP"])
def test_alice_s_picture_stays_upright_when_she_gives_it_away(tmp_path: Path, kind: str, turn: int) -> None:
    """How to turn it is the one thing that stays of EXIF."""
    data = telling.KINDS[kind](turn)

    given = _stripped(written(tmp_path, "source", data))

    assert _seen(given) == _seen(data)
    with Image.open(io.BytesIO(given)) as picture:
        assert dict(picture.getexif()) == {ExifTags.Base.Orientation: turn}
    assert [trace for trace in TRACES if trace in given] == []


@pytest.mark.parametrize("kind", ["JPEG", "progressive JPEG", "JPEG with restarts"])
def test_scans_are_copied_byte_for_byte(tmp_path: Path, kind: str) -> None:
    """From the first table to the end of the picture nothing changes: it is not coded anew."""
    data = telling.KINDS[kind]()

    given = _stripped(written(tmp_path, "source", data))

    assert given[given.index(b"\xff\xdb") :] in data


def test_every_accepted_picture_of_the_public_suites_stays_the_same(testdata: Path, tmp_path: Path) -> None:
    """Pixels of every frame, orientation and profile, as Pillow reads them before and after."""
    rows = csv.DictReader((testdata / "MANIFEST.tsv").read_text("utf-8").splitlines(), delimiter="\t")
    wanted = [row["path"] for row in rows if row["class"] == "must_accept" and row["format"] in ("JPEG", "PNG", "WEBP")]
    assert len(wanted) > 180

    for name in wanted:
        data = (testdata / name).read_bytes()
        given = _stripped(written(tmp_path, "source", data))

        assert len(given) <= len(data), name
        if name == "pillow/apng_sequence_gap.png":  # of which Pillow reads the first frame alone
            with Image.open(io.BytesIO(data)) as before, Image.open(io.BytesIO(given)) as after:
                assert before.tobytes() == after.tobytes()
        else:
            assert _seen(given) == _seen(data), name


def test_alice_s_animations_keep_all_of_their_frames(tmp_path: Path) -> None:
    """The frames of a PNG and of a WebP are pixels too; a note between them goes."""
    frames = [telling.gradient("RGB").rotate(90 * turn) for turn in range(3)]
    several: dict[str, Any] = {"save_all": True, "append_images": frames[1:], "duration": 100, "exif": telling.exif()}

    for kind in ("PNG", "WEBP"):
        data = telling.saved(frames[0], kind, **several)
        given = _stripped(written(tmp_path, "source", data))

        assert len(_seen(given)[0]) == 3
        assert _seen(given) == _seen(data)
        assert telling.SECRET not in given


def test_a_note_inside_the_frame_of_an_animation_goes(tmp_path: Path) -> None:
    """A WebP's frames hold chunks of their own."""
    frames = [telling.gradient("RGB"), telling.gradient("RGB").rotate(90)]
    data = telling.saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=100)
    at = data.index(b"ANMF")
    length = struct.unpack_from("<I", data, at + 4)[0]
    note = b"plAc" + struct.pack("<I", len(telling.SECRET)) + telling.SECRET
    frame = b"ANMF" + struct.pack("<I", length + len(note)) + data[at + 8 : at + 8 + length] + note
    noted = data[:4] + struct.pack("<I", len(data) - 8 + len(note)) + data[8:at] + frame + data[at + 8 + length :]

    given = _stripped(written(tmp_path, "source", noted))

    assert given == data


def test_alice_who_has_nothing_to_hide_gets_the_same_file(tmp_path: Path) -> None:
    """What has no notes is copied as it is."""
    for kind in ("JPEG", "PNG", "WEBP"):
        data = telling.saved(telling.gradient("RGB"), kind, icc_profile=telling.PROFILE)

        assert _stripped(written(tmp_path, "source", data)) == data


def test_print_colours_and_inverted_inks_stay_as_they_are(testdata: Path, tmp_path: Path) -> None:
    """Without Adobe's note a decoder would take the inks for their opposite."""
    data = (testdata / "pillow/pil_sample_cmyk.jpg").read_bytes()

    given = _stripped(written(tmp_path, "source", data))

    assert b"Adobe" in given
    assert _seen(given) == _seen(data)


@pytest.mark.parametrize("name", ["pillow/hopper.gif", "pillow/hopper.bmp", "pillow/hopper.tif", "README.md"])
def test_alice_is_told_which_pictures_can_be_given_away_so(testdata: Path, tmp_path: Path, name: str) -> None:
    """Other formats are refused by name, and nothing is written."""
    target = tmp_path / "without"

    with pytest.raises(CannotStrip, match="Only JPEG, PNG and WebP"):
        without_metadata(testdata / name, target)

    assert not target.exists()


@pytest.mark.parametrize("kind", telling.KINDS)
def test_mallory_s_cut_off_file_is_the_same_damaged_picture_or_refused(tmp_path: Path, kind: str) -> None:
    """Cut at many places: what is given away is read as the cut file is, or not at all, and tells nothing."""
    data = telling.KINDS[kind](6)
    cuts = [data[:end] for end in range(12, len(data), max(1, len(data) // 80))]

    given = [_stripped_or_refused(written(tmp_path, "source", cut)) for cut in cuts]

    assert b"" in given
    for before, after in zip(cuts, given, strict=True):
        assert telling.SECRET not in after
        assert not after or _seen_or_damaged(after) == _seen_or_damaged(before)


def _stripped_or_refused(source: Path) -> bytes:
    try:
        return _stripped(source)
    except CannotStrip:
        assert not source.with_name("without").exists()
        return b""


def _seen_or_damaged(data: bytes) -> object:
    try:
        return _seen(data)
    except NotAnImage:
        return "damaged"


def test_number_that_looks_like_the_start_of_a_marker_is_copied_wherever_it_lies(tmp_path: Path) -> None:
    """Scans are read in pieces of 128 KB; here the first piece ends between the two bytes of such a number."""
    last = (1 << 17) - 1
    noise = (Image.frombytes("L", (500, 500), random.Random(seed).randbytes(250_000)) for seed in range(2_000))
    jpegs = (telling.saved(picture, "JPEG", quality=90) for picture in noise)
    data = next(jpeg for jpeg in jpegs if jpeg[jpeg.index(b"\xff\xda") + 10 + last] == 0xFF)

    assert _stripped(written(tmp_path, "source", data)) == data


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8\xff\xe1\xff\xff" + telling.SECRET,
        b"\xff\xd8\xff\xe1\x00\x01" + telling.SECRET,
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff\x02\x00\x04ab\xff\xd9",
        b"\xff\xd8" + b"\xff\xfe\x00\x02" * 100_001 + telling.saved(telling.gradient("L"), "JPEG")[2:],
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 2**32 - 1) + b"tEXt" + telling.SECRET,
        b"\x89PNG\r\n\x1a\n" + files.chunk(b"IEND", b""),
        b"\x89PNG\r\n\x1a\n" + files.chunk(b"NEED", telling.SECRET),
        b"\x89PNG\r\n\x1a\n" + files.chunk(b"note", b"") * 100_001,
        b"RIFF\x04\x00\x00\x00WEBP",
        b"RIFF\xff\xff\xff\xffWEBPVP8 \xff\xff\xff\xff" + telling.SECRET,
        b"RIFF\xff\xff\xff\xffWEBP" + b"note\x00\x00\x00\x00" * 100_001,
        b"RIFF\x1c\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00" + bytes(10),
    ],
    ids=lambda data: repr(data[:16]),
)
def test_mallory_s_lying_lengths_and_endless_parts_are_refused(tmp_path: Path, data: bytes) -> None:
    """Parts that reach beyond the file, that have no pixels among them, or that are more than any picture has."""
    with pytest.raises(CannotStrip, match="damaged"):
        _stripped(written(tmp_path, "source", data))

    assert not (tmp_path / "without").exists()


def test_exif_that_lies_about_itself_turns_nothing(tmp_path: Path) -> None:
    """Directories beyond the end, thousands of entries, an orientation that there is not."""
    for tiff in (
        b"MM\x00*\xff\xff\xff\xff",
        b"II*\x00\x08\x00\x00\x00\xff\xff" + bytes(40),
        b"MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x63\x00\x00",
        b"no TIFF at all",
        b"",
    ):
        jpeg = telling.saved(telling.gradient("RGB"), "JPEG")
        data = jpeg[:2] + telling.segment(0xE1, b"Exif\x00\x00" + tiff + telling.SECRET) + jpeg[2:]

        assert _stripped(written(tmp_path, "source", data)) == jpeg


def test_file_that_is_there_already_is_not_written_over(tmp_path: Path) -> None:
    """Whoever calls names a new file."""
    source, target = written(tmp_path, "source", telling.png()), written(tmp_path, "without", b"mine")

    with pytest.raises(FileExistsError):
        without_metadata(source, target)

    assert target.read_bytes() == b"mine"
