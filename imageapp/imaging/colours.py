"""Brings every kind of pixel to one that resizes well, and every colour space to sRGB.

Only an ICC profile says which colour space that is. A PNG's gAMA and cHRM say nothing here, as in libvips: what writes
them today means sRGB by them, and tools disagree about the rest.
"""

from PIL import Image, ImageCms, ImageMath

from imageapp.imaging.inspect import DECODER_ERRORS

GREY_MODES = ("1", "L", "LA", "I;16")

# Which kind of ICC profile may speak for which kind of pixels; any other pairing is a mistake of the file.
_PROFILE_OF_MODE = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK"}
_SRGB = ImageCms.createProfile("sRGB")


def workable(picture: Image.Image, depth: int) -> Image.Image:
    """The decoded `picture` as L, RGB, CMYK or RGBa (premultiplied, so that transparent pixels never bleed).

    `depth` is bits per sample as stored, which decides what a transparent colour key means. An alpha channel without a
    transparent pixel in it is dropped.
    """
    if is_workable(picture):
        return picture
    plain = eight_bits(picture, depth)
    if plain.mode != "RGBA":
        return plain
    return plain.convert("RGBa" if has_holes(plain) else "RGB")


def is_workable(picture: Image.Image) -> bool:
    """Whether the picture resizes well as it is."""
    return picture.mode in ("L", "RGB", "CMYK") and "transparency" not in picture.info


def has_holes(picture: Image.Image) -> bool:
    """Whether any pixel of an RGBA picture lets something through."""
    lowest, _ = picture.getchannel("A").getextrema()
    return lowest != 255


def to_srgb(image: Image.Image, profile: bytes | None, *, grey: bool) -> Image.Image:
    """`image` (L, RGB, CMYK or RGBa) in sRGB, as L, RGB or RGBa.

    `profile` is the file's ICC profile; `grey` says that the file's pixels were grey, whatever they are now. A profile
    that is broken, or made for other pixels, is passed over. CMYK without one is multiplied out as browsers do. Colours
    are converted by the relative colorimetric intent without black point compensation, as libvips does for thumbnails;
    browsers come nearer to that than to any other.
    """
    if profile:
        try:
            return _by_profile(image, profile, grey=grey)
        except (ImageCms.PyCMSError, *DECODER_ERRORS):
            pass
    return image.convert("RGB") if image.mode == "CMYK" else image


def _by_profile(image: Image.Image, profile: bytes, *, grey: bool) -> Image.Image:
    source = ImageCms.core.profile_frombytes(profile)
    straight = image.convert("RGBA") if image.mode == "RGBa" else image
    pixels = straight
    if straight.mode == "RGBA":
        pixels = straight.convert("L" if grey else "RGB")
    if source.xcolor_space.strip() != _PROFILE_OF_MODE[pixels.mode]:
        raise ValueError("the profile is for other pixels")
    convert = _converted_grey if pixels.mode == "L" else _converted
    converted = convert(pixels, ImageCms.ImageCmsProfile(source))
    if straight.mode == "RGBA":
        converted = converted.convert("RGB")
        converted.putalpha(straight.getchannel("A"))
        return converted.convert("RGBa")
    return converted


def _converted(
    pixels: Image.Image, source: ImageCms.ImageCmsProfile, flags: ImageCms.Flags = ImageCms.Flags.NONE
) -> Image.Image:
    intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
    converted = ImageCms.profileToProfile(pixels, source, _SRGB, intent, outputMode="RGB", flags=flags)
    if converted is None:
        raise ValueError("the profile changed nothing")
    return converted


def _converted_grey(pixels: Image.Image, source: ImageCms.ImageCmsProfile) -> Image.Image:
    # Each of 256 greys, exactly: the colour library's own shortcut for many pixels is up to 76 off where it is dark.
    ramp = Image.frombytes("L", (256, 1), bytes(range(256)))
    return pixels.point(list(_converted(ramp, source, ImageCms.Flags.NOOPTIMIZE).getchannel("G").tobytes()))


def eight_bits(picture: Image.Image, depth: int) -> Image.Image:
    """The decoded picture as L, RGB, CMYK, or RGBA where it may have transparent pixels; `depth` as for `workable`."""
    key = picture.info.get("transparency")
    match picture.mode:
        case "1" | "L" | "I;16":
            grey = _grey(picture)
            if not isinstance(key, int):
                return grey
            return Image.merge("RGBA", (grey, grey, grey, _other_than(picture, key, depth)))
        case "RGB" if isinstance(key, tuple):
            # The key has the depth of the file, the pixels are down to 8 bits.
            picture.info["transparency"] = tuple(sample >> 8 if depth == 16 else sample for sample in key)
            return picture.convert("RGBA")
        case "RGB" | "RGBA" | "CMYK":
            return picture
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _grey(grey: Image.Image) -> Image.Image:
    if grey.mode != "I;16":
        return grey.convert("L")
    # convert() alone clips at 255 and gives a white picture.
    return grey.point(lambda sample: sample * (1 / 257) + 0.5).convert("L")


def _other_than(grey: Image.Image, key: int, depth: int) -> Image.Image:
    """A mask (L): 0 where a pixel has the value `key`, 255 elsewhere."""
    if grey.mode == "I;16":
        return ImageMath.lambda_eval(
            lambda samples: samples["convert"]((samples["grey"] != key) * 255, "L"), grey=grey.convert("I")
        )
    # Pillow stretches 2- and 4-bit samples to 8 bits but leaves their key as stored; that of a 1-bit file it stretches.
    value = key * 255 // (2**depth - 1) if grey.mode == "L" and depth < 8 else key
    return grey.convert("L").point([0 if sample == value else 255 for sample in range(256)])
