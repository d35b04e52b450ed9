"""What axe finds wrong with a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.people import Person

# Everything that axe knows of WCAG 2.0 to 2.2 A and AA, and its own best practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

SCRIPT = Axe().axe_script
# Only what is wrong is sent back: of a long list the rest is megabytes.
RUN = """options => axe.run(document, options).then(
    ({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)),
)"""


def problems(visitor: Person, name: str) -> list[str]:
    """What axe finds wrong on the page that this visitor is at, which is called by that name."""
    return [f"{name}: {problem}" for problem in problems_of(visitor.page)]


def problems_of(page: Page) -> list[str]:
    """The same of any page."""
    page.evaluate(SCRIPT)
    return page.evaluate(RUN, {"runOnly": RULES, "resultTypes": ["violations"]})
