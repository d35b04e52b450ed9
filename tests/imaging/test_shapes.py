"""Thumbnails stand upright, keep their shape, and are never larger than the picture."""

import itertools
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat

from imageapp.imaging.formats import Limits, Rendered, Target, fit

from . import files
from .files import written
from .standing import Render


def _render(render: Render, source: Path, *boxes: tuple[int, int]) -> tuple[Rendered, list[Image.Image]]:
    folder = source.with_name("made")
    folder.mkdir(exist_ok=True)
    targets = [Target(*box, folder / str(index)) for index, box in enumerate(boxes)]
    rendered = render(source, targets, Limits())
    pictures = []
    for target in targets:
        with Image.open(target.path) as picture:
            pictures.append(picture.copy())
    return rendered, pictures


@pytest.mark.parametrize("shape", ["Landscape", "Portrait"])
def test_alice_who_turned_her_phone_sees_every_picture_upright(
    render_by_either: Render, testdata: Path, tmp_path: Path, shape: str
) -> None:
    """The eight orientations of one photograph come out alike."""
    made = []
    for number in range(1, 9):
        source = written(tmp_path, "source", (testdata / f"exif-orientation/{shape}_{number}.jpg").read_bytes())
        rendered, (thumbnail,) = _render(render_by_either, source, (0, 200))
        made.append(thumbnail)
        assert (rendered.width, rendered.height) == ((1800, 1200) if shape == "Landscape" else (1200, 1800))
        assert (rendered.thumbnails[0].width, rendered.thumbnails[0].height) == thumbnail.size

    for other in made[1:]:
        assert other.size == made[0].size
        # The files carry their own number as a caption in the middle, so corners and borders are compared.
        top = (0, 0, other.width, other.height // 5)
        assert max(ImageStat.Stat(ImageChops.difference(other.crop(top), made[0].crop(top))).mean) < 12


@pytest.mark.parametrize("number", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_alice_sees_the_red_corner_top_left_in_every_format(
    render_by_either: Render, tmp_path: Path, kind: str, number: int
) -> None:
    """A picture stored turned or mirrored, with a note saying how, at a fraction of its size."""
    upright = Image.new("RGB", (640, 400), "white")
    ImageDraw.Draw(upright).rectangle((0, 0, 319, 199), fill="red")
    ImageDraw.Draw(upright).rectangle((320, 0, 639, 199), fill="blue")
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    stored = upright.transpose(Image.Transpose(undo[number])) if number > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = number
    source = tmp_path / "source"
    # As bytes: AVIF and HEIC then note it in their own way, and only there.
    stored.save(source, kind, exif=exif.tobytes())

    rendered, (thumbnail,) = _render(render_by_either, source, (0, 50))

    assert (rendered.width, rendered.height) == (640, 400)
    assert thumbnail.size == (80, 50)
    corners = [thumbnail.convert("RGB").getpixel(place) for place in ((10, 10), (70, 10), (10, 40))]
    for corner, expected in zip(corners, [(255, 0, 0), (0, 0, 255), (255, 255, 255)], strict=True):
        assert corner == pytest.approx(expected, abs=25)


def test_alice_whose_note_follows_the_pixels_sees_it_upright_too(render_by_either: Render, tmp_path: Path) -> None:
    """A PNG may put its EXIF at the end of the file."""
    note = b"II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00\x00\x00\x00\x00"
    rows = (b"\x00" + bytes(3 * 40)) * 20
    data = files.png(40, 20, 8, files.RGB, rows, after=files.chunk(b"eXIf", note))

    rendered, (thumbnail,) = _render(render_by_either, written(tmp_path, "late.png", data), (0, 0))

    assert (rendered.width, rendered.height) == thumbnail.size == (20, 40)


@pytest.mark.parametrize(
    "note", [b"", b"Exif\x00\x00nonsense", b"II*\x00\xff\xff\xff\xff", b"MM\x00*\x00\x00\x00\x08\xff\xff"]
)
def test_alice_with_a_broken_note_sees_the_picture_as_stored(
    render_by_either: Render, tmp_path: Path, note: bytes
) -> None:
    """EXIF that cannot be read is no reason to refuse a sound picture."""
    source = tmp_path / "odd.png"
    Image.new("RGB", (40, 20)).save(source, "PNG", exif=note)

    rendered, _ = _render(render_by_either, source)

    assert (rendered.width, rendered.height) == (40, 20)


@pytest.mark.parametrize("sides", [(1, 1), (1, 5000), (10000, 1), (199, 200), (200, 200), (201, 201), (5, 3000)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_alice_with_extreme_shapes_gets_thumbnails_no_larger_than_the_picture(
    render_by_either: Render, tmp_path: Path, kind: str, sides: tuple[int, int]
) -> None:
    """Never enlarged, no side below one pixel, exactly the size that the rule says."""
    boxes = [(0, 200), (0, 400), (300, 0), (300, 200), (10000, 10000)]
    source = tmp_path / "source"
    Image.new("RGB", sides, "green").save(source, kind)

    rendered, pictures = _render(render_by_either, source, *boxes)

    for box, made, picture in zip(boxes, rendered.thumbnails, pictures, strict=True):
        assert picture.size == (made.width, made.height) == fit(*sides, *box)
        assert 1 <= made.width <= sides[0]
        assert 1 <= made.height <= sides[1]


def test_alice_gets_every_size_of_her_plan_in_whatever_order(render_by_either: Render, tmp_path: Path) -> None:
    """Widths, heights and boxes that do not follow each other in size; twins included. Each shows the whole picture."""
    source = tmp_path / "source"
    picture = Image.new("RGB", (1200, 800), "white")
    ImageDraw.Draw(picture).rectangle((0, 0, 599, 399), fill="red")
    picture.save(source, "JPEG")
    boxes = [(300, 0), (0, 200), (100, 50), (0, 190), (300, 200), (5000, 0), (0, 3)]

    for order in itertools.islice(itertools.permutations(boxes), 0, 5040, 1000):
        rendered, pictures = _render(render_by_either, source, *order)

        for box, made, thumbnail in zip(order, rendered.thumbnails, pictures, strict=True):
            assert thumbnail.size == (made.width, made.height) == fit(1200, 800, *box)
            quarters = (thumbnail.width / 4, thumbnail.width * 3 / 4)
            left, right = (thumbnail.getpixel((int(x), thumbnail.height // 4)) for x in quarters)
            if thumbnail.height > 3:
                assert left == pytest.approx((254, 0, 0), abs=30)
            assert right == pytest.approx((255, 255, 255), abs=30)


def test_alice_with_a_very_long_transparent_strip_gets_it_whole(render_by_either: Render, tmp_path: Path) -> None:
    """A WebP has at most 16 383 pixels on a side; beyond that the thumbnail is a PNG."""
    source = tmp_path / "strip.png"
    Image.new("RGBA", (20_000, 4), (0, 0, 255, 100)).save(source)

    rendered, (thumbnail,) = _render(render_by_either, source, (0, 200))

    assert (rendered.thumbnails[0].format, thumbnail.format or "PNG") == ("PNG", "PNG")
    assert thumbnail.size == (20_000, 4)
    assert thumbnail.convert("RGBA").getpixel((10_000, 2)) == (0, 0, 255, 100)


def test_alice_whose_plan_has_no_sizes_is_still_told_of_a_cut_off_file(
    render_by_either: Render, testdata: Path, tmp_path: Path
) -> None:
    """Without any thumbnail to make, the whole file is decoded nevertheless."""
    whole = (testdata / "exif-orientation/Landscape_1.jpg").read_bytes()
    sound, cut = written(tmp_path, "sound", whole), written(tmp_path, "cut", whole[:-20_000])

    assert render_by_either(sound, [], Limits()).thumbnails == ()
    with pytest.raises(Exception, match=r"The file is damaged or cut off\. Export it again\."):
        render_by_either(cut, [], Limits())


@pytest.mark.parametrize(
    ("sides", "box", "expected"),
    [
        ((4000, 3000), (0, 200), (267, 200)),
        ((4000, 3000), (300, 0), (300, 225)),
        ((4000, 3000), (300, 200), (267, 200)),
        ((3000, 4000), (300, 200), (150, 200)),
        ((100, 50), (0, 200), (100, 50)),
        ((10000, 1), (0, 200), (10000, 1)),
        ((10000, 1), (300, 0), (300, 1)),
        ((640, 480), (0, 0), (640, 480)),
    ],
)
def test_a_plan_s_size_says_exactly_how_large_a_thumbnail_is(
    sides: tuple[int, int], box: tuple[int, int], expected: tuple[int, int]
) -> None:
    """Fits inside, aspect kept, never enlarged, never below one pixel."""
    assert fit(*sides, *box) == expected
