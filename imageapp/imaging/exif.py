"""Reads what a camera wrote into a picture, as far as its owner wants to know it."""

import re
import warnings
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from PIL import ExifTags, Image

from imageapp.imaging.facts import APERTURE, FOCAL, ISO, LONGEST, SECONDS, Facts, clean, whole
from imageapp.imaging.inspect import DECODER_ERRORS

Tags = Mapping[int, Any]

_OFFSET = re.compile(r"[+-](0[0-9]|1[0-4]):[0-5][0-9]")
_PLACE = (ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLongitude)


def facts_of(picture: Image.Image) -> Facts:
    """The facts in the EXIF (and, for the place, the XMP) of an opened `picture`; broken ones count as not said."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        camera, shot, place = _tags(picture.info.get("exif", b""))
    return Facts(
        camera=_joined(_text(camera, ExifTags.Base.Make), _text(camera, ExifTags.Base.Model)),
        lens=_joined(_text(shot, ExifTags.Base.LensMake), _text(shot, ExifTags.Base.LensModel)),
        exposure=_number(shot, ExifTags.Base.ExposureTime, *SECONDS),
        aperture=_number(shot, ExifTags.Base.FNumber, *APERTURE),
        iso=whole(_number(shot, ExifTags.Base.ISOSpeedRatings, *ISO)),
        focal_length=_number(shot, ExifTags.Base.FocalLength, *FOCAL),
        taken=_taken(shot),
        place=any(tag in place for tag in _PLACE) or _names_place(picture.info.get("xmp")),
    )


def _tags(data: bytes) -> tuple[Tags, Tags, Tags]:
    """The tags of the three directories: of the picture, of the shot, of the place; those before a fault at least."""
    found: list[Tags] = [{}, {}, {}]
    try:
        exif = Image.Exif()
        exif.load(data)
        found[0] = {tag: exif.get(tag) for tag in (ExifTags.Base.Make, ExifTags.Base.Model)}
        for at, directory in enumerate((ExifTags.IFD.GPSInfo, ExifTags.IFD.Exif)):
            found[2 - at] = dict(exif.get_ifd(directory))
    except DECODER_ERRORS:
        pass
    return found[0], found[1], found[2]


def _text(tags: Tags, tag: int) -> str:
    """The text of a tag, cleaned and cut; empty where there is none."""
    value = tags.get(tag)
    if isinstance(value, str):
        # Pillow reads it as Latin-1; many a program writes UTF-8.
        value = value.encode("latin-1", "replace")
    if not isinstance(value, bytes):
        return ""
    value = value[: 4 * LONGEST].partition(b"\x00")[0]
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        text = value.decode("latin-1")
    return clean(text)[:LONGEST].strip()


def _joined(maker: str, model: str) -> str | None:
    """Maker and model in one, the maker named once: "Canon EOS R5", not "Canon Canon EOS R5"."""
    first = maker.split(" ", 1)[0].casefold()
    named = model if first and model.casefold().startswith(first) else f"{maker} {model}"
    return named.strip()[:LONGEST].strip() or None


def _number(tags: Tags, tag: int, least: float, most: float) -> float | None:
    """The number of a tag, to six digits; None where it is none or not within bounds."""
    value = tags.get(tag)
    if isinstance(value, tuple) and value:
        value = value[0]
    try:
        number = float(f"{float(value):.6g}")  # pyright: ignore[reportArgumentType] - what is no number raises
    except DECODER_ERRORS:
        return None
    return number if least <= number <= most else None


def _taken(shot: Tags) -> str | None:
    """When the light fell in, or at least when it was made digital."""
    for moment, offset in (
        (ExifTags.Base.DateTimeOriginal, ExifTags.Base.OffsetTimeOriginal),
        (ExifTags.Base.DateTimeDigitized, ExifTags.Base.OffsetTimeDigitized),
    ):
        try:
            # A camera whose clock was never set writes zeros or spaces, which is no date.
            taken = datetime.strptime(_text(shot, moment), "%Y:%m:%d %H:%M:%S").isoformat()  # noqa: DTZ007 - the zone is the camera's secret
        except ValueError:
            continue
        zone = _text(shot, offset)
        return taken + zone if _OFFSET.fullmatch(zone) else taken
    return None


def _names_place(xmp: object) -> bool:
    if isinstance(xmp, str):
        xmp = xmp.encode("utf-8", "replace")
    return isinstance(xmp, bytes) and b"GPSLatitude" in xmp
