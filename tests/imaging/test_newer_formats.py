"""What phones and newer tools make: AVIF and HEIC, read as their makers mean them."""

import io
import struct
from pathlib import Path
from typing import Any

import pillow_heif
import pytest
import pyvips
from PIL import Image

from imageapp.imaging.formats import FORMATS, OFFERED, Limits, Target
from imageapp.imaging.render import render
from imageapp.imaging.worker import WorkerDecoder
from imageapp.refusals import NotAnImage, TooManyPixels

from .files import written

NEWER = {"AVIF": "AVIF", "HEIC": "HEIF"}
TOLERANCE = 8


def _saved(name: str, picture: Image.Image, **options: Any) -> bytes:
    """The picture as a file of this format, as its own library writes it."""
    data = io.BytesIO()
    picture.save(data, NEWER[name], **({"speed": 9} if name == "AVIF" else {}), **options)
    return data.getvalue()


def _promising(data: bytes, width: int, height: int) -> bytes:
    """The same file with other sides in its header, which is where both formats say them (ISO 23008-12, `ispe`)."""
    changed = bytearray(data)
    at = changed.index(b"ispe")
    struct.pack_into(">II", changed, at + 8, width, height)
    return bytes(changed)


def _colour(path: Path, place: tuple[int, int]) -> tuple[int, ...]:
    with Image.open(path) as picture:
        pixel = picture.convert("RGBA").getpixel(place)
    assert isinstance(pixel, tuple)
    return pixel


@pytest.mark.parametrize("name", NEWER)
def test_alice_s_phone_picture_is_kept_with_its_true_colours(tmp_path: Path, name: str) -> None:
    """Read by content, whatever the name."""
    picture = Image.new("RGB", (640, 400), (200, 60, 20))
    picture.paste((20, 60, 200), (320, 0, 640, 400))
    source = written(tmp_path, "holiday.jpg", _saved(name, picture))

    rendered = render(source, [Target(0, 50, tmp_path / "thumbnail")], Limits())

    assert (rendered.format, rendered.width, rendered.height, rendered.frames) == (name, 640, 400, 1)
    assert rendered.thumbnails[0].format == "JPEG"
    assert _colour(tmp_path / "thumbnail", (10, 25)) == pytest.approx((200, 60, 20, 255), abs=TOLERANCE)
    assert _colour(tmp_path / "thumbnail", (70, 25)) == pytest.approx((20, 60, 200, 255), abs=TOLERANCE)


@pytest.mark.parametrize("name", NEWER)
def test_alice_s_cut_out_picture_stays_cut_out(tmp_path: Path, name: str) -> None:
    """Alpha is kept, so the thumbnail is a WebP."""
    picture = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    picture.paste((0, 160, 0, 255), (0, 0, 32, 64))
    source = written(tmp_path, "source", _saved(name, picture))

    rendered = render(source, [Target(0, 64, tmp_path / "thumbnail")], Limits())

    assert rendered.thumbnails[0].format == "WEBP"
    assert _colour(tmp_path / "thumbnail", (8, 32)) == pytest.approx((0, 160, 0, 255), abs=TOLERANCE)
    assert _colour(tmp_path / "thumbnail", (56, 32))[3] < TOLERANCE


def test_alice_s_burst_shows_the_picture_that_she_chose(tmp_path: Path) -> None:
    """A HEIC may hold several pictures, of which one is the main one; that is no animation."""
    pictures = [Image.new("RGB", (64, 48 + number), (60 * number, 200, 0)) for number in range(3)]
    burst = pillow_heif.HeifFile()
    for picture in pictures:
        burst.add_from_pillow(picture)
    source = tmp_path / "burst.heic"
    burst.save(source, primary_index=2)

    rendered = render(source, [Target(0, 50, tmp_path / "thumbnail")], Limits())

    assert (rendered.width, rendered.height, rendered.frames) == (64, 50, 1)
    assert _colour(tmp_path / "thumbnail", (32, 25)) == pytest.approx((120, 200, 0, 255), abs=TOLERANCE)


def test_alice_s_picture_in_ten_bits_is_read(tmp_path: Path) -> None:
    """As phones keep them: scaled to eight, neither dark nor clipped."""
    levels: Any = [level * 257 for level in (200, 100, 20)]
    deep = (pyvips.Image.black(64, 64, bands=3) + levels).cast("ushort").copy(interpretation="rgb16")
    files = {
        "HEIC": pillow_heif.from_bytes("RGB;16", (64, 64), bytes(deep.write_to_memory())),
        "AVIF": deep.heifsave_buffer(compression="av1", bitdepth=10, effort=0),
    }
    for name, data in files.items():
        source = tmp_path / name
        if isinstance(data, pillow_heif.HeifFile):
            data.save(source, quality=90)
        else:
            source.write_bytes(data)

        rendered = render(source, [Target(0, 32, tmp_path / "thumbnail")], Limits())

        assert rendered.format == name
        assert _colour(tmp_path / "thumbnail", (16, 16)) == pytest.approx((200, 100, 20, 255), abs=TOLERANCE)


def test_alice_s_phone_picture_lies_as_its_container_says(tmp_path: Path) -> None:
    """HEIC has a note of its own for that; EXIF beside it repeats what was, and is not to be obeyed (ISO 23008-12)."""
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = Image.new("RGB", (40, 64), (200, 60, 20))
    # Given as an object, the note goes into EXIF alone; given as bytes, into the container, too.
    in_exif = written(tmp_path, "exif", _saved("HEIC", lying, exif=exif))
    in_both = written(tmp_path, "both", _saved("HEIC", lying, exif=exif.tobytes()))
    assert [b"irot" in source.read_bytes() for source in (in_exif, in_both)] == [False, True]

    sizes = [(made.width, made.height) for made in (render(source, [], Limits()) for source in (in_exif, in_both))]

    assert sizes == [(40, 64), (64, 40)]


