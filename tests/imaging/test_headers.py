"""What is refused from its first bytes: other files by name, and pictures that would be too large to decode."""

import time
import zlib
from pathlib import Path

import pytest
from PIL import Image

from imageapp.imaging.formats import Limits
from imageapp.imaging.inspect import opened
from imageapp.imaging.render import render
from imageapp.imaging.worker import WorkerDecoder
from imageapp.refusals import NotAnImage, TooManyPixels

from . import files
from .files import written

OFFERED_WORDS = "JPEG, PNG, GIF, WebP, AVIF or HEIC"
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><image href="http://127.0.0.1:1/"/></svg>'


@pytest.mark.parametrize(
    ("head", "sentence"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "This is a PDF, not a picture. Save it as JPEG or PNG."),
        (SVG, "This is an SVG drawing, not a picture. Save it as JPEG or PNG."),
        (b"\n<!DOCTYPE html><html>hi</html>", "This is a web page, not a picture. Save it as JPEG or PNG."),
        (b"PK\x03\x04\x14", "This is a ZIP archive or an Office document, not a picture. Save it as JPEG or PNG."),
        (b"\x00\x00\x00\x20ftypisom", "This is a video, not a picture. Save it as JPEG or PNG."),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "This is a video, not a picture. Save it as JPEG or PNG."),
        (b"\x00\x00\x00\x20ftypM4A ", "This is a sound file, not a picture. Save it as JPEG or PNG."),
        (b"%!PS-Adobe-3.0 EPSF", "This is a PostScript file, not a picture. Save it as JPEG or PNG."),
        (b"\x7fELF\x02", "This is a program, not a picture. Save it as JPEG or PNG."),
        (b"II*\x00\x08\x00", f"This is a TIFF picture, which is not accepted here. Save it as {OFFERED_WORDS}."),
        (
            b"BM\x36\x00\x00\x00" + bytes(20),
            f"This is a BMP picture, which is not accepted here. Save it as {OFFERED_WORDS}.",
        ),
        (b"8BPS\x00\x01", "This is a Photoshop file, which is not accepted here. Save it as JPEG or PNG."),
        (b"icns\x00\x00", "This is an icon file, which is not accepted here. Save it as JPEG or PNG."),
        (b"SIMPLE  =     T", "This is a FITS file, which is not accepted here. Save it as JPEG or PNG."),
        (b"", "This file is empty. Choose it again, or export the picture again."),
        (
            b"push graphic-context\n",
            f"This file is not a picture that can be read here. Save it as {OFFERED_WORDS}.",
        ),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "The file is damaged or cut off. Export it again."),
        (b"GIF89a\x01\x00", "The file is damaged or cut off. Export it again."),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "The file is damaged or cut off. Export it again."),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic", "The file is damaged or cut off. Export it again."),
        (b"\x00\x00\x00\x20ftypavif", "The file is damaged or cut off. Export it again."),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "The file is damaged or cut off. Export it again."),
    ],
)
def test_bob_who_renamed_another_file_to_png_is_told_what_it_is(tmp_path: Path, head: bytes, sentence: str) -> None:
    """The content decides, whatever the name; the sentence says what the file is and what to do."""
    disguised = written(tmp_path, "holiday.png", head)

    with pytest.raises(NotAnImage) as refused:
        render(disguised, [], Limits())

    assert refused.value.message == sentence


def test_bob_who_renamed_real_pictures_of_other_formats_is_told_so(tmp_path: Path) -> None:
    """Pillow could read these; no decoder but those of the list is ever asked."""
    for name in ("BMP", "TIFF", "PPM", "ICO", "TGA", "PCX", "SGI", "DDS", "ICNS", "JPEG2000"):
        disguised = tmp_path / "holiday.png"
        Image.new("RGB", (64, 64), "red").save(disguised, name)

        with pytest.raises(NotAnImage) as refused:
            render(disguised, [], Limits())

        assert "JPEG" in refused.value.message


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (files.promised_png(9000, 9000), "81 megapixels is over the limit of 40 for PNG. Save a smaller copy."),
        (files.promised_png(6325, 6325), "40.1 megapixels is over the limit of 40 for PNG. Save a smaller copy."),
        (files.promised_webp(16383, 5400), "88.5 megapixels is over the limit of 40 for WebP. Save a smaller copy."),
        (
            files.promised_lossless_webp(16383, 16383),
            "268.5 megapixels is over the limit of 40 for WebP. Save a smaller copy.",
        ),
        (files.promised_gif(29000, 29000), "841 megapixels is over the limit of 40 for GIF. Save a smaller copy."),
        (files.promised_jpeg(12000, 10000), "120 megapixels is over the limit of 64. Save a smaller copy."),
        (files.promised_jpeg(65000, 2700), "A side of 65 000 pixels is over the limit of 30 000. Save a smaller copy."),
        (
            files.promised_png(1, 5_000_000),
            "A side of 5 000 000 pixels is over the limit of 30 000. Save a smaller copy.",
        ),
    ],
)
def test_mallory_who_promises_too_many_pixels_is_refused_by_the_numbers(
    tmp_path: Path, data: bytes, sentence: str
) -> None:
    """The header alone decides; the sentence holds what was promised and what is allowed."""
    bomb = written(tmp_path, "bomb", data)

    with pytest.raises(TooManyPixels) as refused:
        render(bomb, [], Limits())

    assert refused.value.message.replace("\u202f", " ") == sentence


