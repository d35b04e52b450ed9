"""`python -m benchmarks [PART …]`: measure, and print the table. Without a part, all of them.

A row that does not hold is marked so; the exit status is 0 all the same, since a busy machine is no fault of the code.
"""

import argparse
import importlib
import os
import platform
import sys
import time

from benchmarks.table import heading, line

PARTS = {
    "thumbnails": "three thumbnails of a photograph, against libvips",
    "uploads": "a whole upload, against its thumbnails alone",
    "together": "two uploads at once, against one",
    "serving": "thumbnail, gallery and original, against a server that does next to nothing",
    "growth": "the gallery of somebody with a million pictures",
    "orders": "every order, and a search, for somebody with 200,000 pictures",
    "statements": "the SQL statements of each page",
}


def main() -> int:
    """Run the parts that the arguments name."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure imageapp and print a table in Markdown.",
        epilog="\n".join(f"{name:<12}{words}" for name, words in PARTS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help="what to measure; all of it when none is named")
    chosen = parser.parse_args().parts or list(PARTS)
    if unknown := [part for part in chosen if part not in PARTS]:
        parser.error(f"there is no part {', '.join(unknown)}; choose from {', '.join(PARTS)}")
    return _print_table(chosen)


def _print_table(parts: list[str]) -> int:
    cpus, busy = len(os.sched_getaffinity(0)), os.getloadavg()[0]
    print(f"{platform.system()} {platform.release()}, {cpus} CPUs, Python {platform.python_version()}; load {busy:.1f}")
    print(f"\n{heading()}", flush=True)
    start, missed = time.monotonic(), []
    for part in parts:
        for row in importlib.import_module(f"benchmarks.{part}").rows():
            print(line(row), flush=True)
            missed += [] if row.holds else [row.path]
    print(f"\n{time.monotonic() - start:.0f} s; " + (f"not held: {'; '.join(missed)}" if missed else "every row holds"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
