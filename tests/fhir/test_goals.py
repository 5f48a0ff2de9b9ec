"""With a goal a score says whether its target is met."""

from typing import Any

import pytest

from tests.fhir.checker import faults
from tests.fhir.payloads import (
    LOINC,
    OURS,
    issues,
    item,
    observation,
    ours,
    parameters,
    phq_9,
    response,
)

Json = dict[str, Any]

TWELVE = [2, 2, 2, 2, 1, 1, 2, 0, 0]
PHQ_9_TOTAL = (LOINC, "44261-6")


def goal(detail: Json, code: tuple[str, str] = PHQ_9_TOTAL, **members: object) -> Json:
    measure = {"coding": [{"system": code[0], "code": code[1]}]}
    return {
        "resourceType": "Goal",
        "id": "g1",
        "lifecycleStatus": "active",
        "description": {"text": "feel better"},
        "subject": {"reference": "Patient/p1"},
        "target": [{"measure": measure, **detail}],
        **members,
    }


def points(value: float, **members: object) -> Json:
    return {"value": value, "code": "{score}", **members}


def scored(ask: Any, form: Json, *goals: Json, status: int = 200) -> Json:
    pairs = [("goal", {"resource": one}) for one in goals]
    bundle: Json = ask(
        parameters(("questionnaire-response", {"resource": form}), *pairs), "", status
    )
    return bundle


def met(one: Json) -> list[bool]:
    return [
        part["valueBoolean"]
        for part in one["component"]
        if part["code"]["coding"][0]["code"] == "goal-met"
    ]


@pytest.mark.parametrize(
    ("detail", "expected"),
    [
        ({"detailQuantity": points(12)}, True),
        ({"detailQuantity": points(11)}, False),
        ({"detailQuantity": points(12, comparator="<")}, False),
        ({"detailQuantity": points(12, comparator="<=")}, True),
        ({"detailQuantity": points(12, comparator=">=")}, True),
        ({"detailQuantity": points(12, comparator=">")}, False),
        ({"detailRange": {"low": points(5), "high": points(12)}}, True),
        ({"detailRange": {"low": points(13)}}, False),
        ({"detailRange": {"high": points(11)}}, False),
    ],
)
def test_a_target_is_met_or_not(ask, detail, expected):
    """The score is 12, and lower is better."""
    bundle = scored(ask, phq_9(TWELVE), goal(detail))
    score = observation(bundle)
    assert met(score) == [expected]
    assert score["focus"] == [{"reference": "Goal/g1"}]
    assert issues(bundle) == []
    assert faults(bundle) == []


@pytest.mark.parametrize(("target", "expected"), [(3.9, True), (4, True), (4.1, False)])
def test_where_higher_is_better_the_upper_side_meets_it(ask, target, expected):
    form = response([item(str(n), {"valueInteger": 4}) for n in range(1, 13)], ours("wai-sr"))
    code = (f"{OURS}:CodeSystem:wai-sr", "bond")
    bundle = scored(ask, form, goal({"detailQuantity": points(target)}, code))
    assert met(observation(bundle, "bond")) == [expected]
    assert met(observation(bundle, "total")) == []


@pytest.mark.parametrize(
    "other",
    [
        goal({"detailQuantity": points(5)}, (LOINC, "70274-6")),
        goal({"detailQuantity": points(5)}, subject={"reference": "Patient/p2"}),
        goal({}),
    ],
)
def test_a_goal_about_something_else_is_said_to_be(ask, other):
    bundle = scored(ask, phq_9(TWELVE), other)
    assert "focus" not in observation(bundle)
    assert issues(bundle) == [("goal_without_score", "Parameters.parameter[1].resource")]


def test_without_a_score_no_goal_is_met_or_missed(ask):
    score = observation(
        scored(ask, phq_9([None, *TWELVE[1:]]), goal({"detailQuantity": points(5)}))
    )
    assert met(score) == []


@pytest.mark.parametrize(
    ("detail", "code"),
    [
        ({"detailQuantity": {"value": "5"}}, "wrong_type"),
        ({"detailQuantity": {"value": 5, "code": "kg"}}, "wrong_type"),
        ({"detailQuantity": points(5, comparator="~")}, "value_not_allowed"),
    ],
)
def test_a_target_that_is_no_number_of_points_is_refused(ask, detail, code):
    outcome = scored(ask, phq_9(TWELVE), goal(detail), status=422)
    assert [found for found, _ in issues(outcome)] == [code]


def test_a_goal_of_this_person_may_say_so_in_other_words(ask):
    low = {"detailQuantity": points(5)}
    for who in ("https://ehr.example.org/fhir/Patient/p1", "Patient/p1/_history/4"):
        mine = goal(low, subject={"reference": who, "type": "Patient"})
        assert met(observation(scored(ask, phq_9(TWELVE), mine))) == [False]
    other = goal(low, subject={"reference": "https://ehr.example.org/fhir/Patient/p2"})
    assert met(observation(scored(ask, phq_9(TWELVE), other))) == []


@pytest.mark.parametrize("status", ["entered-in-error", "rejected", "cancelled"])
def test_a_goal_that_is_not_pursued_is_neither_met_nor_missed(ask, status):
    given_up = goal({"detailQuantity": points(15)}, lifecycleStatus=status)
    bundle = scored(ask, phq_9(TWELVE), given_up)
    assert met(observation(bundle)) == []
    assert [code for code, _ in issues(bundle)] == ["goal_not_pursued", "goal_without_score"]


def test_two_targets_for_one_score_are_refused(ask):
    two = goal({"detailQuantity": points(15)})
    two["target"].append(two["target"][0] | {"detailQuantity": points(5), "dueDate": "2026-12-01"})
    outcome = scored(ask, phq_9(TWELVE), two, status=422)
    assert issues(outcome) == [("repeated_target", "Parameters.parameter[1].resource.target[1]")]


def test_fifty_goals_are_the_most(ask):
    one = goal({"detailQuantity": points(15)})
    assert met(observation(scored(ask, phq_9(TWELVE), *[one] * 50))) == [True] * 50
    outcome = scored(ask, phq_9(TWELVE), *[one] * 51, status=422)
    assert issues(outcome) == [("too_many_goals", "Parameters")]
