"""What a file is, its bytes decide: not its ending, not what the sender says of it, not what else hides in it."""

from io import BytesIO

import pytest
from PIL import Image

from tests.images.sending import body, part, send, words
from tests.imaging.files import GREY, chunk, png
from tests.site import JSON, Client, Site

PAYLOAD = b"<script>document.title='taken over'</script><?php system('id'); ?>"


def _saved(kind: str, mode: str = "RGB", **options: object) -> bytes:
    data = BytesIO()
    Image.new(mode, (64, 64), 0).save(data, kind, **options)
    return data.getvalue()


def _photo() -> bytes:
    return _saved("JPEG", quality=90)


def _gif_and_page() -> bytes:
    """A GIF whose comment is a web page."""
    return _saved("GIF", "P", comment=PAYLOAD)


def _gif_and_script() -> bytes:
    """A GIF that is a script as well: its first bytes name a variable, and its width opens a comment."""
    plain = bytearray(_saved("GIF", "P"))
    return bytes(plain) + b"*/=1;" + PAYLOAD


def _photo_and_archive() -> bytes:
    return _photo() + b"PK\x03\x04" + PAYLOAD + b"PK\x05\x06" + bytes(18)


def _png_and_program() -> bytes:
    return png(64, 64, 8, GREY, (b"\0" + bytes(64)) * 64, before=chunk(b"tEXt", b"Comment\0" + PAYLOAD))


def _photo_and_page() -> bytes:
    return _saved("JPEG", comment=PAYLOAD)


def _webp_and_page() -> bytes:
    return _saved("WEBP", xmp=PAYLOAD)


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (_gif_and_page(), "image/gif"),
        (_gif_and_script(), "image/gif"),
        (_photo_and_archive(), "image/jpeg"),
        (_photo_and_page(), "image/jpeg"),
        (_png_and_program(), "image/png"),
        (_webp_and_page(), "image/webp"),
    ],
    ids=["GIF+HTML", "GIF+JavaScript", "JPEG+ZIP", "JPEG+HTML", "PNG+PHP", "WebP+HTML"],
)
def test_mallory_hides_something_in_a_picture_and_it_stays_a_picture(site: Site, content: bytes, mime: str) -> None:
    """Everybody gets it with its true type and leave to do nothing; thumbnails hold nothing of what was hidden."""
    mallory = site.member("Enterprise")
    picture = mallory.keep(("innocent.html", content))
    link = mallory.link(picture)

    answers = [mallory.get(picture["links"]["original"]), site.client().get(link["url"])]
    small = [mallory.get(url) for url in picture["links"]["thumbnails"].values()]

    for answer in (*answers, *small):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    for answer in answers:
        assert answer.headers["Content-Type"] == mime
        assert answer.content == content
    assert len(small) == 2
    for answer in small:
        assert answer.headers["Content-Type"] in {"image/jpeg", "image/webp"}
        assert b"script" not in answer.content
        assert b"php" not in answer.content


def _foreign() -> dict[str, bytes]:
    """One file of many other formats, most of which decoders had holes in."""
    made = {kind: _saved(kind) for kind in ("TIFF", "ICNS", "EPS", "DDS", "TGA", "PCX", "SGI", "PDF", "BMP")}
    return made | {
        "BLP": _saved("BLP", "P"),
        "JPEG 2000": _saved("JPEG2000"),
        "ICO": _saved("ICO"),
        "FITS": b"SIMPLE  =                    T".ljust(80)
        + b"BITPIX  =                    8".ljust(80)
        + bytes(2_720),
        "PSD": b"8BPS\0\1" + bytes(6) + b"\0\3" + bytes(3) + b"\x40" + bytes(3) + b"\x40\0\x08\0\3" + bytes(64),
        "SVG": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        "HTML": b"<!doctype html><html><script>alert(1)</script></html>",
        "MVG": b"push graphic-context\nimage over 0,0 0,0 'https://127.0.0.1/x.png'\npop graphic-context",
        "ZIP": b"PK\x03\x04" + bytes(64),
        "FLI": bytes(4) + b"\x11\xaf" + bytes(122),
    }


