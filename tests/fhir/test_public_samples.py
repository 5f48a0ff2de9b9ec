"""Resources that others have published score to the sum of their coded answers, or are refused
with a reason. The files are not part of the project: without them these tests are skipped.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.fhir.checker import faults
from tests.fhir.payloads import issues, parameters, scores

FOUND = [place / "shared/samples/fhir" for place in Path(__file__).parents]
SAMPLES = next((place for place in FOUND if place.is_dir()), None)

pytestmark = pytest.mark.skipif(SAMPLES is None, reason="the samples are not here")

Json = dict[str, Any]


def sample(name: str) -> Json:
    assert SAMPLES is not None
    found: Json = json.loads((SAMPLES / f"{name}.json").read_text())
    return found


def test_the_phq_9_of_us_core(ask):
    bundle = ask(sample("us-core-questionnaireresponse-phq9"))
    # LA6570-1 (2) stands five times, LA6569-3 (1) twice, LA6568-5 (0) twice.
    assert scores(bundle) == {"total": 12}
    assert issues(bundle) == []
    assert faults(bundle) == []


def test_the_audit_c_of_us_core_has_another_first_question(ask):
    """68517-2 counts occasions in a year; the AUDIT-C asks how often (68518-0)."""
    bundle = ask(sample("us-core-questionnaireresponse-audit-c"))
    assert scores(bundle) == {"total": None}
    assert [code for code, _ in issues(bundle)] == ["unknown_item", "supplied_total_without_score"]


def test_the_phq_9_of_mii_is_read_by_its_mapping(ask):
    """Nine answers of LA6571-9 (3); the total that comes along says the same."""
    bundle = ask(sample("mii-questionnaireresponse-phq9"))
    assert (scores(bundle), issues(bundle), faults(bundle)) == ({"total": 27}, [], [])


def test_the_phq_9_of_mii_has_linkids_of_its_own(ask):
    form = sample("mii-questionnaireresponse-phq9") | {"questionnaire": "Questionnaire/copy"}
    assert [code for code, _ in issues(ask(form, status=422))] == ["instrument_not_recognised"]
    outcome = ask(form, "?instrument=phq-9", 422)
    assert [code for code, _ in issues(outcome)] == ["no_answers"]


def test_the_phq_9_of_mii_with_a_questionnaire_of_the_same_linkids(ask):
    form = sample("mii-questionnaireresponse-phq9") | {"questionnaire": "Questionnaire/copy"}
    questionnaire = sample("mii-questionnaire-phq9-extractable")
    questionnaire["url"] = "https://example.org/Questionnaire/copy"
    for one in questionnaire["item"]:  # the response leaves out the 9
        one["linkId"] = one["linkId"].replace("PHQ-9.", "PHQ.")
    body = parameters(
        ("questionnaire-response", {"resource": form}),
        ("questionnaire", {"resource": questionnaire}),
    )
    assert scores(ask(body)) == {"total": 27}


def test_a_form_that_is_none_of_ours(ask):
    form = sample("lforms-questionnaireresponse-nested-groups")
    outcome = ask(form, status=422)
    assert [code for code, _ in issues(outcome)] == ["instrument_not_recognised"]


def test_the_panel_of_us_core_with_one_of_its_items_and_its_total(ask):
    names = ("phq9-panel", "phq9-item1", "phq9-total")
    entries = [{"resource": sample(f"us-core-observation-{name}")} for name in names]
    bundle = ask({"resourceType": "Bundle", "type": "collection", "entry": entries})
    assert scores(bundle) == {"total": None}
    warned = {code for code, _ in issues(bundle)}
    assert {"member_not_here", "supplied_total_without_score", "risk_not_answered"} <= warned
    assert faults(bundle) == []


@pytest.mark.parametrize("name", ["mii-observation-phq9", "pco-observation-gad7-score"])
def test_a_score_alone_is_taken_as_it_is_and_said_to_be(ask, name):
    observation = {"name": "observation", "resource": sample(name)}
    bundle = ask({"resourceType": "Parameters", "parameter": [observation]})
    assert [code for code, _ in issues(bundle)] == ["score_not_recomputed"]
