"""What goes across the pipe: paths of any name there, and nothing believed back."""

import json
import os
from pathlib import Path

import pytest

from imageapp.imaging.facts import Facts
from imageapp.imaging.formats import Rendered, Target, Thumbnail
from imageapp.imaging.replies import understood
from imageapp.refusals import NotAnImage, TooManyPixels, Unavailable

from . import files
from .files import written
from .standing import Start

SOUND = {
    "format": "PNG",
    "width": 1,
    "height": 1,
    "frames": 1,
    "thumbnails": [[1, 1, "JPEG", 1, 1]],
    "facts": {"camera": "Canon EOS R5", "place": True},
    "placeholder": "UklGRgAA",
    "colour": "#0a0b0c",
}


def test_alice_s_folder_may_have_any_name(start: Start, tmp_path: Path) -> None:
    """Paths arrive as they are: other scripts, bytes that are no text, quotes and line ends."""
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xe5\x9b\xbe \xff\"'\n"))
    folder.mkdir()
    source = written(folder, "a.png", files.black_png(40, 20))

    rendered = start().render(source, [Target(0, 10, folder / "thumbnail")])

    assert (folder / "thumbnail").stat().st_size == rendered.thumbnails[0].bytes


def test_alice_reads_that_the_server_is_at_fault_when_its_disk_is(
    start: Start, picture: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Not her picture: worth another try, and the operator finds the cause in the log."""
    with pytest.raises(Unavailable) as refused:
        start().render(picture, [Target(0, 10, tmp_path / "gone" / "thumbnail")])

    assert refused.value.retry_after > 0
    assert "No such file or directory" in caplog.text


@pytest.mark.parametrize(
    "reply",
    [
        None,
        [],
        {},
        {"rendered": ["PNG", 1, 1, []]},
        {"rendered": {**SOUND, "format": "EXE"}},
        {"rendered": {**SOUND, "width": "1"}},
        {"rendered": {**SOUND, "frames": 0}},
        {"rendered": {**SOUND, "thumbnails": []}},
        {"rendered": {**SOUND, "thumbnails": [["a", 1, "JPEG", 1, 1]]}},
        {"rendered": {**SOUND, "thumbnails": [[1, 1, "../../x", 1, 1]]}},
        {"rendered": {**SOUND, "thumbnails": [[1, 1, "JPEG", 1, 0]]}},
        {"rendered": {**SOUND, "facts": {"camera": "Canon EOS R5"}}},
        {"rendered": {**SOUND, "facts": {"camera": "a\u202eb", "place": True}}},
        {"rendered": {**SOUND, "placeholder": "UklGR" + "A" * 400}},
        {"rendered": {**SOUND, "placeholder": "PHNjcmlwdD4="}},
        {"rendered": {**SOUND, "placeholder": "no base64"}},
        {"rendered": {**SOUND, "colour": "red;x:url(//evil)"}},
        {"refused": "admins_only", "sentence": "no"},
        {"refused": "not_an_image", "sentence": 7},
        {"refused": "not_an_image", "sentence": {"message": "%(a)9999999999s", "values": {"a": "b"}}},
    ],
    ids=json.dumps,
)
def test_a_worker_that_was_taken_over_cannot_say_anything_it_likes(
    reply: object, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever is not a proper answer to one target counts as a broken picture, and is logged."""
    with pytest.raises(NotAnImage):
        understood(reply, 1)

    assert "makes no sense" in caplog.text


def test_a_sound_answer_is_taken_as_it_is() -> None:
    """What the nonsense above was made of."""
    rendered = understood({"rendered": SOUND}, 1)

    assert rendered == Rendered(
        "PNG",
        1,
        1,
        (Thumbnail(1, 1, "JPEG", 1, 1),),
        facts=Facts(camera="Canon EOS R5", place=True),
        placeholder=b"RIFF\x00\x00",
        colour="#0a0b0c",
    )


def test_refusals_come_through_as_they_were_meant() -> None:
    """Names and sentences survive the way from process to process."""
    with pytest.raises(TooManyPixels, match=r"^120 megapixels$"):
        understood({"refused": "too_many_pixels", "sentence": "120 megapixels"}, 0)


def test_an_operator_finds_our_own_fault_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """The person reads one sentence, the log holds where it happened."""
    with pytest.raises(NotAnImage, match="damaged, or too big"):
        understood({"failed": "Traceback: line 7"}, 0)

    assert "line 7" in caplog.text
