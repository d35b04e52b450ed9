"""What the README tells a program to do, done; and the pictures that it shows."""

import re
import subprocess
from pathlib import Path

from tests.site import JSON, Site

CHECKOUT = Path(__file__).parents[1]
README = CHECKOUT / "README.md"
SCREENSHOTS = CHECKOUT / "docs/screenshots"
HEAVIEST = 250_000  # bytes of one picture; whoever opens the README loads several
PICTURE = re.compile(r"\]\(([^):\s]+\.(?:avif|gif|jpe?g|png|svg|webp))\)")


def test_a_program_follows_the_readme_from_sign_in_to_sign_out(site: Site, testdata: Path, tmp_path: Path) -> None:
    script = re.search(r"```sh\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert script is not None
    alice = site.person("Enterprise")
    (tmp_path / "one.jpg").write_bytes((testdata / "pillow" / "flower.jpg").read_bytes())
    (tmp_path / "two.png").write_bytes((testdata / "pngsuite" / "basn2c08.png").read_bytes())
    lines = script[1].replace("http://127.0.0.1:8000", site.root).replace("username=alice", f"username={alice}")

    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", lines], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 0, done.stderr + done.stdout
    assert (tmp_path / "shared").read_bytes() == (tmp_path / "two.png").read_bytes()
    assert (tmp_path / "small.jpg").read_bytes().startswith((b"\xff\xd8", b"RIFF"))
    left = site.client().sign_in(alice).get("/images", headers=JSON).json()
    assert [image["name"] for image in left["images"]] == ["one.jpg"]


def test_the_reader_is_shown_every_screenshot_and_misses_none() -> None:
    pages = [*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/*.md")]

    named = {page.parent / name for page in pages for name in PICTURE.findall(page.read_text(encoding="utf-8"))}

    assert set(SCREENSHOTS.iterdir()) - named == set(), "nobody is shown these"
    assert [path for path in named if not path.is_file()] == []


def test_the_reader_does_not_wait_for_screenshots() -> None:
    sizes = {path.name: path.stat().st_size for path in SCREENSHOTS.iterdir()}

    assert {name: size for name, size in sizes.items() if size >= HEAVIEST} == {}
    assert sizes
