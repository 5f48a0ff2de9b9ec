"""A browser that walks through the console, and watches what the page does meanwhile."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, Response, sync_playwright

from tests.pasted import serving

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 20_000
"""Milliseconds: other things run on the machine as well."""

NOTE_VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
});
"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium without a window."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip(f"no browser is installed (looked for {', '.join(NAMES)})")
    # Chromium's sandbox refuses to start for root.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=arguments)
        yield started
        started.close()


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with serving() as served:
        yield f"http://{served}/"


class Walk:
    """One visit: the page, and what it did that it should not."""

    def __init__(self, browser: Browser, address: str, **settings: Any) -> None:
        self.address = address
        self.context = browser.new_context(**{"locale": "en-GB", **settings})
        self.context.add_init_script(NOTE_VIOLATIONS)
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.expected: set[int] = set()
        """Statuses of answers that a test provokes; a browser logs them all."""
        self.responses: list[Response] = []
        self.page.on("console", lambda message: self._hear(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._see)
        self.page.on("response", lambda response: self.responses.append(response))

    def _hear(self, text: str) -> None:
        if not any(f"status of {status}" in text for status in self.expected):
            self.complaints.append(text)

    def _see(self, request: Request) -> None:
        if not request.url.startswith((self.address, f"blob:{self.address}")):
            self.complaints.append(request.url)

    def go(self, view: str = "") -> Page:
        """Show a view and wait until it is there."""
        self.page.goto(f"{self.address}#/{view}" if view else self.address)
        self.page.locator("h1").wait_for()
        return self.page

    def assert_clean(self) -> None:
        """Nothing was logged, stored, refused by the policy, or asked of anybody else."""
        stored = self.page.evaluate(
            "async () => [document.cookie, localStorage.length, sessionStorage.length, "
            "(await indexedDB.databases()).length, (await caches.keys()).length, "
            "(await navigator.serviceWorker.getRegistrations()).length]"
        )
        assert stored == ["", 0, 0, 0, 0, 0]
        assert self.context.cookies() == []
        assert self.page.evaluate("window.violations") == []
        assert self.complaints == []


@pytest.fixture
def walk(browser: Browser, address: str) -> Iterator[Callable[..., Walk]]:
    """Begin a visit; at the end of the test each is looked at."""
    begun: list[Walk] = []

    def begin(at: str = address, **settings: Any) -> Walk:
        begun.append(Walk(browser, at, **settings))
        return begun[-1]

    yield begin
    for one in begun:
        one.assert_clean()
        one.context.close()
