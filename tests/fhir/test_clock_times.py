"""A clock time in FHIR: a question of the type `time`, and `valueTime` in answers, without seconds
that count.
"""

from typing import Any

import pytest

from service.fhir.importing.draft import draft_of
from tests.fhir.checker import faults, published_faults
from tests.fhir.payloads import (
    OURS,
    issues,
    item,
    observation,
    ours,
    parameters,
    resources,
    response,
    scores,
)
from tests.fhir.test_observations import bundle_of, observed
from tests.shipped import CATALOG, document

Json = dict[str, Any]

EXAMPLE = document("psqi")["examples"][0]
ANSWERS = dict(zip(CATALOG.get("psqi").instrument.item_ids, EXAMPLE["answers"], strict=True))
"""To bed at 22:15, up at 06:30: a global score of 5."""


def psqi(**changed: Json) -> Json:
    """Return a filled in form; `i1={"valueTime": "22:15:00"}` answers item 1."""
    given = {
        name: {"valueTime": f"{value}:00"} if isinstance(value, str) else {"valueDecimal": value}
        for name, value in ANSWERS.items()
    } | {name[1:]: answer for name, answer in changed.items()}
    items = [item(name, *([answer] if answer else [])) for name, answer in given.items()]
    return response(items, ours("psqi"))


def test_the_questionnaire_asks_for_times_and_numbers_with_their_range(client):
    form = client.get("/fhir/Questionnaire/psqi").json
    assert published_faults(form) == []
    kinds = {one["linkId"]: one["type"] for one in form["item"]}
    assert [kinds[name] for name in ("1", "2", "3", "4", "5a")] == [
        "time",
        "decimal",
        "time",
        "decimal",
        "choice",
    ]
    assert "extension" not in form["item"][0]
    limits = [one["valueDecimal"] for one in form["item"][1]["extension"]]
    assert limits == [0, 1440]


@pytest.mark.parametrize(
    "bedtime",
    [{"valueTime": "22:15:00"}, {"valueTime": "22:15"}, {"valueString": "22:15"}],
)
def test_a_time_is_read(ask, bedtime):
    bundle = ask(psqi(i1=bedtime))
    assert issues(bundle) == []
    found = scores(bundle)
    assert (found["total"], found["sleep-efficiency"]) == (
        5,
        EXAMPLE["expect"]["scores"]["sleep-efficiency"],
    )


@pytest.mark.parametrize(
    "bedtime",
    [
        {"valueTime": "22:15:30"},
        {"valueTime": "24:00:00"},
        {"valueTime": "22:15:00+01:00"},
        {"valueTime": 2215},
        {"valueString": "10:15 pm"},
        {"valueString": "9:15"},
        {"valueInteger": 22},
        {"valueDecimal": 22.25},
        {"valueDateTime": "2026-03-02T22:15:00Z"},
        {"valueQuantity": {"value": 22.25, "unit": "h"}},
        {"valueCoding": {"code": "22:15"}},
        {"valueBoolean": True},
    ],
)
def test_what_is_no_time_to_the_minute_is_refused(ask, bedtime):
    form = psqi(i1=bedtime)
    outcome = ask(form, status=422)
    assert issues(outcome) == [("wrong_type", "QuestionnaireResponse.item[0].answer[0].value")]


def test_a_time_answers_no_question_for_a_number(ask):
    outcome = ask(psqi(i2={"valueTime": "00:10:00"}), status=422)
    assert {code for code, _ in issues(outcome)} == {"wrong_type"}


def test_a_time_that_is_blank_is_missing(ask):
    bundle = ask(psqi(i1={}))
    found = scores(bundle)
    assert found["sleep-efficiency"] is found["total"] is None
    assert found["sleep-duration"] == 0


def test_answers_that_contradict_each_other_are_said_and_have_no_value(ask):
    bundle = ask(psqi(i4={"valueDecimal": 9}))
    assert faults(bundle) == []
    told = {
        one["code"]["coding"][0]["code"]: one
        for one in resources(bundle, "Observation")
        if "valueQuantity" not in one and "dataAbsentReason" in one
    }
    assert "impossible_ratio" in str(told)


def test_answers_are_written_as_times(ask):
    bundle = ask(psqi(), "?items=true")
    assert faults(bundle) == []
    times = [one["valueTime"] for one in resources(bundle, "Observation") if "valueTime" in one]
    assert times == ["22:15:00", "06:30:00"]


def test_observations_of_times_are_read(ask):
    parts = []
    for name, value in ANSWERS.items():
        told = (
            {"valueTime": f"{value}:00"}
            if isinstance(value, str)
            else {"valueQuantity": {"value": value}}
        )
        one = observed("1-8", told, f"i{name}")
        one["code"] = {"coding": [{"system": f"{OURS}:CodeSystem:psqi-items", "code": name}]}
        parts.append(one)
    assert scores(ask(bundle_of(parts)))["total"] == 5


def test_a_course_of_forms_is_read(ask):
    earlier = psqi(i6={"valueDecimal": 3}) | {"id": "form-0", "authored": "2026-02-01T09:30:00Z"}
    bundle = ask(
        parameters(
            ("questionnaire-response", {"resource": psqi()}), ("previous", {"resource": earlier})
        )
    )
    parts = {part["code"]["coding"][0]["code"]: part for part in observation(bundle)["component"]}
    assert parts["change-difference"]["valueQuantity"]["value"] == -2


def test_an_import_leaves_times_out_and_says_so(client):
    form = client.get("/fhir/Questionnaire/psqi").json
    draft = draft_of(form)
    assert draft.definition is not None
    assert [one["id"] for one in draft.definition["items"]] == [
        name for name in ANSWERS if name not in ("1", "3")
    ]
    said = [one.detail for one in draft.remarks if "clock time" in str(one.detail)]
    assert len(said) == 2
