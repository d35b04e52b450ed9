"""What the folder of pictures promises of a power cut, as the kernel was asked for it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from imageapp.storage.disk import DiskStore
from tests.conftest import unavailable

KEY = "0f" * 16
PUT = (
    "import sys; from pathlib import Path; from imageapp.storage.disk import DiskStore; "
    "DiskStore(Path(sys.argv[1])).put(sys.argv[2], Path(sys.argv[3]))"
)


def test_what_alice_was_told_is_kept_has_a_name_on_the_disk(tmp_path: Path) -> None:
    """Bytes, then their name, then the folder that holds it, then the one that holds that, which may be as new."""
    strace = shutil.which("strace") or unavailable("strace")
    folder, source, trace = tmp_path / "pictures", tmp_path / "source", tmp_path / "trace"
    source.write_bytes(b"a picture")
    DiskStore.lay_out(folder)
    tracer = (str(strace), "-f", "-qq", "-y", "-e", "trace=fsync,rename,renameat,renameat2", "-o", str(trace))

    subprocess.run([*tracer, sys.executable, "-c", PUT, str(folder), KEY, str(source)], check=True)

    asked = re.findall(r"(fsync|rename)\w*\(.*?<?(/[^>\"]+)", trace.read_text())
    done = [(call, path) for call, path in asked if path.startswith(str(tmp_path))]
    assert done == [
        ("fsync", str(source)),
        ("rename", str(source)),
        ("fsync", str(folder / "0f")),
        ("fsync", str(folder)),
    ]
    assert (folder / "0f" / KEY).read_bytes() == b"a picture"
