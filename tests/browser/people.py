"""Somebody at a browser: a window of their own on the site, and everything that went wrong in it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Response, Route, expect

from tests.site import Client, Site

DESKTOP, PHONE, NARROWEST = 1280, 390, 320
PATIENCE = 15_000  # milliseconds; a busy machine may need a few

expect.set_options(timeout=PATIENCE)


class Person:
    """One browser context, as private as a window of its own, and its one page."""

    def __init__(
        self,
        browser: Browser,
        site: Site,
        *,
        width: int,
        script: bool,
        dark: bool,
        locale: str = "en-GB",
        density: int = 1,
        touch: bool = False,
    ) -> None:
        self.site = site
        self.faults: list[str] = []
        self.context = browser.new_context(
            viewport={"width": width, "height": 800},
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
            base_url=site.root,
            locale=locale,
            device_scale_factor=density,
            has_touch=touch,
        )
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self._at_bare_file = False
        self._script = script
        self.page.on("response", self._look_at)
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: {error}"))

    def _look_at(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self._at_bare_file = response.headers.get("content-type", "").startswith("image/")

    def _note(self, message: ConsoleMessage) -> None:
        # What breaks the content security policy is reported here as well. That a page which was asked for is a
        # refusal is no fault of the page.
        refused = message.text.startswith("Failed to load resource") and message.location["url"] == self.page.url
        # Chromium shows a bare picture in a page of its own making, whose style our policy for files forbids as well.
        viewer = self._at_bare_file and message.text.startswith("Applying inline style")
        if message.type in {"error", "warning"} and not refused and not viewer:
            self.faults.append(f"{self.page.url}: {message.location['url']}: {message.text}")

    def borrow(self, client: Client) -> "Person":
        """Be signed in as that client is."""
        urls: list[Any] = [
            {"name": cookie.name, "value": cookie.value or "", "url": self.site.root} for cookie in client.cookies
        ]
        self.context.add_cookies(urls)
        return self

    def opens(self, path: str) -> Response:
        """Open this address; the answer to it."""
        response = self.page.goto(path)
        assert response is not None
        return response

    def holds_back(self, *addresses: str) -> Callable[[], int]:
        """Keep what these addresses give from the page. What is returned lets it through and says how much it was."""
        held: list[Route] = []
        is_open = False

        def arrives(route: Route) -> None:
            if is_open:
                route.continue_()
            else:
                held.append(route)

        for address in addresses:
            self.page.route(address, arrives)

        def release() -> int:
            nonlocal is_open
            is_open = True
            for route in held:
                route.continue_()
            return len(held)

        return release

    def opens_picture(self, name: str) -> None:
        """From the gallery to a picture's own page: at once, or with script by way of the large picture."""
        self.page.get_by_role("link", name=name).click()
        if self._script:
            self.page.locator(".pswp").get_by_role("link", name="Open its page").click()

    def signs_in(self, username: str, password: str) -> None:
        """By the form, as people do."""
        self.opens("/login")
        self.page.get_by_label("User name").fill(username)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(username)

    def signs_out(self) -> None:
        """By the account menu, which folds out without script as well."""
        self.page.locator("summary[aria-label^='Account menu']").click()
        self.page.get_by_role("button", name="Sign out").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Sign in")

    def clicks(self, name: str, role: Any = "link") -> None:
        """A link or button of this name, among what the page itself holds."""
        self.page.get_by_role("main").get_by_role(role, name=name, exact=True).first.click()

    @property
    def path(self) -> str:
        """Where the page is."""
        return urlsplit(self.page.url).path

    def sees(self, words: str) -> None:
        """Wait until the page shows these words, or fail."""
        expect(self.page.get_by_role("main")).to_contain_text(words)

    def picture_shows(self, selector: str) -> bool:
        """Whether the picture there is drawn, not only addressed."""
        image = self.page.locator(selector).first
        expect(image).to_be_visible()
        return image.evaluate("async image => { await image.decode(); return image.naturalWidth > 0 }")

    def sideways(self) -> int:
        """CSS pixels by which the page is wider than the window."""
        return self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
