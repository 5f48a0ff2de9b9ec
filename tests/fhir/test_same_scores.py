"""The same form has the same scores, whichever way it comes in: for every shipped instrument."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.definitions.catalog import Entry
from service.fhir.canonical import Names
from service.fhir.operation import Asked, ScoreOperation
from service.scoring.answers import Submission
from service.scoring.instrument import Item
from tests.fhir.checker import faults
from tests.fhir.payloads import LOINC, OURS, coded, item, ours, response, scores
from tests.scoring.forms import known_answers
from tests.shipped import CATALOG

OPERATION = ScoreOperation(CATALOG, Names(OURS))
ENTRIES = [entry for entry in CATALOG.entries() if not entry.instrument.key_required]
ASKED = {"norms": None, "age": 34, "sex": "female"}

Json = dict[str, Any]


def shapes(entry: Entry, question: Any, value: Any) -> list[Json]:
    """Return the shapes in which an answer may come."""
    name = entry.instrument.id
    if question.response_set.clock:
        return [{"valueTime": f"{value}:00"}, {"valueTime": value}, {"valueString": value}]
    found: list[Json] = [
        {"valueDecimal": float(value)},
        {"valueString": str(value)},
        {"valueQuantity": {"value": value, "code": "{score}"}},
    ]
    if isinstance(value, int):
        found.append({"valueInteger": value})
    options = {option.value: option.code for option in question.response_set.options}
    if options:
        found.append(coded(repr(value), f"{OURS}:CodeSystem:{name}-answers"))
        found.append(coded(repr(value), None))
    if options.get(value):
        found += [coded(options[value]), coded(options[value], None)]
    return found


def allowed_by(question: Item) -> st.SearchStrategy[Any]:
    """Return the answers of an item; on a line the whole numbers."""
    answers = question.response_set
    if answers.clock:
        return st.sampled_from([*question.score_of])
    if answers.options:
        return st.sampled_from([option.value for option in answers.options])
    return st.integers(int(answers.minimum), int(answers.maximum))


@st.composite
def filled(draw: st.DrawFn, entry: Entry) -> tuple[dict[str, Any], Json]:
    """Draw the answers of a form, some of them missing, and a response that has them."""
    answers: dict[str, Any] = {}
    items = []
    whole = draw(st.booleans())
    for question in entry.instrument.items:
        allowed = allowed_by(question)
        value = draw(allowed if whole else st.none() | allowed)
        codes = [code["code"] for code in question.codes if code["system"] == LOINC]
        link = draw(st.sampled_from([question.id, *codes, *(f"/{code}" for code in codes)]))
        if value is None:
            items.append(draw(st.sampled_from([item(link), item(link, {})])))
            continue
        answers[question.id] = value
        items.append(item(link, draw(st.sampled_from(shapes(entry, question, value)))))
    if draw(st.booleans()):
        items = [item("group", item=items)]
    return answers, response(items, ours(entry.instrument.id))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.instrument.id)
@settings(max_examples=12)
@given(data=st.data())
def test_a_response_has_the_scores_of_the_native_route(entry: Entry, data: st.DataObject) -> None:
    answers, form = data.draw(filled(entry))
    if not known_answers(entry.instrument, answers):
        return
    raters = entry.instrument.perspectives
    rater = data.draw(st.sampled_from(raters)) if raters else None
    report = entry.scorer.score(Submission(answers, perspective=rater, **ASKED))
    body = {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "questionnaire-response", "resource": form},
            {"name": "subject-age", "valueInteger": 34},
            {"name": "subject-sex", "valueCode": "female"},
        ],
    }
    result = OPERATION.score(body, Asked(strict=True, perspective=rater))
    bundle = OPERATION.bundle(result)
    assert scores(bundle) == {name: score["value"] for name, score in report["scores"].items()}
    assert result.forms[0].report == report
    assert faults(bundle) == []
    again = {"resourceType": "Parameters", "parameter": [*body["parameter"][1:], as_r5(form)]}
    five = OPERATION.score(again, Asked(strict=True, perspective=rater))
    assert five.forms[0].report == report


def as_r5(form: Json) -> Json:
    """Return the parameter of a response as R5 has it: every answer has a value, and the
    form an address; this one with its version.
    """

    def answered(one: Json) -> Json:
        kept = {name: part for name, part in one.items() if part != [{}]}
        return kept | ({"item": [answered(part) for part in one["item"]]} if "item" in one else {})

    five = answered(form)
    version = CATALOG.get(form["questionnaire"].rpartition(":")[2]).instrument.version
    five["questionnaire"] = f"{form['questionnaire']}|{version}"
    return {"name": "questionnaire-response", "resource": five}
