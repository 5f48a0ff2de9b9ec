"""The score card: what the report says, flags first, and why where it says nothing."""

import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from service.api.drawings.score_card import score_card
from service.chart.card import drawing
from service.chart.card.facts import year_of
from service.chart.english import DRAWN, IN_ENGLISH
from service.definitions.catalog import Catalog
from service.scoring import report_shape
from service.scoring.answers import Baseline, Submission
from service.scoring.missing import MISSING_METHODS
from tests.scoring.forms import ends

Json = dict[str, Any]
SVG = "{http://www.w3.org/2000/svg}"
MILD = {"1": 2, "2": 2, "3": 2, "4": 2, "5": 0, "6": 0, "7": 0, "8": 0, "9": 1}
"""A PHQ-9 of 9 in which item 9 is not zero."""
Card = Callable[..., str]


@pytest.fixture(scope="module")
def card(catalog: Catalog) -> Card:
    def draw(name: str, answers: Any, theme: Any = "auto", **more: Any) -> str:
        scorer = catalog.get(name).scorer
        submission = Submission(answers, **more)
        return score_card(scorer.instrument, submission, scorer.score(submission), theme)

    return draw


def lines(text: str) -> list[str]:
    return [part.text or "" for part in ElementTree.fromstring(text).iter(f"{SVG}text")]


def written(text: str) -> str:
    return " ".join(lines(text))


def test_the_card_has_a_name_and_says_in_words_what_it_shows(card: Card):
    picture = ElementTree.fromstring(card("phq-9", MILD))
    title, description = picture[0], picture[1]
    assert picture.get("role") == "img"
    assert picture.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert title.text == "Score card: Patient Health Questionnaire-9 (PHQ-9)"
    said = description.text or ""
    assert said.startswith("Safety flag (high): suicidal ideation, item 9.")
    assert "Total: 9 (sum, 0 to 27; higher is worse; mean 1), Mild." in said
    assert "Major depressive syndrome (PHQ-9 algorithm): met (items 1, 2, 3, 4, 9)." in said


def test_an_estimate_in_the_metric_of_another_measure_stands_there_with_its_caution(card: Card):
    """A PHQ-9 of 9 is 58.6 in PROMIS Depression by the published table (Choi 2014), for adults."""
    told = written(card("phq-9", MILD))
    assert "PROMIS Depression T score, estimated from the PHQ-9: 58.6; an estimate with" in told
    assert "PROsetta Stone cross-walk" in told
    child = written(card("phq-9", MILD, age=12))
    assert "PROMIS Depression T score, estimated from the PHQ-9: none: " in child


def test_safety_flags_stand_before_every_score(card: Card):
    text = card("phq-9", MILD)
    assert text.index("Safety flag (high)", text.index("</desc>")) < text.index(">Total<")


def test_a_flag_that_nobody_could_tell_is_not_one_that_is_not_raised(card: Card):
    blank = card("phq-9", {**MILD, "9": None})
    assert "Safety flag not known: suicidal ideation, item 9." in written(blank)
    assert 'class="flag unknown"' in blank
    none = card("phq-9", {**MILD, "9": 0})
    assert "Safety flag not raised: suicidal ideation, item 9." in written(none)
    assert 'class="flag' not in none


def test_band_cutoff_norm_and_change_stand_there_as_in_the_report(card: Card):
    """The case of README: a fall from 16 to 9 is more than the published 6."""
    baseline = Baseline(None, {"total": 16})
    said = written(card("phq-9", MILD, age=34, sex="female", baseline=baseline))
    assert "Mild (kroenke-2001)" in said
    assert "≥ 10 (Screen positive for major depression, kroenke-2001): not met" in said
    assert "German general population: published 2013; no percentile: scores are skewed" in said
    assert "z 1.74, T 67.4" in said
    assert "−7 since 16: reliably improved (reliable from 6)" in said
    assert "clinical significance: recovered" in said