def test_mallory_who_lies_about_two_billion_rows_is_refused(tmp_path: Path) -> None:
    """2³¹ does not even fit a PNG; whichever refusal it is, it is one."""
    with pytest.raises((NotAnImage, TooManyPixels)):
        render(written(tmp_path, "lie", files.promised_png(2**31, 2**31)), [], Limits())


@pytest.mark.parametrize(
    "bomb",
    [files.black_png(9000, 9000), files.black_png(13300, 13300, depth=1, colour=files.GREY)],
    ids=["81 MP in 240 KB", "177 MP in 21 KB"],
)
def test_mallory_with_real_bombs_costs_the_server_next_to_nothing(
    decoder: WorkerDecoder, tmp_path: Path, bomb: bytes
) -> None:
    """Sound files that unpack a thousand to one are refused before any of it is unpacked."""
    path = written(tmp_path, "bomb.png", bomb)
    decoder.render(written(tmp_path, "dot.png", files.black_png(1, 1)), [])
    seconds = []

    # The best of five, as a busy machine may hold up any one of them.
    for _ in range(5):
        start = time.monotonic()
        with pytest.raises(TooManyPixels):
            decoder.render(path, [])
        seconds.append(time.monotonic() - start)

    assert min(seconds) < 0.2
    assert _resident_kib(decoder.pid) < 100_000


def test_mallory_with_metadata_bombs_is_answered_within_two_seconds(decoder: WorkerDecoder, tmp_path: Path) -> None:
    """Packed texts and a colour profile of 300 MB: refused or passed over, but not unpacked."""
    profile = files.chunk(b"iCCP", b"p\x00\x00" + zlib.compress(bytes(300_000_000), 9))
    texts = files.chunk(b"zTXt", b"k\x00\x00" + zlib.compress(bytes(1_000_000), 9)) * 200
    answers = []
    for before in (profile, texts):
        path = written(tmp_path, "bomb.png", files.png(1, 1, 8, files.GREY, b"\x00\x80", before=before))
        start = time.monotonic()
        try:
            answers.append(str(decoder.render(path, []).width))
        except NotAnImage as refusal:
            answers.append(refusal.message)
        assert time.monotonic() - start < 2

    assert set(answers) <= {"1", "The file is damaged or cut off. Export it again."}
    assert _resident_kib(decoder.pid) < 150_000


def test_alice_with_an_animation_of_5000_frames_keeps_the_first(decoder: WorkerDecoder, tmp_path: Path) -> None:
    """Only the first frame is read, however many there are."""
    frame = b"!\xf9\x04\x00\x02\x00\x00\x00," + bytes(4) + b"\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00"
    gif = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\x00\x00\x00\x00\xff" + frame * 5000 + b";"
    start = time.monotonic()

    rendered = decoder.render(written(tmp_path, "film.gif", gif), [])

    assert (rendered.format, rendered.width, rendered.height) == ("GIF", 1, 1)
    assert time.monotonic() - start < 2


def test_alice_with_the_largest_allowed_picture_is_let_in(tmp_path: Path) -> None:
    """Exactly at the limit is allowed; the limits are the operator's."""
    at_limit = written(tmp_path, "square.png", files.black_png(100, 100))

    with opened(at_limit, Limits(max_pixels_whole=10_000, max_side=100)) as file:
        assert (file.format.name, file.picture.size) == ("PNG", (100, 100))
    with pytest.raises(TooManyPixels), opened(at_limit, Limits(max_pixels_whole=9_999)):
        pass
    with pytest.raises(TooManyPixels), opened(at_limit, Limits(max_side=99)):
        pass


def _resident_kib(pid: int | None) -> int:
    """The most memory that the process ever held."""
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in status if line.startswith("VmHWM")))
