"""How to come to each view of the console, with something in it."""

from playwright.sync_api import Page, expect

from tests.console.conftest import Walk


def show_find(walk: Walk) -> None:
    walk.go().locator(".forms > li").first.wait_for()


def show_licence(walk: Walk) -> None:
    show_find(walk)
    walk.page.locator("summary", has_text="Licence").first.click()
    walk.page.locator(".forms details p").first.wait_for()


def wait_for_drawing(page: Page) -> None:
    """Wait until the drawing of the view is there."""
    page.wait_for_function("() => document.querySelector('figure img')?.naturalWidth > 100")


def show_form(walk: Walk) -> None:
    page = walk.go("form/phq-9")
    page.get_by_label("A worked example").select_option("1")
    page.get_by_role("button", name="Fill in").click()
    page.get_by_text("Compare with an earlier form").click()
    page.get_by_label("Total").fill("16")


def show_report(walk: Walk) -> None:
    show_form(walk)
    walk.page.get_by_role("button", name="Score").click()
    walk.page.get_by_role("button", name="Show the working").click()
    walk.page.get_by_role("button", name="Hide the working").wait_for()
    wait_for_drawing(walk.page)


def show_half_a_report(walk: Walk) -> None:
    page = walk.go("form/ede-q")
    page.get_by_role("group", name="Item 1", exact=True).get_by_role("radio", name="3").check()
    page.get_by_role("button", name="Score").click()
    walk.page.locator(".scale").first.wait_for()


def show_problem(walk: Walk) -> None:
    walk.expected.add(422)
    page = walk.go("form/seq-5")
    page.get_by_label("Age in years").fill("old")
    page.get_by_role("button", name="Score").click()
    page.get_by_role("alert").wait_for()


def show_course(walk: Walk) -> None:
    page = walk.go("course")
    page.get_by_label("A sample").select_option("both")
    page.get_by_role("button", name="Show the sample").click()
    wait_for_drawing(page)
    for closed in page.locator("main details").all():
        closed.locator("summary").click()


def show_answers_of_a_course(walk: Walk) -> None:
    page = walk.go("course")
    page.get_by_label("A sample").select_option("returned")
    page.get_by_role("button", name="Show the sample").click()
    wait_for_drawing(page)
    page.get_by_label("Compare with").select_option("none")
    page.locator("#compared:focus").wait_for()
    for label, value in (("Drawing", "items"), ("Scores as", "sd"), ("Colours", "dark")):
        with page.expect_response("**/v1/monitor?**"):
            page.get_by_label(label, exact=True).select_option(value)


def show_check(walk: Walk) -> None:
    page = walk.go("check")
    page.get_by_label("Definition (JSON)").fill('{\n  "id": "Mine",\n  "items": 3\n}')
    page.get_by_role("button", name="Check").first.click()
    page.locator("h3.bad").wait_for()
    page.get_by_role("button", name="Load a sample").click()
    expect(page.locator("#status")).to_have_text("Loaded.")
    page.get_by_role("button", name="Check").last.click()
    page.get_by_role("heading", name="Key by key").wait_for()


VIEWS = {
    "find": show_licence,
    "form": show_form,
    "report": show_report,
    "half a report": show_half_a_report,
    "problem": show_problem,
    "course": show_course,
    "answers of a course": show_answers_of_a_course,
    "check": show_check,
}
