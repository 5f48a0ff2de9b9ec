"""How soon the console can be used and a score is seen, in a real browser, against a bare page and
a bare call under the same server settings.

Run `python -m benchmarks.console`. Needs Chromium.
"""

import argparse
import os
import shutil
from collections.abc import Callable, Mapping
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.measuring import paired_ratio, print_goal, print_table
from benchmarks.server import Server

GOAL_INTERACTIVE_MS = 300
GOAL_SCORED_MS = 100
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# The first view can be used when what was asked for stands in the page and is painted: from then on
# a key that is pressed in the search is answered.
INTERACTIVE = """
new Promise((done) => {
  const look = () => document.querySelector("%s")
    ? requestAnimationFrame(() => setTimeout(() => done(performance.now())))
    : requestAnimationFrame(look);
  look();
})
"""
SHOWN = """
(button) => new Promise((done) => {
  const begun = performance.now();
  button.click();
  const look = () => document.querySelector("%s")
    ? requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun)))
    : requestAnimationFrame(look);
  look();
})
"""


def opened(browser: Browser, address: str, wanted: str) -> tuple[Page, float]:
    """Open a page in a browser that keeps nothing of earlier visits, and return it with the
    milliseconds from the beginning of the navigation until the wanted element is painted.
    """
    page = browser.new_context(locale="en-GB").new_page()
    page.goto(address, wait_until="commit")
    return page, float(page.evaluate(INTERACTIVE % wanted))


def scored(page: Page, address: str) -> float:
    """Fill a worked example into a form and return the milliseconds from the click until its score
    is painted.
    """
    page.goto(f"{address}#/form/phq-9")
    page.get_by_role("button", name="Fill in").click()
    button = page.get_by_role("button", name="Score", exact=True)
    return float(button.evaluate(SHOWN % ".score b"))


def called(page: Page) -> float:
    """Return the milliseconds of the bare page's own call, from the click until its answer is
    painted.
    """
    return float(page.locator("button").evaluate(SHOWN % "output b"))


def measure(browser: Browser, console: str, bare: str) -> dict[str, float]:
    """Return one round of figures, each in ms."""
    page, bare_opened = opened(browser, bare, "button")
    answered = called(page)
    page.context.close()
    page, console_opened = opened(browser, console, ".forms > li")
    shown = scored(page, console)
    page.context.close()
    return {
        "bare page": bare_opened,
        "console, first view": console_opened,
        "bare call": answered,
        "console, score": shown,
    }


def in_rounds(task: Callable[[], Mapping[str, float]], rounds: int) -> dict[str, list[float]]:
    """Return the figures of every round but a first one, which fills what is remembered."""
    task()
    figures: dict[str, list[float]] = {}
    for _ in range(rounds):
        for name, figure in task().items():
            figures.setdefault(name, []).append(figure)
    return figures


def report(figures: Mapping[str, list[float]]) -> None:
    """Print every figure, the ratios of the same round, and the goals."""
    rows = [(name, median(all_), min(all_), max(all_)) for name, all_ in figures.items()]
    print_table("Milliseconds in a browser", ["", "median", "least", "most"], rows)
    first, score = figures["console, first view"], figures["console, score"]
    for name, own, bare in (
        ("console's first view / bare page", first, figures["bare page"]),
        ("score shown / bare call", score, figures["bare call"]),
    ):
        print(f"\n{name}: {paired_ratio(own, bare):.1f}")
    print_goal("first view can be used", median(first), GOAL_INTERACTIVE_MS, " ms")
    print_goal("score shown after the click", median(score), GOAL_SCORED_MS, " ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="turns of each (default 15)")
    rounds = parser.parse_args().rounds
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        raise SystemExit(f"No browser is installed (looked for {', '.join(BROWSERS)}).")
    # Chromium's sandbox refuses to start for root.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with (
        Server() as service,
        Server(options=("benchmarks.bare:app",)) as bare,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        console, page = service.url("/"), bare.url("/")
        report(in_rounds(lambda: measure(browser, console, page), rounds))
        browser.close()


if __name__ == "__main__":
    main()
