"""The answers of a form as Observations, which say as much as the form itself."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.definitions.catalog import Entry
from service.fhir.operation import Asked
from tests.fhir.checker import CATEGORIES, US_CORE, faults
from tests.fhir.payloads import (
    FREQUENCY,
    LOINC,
    OURS,
    PHQ_9,
    coded,
    is_panel,
    issues,
    item,
    ours,
    parameters,
    phq_9,
    resources,
    response,
    scores,
)
from tests.fhir.test_same_scores import ENTRIES, OPERATION, filled

Json = dict[str, Any]

RAMP = [0, 1, 2, 3, 0, 1, 2, 3, 1]


def is_item(one: Json) -> bool:
    return any(coding["system"].endswith("-items") for coding in one["code"]["coding"])


def items_of(bundle: Json) -> list[Json]:
    return [one for one in resources(bundle, "Observation") if is_item(one)]


def without_items(bundle: Json) -> Json:
    """Return a Bundle whose Observations are the panel and the scores."""
    entries = bundle["entry"]
    kept = [
        one
        for one in entries
        if one["resource"]["resourceType"] != "Observation" or not is_item(one["resource"])
    ]
    return {**bundle, "entry": kept}


def test_they_come_only_when_they_are_asked_for(ask):
    form = phq_9(RAMP)
    assert items_of(ask(form)) == []
    assert len(items_of(ask(form, "?items=true"))) == 9
    asked = ("item-observations", {"valueBoolean": True})
    body = parameters(("questionnaire-response", {"resource": form}), asked)
    assert len(items_of(ask(body))) == 9


def test_an_answer_has_the_members_that_sdc_names(ask):
    """Skipped questions make none; the time is that of the form; the value is the answer."""
    found = items_of(ask(phq_9([None, *RAMP[1:]]), "?items=true"))
    assert len(found) == 8
    first = found[0]
    assert first == {
        "resourceType": "Observation",
        "meta": {"profile": [US_CORE]},
        "status": "final",
        "category": [{"coding": [{"system": CATEGORIES, "code": "survey", "display": "Survey"}]}],
        "code": first["code"],
        "subject": {"reference": "Patient/p1"},
        "derivedFrom": [{"reference": "QuestionnaireResponse/form-1"}],
        "effectiveDateTime": "2026-03-02T09:30:00+01:00",
        "issued": "2026-03-02T09:30:00+01:00",
        "valueCodeableConcept": {
            "coding": [{"system": LOINC, "code": FREQUENCY[1], "display": "Several days"}],
            "text": "Several days",
        },
    }
    codes = [(coding["system"], coding["code"]) for coding in first["code"]["coding"]]
    ncit = ("http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl", "C103706")  # PHQ0102
    assert codes == [(LOINC, PHQ_9[1]), ncit, (f"{OURS}:CodeSystem:phq-9-items", "2")]


def test_the_panel_names_answers_and_scores_as_members(ask):
    bundle = ask(phq_9(RAMP), "?items=true")
    (panel,) = [one for one in resources(bundle, "Observation") if is_panel(one)]
    addresses = [
        one["fullUrl"]
        for one in bundle["entry"]
        if one["resource"]["resourceType"] == "Observation" and one["resource"] != panel
    ]
    assert [one["reference"] for one in panel["hasMember"]] == addresses
    assert len(addresses) == 10


def test_a_safety_item_that_is_raised_has_its_answer_as_evidence(ask):
    bundle = ask(phq_9(RAMP), "?items=true")
    (issue,) = resources(bundle, "DetectedIssue")
    first = issue["evidence"][0]["detail"][0]["reference"]
    (behind,) = [one["resource"] for one in bundle["entry"] if one["fullUrl"] == first]
    assert PHQ_9[8] in [coding["code"] for coding in behind["code"]["coding"]]


def test_an_answer_without_a_code_of_loinc_has_ours_and_a_line_its_number(ask):
    form = response([item(str(n), {"valueDecimal": 7.3}) for n in range(1, 5)], ours("srs"))
    values = {one["valueQuantity"]["value"] for one in items_of(ask(form, "?items=true"))}
    assert values == {7.3}
    form = response([item(str(n), {"valueDecimal": 4.0}) for n in range(1, 13)], ours("wai-sr"))
    for one in items_of(ask(form, "?items=true")):
        (coding,) = one["valueCodeableConcept"]["coding"]
        assert (coding["system"], coding["code"]) == (f"{OURS}:CodeSystem:wai-sr-answers", "4")


def test_an_answer_that_cannot_be_read_makes_none(ask):
    form = response([item("1", coded("x")), item("2", {"valueInteger": 1})], ours("phq-2"))
    bundle = ask(form, "?items=true")
    assert [one["valueCodeableConcept"]["coding"][0]["code"] for one in items_of(bundle)] == [
        FREQUENCY[1]
    ]
    assert faults(bundle) == []


@pytest.mark.parametrize("told", [{"authored": "2026-03"}, {"authored": None}, {"subject": None}])
def test_what_is_not_known_of_the_form_is_not_said_of_its_answers(ask, told):
    bundle = ask(phq_9(RAMP, **told), "?items=true")
    assert faults(bundle) == []
    assert all(("issued" in one) == ("authored" not in told) for one in items_of(bundle))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.instrument.id)
@settings(max_examples=8)
@given(data=st.data())
def test_sent_back_they_have_the_same_scores(entry: Entry, data: st.DataObject) -> None:
    answers, form = data.draw(filled(entry))
    if not answers:
        return
    raters = entry.instrument.perspectives
    rater = data.draw(st.sampled_from(raters)) if raters else None
    asked = Asked(strict=True, perspective=rater, items=True)
    bundle = OPERATION.bundle(OPERATION.score(form, asked))
    assert faults(bundle) == []
    assert len(items_of(bundle)) == len(answers)
    observed = [one for one in bundle["entry"] if one["resource"]["resourceType"] == "Observation"]
    alone = [one for one in observed if is_item(one["resource"]) or is_panel(one["resource"])]
    for sent in (observed, alone):
        body = {"resourceType": "Bundle", "type": "collection", "entry": sent}
        result = OPERATION.score(body, Asked(perspective=rater))
        again = OPERATION.bundle(result)
        assert scores(again) == scores(without_items(bundle))
        told = {code for code, _ in issues(again)}
        assert not told & {"supplied_total_mismatch", "unknown_item", "unknown_coding"}
