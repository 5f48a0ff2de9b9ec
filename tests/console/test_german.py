"""The page in German: nothing of its own is left in English, and what is English is marked so."""

import json
import re
from collections.abc import Callable, Iterator

from flask.testing import FlaskClient
from playwright.sync_api import Page

from service.languages.catalogue import FOLDER, load_languages
from service.languages.english import PAGE
from tests.console.conftest import Walk
from tests.console.views import wait_for_drawing
from tests.pasted import ROOT

Begin = Callable[..., Walk]
GERMAN = load_languages(FOLDER).pages["de"]

ASKED = ("answers", "not_applicable", "encoding", "perspective", "respondent")
WORD = re.compile("[a-z]{3,}")

MARKED = """
() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    const { parentElement: around, textContent: text } = texts.currentNode;
    if (text.trim()) found.push([around.closest("[lang]").lang, text.trim()]);
  }
  return found;
}
"""


def texts_of(page: Page) -> dict[str, list[str]]:
    """Return the texts of a page by the language that they are marked as."""
    found: dict[str, list[str]] = {"de": [], "en": []}
    for language, text in page.evaluate(MARKED):
        found[language].append(text)
    return found


def score(page: Page, form: str, walk: Walk) -> None:
    walk.go(f"form/{form}")
    page.get_by_role("button", name="Eintragen").click()
    page.get_by_role("button", name="Auswerten", exact=True).click()
    page.get_by_role("button", name="Rechenweg zeigen").click()
    page.get_by_role("button", name="Rechenweg verbergen").wait_for()
    wait_for_drawing(page)


def test_a_german_report_is_german_but_for_what_definitions_say_at_length(walk: Begin) -> None:
    begun = walk(locale="de-DE")
    page = begun.page
    score(page, "phq-9", begun)
    told = texts_of(page)
    for said in (
        "Suizidgedanken",
        "Major-depressives Syndrom (PHQ-9-Algorithmus)",
        "Fallschwelle",
        "wie eingegeben",
        "Summe von 1, 2, 3, 4, 5, 6, 7, 8, 9",
        "T-Wert von PROMIS Depression, geschätzt aus dem PHQ-9",
    ):
        assert said in told["de"], said
    assert "German general population" in told["en"]
    assert "Patient Health Questionnaire-9 (PHQ-9)" in told["en"]


def test_a_german_course_is_german_but_for_formulas_and_sources(walk: Begin) -> None:
    page = walk(locale="de-DE").go("course")
    page.get_by_label("Ein Beispiel").select_option("both")
    page.get_by_role("button", name="Beispiel zeigen").click()
    wait_for_drawing(page)
    told = texts_of(page)
    assert "wai-sr, Patient/in" in told["de"]
    fired = "Abfall seit dem vorigen Wert um mehr als den Messfehler (R03"
    assert any(text.startswith(fired) for text in told["de"])
    german = re.compile("Sitzung|Wert|gesunken|Patient/in")
    assert not [text for text in told["en"] if german.search(text)]


def test_what_forms_measure_is_in_german(walk: Begin, client: FlaskClient) -> None:
    page = walk(locale="de-DE").go()
    offered = page.get_by_label("Konstrukt").locator("option").all_inner_texts()
    assert {"Angst", "therapeutische Allianz", "Zwangsstörung"} <= set(offered)
    constructs = {one["construct"] for one in client.get("/v1/catalogue").json["instruments"]}
    assert {f"construct.{one}" for one in constructs} - set(GERMAN) == set()


def workings(client: FlaskClient) -> Iterator[tuple[str, str]]:
    """Yield every sentence of the workings of all worked cases, with the ids that it may name."""
    for path in sorted((ROOT / "instruments").glob("*.json")):
        definition = json.loads(path.read_text())
        named = [*definition.get("items", ()), *definition.get("scales", ())]
        ids = " ".join(one["id"] for one in named)
        for case in definition.get("examples") or []:
            asked = {name: case[name] for name in ASKED if name in case}
            address = f"/v1/instruments/{path.stem}/score?working=true"
            for told in client.post(address, json=asked).json["scores"].values():
                yield told["working"]["rule"], ids
                yield from ((one["rule"], ids) for one in told["working"]["items"])


def test_every_sentence_of_a_working_has_its_phrases_in_german(client: FlaskClient) -> None:
    phrases = {PAGE[key]: GERMAN[key] for key in PAGE if key.startswith("rule.")}
    sentences = set(workings(client))
    assert len(sentences) > 300
    for sentence, ids in sentences:
        left = sentence
        for phrase in phrases:
            left = left.replace(phrase, "")
        assert set(WORD.findall(left)) <= set(WORD.findall(ids)), sentence