def test_a_percentile_stands_with_the_norm_that_it_is_of(card: Card):
    """The case of README: a mean of 4.167 among 157 scores."""
    said = written(card("wai-sr", [5, 4, 4, 3, 5, 4, 4, 3, 5, 5, 4, 4]))
    assert "n = 157; published 2016; percentile 65.72; z 0.4946, T 54.95" in said
    assert "95 % interval 3.78 to 4.553 (SEM 0.1972; alpha 0.893)" in said
    assert "Band none: none were published" in said


def test_the_year_of_a_norm_stands_with_it_or_that_nobody_knows_it():
    norm = {"collected": 2015, "published": 2019}
    assert year_of(norm, IN_ENGLISH) == "asked 2015"
    assert year_of({**norm, "collected": None}, IN_ENGLISH) == "published 2019"
    assert year_of({"collected": None, "published": None}, IN_ENGLISH) == "year not known"


def test_a_score_that_is_not_there_has_its_reason_in_words_and_no_mark(card: Card):
    text = card("phq-9", {"1": 2, "3": 1})
    assert "no score" in lines(text)
    assert "none: items were not answered, and all are needed" in written(text)
    assert "not answered: items 2, 4, 5, 6, 7, 8, 9" in written(text)
    assert "Score: " not in text  # the tip of its mark


def test_what_a_rule_filled_in_is_said(card: Card):
    answers = {str(item): 2 for item in range(1, 10)}  # CORE-10 takes nine of its ten items
    assert "prorated: the mean of the answered items" in written(card("core-10", answers))


def test_marks_stand_where_the_scale_puts_them(card: Card):
    """568 px for 0 to 27: 9 stands at 16 + 189.3, the cut-off of 10 at 16 + 210.4."""
    picture = ElementTree.fromstring(card("phq-9", MILD))
    (diamond,) = [part for part in picture.iter(f"{SVG}path") if "full" in part.get("class", "")]
    place = re.match(r"M([0-9.]+)", diamond.get("d", ""))
    assert place is not None
    assert float(place[1]) == pytest.approx(16 + 568 * 9 / 27, abs=0.06)
    (cutoff,) = [part for part in picture.iter(f"{SVG}line") if part.get("class") == "cutoff"]
    assert float(cutoff.get("x1", "")) == pytest.approx(16 + 568 * 10 / 27, abs=0.06)
    (here,) = [part for part in picture.iter(f"{SVG}rect") if part.get("class") == "here"]
    assert float(here.get("x", "")) == pytest.approx(16 + 568 * 5 / 27, abs=0.06)
    assert float(here.get("width", "")) == pytest.approx(568 * 5 / 27, abs=0.11)


@pytest.mark.parametrize(("total", "label"), [(4, "Minimal"), (5, "Mild"), (9, "Mild")])
def test_the_band_that_is_outlined_is_the_one_that_is_named(card: Card, total: int, label: str):
    answers = {str(item): 1 if item <= total else 0 for item in range(1, 10)}
    text = card("phq-9", answers)
    assert f"{label} (kroenke-2001)" in written(text)
    strong = re.search(r'class="strong" [^>]*>([1-5])<', text)
    assert strong is not None
    assert strong[1] == {"Minimal": "1", "Mild": "2"}[label]


def test_a_reference_is_only_text(card: Card):
    text = card("phq-9", MILD, reference='</text><script>alert("1")</script>&\u202e')
    assert "<script" not in text
    assert "\u202e" not in text
    ElementTree.fromstring(text)


def test_nothing_is_run_or_fetched(card: Card):
    text = card("wai-sr", [4] * 12, norms=("*",))
    assert not re.search(r"<script|href|url\(|@import|<image|<foreignObject|\son\w+=", text)


def test_version_digest_and_sources_stand_at_the_end(card: Card, catalog: Catalog):
    said = lines(card("phq-9", MILD))
    assert said[-1] == catalog.get("phq-9").instrument.digest
    assert "[2] Kroenke K, Spitzer RL, Williams JBW. 2001" in " ".join(said)


