"""Files that are made on the spot: bombs, oddities, and pictures with known colours."""

import struct
import zlib
from pathlib import Path

GREY, RGB, GREY_ALPHA, RGBA = 0, 2, 4, 6
CHANNELS = {GREY: 1, RGB: 3, GREY_ALPHA: 2, RGBA: 4}


def chunk(kind: bytes, data: bytes) -> bytes:
    """One PNG chunk: length, kind, data, checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(
    width: int, height: int, depth: int, colour: int, rows: bytes, before: bytes = b"", after: bytes = b""
) -> bytes:
    """A PNG of these (filtered) rows, with chunks before and after the pixels."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(rows, 9))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before + pixels + after + chunk(b"IEND", b"")


def black_png(width: int, height: int, depth: int = 8, colour: int = RGB) -> bytes:
    """All zeros, which compress a thousand to one."""
    row = 1 + (width * depth * CHANNELS[colour] + 7) // 8
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(row)) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def promised_png(width: int, height: int) -> bytes:
    """A header that promises these sides, and no pixels at all."""
    return png(width, height, 8, RGB, b"")


def promised_webp(width: int, height: int) -> bytes:
    """A WebP whose canvas is said to be width × height, with nothing on it."""
    canvas = bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + canvas
    return b"RIFF" + struct.pack("<I", len(body)) + body


def promised_lossless_webp(width: int, height: int) -> bytes:
    """The same for the lossless kind, which packs its sides into 14 bits each."""
    bits = (width - 1) | (height - 1) << 14
    data = b"\x2f" + struct.pack("<I", bits) + bytes(5)
    body = b"WEBP" + b"VP8L" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def promised_gif(width: int, height: int) -> bytes:
    """A GIF screen of this size with a one-pixel frame."""
    screen = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes(6)
    return screen + b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00;"


def promised_jpeg(width: int, height: int) -> bytes:
    """A JPEG's frame header with these sides, and the start of a scan that never comes."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    scan = b"\x01\x01\x00\x00\x3f\x00"
    return (
        b"\xff\xd8"
        + (b"\xff\xc0" + struct.pack(">H", len(frame) + 2) + frame)
        + (b"\xff\xda" + struct.pack(">H", len(scan) + 2) + scan)
    )


def written(folder: Path, name: str, data: bytes) -> Path:
    """The file, as an upload would lie in the spool."""
    path = folder / name
    path.write_bytes(data)
    return path
