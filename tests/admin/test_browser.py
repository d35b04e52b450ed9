"""The dashboard in a real browser: under our content security policy, with and without script, for everybody."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select

from imageapp.accounts.models import User
from tests.admin.test_users import plan_id, user_id
from tests.browser.axe import problems_of
from tests.site import Site

# Of a tab, whether its words are within the part of the list that is scrolled to.
IN_VIEW = """tab => {
  const words = document.createRange();
  words.selectNodeContents(tab);
  const [inner, outer] = [words, tab.closest(".tabs")].map((one) => one.getBoundingClientRect());
  return inner.left >= outer.left && inner.right <= outer.right;
}"""

# On one database: a browser sees the same of both, and what is saved is asked of both elsewhere.
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("running_site", ["sqlite"], indirect=True, scope="session")]


def open_dashboard(site: Site, context: BrowserContext) -> Page:
    """A page of the admin, signed in, that fails the test at the first complaint of the browser."""
    page = context.new_page()
    page.goto(f"{site.root}/login")
    page.fill("#username", "admin")
    page.fill("#password", site.settings.admin_password or "")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{site.root}/")
    return page


def pressed(page: Page, button: str) -> None:
    """The next page is there: what is read right after a click may still be on the page before it."""
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()


def names(site: Site) -> set[str]:
    with site.session() as session:
        return set(session.scalars(select(User.username)))


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_admin_adds_somebody_and_deletes_two_after_a_question(site: Site, browser: Browser, script: bool) -> None:
    first, second, third = site.person(), site.person(), f"quentin-{script}".lower()
    context = browser.new_context(java_script_enabled=script)
    page = open_dashboard(site, context)

    page.goto(f"{site.root}/admin/user/new/")
    page.get_by_label("User name").fill(third)
    page.get_by_role("textbox", name="Password").fill("a heron in the reeds")
    page.get_by_label("Plan").select_option("Premium")
    page.get_by_role("button", name="Add user").click()
    page.wait_for_url(f"{site.root}/admin/user/")
    for name in (first, second):
        page.get_by_label(f"Choose {name}", exact=True).check()
    pressed(page, "Delete chosen")
    question = page.get_by_role("heading", level=1).inner_text()
    before = names(site)
    pressed(page, "Delete 2 users")

    assert question == "Delete 2 users?"
    assert {first, second, third} <= before
    assert names(site) == before - {first, second}
    assert "2 users were deleted." in page.locator(".toasts").inner_text()
    context.close()


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
@pytest.mark.parametrize("width", [1280, 390])
def test_admin_narrows_the_list_and_disables_everybody_left(
    site: Site, browser: Browser, script: bool, width: int
) -> None:
    plan = site.plan((0, 200))
    first, second, other = site.person(plan), site.person(plan), site.person()
    context = browser.new_context(java_script_enabled=script, viewport={"width": width, "height": 800})
    page = open_dashboard(site, context)

    page.goto(f"{site.root}/admin/user/")
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Plan").select_option(plan)
    pressed(page, "Show")
    shown = page.locator("tbody .first").all_inner_texts()
    for name in shown:
        page.get_by_label(f"Choose {name}", exact=True).check()
    chosen = page.locator("[data-count]").inner_text() if script else "2 chosen"
    pressed(page, "Disable")
    question = page.get_by_role("heading", level=1).inner_text()
    pressed(page, "Disable 2 users")
    page.get_by_text("2 users were disabled.").wait_for()

    assert sorted(shown) == sorted([first, second])
    assert chosen == "2 chosen"
    assert question == "Disable 2 users?"
    assert page.locator("tbody .badge").all_inner_texts() == ["Disabled", "Disabled"]
    with site.session() as session:
        active = {row.username: row.is_active for row in session.execute(select(User.username, User.is_active))}
    assert (active[first], active[second], active[other]) == (False, False, True)
    context.close()


def test_keeping_is_the_other_answer(site: Site, browser: Browser) -> None:
    name = site.person()
    context = browser.new_context()
    page = open_dashboard(site, context)

    page.goto(f"{site.root}/admin/user/?search={name}")
    page.get_by_role("link", name=f"Delete {name}").click()
    page.get_by_role("link", name="Leave as it is").click()

    page.wait_for_url(f"{site.root}/admin/user/?search={name}")
    assert name in names(site)
    context.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_every_page_is_accessible_and_obeys_the_policy(
    site: Site, browser: Browser, photo: Path, scheme: str, width: int
) -> None:
    member = site.member()
    image = member.keep(photo)
    link = member.link(image)
    person = user_id(site, member.username)
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light", viewport={"width": width, "height": 800}
    )
    page = open_dashboard(site, context)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))

    faults: dict[str, object] = {}
    for path in (
        "",
        "user/",
        "user/new/",
        f"user/edit/?id={person}",
        f"user/delete/?id={person}",
        f"user/delete/?id={person}&id=1",
        "user/?search=nobody-at-all",
        f"user/?search={member.username}&active=yes&plan=1&sort=used_bytes",
        f"user/action/?action=move&id={person}&id=1",
        f"user/action/?action=disable&id={person}",
        "plan/?sort=name&desc=1",
        f"plan/edit/?id={plan_id(site)}",
        f"plan/delete/?id={plan_id(site, 'Enterprise')}",
        "size/",
        "size/new/",
        "image/",
        f"image/?owner={member.username}&format=JPEG&from=2020-01-01&size=small",
        "image/?state=trash",
        f"image/delete/?id={image['id']}",
        "link/",
        "link/?state=live",
        f"link/delete/?id={link['id']}",
    ):
        page.goto(f"{site.root}/admin/{path}")
        found = problems_of(page)
        sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if found or sideways or complaints:
            faults[path] = found, sideways, list(complaints)
            complaints.clear()

    assert faults == {}
    context.close()


def test_a_form_that_did_not_fit_is_accessible_and_focused(site: Site, browser: Browser) -> None:
    context = browser.new_context()
    page = open_dashboard(site, context)

    page.goto(f"{site.root}/admin/plan/new/")
    page.get_by_label("Name").fill("Never")
    page.get_by_label("Add sizes").fill("300, big")
    page.get_by_role("button", name="Add plan").click()
    page.get_by_text("“big” is not a size.").wait_for()

    assert page.title().startswith("Error: ")
    page.wait_for_function("() => document.activeElement.name === 'new_sizes'")  # it goes there once the page is drawn
    assert page.get_by_label("Name").input_value() == "Never"
    assert problems_of(page) == []
    context.close()


@pytest.mark.parametrize("width", [390, 320])
def test_admin_with_a_phone_sees_which_part_is_open(site: Site, browser: Browser, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = open_dashboard(site, context)

    page.goto(f"{site.root}/admin/")
    tabs = page.get_by_role("navigation", name="Admin").get_by_role("link")
    overflows = page.locator(".tabs").evaluate("nav => nav.scrollWidth > nav.clientWidth")
    hidden: list[str] = []
    for name in tabs.all_inner_texts():
        tabs.get_by_text(name, exact=True).click()
        page.locator(".tabs [aria-current=page]", has_text=name).wait_for()
        if not page.locator(".tabs [aria-current=page]").evaluate(IN_VIEW):
            hidden.append(name)
        assert page.evaluate("scrollX + scrollY") == 0

    assert overflows, "all tabs fit, so there is nothing to scroll"
    assert hidden == []
    context.close()
