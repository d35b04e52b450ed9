"""Animated thumbnails of animations, where they cost little enough. Where not, the first frame has to do."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from imageapp.imaging import gif
from imageapp.imaging.colours import workable
from imageapp.imaging.drawn import Drawn
from imageapp.imaging.encoding import LONGEST_LOOP, WEBP_LONGEST, animated
from imageapp.imaging.inspect import Opened, decoding
from imageapp.imaging.levels import Decoded, Size, chain
from imageapp.refusals import NotAnImage

# Reading a frame costs up to 25 ms a megapixel, a thumbnail's frame 90: at these limits an upload with two animated
# sizes takes about 4 s of a CPU, which the time for a picture allows for several times over.
MOST_FRAMES = 300
MOST_CANVAS = 4_000_000  # pixels of a frame; decoders hold up to four of them
MOST_READ = 60_000_000  # pixels of all frames together
MOST_SHOWN = 12_000_000  # pixels of all frames of a thumbnail
# What a pass through the frames may hold at a time, at four bytes each; plans of many sizes take several passes.
MOST_HELD = 48_000_000
# After so many seconds, on a machine that is slow or busy, what is not animated by then stays still.
SECONDS = 8.0

# Browsers show a frame of at most 10 ms for 100 ms, in files of all formats.
SHORTEST, INSTEAD = 10, 100  # milliseconds


@dataclass(frozen=True, slots=True)
class Animation:
    """What a file says of its animation: how many frames, at most gif.MOST_COUNTED, the number of the first of them,
    and whether all of them fit onto its canvas."""

    frames: int
    first: int
    fits: bool


STILL = Animation(frames=1, first=0, fits=True)


def announced(file: Opened, path: Path) -> Animation:
    """The animation in the opened picture at `path`; of one frame for a still."""
    if not file.format.animates:
        return STILL
    if file.format.name == "GIF":
        frames, fits = gif.count(path)
        return Animation(max(1, frames), 0, fits)
    # The picture of an animated PNG may be one that is not in its animation.
    first = 1 if getattr(file.picture, "default_image", False) else 0
    frames = getattr(file.picture, "n_frames", 1) - first
    return Animation(min(max(1, frames), gif.MOST_COUNTED), first, fits=True)


def films(
    file: Opened,
    animation: Animation,
    still: Decoded,
    sizes: Sequence[Size],
    clock: Callable[[], float] = time.monotonic,
    held: int = MOST_HELD,
) -> dict[Size, bytes]:
    """An animated WebP for each of these upright sizes that is within the limits.

    `still` is the first frame, which tells how the picture lies and what its colours mean; `clock` gives seconds;
    `held` is how many pixels are held at a time. There is none of a file of which some frame cannot be decoded.
    """
    made: dict[Size, bytes] = {}
    if not _within_limits(file, animation):
        return made
    deadline = clock() + SECONDS
    try:
        with decoding():
            for batch in _batches(_small_enough(sizes, animation.frames), held // animation.frames):
                reel = _Reel(file, animation, still, batch)
                if not reel.read(lambda: clock() < deadline):
                    break
                for size in batch:
                    if clock() < deadline:
                        made[size] = reel.film(size)
    except NotAnImage:
        # The first frame is sound, and kept as a still.
        return {}
    return made


def _within_limits(file: Opened, animation: Animation) -> bool:
    canvas = file.picture.width * file.picture.height
    few = 1 < animation.frames <= MOST_FRAMES
    return animation.fits and few and canvas <= MOST_CANVAS and animation.frames * canvas <= MOST_READ


def _small_enough(sizes: Sequence[Size], frames: int) -> list[Size]:
    """Those of which a film may be made, each once, smallest first: when time runs out they are done."""
    return [
        (width, height)
        for width, height in sorted(set(sizes))
        if frames * width * height <= MOST_SHOWN and max(width, height) <= WEBP_LONGEST
    ]


def _batches(sizes: Sequence[Size], pixels: int) -> Iterator[list[Size]]:
    """These sizes in groups of together at most so many pixels, or of one size."""
    batch: list[Size] = []
    for size in sizes:
        if batch and sum(width * height for width, height in [*batch, size]) > pixels:
            yield batch
            batch = []
        batch.append(size)
    if batch:
        yield batch


class _Reel:
    """The frames of an animation at some sizes, and for how long each is shown."""

    def __init__(self, file: Opened, animation: Animation, still: Decoded, sizes: Sequence[Size]) -> None:
        self._file = file
        self._numbers = range(animation.first, animation.first + animation.frames)
        self._still = still
        self._levels: dict[Size, list[Image.Image]] = {size: [] for size in sizes}
        self._milliseconds: list[float] = []

    def read(self, going_on: Callable[[], bool]) -> bool:
        """Decode every frame; whether it got to the end before it was not to go on. Raises what decoders raise."""
        picture = self._file.picture
        canvas = picture.size
        drawn = Drawn()
        for number in self._numbers:
            if not going_on():
                return False
            picture.seek(number)
            picture.load()
            if picture.size != canvas:
                raise ValueError("a frame is larger than the animation")
            # A copy, as the picture goes on to the next frame and may be a level itself.
            frame = drawn.cut(picture)
            work = workable(picture.copy() if frame is picture else frame, self._file.depth)
            work.info = {}
            decoded = Decoded(work, (0, 0, *canvas), self._still.turn, self._still.profile, self._still.grey)
            for size, level in chain(decoded, list(self._levels)).items():
                self._levels[size].append(level.convert("RGBA") if level.mode == "RGBa" else level)
            self._milliseconds.append(_shown_for(picture))
        return True

    def film(self, size: Size) -> bytes:
        """The animated WebP of one size. Its frames are let go."""
        return animated(self._levels.pop(size), self._milliseconds, _loop(self._file))


def _shown_for(picture: Image.Image) -> float:
    milliseconds = picture.info.get("duration", 0)
    return milliseconds if milliseconds > SHORTEST else INSTEAD


def _loop(file: Opened) -> int:
    """How often the animation is shown, 0 for ever."""
    info = file.picture.info
    if file.format.name == "GIF":
        # A GIF counts the times that follow the first, and without a count is shown once.
        again = info.get("loop", None)
        times = 1 if again is None else again + 1 if again else 0
    else:
        times = info.get("loop", 0)
    return min(times, LONGEST_LOOP)
