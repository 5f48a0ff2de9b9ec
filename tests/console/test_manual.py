"""The built manual in a browser: read, searched and left for the console, under its own policy."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from service.app import MANUAL

WCAG = {"runOnly": [f"wcag{level}" for level in ("2a", "2aa", "21a", "21aa", "22aa")]}
"""The rules of WCAG 2.2 to level AA; a table of the pages may well begin with an empty cell."""

pytestmark = pytest.mark.skipif(not MANUAL.is_file(), reason="the manual is not built (make docs)")


def test_the_manual_is_searched_and_leads_to_the_console(walk):
    visit = walk()
    page = visit.page
    page.goto(f"{visit.address}docs")
    page.locator("nav").get_by_text("Calling it").wait_for()
    page.get_by_label("Search").fill("reliable change")
    page.get_by_role("button", name="Find").click()
    assert not [path for path in found(page)[:5] if "/instruments/" in path]
    page.goto(f"{visit.address}docs/search.html?q=phq-9")
    assert found(page)[0].endswith("docs/instruments/phq-9.html")
    page.goto(f"{visit.address}docs/instruments/phq-9.html")
    page.get_by_role("link", name="Try it in the console").click()
    page.locator("h1").get_by_text("PHQ-9").wait_for()


def found(page: Page) -> list[str]:
    """Return the addresses of what was found; they come one by one."""
    links = page.locator("#search-results li > a")
    links.nth(5).wait_for()
    return links.evaluate_all("links => links.map((link) => link.pathname)")


def test_every_page_keeps_to_its_policy(walk):
    visit = walk()
    for name in ("index.html", "calibration.html", "guides/redcap.html", "instruments/index.html"):
        visit.page.goto(f"{visit.address}docs/{name}")
        visit.page.locator("main h1").wait_for()
        found = Axe().run(visit.page, options=WCAG).response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
        visit.assert_clean()