def test_every_reason_that_a_report_gives_has_words():
    """The codes are those that the description of the report lists."""
    shapes = [report_shape.ScaleScore, report_shape.ChangeResult, report_shape.CriterionResult]
    shapes += [report_shape.RiskResult, report_shape.ReportWarning, report_shape.NormComparison]
    told = set()
    for shape in shapes:
        for name, hint in shape.__annotations__.items():
            if name.endswith("note") or name == "reason":
                told |= set(re.findall(r"`([a-z_]+)`", str(hint)))
    told |= {method.reason for method in MISSING_METHODS}
    told -= {"clinical_cutoff_"}  # the beginning of others
    assert len(told) > 20
    assert told <= {name.removeprefix("why.") for name in DRAWN if name.startswith("why.")}


def test_the_card_tells_no_wording_of_an_item(catalog: Catalog, card: Card):
    """The forms whose definitions have the wording."""
    with_text = [e for e in catalog.entries() if e.instrument.items[0].text]
    for entry in with_text:
        instrument = entry.instrument
        text = card(instrument.id, [ends(item)[0] for item in instrument.items])
        assert not any(item.text and item.text in text for item in instrument.items)


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
@pytest.mark.parametrize("path", ["/v1/instruments/phq-9/score", "/v1/score"])
def test_both_routes_draw_when_asked_to(client: FlaskClient, path: str, theme: str):
    body: Json = {"answers": MILD} | ({} if "phq" in path else {"instrument": "phq-9"})
    asked = {"json": body, "headers": {"Accept": "image/svg+xml"}}
    response, again = (client.post(f"{path}?theme={theme}", **asked) for _ in range(2))
    assert (response.status_code, response.mimetype) == (200, "image/svg+xml")
    assert f'class="ac ac-{theme}"' in response.text
    assert response.data == again.data


def test_an_error_is_a_problem_also_where_a_card_was_asked_for(client: FlaskClient):
    headers = {"Accept": "image/svg+xml"}
    response = client.post("/v1/score", json={"instrument": "phq-9"}, headers=headers)
    assert (response.status_code, response.mimetype) == (422, "application/problem+json")


def test_every_shipped_form_has_a_card_that_stays_on_the_page(catalog: Catalog, card: Card):
    for entry in catalog.entries():
        instrument = entry.instrument
        if instrument.key_required:
            continue
        rater = instrument.perspectives[0] if instrument.perspectives else None
        norms = () if rater else ("*",)
        answers = {item.id: ends(item)[1] for item in instrument.items}
        first = instrument.items[0].id
        for sent in (answers, {first: answers[first]}):
            inside(card(instrument.id, sent, perspective=rater, norms=norms))


@given(
    answers=st.lists(st.one_of(st.none(), st.integers(0, 3)), min_size=9, max_size=9).filter(any),
    age=st.one_of(st.none(), st.integers(0, 130)),
    earlier=st.one_of(st.none(), st.integers(0, 27)),
)
@settings(max_examples=40, deadline=None)
def test_whatever_is_answered_the_card_is_whole(
    card: Card, answers: Any, age: int | None, earlier: int | None
):
    baseline = None if earlier is None else Baseline(None, {"total": earlier})
    text = card("phq-9", answers, age=age, baseline=baseline)
    inside(text)
    scored = None not in answers
    assert ("Score: " in text) == scored
    assert ("no score" in lines(text)) != scored


def inside(text: str) -> None:
    """Check that marks and lines lie within the view box, and below each other."""
    picture = ElementTree.fromstring(text)
    _, _, width, height = map(float, picture.get("viewBox", "").split())
    assert width == drawing.WIDTH
    for part in picture.iter():
        for name, limit in (("x", width), ("cx", width), ("x1", width), ("x2", width)):
            assert 0 <= float(part.get(name, 0)) <= limit, (part.tag, name)
        for name in ("y", "cy", "y1", "y2"):
            assert 0 <= float(part.get(name, 0)) <= height, (part.tag, name)
