"""The drawings of the service in the console: beside the data, in the colours and units chosen."""

import json
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Request, expect

from tests.console.conftest import Walk
from tests.console.views import show_course, show_report, wait_for_drawing

Begin = Callable[..., Walk]


def query_of(request: Request) -> dict[str, str]:
    """Return the parameters of a request."""
    return {name: value for name, (value,) in parse_qs(urlsplit(request.url).query).items()}


def choose(page: Page, label: str, value: str) -> Request:
    """Choose, and return the request for the drawing that this leads to."""
    with page.expect_request(lambda asked: asked.headers.get("accept") == "image/svg+xml") as asked:
        page.get_by_label(label, exact=True).select_option(value)
    return asked.value


def test_the_card_of_a_form_stands_below_its_report_in_the_colours_that_are_chosen(
    walk: Begin,
) -> None:
    begun = walk()
    show_report(begun)
    page = begun.page
    image = page.locator("figure img")
    before = image.get_attribute("src") or ""
    assert before.startswith("blob:")
    assert image.get_attribute("alt", timeout=0) == (
        "Score card of Patient Health Questionnaire-9 (PHQ-9). "
        "Everything on it stands in the report above."
    )
    request = choose(page, "Colours", "dark")
    assert query_of(request) == {"theme": "dark"}
    assert request.post_data_json["baseline"] == {"scores": {"total": 16}}
    expect(image).not_to_have_attribute("src", before)
    save = page.get_by_role("link", name="Save the drawing")
    assert save.get_attribute("download") == "phq-9.svg"
    with page.expect_download() as saved:
        save.click()
    text = saved.value.path().read_text()
    assert text.startswith("<svg")
    assert "Mild" in text


def test_a_course_is_drawn_item_by_item_and_in_other_units(walk: Begin) -> None:
    begun = walk()
    show_course(begun)
    page = begun.page
    asked = query_of(choose(page, "Scores as", "sd"))
    assert asked == {"drawing": "course", "scale": "sd", "theme": "auto"}
    asked = query_of(choose(page, "Drawing", "items"))
    assert asked == {"drawing": "items", "scale": "sd", "theme": "auto"}
    page.get_by_role("button", name="Copy the drawing as curl").click()
    told = page.locator("figure pre").inner_text()
    assert "drawing=items" in told
    assert "Accept: image/svg+xml" in told


def test_the_answers_that_are_drawn_stand_in_a_table_too(walk: Begin) -> None:
    page = walk().go("course")
    answers = {"1": 3, "2": None, "4": 5}
    forms = [
        {"instrument": "wai-sr", "answers": answers, "not_applicable": ["3"]},
        {"instrument": "phq-9", "scores": {"total": 9}},
    ]
    later = [{"instrument": "wai-sr", "answers": [2] * 12}]
    course = {"sessions": [{"number": 2, "forms": forms}, {"number": 5, "forms": later}]}
    page.get_by_label("Sessions as text").fill(json.dumps(course))
    page.get_by_role("button", name="Show the course").first.click()
    page.locator("summary", has_text="Answers, item by item").click()
    region = page.get_by_role("region", name="Answers, wai-sr, patient")
    rows = region.locator("tr").all()
    assert [one.inner_text().split("\t") for one in rows[:5]] == [
        ["Item", "Session 2", "Session 5"],
        ["1", "3", "2"],
        ["2", "–", "2"],
        ["3", "does not apply", "2"],
        ["4", "5", "2"],
    ]
    assert len(rows) == 13
    assert page.get_by_role("region", name="Answers, phq-9").count() == 0


def test_a_norm_that_is_chosen_is_used_for_the_report_and_for_the_drawing(walk: Begin) -> None:
    begun = walk()
    show_course(begun)
    page = begun.page
    offered = page.get_by_label("Compare with").locator("option").all()
    named = next(one for one in offered if one.inner_text().startswith("wai-sr: "))
    norm = named.get_attribute("value")
    with page.expect_response("**/v1/monitor") as judged:
        page.get_by_label("Compare with").select_option(norm)
    assert judged.value.request.post_data_json["norms"] == [norm]
    page.locator("#compared:focus").wait_for()
    expect(page.get_by_label("Compare with")).to_have_value(norm or "")
    request = choose(page, "Scores as", "percentile")
    assert request.post_data_json["norms"] == [norm]


def test_a_later_form_is_compared_with_the_exact_scores_of_this_one(walk: Begin) -> None:
    page = walk().go("form/wai-sr")
    page.get_by_role("button", name="Fill in").click()
    with page.expect_response("**/score") as first:
        page.get_by_role("button", name="Score", exact=True).click()
    page.get_by_role("button", name="Compare a later form").click()
    page.get_by_role("button", name="Fill in").wait_for()
    page.get_by_role("group", name="Item 1", exact=True).get_by_role("radio", name="3").check()
    with page.expect_request("**/score") as second:
        page.get_by_role("button", name="Score", exact=True).click()
    body = second.value.post_data_json
    known = {name: score["value"] for name, score in first.value.json()["scores"].items()}
    assert body["baseline"]["scores"] == pytest.approx(known, rel=0, abs=0)
    assert body["answers"] == {"1": 3}


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("form", ["phq-9", "wai-sr", "core-om", "rand-36", "psqi", "promis-29"])
def test_a_report_prints_on_one_page(walk: Begin, form: str, paper: str) -> None:
    """Of one scale and of nine, with norms, bands, flags and sources."""
    page = walk().go(f"form/{form}")
    page.get_by_label("A worked example").select_option("1")
    page.get_by_role("button", name="Fill in").click()
    page.get_by_role("button", name="Score", exact=True).click()
    wait_for_drawing(page)
    assert page.pdf(format=paper).count(b"/Type /Page\n") == 1


def test_a_report_is_printed_dark_on_light_whatever_the_screen_shows(walk: Begin) -> None:
    begun = walk(color_scheme="dark")
    show_report(begun)
    colours = "['color', 'backgroundColor'].map((one) => getComputedStyle(document.body)[one])"
    assert begun.page.evaluate(colours) == ["rgb(231, 235, 239)", "rgb(20, 24, 28)"]
    begun.page.emulate_media(media="print", color_scheme="dark")
    assert begun.page.evaluate(colours) == ["rgb(27, 33, 41)", "rgb(255, 255, 255)"]
