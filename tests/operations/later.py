"""`python -m imageapp.serve` with a clock that can be put ahead, by as many seconds as stand in a file."""

import os
import sys
import time
from pathlib import Path

from imageapp.serve import main

_AHEAD = Path(os.environ["IMAGEAPP_TEST_AHEAD"])
_here = time.monotonic


def _later() -> float:
    return _here() + float(_AHEAD.read_text(encoding="ascii"))


if __name__ == "__main__":
    time.monotonic = _later
    sys.exit(main())
