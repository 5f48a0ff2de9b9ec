"""What must not go wrong silently: odd addresses, a service that is gone, keys typed in a row, rows
that contradict each other, a language that is changed half-way.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from service.access.keys import line_of
from tests.console.conftest import Walk
from tests.console.views import show_course, show_report, wait_for_drawing
from tests.pasted import serving

Begin = Callable[..., Walk]


@pytest.mark.parametrize("name", ["__proto__", "constructor", "toString/x", "hasOwnProperty"])
def test_a_name_that_every_object_knows_is_no_view(walk: Begin, name: str) -> None:
    expect(walk().go(name).locator("h1")).to_have_text("Find a form")


def test_a_service_that_is_gone_is_told_even_before_a_view_was_loaded(walk: Begin) -> None:
    with serving() as served:
        begun = walk(f"http://{served}/")
        page = begun.go()
        page.locator(".forms > li").first.wait_for()
    page.get_by_role("link", name="Check a definition").click()
    expect(page.get_by_role("alert")).to_contain_text("The service could not be reached.")
    expect(page.locator("h1")).to_have_text("Check a definition")
    assert all("ERR_CONNECTION_REFUSED" in one for one in begun.complaints)
    begun.complaints.clear()


@pytest.mark.parametrize(
    ("form", "item", "typed", "answer"),
    [
        ("promis-29", "29", "10", "10"),
        ("promis-29", "29", "1", "1"),
        ("cbi", "1", "100", "100"),
        ("cbi", "1", "25", "25"),
        ("phq-9", "1", "13", "3"),
    ],
)
def test_a_number_of_several_digits_is_typed_as_it_is_written(
    walk: Begin, form: str, item: str, typed: str, answer: str
) -> None:
    page = walk().go(f"form/{form}")
    group = page.get_by_role("group", name=f"Item {item}", exact=True)
    group.get_by_role("radio", name="not answered").focus()
    page.keyboard.type(typed)
    expect(group.locator("input:checked")).to_have_value(answer)
    expect(group.locator("input:checked")).to_be_focused()


TABLE = "patient,session,instrument,perspective,scale,value\nA,1,wai-sr,,total,4.1\n"


@pytest.mark.parametrize(
    "again", ["A,1,wai-sr,,total,2", "A,01,wai-sr,,total,", TABLE.split("\n")[1]]
)
def test_a_score_that_stands_twice_in_a_table_is_refused(walk: Begin, again: str) -> None:
    page = walk().go("course")
    page.get_by_label("Sessions as text").fill(f"{TABLE}{again}\n")
    page.get_by_role("button", name="Show the course").first.click()
    expect(page.get_by_role("alert")).to_contain_text("Line 3: this score stands in line 2 already")
    assert page.locator("figure").count() == 0


def test_the_command_asks_in_the_language_of_the_page(walk: Begin) -> None:
    page = walk(locale="de-DE").go("form/phq-2")
    page.get_by_role("button", name="Eintragen").click()
    page.get_by_role("button", name="Auswerten", exact=True).click()
    page.get_by_role("button", name="Als curl kopieren").first.click()
    assert "-H 'Accept-Language: de'" in page.locator("pre:visible").inner_text()


def test_a_report_is_told_anew_in_the_language_that_is_chosen(walk: Begin) -> None:
    begun = walk()
    show_report(begun)
    page = begun.page
    page.get_by_label("Language").select_option("de")
    expect(page.locator(".safety")).to_contain_text("Gedanken an Tod oder Selbstverletzung")
    expect(page.locator("main")).to_contain_text("Leicht (kroenke-2001)")
    expect(page.get_by_role("button", name="Rechenweg verbergen")).to_be_visible()


def test_a_course_is_still_there_in_the_language_that_is_chosen(walk: Begin) -> None:
    begun = walk()
    show_course(begun)
    page = begun.page
    page.get_by_label("Compare with").select_option("none")
    page.locator("#compared:focus").wait_for()
    page.get_by_label("Language").select_option("de")
    expect(page.locator(".episode").first).to_contain_text("stärker gesunken als üblich")
    expect(page.get_by_label("Vergleichen mit")).to_have_value("none")
    expect(page.get_by_label("Sprache")).to_be_focused()
    wait_for_drawing(page)


def test_a_fault_leads_to_the_field_that_it_is_about_in_the_words_of_the_page(walk: Begin) -> None:
    begun = walk()
    begun.expected.add(422)
    page = begun.go("form/seq-5")
    told = page.get_by_role("alert")

    def lead(name: str, field: str) -> None:
        told.get_by_role("button", name=name, exact=True).click()
        expect(page.get_by_label(field, exact=True)).to_be_focused()

    page.get_by_label("Age in years").fill("old")
    page.get_by_role("button", name="Score", exact=True).click()
    lead("Age in years", "Age in years")
    assert "errors" not in told.inner_text()

    page.get_by_label("Age in years").fill("")
    earlier = page.locator("summary", has_text="Compare with an earlier form")
    earlier.click()
    page.get_by_label("Smoothness").fill("900")
    earlier.click()
    page.get_by_role("button", name="Score", exact=True).click()
    lead("Compare with an earlier form, Smoothness", "Smoothness")
    lead("Whose answers", "Whose answers")


@pytest.mark.parametrize("name", ["form/phq9", "form/", "form", "form/<b>"])
def test_a_form_that_is_not_there_is_told_in_the_words_of_the_page(walk: Begin, name: str) -> None:
    begun = walk(locale="de-DE")
    begun.expected.add(404)
    expect(begun.go(name).get_by_role("alert")).to_contain_text("Diesen Fragebogen gibt es nicht.")


def test_a_fault_of_a_course_is_told_with_its_line(walk: Begin) -> None:
    begun = walk()
    begun.expected.add(422)
    page = begun.go("course")
    text = '\n{"sessions": [\n {"number": 1, "forms": []},\n {"number": 1, "forms": []}\n]}'
    page.get_by_label("Sessions as text").fill(text)
    page.get_by_role("button", name="Show the course").first.click()
    expect(page.get_by_role("alert")).to_contain_text("line 4, /sessions/1/number")


def test_a_key_that_may_too_little_is_told_which_scopes_the_page_wants(
    walk: Begin, tmp_path: Path
) -> None:
    key = "k" * 43
    (tmp_path / "keys").write_text(line_of("narrow", key, ["score"]))
    with serving({"AUTH_MODE": "api_key", "API_KEYS_FILE": str(tmp_path / "keys")}) as served:
        begun = walk(f"http://{served}/")
        begun.expected |= {401, 403}
        page = begun.go()
        page.get_by_label("Key or token").fill(key)
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("scopes definitions, score and monitor")
