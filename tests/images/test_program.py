"""Uploads to the whole program: what it cuts off, and that it asks nobody anything."""

import re
import select
import shutil
import socket
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.conftest import unavailable
from tests.images.sending import MULTIPART, body, file_part, send
from tests.images.serving import Program
from tests.imaging.files import black_png, chunk
from tests.site import Client

SOUND = black_png(40, 20)
PIECE = bytes(65_536)
LIMIT = 2_000_000
SLACK = 1_000_000  # what the server takes beyond the limit, for the parts' own heads
BUFFERS = 16_000_000  # what the two systems may hold between sender and server


def _poured(client: Client, head: str, most: int, *, chunked: bool) -> tuple[int, bytes]:
    """Send up to `most` bytes of a body until an answer comes: how many went out, and the answer."""
    host, port = client.root.removeprefix("http://").split(":")
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.cookies)
    lines = ["POST /images/upload HTTP/1.1", f"Host: {host}", f"Cookie: {cookies}", f"Content-Type: {MULTIPART}", head]
    piece = b"%x\r\n%s\r\n" % (len(PIECE), PIECE) if chunked else PIECE
    sent = 0
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        while sent < most and not select.select([connection], [], [], 0)[0]:
            connection.sendall(piece)
            sent += len(PIECE)
        connection.shutdown(socket.SHUT_WR)
        with connection.makefile("rb") as stream:
            return sent, stream.read()


@pytest.mark.parametrize(
    ("head", "chunked"), [("Content-Length: 300000000", False), ("Transfer-Encoding: chunked", True)]
)
def test_mallory_pours_300_megabytes_and_is_cut_off_at_the_limit(tmp_path: Path, head: str, chunked: bool) -> None:
    """The form comes again as soon as the limit is passed, with the limits; whoever is signed in stays so."""
    with Program(tmp_path, MAX_REQUEST_BYTES=LIMIT, MAX_FILE_BYTES=1_000_000) as program:
        mallory = program.admin()

        sent, answer = _poured(mallory, head, 300_000_000, chunked=chunked)

        assert answer.startswith(b"HTTP/1.1 413 ")
        assert b"One upload may hold up to 2 MB and 20 files of up to 1 MB. Send fewer or smaller ones." in answer
        assert b'enctype="multipart/form-data"' in answer
        assert b"Connection: close" in answer
        assert sent < LIMIT + SLACK + BUFFERS
        assert send(mallory, body(file_part(b"a.png", SOUND))).status_code == 303
        left = [path.name for path in (program.instance / "tmp").iterdir()]
        assert [name for name in left if not name.startswith("making-")] == []


def _inviting(port: int) -> list[tuple[str, bytes]]:
    """Files that ask whoever reads them to fetch something from this port."""
    address = f"http://127.0.0.1:{port}/fetched"
    xmp = (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a rdf:resource="{address}"/><img src="{address}"/></x:xmpmeta>'.encode()
    )
    photo, page = BytesIO(), f'<html><img src="{address}"></html>'.encode()
    Image.new("RGB", (64, 64)).save(photo, "JPEG", xmp=xmp, comment=address.encode())
    text = chunk(b"tEXt", b"XML:com.adobe.xmp\0" + xmp)
    return [
        ("drawing.svg", f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{address}"/></svg>'.encode()),
        ("entity.svg", f'<!DOCTYPE svg [<!ENTITY x SYSTEM "{address}">]><svg>&x;</svg>'.encode()),
        ("list.mvg", f"push graphic-context\nimage over 0,0 0,0 '{address}'\npop graphic-context".encode()),
        ("page.png", page),
        ("film.png", f"#EXTM3U\n#EXTINF:1,\n{address}\n".encode()),
        ("photo.jpg", photo.getvalue()),
        ("text.png", SOUND[:33] + text + SOUND[33:]),
        (address, SOUND),
    ]


def test_no_upload_makes_the_server_call_anybody(tmp_path: Path, testdata: Path) -> None:
    """Traced through every public test picture, and files that ask to be fetched, it opens no connection at all."""
    strace = shutil.which("strace") or unavailable("strace")
    trace = tmp_path / "trace"
    command = (str(strace), "-f", "-qq", "--seccomp-bpf", "-e", "trace=connect,sendto,accept4", "-o", str(trace))
    files = [path for path in testdata.rglob("*.*") if path.suffix not in {".md", ".tsv"}]

    with socket.create_server(("127.0.0.1", 0)) as bait, Program(tmp_path, *command, MAX_FILES=400) as program:
        mallory = program.admin()
        kept = mallory.upload(*files, *_inviting(bait.getsockname()[1]))
        called = bool(select.select([bait], [], [], 0)[0])

    assert kept.status_code == 201
    assert {"photo.jpg", "text.png", "fetched"} <= {image["name"] for image in kept.json()["images"]}
    assert not called
    calls = trace.read_text()
    assert "accept4(" in calls, "nothing was traced"
    assert re.findall(r"(?:connect|sendto)\(.*AF_INET.*", calls) == []
