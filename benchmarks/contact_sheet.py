"""`make contact-sheet`: every accepted test picture beside its thumbnails, on one page to be looked at.

What a browser shows of the original is the reference: a thumbnail in other colours, or lying on its side, is a defect.
"""

import base64
import csv
import html
import shutil
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

from imageapp.imaging.formats import FORMATS, Limits, Rendered, Target
from imageapp.imaging.worker import WorkerDecoder
from imageapp.refusals import Refusal

CHECKOUT = Path(__file__).resolve().parents[1]
TESTDATA = CHECKOUT.parent / "shared/testdata"
FOLDER = CHECKOUT / "build/contact-sheet"
SIZES = {"400": (0, 400), "200": (0, 200), "60x60": (60, 60)}

HEAD = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Contact sheet</title>
<style>
body { font: 13px/1.4 system-ui, sans-serif; margin: 16px }
td, th { padding: 6px; vertical-align: top; text-align: left; border-top: 1px solid #ccc }
td:first-child { width: 220px; overflow-wrap: anywhere }
img { max-width: 220px; max-height: 160px }
img { background: repeating-conic-gradient(#ddd 0 25%, #fff 0 50%) 0 0 / 16px 16px }
img.tiny { height: 60px }
i { display: block; width: 60px; height: 24px; border: 1px solid #888 }
</style>
<h1>Contact sheet</h1>
<p>Left what the browser makes of the original, then what is served. Colours and turning must be the same, but for what
docs/imaging.md names: a PNG's own gamma, which the row tells, and the turning of a WebP.</p>
<table><tr><th>Picture<th>Original<th>400 tall<th>200 tall<th>60 × 60<th>Placeholder, colour
"""


def main(pictures: Path = TESTDATA, folder: Path = FOLDER) -> int:
    """Write `folder`/index.html of the `pictures` that their MANIFEST.tsv lists; 1 when there is nothing to show."""
    if not (pictures / "MANIFEST.tsv").is_file():
        print(f"The test pictures are not at {pictures}: there is nothing to put on a contact sheet.", file=sys.stderr)
        return 1
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    decoder = WorkerDecoder(Limits())
    try:
        page = folder / "index.html"
        page.write_text(HEAD + "".join(_rows(decoder, pictures, folder)) + "</table></html>\n", encoding="utf-8")
    finally:
        decoder.close()
    print(page)
    return 0


def _rows(decoder: WorkerDecoder, pictures: Path, folder: Path) -> Iterator[str]:
    lines = (pictures / "MANIFEST.tsv").read_text("utf-8").splitlines()
    for entry in csv.DictReader(lines, delimiter="\t"):
        source = pictures / entry["path"]
        stem = entry["path"].replace("/", "-")
        targets = [Target(*box, folder / f"{stem}.{label}") for label, box in SIZES.items()]
        try:
            rendered = decoder.render(source, targets, tuple(FORMATS))
        except Refusal as refusal:
            if entry["class"] == "must_accept":
                yield f"<tr><td>{html.escape(entry['path'])}<td colspan=5>Refused: {html.escape(refusal.message)}\n"
            continue
        shutil.copy(source, folder / stem)
        yield _row(entry["path"], stem, rendered, _gamma(source))


def _row(path: str, stem: str, rendered: Rendered, gamma: float | None) -> str:
    kind = f"{FORMATS[rendered.format].label}, {rendered.width} × {rendered.height}"
    if rendered.frames > 1:
        kind += f", {rendered.frames} frames"
    if gamma is not None:
        kind += f", gamma 1/{1 / gamma:.3g}"
    cells = [f"{html.escape(path)}<br>{kind}", _picture(stem)]
    cells += [_picture(f"{stem}.{label}") for label in SIZES]
    tiny = base64.b64encode(rendered.placeholder or b"").decode("ascii")
    cells.append(
        f'<img class="tiny" alt="" src="data:image/webp;base64,{tiny}">'
        f'<i style="background: {rendered.colour or "none"}"></i>'
    )
    return f"<tr><td>{'<td>'.join(cells)}\n"


def _picture(name: str) -> str:
    return f'<img alt="" src="{html.escape(name)}">'


def _gamma(source: Path) -> float | None:
    """The gamma that a PNG asks for where browsers act on it, None where they do not."""
    head = source.read_bytes()[:1000]
    at = head.find(b"gAMA")
    if at < 0 or b"sRGB" in head or b"iCCP" in head:
        return None
    gamma = struct.unpack_from(">I", head, at + 4)[0] / 100_000
    return None if abs(gamma * 2.2 - 1) < 0.05 else gamma


if __name__ == "__main__":
    sys.exit(main())
