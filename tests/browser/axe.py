"""What axe finds wrong with a page."""

from axe_playwright_python.sync_playwright import Axe

from tests.browser.people import Person

# Everything that axe knows of WCAG 2.0 to 2.2 A and AA, and its own best practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def problems(visitor: Person, name: str) -> list[str]:
    """What axe finds wrong on the page that this visitor is at, which is called by that name."""
    found = Axe().run(visitor.page, options={"runOnly": RULES, "resultTypes": ["violations"]}).response["violations"]
    return [f"{name}: {one['id']}: {node['html']}" for one in found for node in one["nodes"]]
