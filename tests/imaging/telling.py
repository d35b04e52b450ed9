"""Pictures that tell more than they show: one secret, in every place where a file has room for it."""

import io
import struct
from typing import Any

from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from . import files

SECRET = b"alice-lives-at-12-Elm-Street"
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + SECRET + b"</x:xmpmeta>"
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def exif(turn: int = 1) -> bytes:
    """A description, a place and a maker's note, all of them the secret, and how to turn the picture."""
    tags = Image.Exif()
    tags[ExifTags.Base.Orientation] = turn
    tags[ExifTags.Base.ImageDescription] = SECRET.decode()
    tags.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSDateStamp] = SECRET.decode()
    tags.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.MakerNote] = SECRET
    return tags.tobytes()


def gradient(mode: str) -> Image.Image:
    """A little picture with something to see."""
    grey = Image.linear_gradient("L").resize((64, 48))
    bands = [grey, grey.transpose(Image.Transpose.ROTATE_180), grey, grey.transpose(Image.Transpose.FLIP_TOP_BOTTOM)]
    return Image.merge(mode, bands[: len(mode)])


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    """The file."""
    data = io.BytesIO()
    picture.save(data, kind, **options)
    return data.getvalue()


def segment(code: int, data: bytes) -> bytes:
    """One segment of a JPEG: marker, length, data."""
    return bytes((0xFF, code)) + struct.pack(">H", len(data) + 2) + data


def jpeg(turn: int = 1, **options: Any) -> bytes:
    """A JPEG with every kind of note, a small picture in its JFIF, and a second picture and a film behind its end."""
    told = {"exif": exif(turn), "xmp": XMP, "comment": SECRET, "icc_profile": PROFILE}
    data = saved(gradient("RGB"), "JPEG", **told, **options)
    first = data.index(b"\xff\xe0")
    small = b"JFIF\x00\x01\x02\x01\x00\x48\x00\x48\x03\x03" + SECRET[:27]
    notes = segment(0xED, b"Photoshop 3.0\x008BIM" + SECRET) + segment(0xE2, b"MPF\x00" + SECRET)
    notes += segment(0xEE, b"Adobe\x00\x64\x00\x00\x00\x00\x01" + SECRET) + segment(0xEB, SECRET)
    return data[:first] + segment(0xE0, small) + notes + data[first + 18 :] + data + b"film" + SECRET


def png(turn: int = 1, *, mode: str = "RGBA") -> bytes:
    """A PNG with texts, EXIF, a date, a chunk that nobody knows, and something behind its end."""
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SECRET.decode())
    text.add_text("Packed", SECRET.decode() * 20, zip=True)
    text.add_itxt("XML:com.adobe.xmp", XMP.decode())
    text.add(b"tIME", b"\x07\xea\x0b\x0e\x09\x1f\x05")
    text.add(b"plAc", SECRET)
    data = saved(gradient(mode), "PNG", exif=exif(turn), pnginfo=text, icc_profile=PROFILE, dpi=(72, 72))
    long = files.chunk(b"pHYs", SECRET)
    return data[:33] + long + data[33:] + SECRET


def webp(turn: int = 1, **options: Any) -> bytes:
    """A WebP with EXIF, XMP, a chunk that nobody knows, and something behind its end."""
    data = saved(gradient("RGBA"), "WEBP", exif=exif(turn), xmp=XMP, icc_profile=PROFILE, **options)
    data += b"plAc" + struct.pack("<I", len(SECRET)) + SECRET
    return data[:4] + struct.pack("<I", len(data) - 8) + data[8:] + SECRET


KINDS = {
    "JPEG": jpeg,
    "progressive JPEG": lambda turn=1: jpeg(turn, progressive=True),
    "JPEG with restarts": lambda turn=1: jpeg(turn, restart_marker_blocks=2),
    "PNG": png,
    "WebP": webp,
    "lossless WebP": lambda turn=1: webp(turn, lossless=True),
}
