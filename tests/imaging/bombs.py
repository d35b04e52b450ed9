"""Files that are small to send and huge to unpack, the same bytes at every run, and what is to become of each."""

import io
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from .files import CHANNELS, GREY, RGB, RGBA, chunk, png, promised_png

Colour = tuple[int, int, int]
# What is seen in the middles of the four quarters of a picture.
QUARTERS: tuple[Colour, ...] = ((200, 40, 40), (40, 160, 60), (50, 60, 190), (230, 200, 60))
PLAIN: Colour = (70, 110, 180)
TOO_MANY = "too_many_pixels"
NO_PICTURE = "not_an_image"


@dataclass(frozen=True, slots=True)
class Bomb:
    """A file and the answer to it.

    Where it is kept: the upright size, and the colours in the middles of its quarters, none where it is transparent.
    Where it is refused: by which name.
    """

    name: str
    make: Callable[[], bytes]
    size: tuple[int, int] = (0, 0)
    colours: tuple[Colour, ...] = ()
    refused: str = ""


def packed_zeros(size: int) -> bytes:
    """So many zero bytes, deflated."""
    packer = zlib.compressobj(9)
    pieces = [1_000_000] * (size // 1_000_000) + [size % 1_000_000]
    return b"".join(packer.compress(bytes(piece)) for piece in pieces) + packer.flush()


def zeros(width: int, height: int, depth: int, colour: int) -> bytes:
    """A PNG whose every sample is zero: black, or transparent where it has alpha."""
    channels = CHANNELS[colour]
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    rows = packed_zeros(height * (1 + (width * depth * channels + 7) // 8))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def plain_webp(width: int, height: int, colour: Colour = PLAIN) -> bytes:
    """A lossless WebP of one colour, in 34 bytes whatever its size: a code with a single symbol takes no bit."""
    return _riff(_chunk_of_webp(b"VP8L", _lossless(width, height, colour)))


def _lossless(width: int, height: int, colour: Colour) -> bytes:
    bits, at = 0, 0
    red, green, blue = colour
    fields = [(width - 1, 14), (height - 1, 14), (0, 1), (0, 3)]
    fields += [(0, 1), (0, 1), (0, 1)]  # no transform, no cache of colours, one group of codes
    for symbol in (green, red, blue, 255, 0):  # of alpha, and of distances
        fields += [(1, 1), (0, 1), (1, 1), (symbol, 8)]
    for value, width_of_field in fields:
        bits |= value << at
        at += width_of_field
    return b"\x2f" + bits.to_bytes((at + 7) // 8 + 1, "little")


def _chunk_of_webp(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)


def _riff(chunks: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + chunks


def moving_webp(count: int, side: int) -> bytes:
    """An animation of so many frames, each of another colour, PLAIN first."""
    sides = (side - 1).to_bytes(3, "little") * 2
    chunks = _chunk_of_webp(b"VP8X", bytes((0x02, 0, 0, 0)) + sides) + _chunk_of_webp(b"ANIM", bytes(6))
    for number in range(count):
        picture = _chunk_of_webp(b"VP8L", _lossless(side, side, _turned(number)))
        chunks += _chunk_of_webp(b"ANMF", bytes(6) + sides + (50).to_bytes(3, "little") + b"\x02" + picture)
    return _riff(chunks)


def moving_png(count: int, side: int) -> bytes:
    """The same as an animated PNG."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, RGB, 0, 0, 0))
    chunks = header + chunk(b"acTL", struct.pack(">II", count, 0))
    numbers = iter(range(2 * count))
    for number in range(count):
        about = struct.pack(">IIIIIHHBB", next(numbers), side, side, 0, 0, 50, 1000, 0, 0)
        rows = zlib.compress((b"\0" + bytes(_turned(number)) * side) * side, 9)
        pixels = chunk(b"fdAT", struct.pack(">I", next(numbers)) + rows) if number else chunk(b"IDAT", rows)
        chunks += chunk(b"fcTL", about) + pixels
    return b"\x89PNG\r\n\x1a\n" + chunks + chunk(b"IEND", b"")


def _turned(number: int) -> Colour:
    red, green, blue = PLAIN
    return (red + number * 3) % 256, (green + number * 5) % 256, (blue + number * 7) % 256


def moving_gif(count: int) -> bytes:
    """So many frames of quarters, 64 × 64 pixels each."""
    single = _saved(_quarters(64, 64).quantize(4), "GIF")
    frame = single.index(b"\x2c\0\0\0\0")
    return single[:frame] + single[frame:-1] * count + single[-1:]


def _quarters(width: int, height: int) -> Image.Image:
    picture = Image.frombytes("RGB", (2, 2), bytes(sample for colour in QUARTERS for sample in colour))
    return picture.resize((width, height), Image.Resampling.NEAREST)


def _saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def _grey_jpeg(width: int, height: int, quality: int) -> bytes:
    return _saved(Image.new("L", (width, height), 120), "JPEG", quality=quality)


def in_passes(width: int, height: int) -> bytes:
    """A progressive JPEG of quarters, of which a decoder must hold every coefficient until the last pass."""
    return _saved(_quarters(width, height), "JPEG", progressive=True, subsampling=0)


def _with_texts(count: int, size: int) -> bytes:
    return png(4, 4, 8, GREY, bytes(20), before=chunk(b"zTXt", b"Comment\0\0" + packed_zeros(size)) * count)


def _with_profile(size: int) -> bytes:
    return png(4, 4, 8, GREY, bytes(20), before=chunk(b"iCCP", b"profile\0\0" + packed_zeros(size)))


BOMBS = (
    Bomb("81 megapixels.png", lambda: zeros(9_000, 9_000, 8, RGB), refused=TOO_MANY),
    Bomb("88 megapixels of a bit.png", lambda: zeros(9_400, 9_400, 1, GREY), refused=TOO_MANY),
    Bomb("177 megapixels of a bit.png", lambda: zeros(13_300, 13_300, 1, GREY), refused=TOO_MANY),
    Bomb("400 megapixels of a bit.png", lambda: zeros(20_000, 20_000, 1, GREY), refused=TOO_MANY),
    Bomb("just under the limit.png", lambda: zeros(6_300, 6_300, 16, RGBA), (6_300, 6_300)),
    Bomb("a line of five million.png", lambda: zeros(1, 5_000_000, 8, RGB), refused=TOO_MANY),
    Bomb("two thousand million rows.png", lambda: promised_png(2**31 - 1, 2**31 - 1), refused=TOO_MANY),
    Bomb("200 texts of a megabyte.png", lambda: _with_texts(200, 1_000_000), refused=NO_PICTURE),
    Bomb("a text of 50 megabytes.png", lambda: _with_texts(1, 50_000_000), refused=NO_PICTURE),
    Bomb("a profile of 300 megabytes.png", lambda: _with_profile(300_000_000), refused=NO_PICTURE),
    Bomb("88 megapixels.jpg", lambda: _grey_jpeg(9_400, 9_400, quality=10), refused=TOO_MANY),
    Bomb("a strip.jpg", lambda: _grey_jpeg(65_000, 2_700, quality=75), refused=TOO_MANY),
    Bomb("in ten passes.jpg", lambda: in_passes(9_400, 4_200), (9_400, 4_200), QUARTERS),
    Bomb("88 megapixels.webp", lambda: plain_webp(16_383, 5_400), refused=TOO_MANY),
    Bomb("five thousand frames.gif", lambda: moving_gif(5_000), (64, 64), QUARTERS),
    Bomb("sixty frames.webp", lambda: moving_webp(60, 1_500), (1_500, 1_500), (PLAIN,) * 4),
    Bomb("sixty frames.png", lambda: moving_png(60, 1_500), (1_500, 1_500), (PLAIN,) * 4),
)
