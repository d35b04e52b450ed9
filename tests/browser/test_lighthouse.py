"""What Lighthouse finds on a phone: nothing to mend for everybody's use, nor of what browsers ask of a good page.

Speed is a figure in docs/performance.md (`make lighthouse`), as it says more of the machine than of the page.
"""

import shutil
import subprocess
from pathlib import Path

import pytest

from benchmarks import lighthouse
from tests.conftest import unavailable
from tests.site import Client, Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser-lighthouse")]

CATEGORIES = ("accessibility", "best-practices")


@pytest.fixture(scope="module", autouse=True)
def installed() -> None:
    """Lighthouse as it is pinned."""
    if shutil.which("chromium") is None:
        unavailable("chromium")
    try:
        lighthouse.install()
    except subprocess.CalledProcessError:
        unavailable("npm's registry")


@pytest.fixture(scope="module")
def alice(shop: Site, photo: Path) -> Client:
    """Somebody with a hundred pictures."""
    client = shop.member("Enterprise")
    for _ in range(5):
        answer = client.upload(*[photo] * 20)
        assert answer.status_code == 201, answer.text
    return client


def cookie_of(client: Client) -> str:
    """The Cookie header of this client."""
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.cookies)


@pytest.mark.parametrize("page", ["sign-in", "gallery of a hundred", "all hundred on one page", "picture"])
def test_lighthouse_finds_nothing_to_mend(shop: Site, alice: Client, page: str) -> None:
    newest = alice.get("/images", headers={"Accept": "application/json"}).json()["images"][0]
    path, cookie = {
        "sign-in": ("/login", ""),
        "gallery of a hundred": ("/images", cookie_of(alice)),
        "all hundred on one page": ("/images?limit=100", cookie_of(alice)),
        "picture": (f"/images/{newest['id']}", cookie_of(alice)),
    }[page]

    report = lighthouse.judge(shop.root + path, cookie, CATEGORIES)

    assert report.faults == []
    assert report.scores == {"accessibility": 100, "best-practices": 100}