def test_mallory_renames_other_formats_to_png_and_none_is_let_in(site: Site) -> None:
    """The list of formats decides before any decoder does, and each refusal says what to save it as."""
    mallory = site.member("Basic")
    foreign = _foreign()
    names = list(foreign)

    refused = {}
    for some in (names[:12], names[12:]):
        parts = [
            part(f'name="files"; filename="{kind}.png"\r\nContent-Type: image/png'.encode(), foreign[kind])
            for kind in some
        ]
        answer = send(mallory, body(*parts), as_json=True)
        assert answer.status_code == 422
        assert answer.json()["images"] == []
        refused |= {one["name"].removesuffix(".png"): one for one in answer.json()["refused"]}

    assert refused.keys() == foreign.keys()
    for kind, one in refused.items():
        assert one["error"] == "not_an_image", kind
        assert "Save it as JPEG" in one["message"], (kind, one["message"])


@pytest.mark.parametrize(
    ("kind", "sent_as", "sent_type"),
    [
        ("PNG", "holiday.jpg", "image/svg+xml"),
        ("PNG", "holiday.jpeg", "image/jpeg"),
        ("JPEG", "holiday.PNG", "text/html"),
        ("GIF", "holiday.pdf", "application/pdf"),
        ("WEBP", "holiday", "application/x-httpd-php"),
    ],
)
def test_alice_sends_a_picture_under_a_wrong_type_and_it_is_served_under_its_own(
    site: Site, kind: str, sent_as: str, sent_type: str
) -> None:
    """The name that is saved ends in the true type, so that the file opens wherever it is saved to."""
    alice = site.member("Premium")
    content = _saved(kind, "P" if kind == "GIF" else "RGB")
    head = f'name="files"; filename="{sent_as}"\r\nContent-Type: {sent_type}'

    answer = send(alice, body(part(head.encode(), content)), as_json=True)

    [picture] = answer.json()["images"]
    served = alice.get(picture["links"]["original"])
    assert (picture["format"], picture["name"]) == (kind, sent_as)
    assert served.headers["Content-Type"] == f"image/{kind.lower()}"
    ending = {"PNG": ".png", "JPEG": ".jpg", "GIF": ".gif", "WEBP": ".webp"}[kind]
    assert served.headers["Content-Disposition"].strip('"').endswith(sent_as + ending)


def test_a_photograph_of_any_ending_keeps_its_name(site: Site) -> None:
    """`.jpeg` and capitals are endings of JPEG too: nothing is added to them."""
    alice = site.member("Premium")

    for name in ("a.jpg", "b.JPEG", "c.Jpe"):
        picture = alice.keep((name, _photo()))
        served = alice.get(picture["links"]["original"])

        assert served.headers["Content-Disposition"] == f"inline; filename={name}"


def _gallery(client: Client) -> list[str]:
    return [image["name"] for image in client.get("/images", headers=JSON).json()["images"]]


def test_an_upload_that_is_a_good_picture_up_to_a_point_is_not_kept(site: Site) -> None:
    """A header and some rows are not enough: a file is decoded to its end before it is kept."""
    alice = site.member("Basic")
    halves = []
    for kind in ("JPEG", "PNG", "GIF", "WEBP"):
        data = BytesIO()
        Image.effect_noise((256, 256), 60).save(data, kind)
        halves.append(part(f'name="files"; filename="half {kind}"'.encode(), data.getvalue()[: data.tell() // 2]))

    answer = send(alice, body(*halves))

    assert answer.status_code == 422
    for kind in ("JPEG", "PNG", "GIF", "WEBP"):
        assert f"half {kind} The file is damaged or cut off. Export it again." in words(answer)
    assert _gallery(alice) == []
