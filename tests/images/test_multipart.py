"""How a multipart form is taken apart: what each part holds, and what is no form."""

import itertools
from io import BytesIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from imageapp.multipart import parts
from imageapp.refusals import TooLarge
from tests.images.sending import BOUNDARY, body, file_part, part

DELIMITER = b"\r\n--" + BOUNDARY
FORM = body(part(b'name="a"', b"1"))

# Contents made of what delimiters are made of, and anything else; and how many bytes each reading of the body gives.
CONTENTS = st.lists(
    st.one_of(st.binary(max_size=40), st.sampled_from([b"\r", b"\n", b"-", b"\r\n--", BOUNDARY, DELIMITER[:-1]]))
).map(b"".join)
READINGS = st.lists(st.integers(1, 90), min_size=1, max_size=5)


Found = list[tuple[str, str | None, bytes]]


def _read(content: bytes, readings: list[int] | None = None, *, most: int = 10, text: int = 10_000) -> Found:
    """Every part of this body as (field, file's name, content)."""
    stream, turns = BytesIO(content), itertools.cycle(readings or [len(content) + 1])
    found = parts(lambda size: stream.read(min(size, next(turns))), BOUNDARY, most=most, text=text)
    return [(one.name, one.file_name, b"".join(one.pieces)) for one in found]


@given(st.lists(CONTENTS, max_size=4), READINGS)
@example([b"\r\n--" + BOUNDARY[:-1], b"", b"\r\n"], [1])
def test_every_file_comes_out_as_it_went_in_however_it_is_read(contents: list[bytes], readings: list[int]) -> None:
    """Whatever is in it, but for the very line that ends a part."""
    kept = [content for content in contents if DELIMITER not in b"\r\n" + content]

    found = _read(body(*(file_part(b"%d.png" % number, content) for number, content in enumerate(kept))), readings)

    assert found == [("files", f"{number}.png", content) for number, content in enumerate(kept)]


@given(st.binary(max_size=300), READINGS)
def test_mallory_s_bytes_are_a_form_or_none_and_nothing_else(junk: bytes, readings: list[int]) -> None:
    """No byte of it makes anything fail but in the two ways that are told to whoever sent it."""
    whole = body(file_part(b"a.png", b"1"), part(b'name="b"', b"2"))

    for content in (junk, whole[: len(junk)] + junk, junk + DELIMITER + b"\r\n" + junk + whole):
        try:
            found = _read(content, readings)
        except (ValueError, TooLarge):
            continue
        assert all(name.encode() in content for name, _, _ in found)


def test_a_part_that_nobody_takes_is_passed_over() -> None:
    stream = BytesIO(body(file_part(b"a.png", b"1" * 5_000), part(b'name="b"', b"2")))

    names = [one.name for one in parts(stream.read, BOUNDARY, most=10, text=10_000)]

    assert names == ["files", "b"]


@pytest.mark.parametrize(
    "content",
    [
        b"for readers of mail\r\n" + FORM + b"and more for them",
        FORM.removesuffix(b"\r\n"),
        body(part(b'name="a"\r\nContent-Type: text/plain', b"1")),
        body(part(b'\r\n\tname="a"', b"1")),
        FORM.replace(b"Content-Disposition", b"CONTENT-disposition"),
    ],
    ids=["words around it", "no last line end", "more headers", "folded header", "other case"],
)
def test_programs_write_the_same_form_in_several_ways(content: bytes) -> None:
    assert _read(content) == [("a", None, b"1")]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "ends before its last boundary"),
        (DELIMITER, "ends before its last boundary"),
        (FORM[:-5], "ends before its last boundary"),
        (FORM.replace(b"\r\n", b"\n"), "followed by something else"),
        (FORM.replace(BOUNDARY + b"\r\n", BOUNDARY + b"x\r\n"), "followed by something else"),
        (FORM.replace(b"Content-Disposition", b"Content-Type"), "does not say which field"),
        (body(part(b'name="\xff"', b"1")), "surrogates not allowed"),
    ],
    ids=["nothing", "a boundary alone", "cut off", "bare line feeds", "longer boundary", "no field", "name not text"],
)
def test_what_is_no_whole_form_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        _read(content)


def test_a_form_may_hold_so_many_parts_and_so_much_text_and_no_more() -> None:
    """Heads and fields count together; what is in files does not."""
    form = body(part(b'name="a"', b"1" * 100), file_part(b"b.png", b"2" * 100_000))
    heads = 'Content-Disposition: form-data; name="a"', 'Content-Disposition: form-data; name="files"; filename="b.png"'
    text = len("".join(heads)) + 100

    assert len(_read(form, most=2, text=text)) == 2
    with pytest.raises(TooLarge):
        _read(form, most=1)
    with pytest.raises(TooLarge):
        _read(form, text=text - 1)
