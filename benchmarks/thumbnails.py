"""Three thumbnails of one picture: ours against three calls of libvips, in CPU seconds of one thread."""

import math
import os

# Read by libvips when it is loaded: one thread, as ours has one.
os.environ["VIPS_CONCURRENCY"] = "1"

import io
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyvips
from PIL import Image

from benchmarks.photographs import write_all
from benchmarks.table import Row, interleaved, markdown
from imageapp.imaging.encoding import QUALITY
from imageapp.imaging.engines import PILLOW, VIPS, loaded
from imageapp.imaging.formats import Limits, Target, fit
from imageapp.imaging.reading import Engine
from imageapp.imaging.render import render

HEIGHTS = (800, 400, 200)
LIMITS = {
    "12 MP JPEG": 0.65,
    "48 MP JPEG": 0.50,
    "12 MP progressive JPEG": 0.65,
    "8 MP PNG": 0.75,
    "12 MP WebP": 0.90,
}
# With IMAGEAPP_IMAGING_ENGINE=vips.
VIPS_LIMITS = {"12 MP JPEG": 0.48, "8 MP PNG": 0.50, "12 MP WebP": 0.60}
PSNR_LOST = 0.1
PEAK_MIB = 40

PEAK_PROGRAM = """
import sys
from pathlib import Path
from imageapp.imaging.formats import Limits, Target
from imageapp.imaging.render import render

def kib(field):
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(field)))

targets = [Target(0, height, Path(sys.argv[2]) / str(height)) for height in (800, 400, 200)]
before = kib("VmRSS")
render(Path(sys.argv[1]), targets, Limits())
print(kib("VmHWM") - before)
"""


def rows() -> list[Row]:
    """Every row of thumbnails, measured now; takes a minute or two of one CPU."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = write_all(folder)
        pyvips.cache_set_max(0)
        measured = [_speed(kind, file, folder, LIMITS[kind]) for kind, file in files.items()]
        measured.append(_psnr(files["12 MP JPEG"], folder))
        for kind, limit in VIPS_LIMITS.items():
            measured.append(_speed(kind, files[kind], folder, limit, VIPS))
            measured.append(_psnr(files[kind], folder, VIPS))
        measured.append(_peak(files["48 MP JPEG"], folder))
    return measured


def _speed(kind: str, file: Path, folder: Path, limit: float, engine: str = PILLOW) -> Row:
    decoding = loaded(engine)
    ours, theirs = interleaved(lambda: _cpu_of_ours(file, folder, decoding), lambda: _cpu_of_theirs(file))
    return Row(
        f"{kind} → heights 800, 400, 200{_with(engine)}",
        f"{ours * 1000:.0f} ms CPU",
        f"{theirs * 1000:.0f} ms CPU (pyvips × 3)",
        ours / theirs,
        limit,
    )


def _with(engine: str) -> str:
    return "" if engine == PILLOW else f", engine {engine}"


def _targets(folder: Path) -> list[Target]:
    return [Target(0, height, folder / f"thumbnail-{height}") for height in HEIGHTS]


def _cpu_of_ours(file: Path, folder: Path, engine: Engine) -> float:
    start = time.process_time()
    render(file, _targets(folder), Limits(), engine=engine)
    return time.process_time() - start


def _cpu_of_theirs(file: Path) -> float:
    start = time.process_time()
    data = file.read_bytes()
    for height in HEIGHTS:
        thumbnail = pyvips.Image.thumbnail_buffer(data, 10_000_000, height=height, size="down")
        thumbnail.jpegsave_buffer(Q=QUALITY, keep=pyvips.enums.ForeignKeep.NONE)
    return time.process_time() - start


def _psnr(file: Path, folder: Path, engine: str = PILLOW) -> Row:
    """What our way loses against resizing the whole picture: both saved alike, both against the unsaved reference."""
    targets = _targets(folder)
    render(file, targets, Limits(), engine=loaded(engine))
    pairs = []
    with Image.open(file) as whole:
        for target in targets:
            size = fit(*whole.size, target.width, target.height)
            reference = whole.convert("RGB").resize(size, Image.Resampling.LANCZOS)
            saved = io.BytesIO()
            reference.save(saved, "JPEG", quality=QUALITY)
            pairs.append((_decibels(target.path.read_bytes(), reference), _decibels(saved.getvalue(), reference)))
    ours, theirs = min(pairs, key=lambda pair: pair[0] - pair[1])
    path = "worst PSNR lost, dB" if engine == PILLOW else "the same, worst PSNR lost, dB"
    return Row(path, f"{ours:.2f} dB", f"{theirs:.2f} dB (full LANCZOS)", theirs - ours, PSNR_LOST)


def _decibels(jpeg: bytes, reference: Image.Image) -> float:
    """Peak signal-to-noise ratio: 10 log10(255² / mean squared error)."""
    width, height = reference.size
    exact = pyvips.Image.new_from_memory(reference.tobytes(), width, height, 3, "uchar")
    error = ((pyvips.Image.new_from_buffer(jpeg, "") - exact) ** 2).avg()
    return 10 * math.log10(255**2 / error)


def _peak(file: Path, folder: Path) -> Row:
    """Memory that rendering takes beyond what a fresh process has after its imports."""
    command = [sys.executable, "-c", PEAK_PROGRAM, str(file), str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    peak = int(done.stdout) / 1024
    return Row("peak memory over imports, 48 MP JPEG, MiB", f"{peak:.0f} MiB", "-", peak, PEAK_MIB)


if __name__ == "__main__":
    print(markdown(rows()))
