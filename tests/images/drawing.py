"""Pictures of every format, drawn on the spot."""

import io

import pillow_heif
from PIL import Image

pillow_heif.register_heif_opener()


def drawn(name: str, width: int = 600, height: int = 450) -> bytes:
    """A picture of this format."""
    data = io.BytesIO()
    Image.new("RGB", (width, height), (200, 60, 20)).save(data, "HEIF" if name == "HEIC" else name)
    return data.getvalue()


def moving(name: str, frames: int, width: int = 600, height: int = 450) -> bytes:
    """An animation of this format."""
    data = io.BytesIO()
    first, *others = [Image.new("L", (width, height), number % 2 * 200) for number in range(frames)]
    first.save(data, name, save_all=True, append_images=others, duration=100, loop=0)
    return data.getvalue()
