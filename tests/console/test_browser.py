"""The console in a browser: by keyboard alone, for every eye, and without a trace."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from service.access.keys import line_of
from tests.console.conftest import Walk
from tests.console.views import show_report, wait_for_drawing
from tests.pasted import ROOT, serving

Begin = Callable[..., Walk]

MOST_TABS = 150


def focused(page: Page) -> str:
    """Return what has the focus: what it is called, or what it says."""
    told: str = page.evaluate(
        "() => { const one = document.activeElement; return one.ariaLabel"
        " || (one.labels && one.labels[0] && one.labels[0].innerText) || one.innerText || '' }"
    )
    return told.strip()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the thing of that name has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if focused(page).startswith(name):
            return
    raise AssertionError(f"Tab never reaches {name!r}")


def test_a_form_a_course_and_a_definition_are_done_by_keyboard_alone(walk: Begin) -> None:
    page = walk().go()
    keys = page.keyboard
    keys.press("Tab")
    assert focused(page) == "Skip to the content"

    tab_to(page, "Search")
    keys.type("44249-1")
    expect(page.get_by_role("link", name="Acceptance and Action")).to_have_count(0)
    tab_to(page, "Patient Health Questionnaire-9")
    keys.press("Enter")
    page.locator("fieldset").first.wait_for()
    assert page.evaluate("document.activeElement.tagName") == "H1"

    # Answers by typing the number, and the last by arrow keys; item 10 is left out.
    tab_to(page, "not answered")
    for answer in "22220000":
        keys.press(answer)
        assert focused(page).startswith(answer)
        keys.press("Tab")
    keys.press("ArrowRight")
    keys.press("ArrowRight")
    keys.press("ArrowRight")
    assert focused(page) == "1 Several days"
    tab_to(page, "Age in years")
    keys.type("34")
    tab_to(page, "Score")
    keys.press("Enter")

    page.locator(".scale").wait_for()
    assert focused(page) == "Patient Health Questionnaire-9 (PHQ-9)"
    assert "Raised: suicidal ideation" in page.locator("h1 ~ section").first.inner_text()
    assert page.locator(".score").inner_text().startswith("9 on a range of 0 to 27, sum.")
    tab_to(page, "Show the working")
    keys.press("Enter")
    expect(page.locator("caption")).to_have_text("The working")
    assert focused(page) == "Hide the working"
    tab_to(page, "Copy as curl")
    keys.press("Enter")
    expect(page.locator("pre:visible")).to_be_visible()

    tab_to(page, "Colours")
    keys.press("ArrowDown")
    tab_to(page, "Save the drawing")

    tab_to(page, "A course of treatment")
    keys.press("Enter")
    tab_to(page, "A sample")
    keys.press("ArrowDown")
    tab_to(page, "Show the sample")
    keys.press("Enter")
    wait_for_drawing(page)
    assert focused(page) == "What was noticed"
    assert (
        "fell more than usual at session 6; back since"
        in page.locator(".episode h3").first.inner_text()
    )
    tab_to(page, "Compare with")
    keys.press("ArrowDown")
    page.locator("#compared:focus").wait_for()
    tab_to(page, "Drawing")
    with page.expect_request("**/v1/monitor?drawing=items**"):
        keys.press("ArrowDown")

    tab_to(page, "Check a definition")
    keys.press("Enter")
    tab_to(page, "Load it")
    keys.press("Enter")
    expect(page.locator("#status")).to_have_text("Loaded.")
    tab_to(page, "Check")
    keys.press("Enter")
    page.locator("h3.good").wait_for()
    assert focused(page) == "✓ No fault found"


def worked_cases() -> Iterator[tuple[str, int, dict[str, float | None]]]:
    """Yield form, number and expected scores of the first worked case of every form that has its
    key, and of the first that says more than answers.
    """
    for path in sorted((ROOT / "instruments").glob("*.json")):
        cases = json.loads(path.read_text()).get("examples") or []
        more = [n for n, one in enumerate(cases) if {"encoding", "not_applicable"} & one.keys()]
        for number in sorted({*range(len(cases[:1])), *more[:1]}):
            yield path.stem, number, cases[number]["expect"].get("scores", {})


def test_worked_cases_of_every_form_come_out(walk: Begin) -> None:
    begun = walk()
    cases = list(worked_cases())
    assert len(cases) > 90
    for name, number, expected in cases:
        page = begun.go(f"form/{name}")
        page.locator("main p.facts", has_text=f"{name} ·").wait_for()
        page.get_by_label("A worked example").select_option(str(number))
        page.get_by_role("button", name="Fill in").click()
        with page.expect_response(f"**/{name}/score") as answered:
            page.get_by_role("button", name="Score", exact=True).click()
        assert answered.value.status == 200, name
        scores = answered.value.json()["scores"]
        told = {scale: scores[scale]["value"] for scale in expected}
        assert told == pytest.approx(expected), name
        page.locator(".safety").wait_for()


def test_a_form_without_its_key_says_what_a_site_has_to_supply(walk: Begin) -> None:
    page = walk().go("form/calpas-p")
    expect(page.locator(".problem h2")).to_have_text("This form cannot be scored here")
    assert page.get_by_role("button", name="Score").count() == 0


def test_not_answered_and_does_not_apply_are_sent_apart_and_told_in_words(walk: Begin) -> None:
    page = walk().go("form/wsas")
    for item, answer in enumerate(["does not apply", "3", "not answered", "4", "1"], 1):
        group = page.get_by_role("group", name=f"Item {item}", exact=True)
        group.get_by_role("radio", name=answer, exact=True).check()
    with page.expect_request("**/score") as asked:
        page.get_by_role("button", name="Score", exact=True).click()
    body = asked.value.post_data_json
    assert (body["answers"], body["not_applicable"]) == ({"2": 3, "4": 4, "5": 1}, ["1"])
    page.locator(".scale").wait_for()
    text = page.locator("main").inner_text()
    assert "Does not apply: 1." in text
    assert "Not answered: 3." in text


def test_a_clock_time_and_numbers_are_typed_and_sent_as_they_are(walk: Begin) -> None:
    page = walk().go("form/psqi")
    for item, label, text in (
        ("1", "Time of day", "23:15"),
        ("2", "Number, 0 to 1440", "12.5"),
        ("3", "Time of day", "06:15"),
        ("4", "Number, 0 to 24", "6"),
    ):
        group = page.get_by_role("group", name=f"Item {item}", exact=True)
        group.get_by_label(label).fill(text)
    with page.expect_request("**/score") as asked:
        page.get_by_role("button", name="Score", exact=True).click()
    body = asked.value.post_data_json
    assert body["answers"] == {"1": "23:15", "2": 12.5, "3": "06:15", "4": 6}
    page.locator(".scale").first.wait_for()
    text = page.locator("main").inner_text()
    assert "Not answered: 5a, " in text
    assert "85.71 on a range of 0 to 100" in text
    page.get_by_role("button", name="Show the working").click()
    expect(page.locator("table", has_text="23:15").first).to_be_visible()


def test_a_clock_time_that_is_half_filled_in_is_not_sent_as_no_answer(walk: Begin) -> None:
    page = walk().go("form/psqi")
    page.get_by_role("group", name="Item 4", exact=True).get_by_label("Number").fill("6")
    field = page.get_by_role("group", name="Item 1", exact=True).get_by_label("Time of day")
    field.press_sequentially("11")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("button", name="Score", exact=True).click()
    expect(field).to_be_focused()
    field.fill("23:15")
    with page.expect_request("**/score") as sent:
        page.get_by_role("button", name="Score", exact=True).click()
    assert sent.value.post_data_json["answers"] == {"1": "23:15", "4": 6}
    assert [url for url in asked if url.endswith("/score")] == [sent.value.url]


def test_a_raised_flag_stands_before_everything_else(walk: Begin) -> None:
    page = walk().go("form/phq-9")
    page.get_by_role("group", name="Item 9", exact=True).get_by_role("radio", name="2").check()
    page.get_by_role("button", name="Score", exact=True).click()
    page.locator(".scale").wait_for()
    first, second = page.locator("main > section").all_inner_texts()[:2]
    assert "Raised: suicidal ideation" in first
    assert "Not answered: 1, 2, 3, 4, 5, 6, 7, 8." in second
    expect(page.locator(".score")).to_have_text("Not scored: items were not answered")


def test_a_percentile_beyond_the_published_ones_is_told_as_such(walk: Begin) -> None:
    page = walk().go("form/wai-sr")
    page.get_by_role("button", name="Fill in").click()
    page.get_by_role("button", name="Score", exact=True).click()
    told = page.get_by_text("Percentile >90, beyond those that were published.")
    expect(told).to_have_count(1)


def test_the_command_that_is_copied_gives_the_same_report(walk: Begin) -> None:
    begun = walk()
    show_report(begun)
    begun.page.get_by_role("button", name="Copy as curl").click()
    command = begun.page.locator("pre:visible").inner_text()
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=30)
    report = json.loads(done.stdout)
    assert report["scores"]["total"]["change"]["baseline"] == 16
    assert report["scores"]["total"]["working"]["items"]


def test_a_fault_leads_to_its_item(walk: Begin) -> None:
    begun = walk()
    begun.expected.add(422)
    page = begun.go("form/ors")
    page.get_by_role("group", name="Item 2").get_by_role("textbox").fill("eleven")
    page.get_by_role("button", name="Score", exact=True).click()
    page.get_by_role("alert").get_by_role("button", name="Item 2").click()
    assert focused(page) == "Item 2"
    assert page.evaluate("document.activeElement.tagName") == "LEGEND"


def test_the_page_speaks_the_readers_language_and_can_be_switched(walk: Begin) -> None:
    german = walk(locale="de-AT").go()
    expect(german.locator("h1")).to_have_text("Fragebogen finden")
    assert german.evaluate("document.documentElement.lang") == "de"
    german.get_by_label("Sprache").select_option("en")
    expect(german.locator("h1")).to_have_text("Find a form")
    assert focused(german).startswith("Language")
    expect(walk(locale="fr-FR").go().locator("h1")).to_have_text("Find a form")


TABLE = """patient,session,instrument,perspective,scale,value
A,1,wai-sr,,total,4.1
A,2,wai-sr,,total,4.2
A,2,phq-9,,total,
B,1,arm-5,therapist,total,5.5
"""


def test_a_table_is_read_course_by_course_and_an_empty_cell_is_no_zero(walk: Begin) -> None:
    page = walk().go("course")
    page.get_by_label("Sessions as text").fill(TABLE)
    with page.expect_request("**/v1/monitor") as asked:
        page.get_by_role("button", name="Show the course").first.click()
    sessions = asked.value.post_data_json["sessions"]
    assert [len(session["forms"]) for session in sessions] == [1, 1]
    assert sessions[1]["forms"] == [{"instrument": "wai-sr", "scores": {"total": 4.2}}]
    page.get_by_label("Courses found: 2").select_option("1")
    page.locator("form", has_text="Courses found").get_by_role("button").click()
    expect(page.get_by_role("columnheader", name="arm-5, therapist")).to_be_visible()


def test_what_cannot_be_read_is_told_by_its_line_and_nothing_is_judged(walk: Begin) -> None:
    page = walk().go("course")
    for text, told in (
        (TABLE.replace("4.2", "4,2"), "Line 3: needs 6 cells"),
        (TABLE.replace("4.2", "high"), "Line 3: the value must be a number"),
        ('{"sessions": []}\n{"sessions": [}', "Line 2 is not JSON."),
        ("patient,score", "The first line must name the columns"),
    ):
        page.get_by_label("Sessions as text").fill(text)
        page.get_by_role("button", name="Show the course").first.click()
        expect(page.get_by_role("alert")).to_contain_text(told)
        assert page.locator("figure").count() == 0


def test_a_course_is_typed_in_and_an_empty_field_is_no_form(walk: Begin) -> None:
    page = walk().go("course")
    page.locator("summary", has_text="Type it in").click()
    typed = page.locator("details table")
    assert typed.locator("th[scope=col]").all_inner_texts()[1:4] == ["WAI-SR", "WAI-SRT", "PHQ-9"]
    page.get_by_label("Form 2").select_option("srs")
    assert typed.locator("th[scope=col]").all_inner_texts()[1:4] == ["WAI-SR", "SRS", "PHQ-9"]
    page.get_by_label("Form 2").select_option("wai-srt")
    page.get_by_label("WAI-SR, session 1", exact=True).fill("4.1")
    page.get_by_label("WAI-SR, session 2", exact=True).fill("4,2")
    page.get_by_label("PHQ-9, session 2", exact=True).fill("9")
    page.get_by_label("Event, session 2").select_option("gap")
    with page.expect_request("**/v1/monitor") as asked:
        page.locator("details form").get_by_role("button", name="Show the course").click()
    first, second = asked.value.post_data_json["sessions"]
    assert first == {"number": 1, "forms": [{"instrument": "wai-sr", "scores": {"total": 4.1}}]}
    assert second["events"] == ["gap"]
    assert [form["scores"]["total"] for form in second["forms"]] == [4.2, 9]
    wait_for_drawing(page)


def test_the_flags_of_the_latest_session_stand_before_the_episodes(walk: Begin) -> None:
    page = walk().go("course")
    forms = [[0] * 8 + [item] for item in (2, 0, 3)]
    sessions = [
        {"number": n, "forms": [{"instrument": "phq-9", "answers": answers}]}
        for n, answers in enumerate(forms, 1)
    ]
    scores = {"number": 4, "forms": [{"instrument": "phq-9", "scores": {"total": 3}}]}

    def told(course: list[dict[str, object]]) -> str:
        page.get_by_label("Sessions as text").fill(json.dumps({"sessions": course}))
        with page.expect_response("**/v1/monitor"):
            page.get_by_role("button", name="Show the course").first.click()
        wait_for_drawing(page)
        expect(page.locator(".safety h3")).to_contain_text(f"session {course[-1]['number']} ")
        first = page.locator("h2 ~ section").first.inner_text()
        assert page.locator(".safety").inner_text() == first
        return first

    raised = told(sessions)
    assert "Raised: phq-9: suicidal ideation (Item 9, severity high). Item 9" in raised
    assert "Raised in earlier sessions:\n\nSession 1: phq-9: suicidal ideation (" in raised
    assert "Session 2" not in raised
    unknown = told([*sessions[1:2], scores])
    assert "No safety flag." in unknown
    assert "phq-9, at session 4: Only scores of this form came" in unknown


def test_a_fault_of_a_definition_stands_beside_its_line(walk: Begin) -> None:
    page = walk().go("check")
    page.get_by_role("button", name="Load it").click()
    expect(page.locator("#status")).to_have_text("Loaded.")
    area = page.get_by_label("Definition (JSON)")
    text = area.input_value().replace('"min_answered": 9', '"min_answered": 99')
    area.fill(text)
    page.get_by_role("button", name="Check").first.click()
    row = page.locator("tbody tr").filter(has_text="/scales/0/missing/min_answered").first
    line = next(n for n, one in enumerate(text.split("\n"), 1) if '"min_answered": 99' in one)
    expect(row.locator("th")).to_have_text(f"line {line}")
    row.get_by_role("button").click()
    start, end = area.evaluate("one => [one.selectionStart, one.selectionEnd]")
    assert text[start:end].strip().startswith('"min_answered": 99')


def test_a_key_is_asked_for_kept_in_memory_and_never_written_out(
    walk: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "k" * 43
    (tmp_path / "keys").write_text(line_of("all", key, ["score", "monitor", "definitions"]))
    monkeypatch.setenv("AUTH_MODE", "api_key")
    monkeypatch.setenv("API_KEYS_FILE", str(tmp_path / "keys"))
    with serving() as served:
        begun = walk(f"http://{served}/")
        begun.expected.add(401)
        page = begun.go()
        expect(page.get_by_role("alert")).to_contain_text("wants a key or token")
        page.get_by_label("Key or token").fill(key)
        page.keyboard.press("Enter")
        page.locator(".forms > li").first.wait_for()
        page.goto(f"http://{served}/#/form/gad-7")
        page.get_by_role("button", name="Fill in").click()
        page.get_by_role("button", name="Score", exact=True).click()
        page.get_by_role("button", name="Copy as curl").click()
        command = page.locator("pre:visible").inner_text()
        assert "Bearer $KEY" in command
        assert key not in command
        assert key not in page.url
        begun.assert_clean()


def test_the_report_prints_as_the_report_alone(walk: Begin) -> None:
    begun = walk()
    show_report(begun)
    begun.page.emulate_media(media="print")
    for hidden in ("header", "footer", ".actions"):
        expect(begun.page.locator(hidden).first).to_be_hidden()
    expect(begun.page.locator(".safety")).to_be_visible()
    expect(begun.page.locator(".sources")).to_be_visible()


@pytest.mark.parametrize("view", ["form/phq9", "form/%", "form/..%2f..%2fmetrics", "report"])
def test_an_address_that_leads_nowhere_is_told(walk: Begin, view: str) -> None:
    begun = walk()
    begun.expected.add(404)
    text = begun.go(view).locator("main").inner_text()
    assert "This could not be done" in text or "There is no report yet." in text