@pytest.mark.parametrize("name", NEWER)
def test_alice_s_thumbnail_has_nothing_of_where_she_was(tmp_path: Path, name: str) -> None:
    """EXIF and XMP stay behind."""
    exif = Image.Exif()
    exif[0x010E] = "alice-lives-at-12-Elm-Street"
    data = _saved(name, Image.new("RGB", (64, 64), "teal"), exif=exif, xmp=b"<x:xmpmeta>alice-lives</x:xmpmeta>")
    assert data.count(b"alice-lives") == 2

    render(written(tmp_path, "source", data), [Target(0, 64, tmp_path / "thumbnail")], Limits())

    assert not [mark for mark in (b"alice", b"Exif", b"xmpmeta") if mark in (tmp_path / "thumbnail").read_bytes()]


@pytest.mark.parametrize(("name", "label"), [("AVIF", "AVIF"), ("HEIC", "HEIC")])
def test_mallory_who_promises_too_many_pixels_is_refused_before_any_is_decoded(
    decoder: WorkerDecoder, tmp_path: Path, name: str, label: str
) -> None:
    """The header decides, and the worker never takes the memory."""
    sound = _saved(name, Image.new("RGB", (64, 64)))
    decoder.render(written(tmp_path, "sound", sound), [])
    before = _resident_kib(decoder.pid)

    with pytest.raises(TooManyPixels) as refused:
        decoder.render(written(tmp_path, "bomb", _promising(sound, 15_000, 15_000)), [])

    assert refused.value.message == f"225 megapixels is over the limit of 40 for {label}. Save a smaller copy."
    assert _resident_kib(decoder.pid) < before + 10_000


@pytest.mark.parametrize("name", NEWER)
def test_mallory_whose_picture_is_larger_than_promised_takes_little(
    decoder: WorkerDecoder, tmp_path: Path, name: str
) -> None:
    """9 megapixels that say they are 64 × 64: the one library brings them down to that, the other refuses."""
    lie = written(tmp_path, "lie", _promising(_saved(name, Image.new("L", (3000, 3000))), 64, 64))
    target = Target(0, 200, tmp_path / "thumbnail")

    if name == "HEIC":
        with pytest.raises(NotAnImage, match=r"^The file is damaged or cut off\."):
            decoder.render(lie, [target])
    else:
        assert decoder.render(lie, [target]).thumbnails[0].height == 64

    assert _resident_kib(decoder.pid) < 150_000


@pytest.mark.parametrize("kept", range(0, 100, 9))
@pytest.mark.parametrize("name", NEWER)
def test_bob_whose_phone_picture_was_cut_off_is_refused(tmp_path: Path, name: str, kept: int) -> None:
    """At any place, with a sentence."""
    whole = _saved(name, Image.effect_noise((64, 64), 90).convert("RGB"))
    cut = written(tmp_path, "cut", whole[: len(whole) * kept // 100])

    with pytest.raises(NotAnImage) as refused:
        render(cut, [Target(0, 20, tmp_path / "thumbnail")], Limits())

    assert refused.value.message.endswith("Export it again.") or not kept


def test_bob_on_a_plan_of_few_formats_reads_which_it_takes(tmp_path: Path) -> None:
    """Each format is named for what it is, and no decoder but those of the plan is asked."""
    for name in OFFERED:
        opener = FORMATS[name].opened_as[0]
        source = tmp_path / "picture"
        Image.new("RGB", (16, 16)).save(source, opener)
        others = [other for other in ("JPEG", "PNG", "WEBP") if other != name]
        words = " or ".join(FORMATS[other].label for other in others).replace(" or ", ", ", len(others) - 2)

        with pytest.raises(NotAnImage) as refused:
            render(source, [], Limits(), others)

        assert refused.value.message == (
            f"This is {'an' if name == 'AVIF' else 'a'} {FORMATS[name].label} picture, which is not accepted here. "
            f"Save it as {words}."
        )
        assert render(source, [], Limits(), [name]).format == name


def test_bob_where_nothing_is_accepted_reads_that(tmp_path: Path) -> None:
    """A plan may take only what the server no longer does."""
    source = tmp_path / "picture"
    Image.new("RGB", (16, 16)).save(source, "PNG")

    with pytest.raises(NotAnImage, match=r"^No kind of picture is accepted here at the moment\."):
        render(source, [], Limits(), [])


def test_every_format_can_be_offered_and_sent() -> None:
    """Types and extensions as the web knows them, no extension twice."""
    assert {name: (kind.mime, kind.extension) for name, kind in FORMATS.items()} == {
        "JPEG": ("image/jpeg", ".jpg"),
        "PNG": ("image/png", ".png"),
        "GIF": ("image/gif", ".gif"),
        "WEBP": ("image/webp", ".webp"),
        "AVIF": ("image/avif", ".avif"),
        "HEIC": ("image/heic", ".heic"),
        "TIFF": ("image/tiff", ".tif"),
        "BMP": ("image/bmp", ".bmp"),
    }
    extensions = [extension for kind in FORMATS.values() for extension in kind.extensions]
    assert len(extensions) == len(set(extensions))
    assert FORMATS["HEIC"].accept == "image/heic,.heic,.heif"


def _resident_kib(pid: int | None) -> int:
    """The most memory that the process ever held."""
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in status if line.startswith("VmHWM")))
