"""What the decoding process answers, asked directly."""

import base64
import struct
from pathlib import Path

import pytest
from PIL import Image

from imageapp.imaging import inspect
from imageapp.imaging.child import answer
from imageapp.imaging.formats import OFFERED, Limits
from imageapp.imaging.signatures import DAMAGED
from imageapp.refusals import NotAnImage
from imageapp.sentences import unwired, wired

from . import files
from .files import written


def test_alice_s_picture_is_answered_with_plain_values(tmp_path: Path) -> None:
    """Only numbers, strings and lists: what JSON can carry."""
    source = written(tmp_path, "source.png", files.black_png(40, 20))
    target = tmp_path / "thumbnail"

    reply = answer({"accepted": OFFERED, "source": str(source), "targets": [[0, 10, str(target)]]}, Limits())

    thumbnail = [20, 10, "JPEG", target.stat().st_size, 1]
    drawn = base64.b64decode(reply["rendered"].pop("placeholder"))
    assert drawn.startswith(b"RIFF")
    assert reply["rendered"] == {
        "format": "PNG",
        "width": 40,
        "height": 20,
        "frames": 1,
        "thumbnails": [thumbnail],
        "facts": {"place": False},
        "colour": "#000000",
    }


def test_bob_s_refusals_are_answered_by_name_and_sentence(tmp_path: Path) -> None:
    """The parent makes refusals of them again."""
    pdf = written(tmp_path, "a.png", b"%PDF-1.4")
    bomb = written(tmp_path, "b.png", files.promised_png(20_000, 20_000))

    answers = [answer({"accepted": OFFERED, "source": str(path), "targets": []}, Limits()) for path in (pdf, bomb)]

    assert [(one["refused"], unwired(one["sentence"])) for one in answers] == [
        ("not_an_image", "This is a PDF, not a picture. Save it as JPEG or PNG."),
        ("too_many_pixels", "400 megapixels is over the limit of 40 for PNG. Save a smaller copy."),
    ]


def test_an_operator_whose_disk_is_gone_does_not_read_that_the_file_is_damaged(tmp_path: Path) -> None:
    """A thumbnail that cannot be written, or an upload that vanished, says nothing about the picture."""
    source = written(tmp_path, "source.png", files.black_png(4, 4))
    nowhere = tmp_path / "gone" / "thumbnail"

    unwritable = answer({"accepted": OFFERED, "source": str(source), "targets": [[0, 2, str(nowhere)]]}, Limits())
    unreadable = answer({"accepted": OFFERED, "source": str(nowhere), "targets": []}, Limits())

    for reply in (unwritable, unreadable):
        assert "No such file or directory" in reply["unavailable"]
        assert reply["spent"] is True


def test_an_operator_reads_of_a_request_that_makes_no_sense(tmp_path: Path) -> None:
    """A fault of ours is reported with its place, and the process asks to be replaced."""
    reply = answer({"accepted": OFFERED, "source": str(tmp_path), "targets": [[1, 2]]}, Limits())

    assert "ValueError" in reply["failed"]
    assert reply["spent"] is True


@pytest.mark.parametrize(
    "error",
    [
        OSError("broken data stream"),
        ValueError("bad"),
        SyntaxError("broken PNG file"),
        RuntimeError("no"),
        NotImplementedError("no"),
        IndexError("no"),
        KeyError("no"),
        struct.error("no"),
        EOFError("no"),
        TypeError("no"),
        OverflowError("no"),
        Image.DecompressionBombError("no"),
    ],
)
def test_bob_reads_one_sentence_whatever_the_decoder_stumbles_over(error: Exception) -> None:
    """Small files are damaged; of a big one that fails, memory may be the cause, and the sentence allows for both."""
    with pytest.raises(NotAnImage) as small, inspect.decoding(10_000):
        raise error
    with pytest.raises(NotAnImage) as big, inspect.decoding(30_000_000):
        raise error

    assert small.value.message == "The file is damaged or cut off. Export it again."
    assert (
        big.value.message
        == "The file is damaged, or too big to be worked on here. Export it again, smaller if you can."
    )


@pytest.mark.parametrize("kept", range(0, 2000, 97))
def test_bob_whose_upload_was_cut_off_anywhere_is_refused(testdata: Path, tmp_path: Path, kept: int) -> None:
    """JPEG, PNG, GIF and WebP, cut at any place: a decoder must not guess the rest."""
    for name in ("hopper.jpg", "hopper.png", "hopper.gif", "hopper.webp"):
        cut = written(tmp_path, "cut", (testdata / "pillow" / name).read_bytes()[:kept])

        reply = answer(
            {"accepted": OFFERED, "source": str(cut), "targets": [[0, 20, str(tmp_path / "thumbnail")]]}, Limits()
        )

        assert reply.get("refused") == "not_an_image", name


def test_bob_whose_small_file_claims_a_chunk_of_two_gigabytes_reads_that_it_is_damaged(tmp_path: Path) -> None:
    """What runs out of memory then is the lie, not the picture; asking for a smaller copy would not help."""
    picture = files.black_png(4, 4)
    lie = picture[:33] + struct.pack(">I", 2**31 - 1) + b"tEXt" + picture[33:]

    reply = answer({"accepted": OFFERED, "source": str(written(tmp_path, "lie.png", lie)), "targets": []}, Limits())

    assert reply == {"refused": "not_an_image", "sentence": wired(DAMAGED)}


def test_a_big_picture_that_runs_out_of_memory_is_not_called_damaged() -> None:
    """It goes up as what it is, so that the process is replaced and the person told to save a smaller copy."""
    with pytest.raises(MemoryError), inspect.decoding(30_000_000):
        raise MemoryError
    with pytest.raises(NotAnImage), inspect.decoding(10_000):
        raise MemoryError
