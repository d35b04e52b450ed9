"""Whoever looks at the contact sheet sees every picture that is accepted, and reads of those that should have been."""

from pathlib import Path

import pytest
from PIL import Image

from benchmarks.contact_sheet import main

from . import files
from .files import written


def test_a_maintainer_sees_each_picture_beside_its_thumbnails(tmp_path: Path) -> None:
    pictures, sheet = tmp_path / "pictures", tmp_path / "sheet"
    (pictures / "set").mkdir(parents=True)
    gamma = files.chunk(b"gAMA", (100_000).to_bytes(4))
    written(pictures / "set", "sound.png", files.png(8, 8, 8, files.RGB, bytes(25 * 8), before=gamma))
    for name in ("broken.png", "rejected.png"):
        written(pictures / "set", name, b"\x89PNG")
    listed = (
        "path\tclass",
        "set/sound.png\tmust_accept",
        "set/broken.png\tmust_accept",
        "set/rejected.png\tmust_reject",
    )
    written(pictures, "MANIFEST.tsv", "\n".join(listed).encode())

    status = main(pictures, sheet)

    page = (sheet / "index.html").read_text("utf-8")
    assert status == 0
    assert "set/sound.png<br>PNG, 8 × 8, gamma 1/1<" in page
    assert "set/broken.png<td colspan=5>Refused: The file is damaged" in page
    assert "rejected" not in page
    for name in ("set-sound.png", "set-sound.png.400", "set-sound.png.200", "set-sound.png.60x60"):
        assert f'src="{name}"' in page
        with Image.open(sheet / name) as shown:
            assert shown.size == (8, 8)


def test_a_maintainer_without_test_pictures_reads_where_they_were_looked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(tmp_path / "nowhere", tmp_path / "sheet")

    assert status == 1
    assert f"The test pictures are not at {tmp_path / 'nowhere'}" in capsys.readouterr().err
    assert not (tmp_path / "sheet").exists()
