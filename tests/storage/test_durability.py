"""What the folder of pictures promises of a power cut, as the kernel was asked for it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from imageapp.storage.disk import DiskStore
from tests.conftest import unavailable

KEY = "0f" * 16
PROGRAM = "import sys; from pathlib import Path; from imageapp.storage.disk import DiskStore; "
PUT = PROGRAM + "DiskStore(Path(sys.argv[1])).put(sys.argv[2], Path(sys.argv[3]))"
PUT_ALL = PROGRAM + "DiskStore(Path(sys.argv[1])).put_all({Path(path).name: Path(path) for path in sys.argv[2:]})"


def _asked_of_the_kernel(tmp_path: Path, program: str, *arguments: str) -> list[tuple[str, str]]:
    """What the program has flushed and renamed below `tmp_path`, in its order."""
    strace = shutil.which("strace") or unavailable("strace")
    trace = tmp_path / "trace"
    tracer = (str(strace), "-f", "-qq", "-y", "-e", "trace=fsync,rename,renameat,renameat2", "-o", str(trace))
    subprocess.run([*tracer, sys.executable, "-c", program, *arguments], check=True)
    asked = re.findall(r"(fsync|rename)\w*\(.*?<?(/[^>\"]+)", trace.read_text())
    return [(call, path) for call, path in asked if path.startswith(str(tmp_path))]


def test_what_alice_was_told_is_kept_has_a_name_on_the_disk(tmp_path: Path) -> None:
    """Bytes, then their name, then the folder that holds it, then the one that holds that, which may be as new."""
    folder, source = tmp_path / "pictures", tmp_path / "source"
    source.write_bytes(b"a picture")
    DiskStore.lay_out(folder)

    done = _asked_of_the_kernel(tmp_path, PUT, str(folder), KEY, str(source))

    assert done == [
        ("fsync", str(source)),
        ("rename", str(source)),
        ("fsync", str(folder / "0f")),
        ("fsync", str(folder)),
    ]
    assert (folder / "0f" / KEY).read_bytes() == b"a picture"


def test_alice_s_picture_and_its_thumbnails_wait_for_one_folder_together(tmp_path: Path) -> None:
    """Each is on the disk before it has its name; the folder that they share is flushed when all names are in it."""
    folder, sources = tmp_path / "pictures", [tmp_path / f"0f{number:030x}" for number in range(3)]
    for source in sources:
        source.write_bytes(source.name.encode())
    DiskStore.lay_out(folder)

    done = _asked_of_the_kernel(tmp_path, PUT_ALL, str(folder), *map(str, sources))

    one_by_one = [(call, str(source)) for source in sources for call in ("fsync", "rename")]
    assert done == [*one_by_one, ("fsync", str(folder / "0f")), ("fsync", str(folder))]
    assert [(folder / "0f" / source.name).read_text() for source in sources] == [source.name for source in sources]
