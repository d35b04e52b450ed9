"""How people at a browser send files, and what the page of the upload tells them of each."""

import base64
import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Locator, Request, Response, Route, expect

from tests.browser.people import PATIENCE, Person
from tests.imaging.files import black_png
from tests.site import JSON, Client

UPLOAD = "**/images/upload"

# A drop or a paste of files that are made in the page, as the system hands them to it.
_GIVE = """([how, files]) => {
    const carried = new DataTransfer();
    for (const [name, type, content] of files) {
        const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
        carried.items.add(new File([bytes], name, { type }));
    }
    const about = { bubbles: true, cancelable: true };
    if (how === 'paste') {
        document.dispatchEvent(new ClipboardEvent('paste', { ...about, clipboardData: carried }));
    } else {
        document.querySelector('h1').dispatchEvent(new DragEvent(how, { ...about, dataTransfer: carried }));
    }
}"""
SOUND = black_png(40, 20)


class Uploader:
    """Somebody on the page of the upload."""

    def __init__(self, person: Person, client: Client) -> None:
        self.person, self.client, self.page = person.borrow(client), client, person.page
        self.sent: list[Request] = []
        # The statuses of those that were answered: a connection may be lost at any time, and they are sent again then.
        self.answers: list[int] = []
        self.page.on("request", lambda request: self.sent.append(request) if request.method == "POST" else None)
        self.page.on("response", self._note)
        person.opens("/images/upload")

    def _note(self, response: Response) -> None:
        if response.request.method == "POST":
            self.answers.append(response.status)

    def chooses(self, *files: Path | dict[str, Any]) -> None:
        """By the field of the form."""
        self.page.locator("#files").set_input_files(list(files))  # type: ignore[arg-type] - either is taken

    def gives(self, how: str, *files: tuple[str, str, bytes]) -> None:
        """Files (name, type, content) by an event of the page: "dragenter", "drop" or "paste"."""
        carried = [(name, kind, base64.b64encode(content).decode()) for name, kind, content in files]
        self.page.evaluate(_GIVE, [how, carried])

    def row(self, name: str) -> Locator:
        """The row of the file that is called so."""
        return self.page.locator("#queue .file").filter(has=self.page.get_by_text(name, exact=True))

    def reads(self, name: str, words: str | re.Pattern[str]) -> None:
        """Wait until the file's row says this, or fail."""
        expect(self.row(name)).to_contain_text(words)

    def finishes(self, words: str) -> None:
        """Wait until those who listen hear how it ended, or fail."""
        expect(self.page.locator("#say")).to_have_text(words)

    def presses(self, button: str) -> None:
        """A button of this name."""
        self.page.get_by_role("button", name=button, exact=True).click()

    def kept(self) -> list[str]:
        """The names of what the gallery holds, in the order of the alphabet."""
        return sorted(image["name"] for image in self.client.get("/images", headers=JSON).json()["images"])


def made(name: str, content: bytes, kind: str = "image/png") -> dict[str, Any]:
    """A file as the field takes it."""
    return {"name": name, "mimeType": kind, "buffer": content}


def weighing(size: int) -> bytes:
    """A sound picture of so many bytes: what follows its end belongs to the file."""
    return SOUND + bytes(size - len(SOUND))


def until(who: Uploader, condition: Callable[[], bool]) -> None:
    """Wait for it, or fail."""
    latest = time.monotonic() + PATIENCE / 1000
    while not condition():
        assert time.monotonic() < latest
        who.page.evaluate("0")  # what has come meanwhile is told with the answer


class Gate:
    """Between the page and the server: what is posted is held, until the test says what becomes of it."""

    def __init__(self, who: Uploader) -> None:
        self._who = who
        self._is_open = False
        self.held: list[Route] = []
        self._called_back: list[Request] = []
        who.page.route(UPLOAD, self._meet)
        who.page.on("requestfailed", lambda request: self._called_back.append(request))  # noqa: PLW0108 - it must be a function

    def _meet(self, route: Route) -> None:
        if self._is_open or route.request.method != "POST":
            route.continue_()
        else:
            self.held.append(route)

    def holds(self, count: int) -> list[Route]:
        """Wait until so many are held, or fail; these."""
        until(self._who, lambda: len(self.held) >= count)
        return self.held

    def opens(self, *, called_back: int = 0) -> None:
        """Let everything through from now on, but so many that were called back: to wait for, as it takes a moment."""
        self._is_open = True
        until(self._who, lambda: len(self._called_back) >= called_back)
        for route in self.held:
            if route.request in self._called_back:
                continue
            with suppress(Error):
                route.continue_()
