"""Courses as people bring them: samples, files and text; and what the page says of them."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.console.conftest import Walk
from tests.console.views import show_course, wait_for_drawing

Begin = Callable[..., Walk]
TABLE = "patient;session;instrument;perspective;scale;value\r\nA;1;wai-sr;;total;4.1\r\n"
EVIL = "<img src=x onerror=\"document.title='taken'\"><b>x</b>"


def show(page: Page, text: str) -> None:
    """Paste a text and ask for what it says."""
    page.get_by_label("Sessions as text").fill(text)
    page.get_by_role("button", name="Show the course").first.click()


def course(**more: object) -> str:
    """Return a course of one session as text."""
    forms = [{"instrument": "wai-sr", "scores": {"total": 4.1}}]
    return json.dumps({**more, "sessions": [{"number": 1, "forms": forms}]})


def test_each_sample_has_its_chart_and_says_whether_there_is_an_alert(walk: Begin) -> None:
    page = walk().go("course")
    samples = page.get_by_label("A sample").locator("option").all()
    assert len(samples) == 10
    for sample in samples:
        page.get_by_label("A sample").select_option(sample.get_attribute("value"))
        with page.expect_response("**/v1/monitor") as judged:
            page.get_by_role("button", name="Show the sample").click()
        wait_for_drawing(page)
        alerts = judged.value.json()["alerts"]
        expect(page.locator(".episode")).to_have_count(len(alerts))
        expect(page.locator("p.none")).to_have_count(0 if alerts else 1)


@pytest.mark.parametrize(
    ("name", "content", "n_courses"),
    [
        ("a.csv", TABLE.encode("utf-8-sig"), 1),
        ("a.json", course().encode(), 1),
        ("a.ndjson", f"{course(reference='A')}\n{course(reference='B')}\n".encode(), 2),
    ],
)
def test_a_file_is_read_as_the_same_text_is(
    walk: Begin, tmp_path: Path, name: str, content: bytes, n_courses: int
) -> None:
    page = walk().go("course")
    (tmp_path / name).write_bytes(content)
    with page.expect_request("**/v1/monitor") as asked:
        page.get_by_label("Or a file").set_input_files(tmp_path / name)
    forms = asked.value.post_data_json["sessions"][0]["forms"]
    assert forms == [{"instrument": "wai-sr", "scores": {"total": 4.1}}]
    wait_for_drawing(page)
    assert page.get_by_label("Courses found: 2").count() == n_courses - 1


def test_markup_in_what_is_pasted_stays_text(walk: Begin) -> None:
    begun = walk()
    begun.expected.add(422)
    page = begun.go("course")
    show(page, f"{course(reference=EVIL)}\n{course(reference='B')}")
    expect(page.get_by_label("Courses found: 2").locator("option").first).to_have_text(EVIL)
    wait_for_drawing(page)
    show(page, course().replace("wai-sr", json.dumps(EVIL)[1:-1]))
    page.get_by_role("alert").wait_for()
    assert page.locator("main img").count() == 0
    assert page.locator("main b").count() == 0
    assert page.title() != "taken"


def test_it_says_why_a_rule_fired_and_why_another_could_not_say_anything(walk: Begin) -> None:
    begun = walk()
    show_course(begun)
    page = begun.page
    fired = page.get_by_role("region", name="What the rules that fired ask for")
    row = fired.get_by_role(
        "row", name="Fall since the previous score beyond measurement error (R03)"
    )
    expect(row).to_contain_text("x[t-1] - x[t] >= z_reliable * sqrt(2) * SEM")
    expect(row).to_contain_text("z_reliable 1.96")
    expect(row).to_contain_text("Jacobson & Truax 1991")
    unsaid = page.get_by_role("region", name="wai-sr, patient", exact=True)
    row = unsaid.get_by_role("row", name="Three falls in a row (R09)")
    expect(row).to_contain_text("too few sessions in a row: at session 1, 2, 3")


def test_the_command_of_a_course_is_pasted_as_it_is(walk: Begin) -> None:
    """An apostrophe ends a quotation of the shell."""
    page = walk().go("course")
    show(page, course(reference="O'Brien's $HOME `x`"))
    wait_for_drawing(page)
    page.get_by_role("button", name="Copy as curl").first.click()
    command = page.locator("pre:visible").inner_text()
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=30)
    assert json.loads(done.stdout)["reference"] == "O'Brien's $HOME `x`"


def test_a_fault_of_a_mapping_stands_beside_its_line(walk: Begin) -> None:
    page = walk().go("check")
    page.get_by_role("button", name="Load a sample").click()
    expect(page.locator("#status")).to_have_text("Loaded.")
    area = page.get_by_label("Mapping (JSON)")
    text = area.input_value().replace('"phq-9",', '"phq-99",')
    area.fill(text)
    page.get_by_role("button", name="Check").last.click()
    row = page.locator("tbody tr").filter(has_text="/instrument").first
    line = next(n for n, one in enumerate(text.split("\n"), 1) if '"phq-99"' in one)
    expect(row.locator("th")).to_have_text(f"line {line}")
    assert page.get_by_role("heading", name="Key by key").count() == 0
