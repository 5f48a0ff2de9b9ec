"""What came along decides: absent, null, failed, paged, of somebody else, or not readable."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.cds.calls import (
    FALL,
    LOW,
    SERVICE,
    STEADY,
    call,
    course,
    day_of,
    form,
    phq_9,
    score,
    searched,
)
from tests.cds.conftest import Cards, topics
from tests.fhir.payloads import SCORE, issues

Json = dict[str, Any]

FAILED = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout"}]}
ANSWERED = searched(course(FALL))


def with_entry(**members: object) -> Json:
    found = searched(course(FALL))
    return found | {"entry": [*found["entry"], members]}


UNMET: dict[str, tuple[object, list[tuple[str, str]]]] = {
    "no prefetch": (None, [("required", "CDSHooksRequest.prefetch")]),
    "null": ({"prefetch": None}, [("required", "CDSHooksRequest.prefetch")]),
    "neither key": (
        {"prefetch": {"patient": {"resourceType": "Patient"}, "forms": searched([])}},
        [("required", "CDSHooksRequest.prefetch")],
    ),
    "a failure in place of responses": (
        {"prefetch": {"responses": FAILED, "observations": searched([])}},
        [("prefetch_failed", "CDSHooksRequest.prefetch.responses")],
    ),
    "a failure in place of observations": (
        {"prefetch": {"responses": ANSWERED, "observations": FAILED}},
        [("prefetch_failed", "CDSHooksRequest.prefetch.observations")],
    ),
    "a failure as an entry": (
        {"prefetch": {"responses": with_entry(resource=FAILED)}},
        [("prefetch_failed", "CDSHooksRequest.prefetch.responses.entry[5]")],
    ),
    "an outcome by its mode": (
        {"prefetch": {"responses": with_entry(search={"mode": "outcome"}, resource={})}},
        [("prefetch_failed", "CDSHooksRequest.prefetch.responses.entry[5]")],
    ),
    "failures in both": (
        {"prefetch": {"responses": FAILED, "observations": FAILED}},
        [
            ("prefetch_failed", "CDSHooksRequest.prefetch.responses"),
            ("prefetch_failed", "CDSHooksRequest.prefetch.observations"),
        ],
    ),
}


@pytest.mark.parametrize("name", UNMET)
@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/fhir+json"])
def test_what_did_not_come_along_is_412_with_an_outcome(
    name: str, accept: str, client: FlaskClient
):
    changed, expected = UNMET[name]
    body = call()
    if changed is None:
        del body["prefetch"]
    else:
        body |= changed  # type: ignore[operator]
    # A caller who takes plain JSON only is answered in it, errors too.
    headers = {"Accept": f"{accept}, application/json;q=0.1"}
    answered = client.post(SERVICE, json=body, headers=headers)
    assert answered.status_code == 412
    assert answered.content_type == (
        "application/json" if accept == "application/json" else "application/fhir+json"
    )
    assert answered.json["resourceType"] == "OperationOutcome"
    assert issues(answered.json) == expected
    assert {one["severity"] for one in answered.json["issue"]} == {"error"}


@pytest.mark.parametrize(
    "prefetch",
    [
        {"responses": None},
        {"observations": None},
        {"responses": None, "observations": None},
        {"responses": None, "patient": FAILED},
        {"responses": searched([])},
        {"responses": {"resourceType": "Bundle", "type": "searchset", "total": 0}},
    ],
)
def test_nothing_found_is_no_card(prefetch: Json, cards: Cards):
    assert cards(call(**prefetch)) == []


def test_one_key_is_enough_and_null_beside_it_is_nothing(cards: Cards):
    alone = cards(call(responses=ANSWERED))
    assert cards(call(responses=ANSWERED, observations=None)) == alone
    assert topics(alone) == [("alliance", "critical")]


@pytest.mark.parametrize(
    ("members", "incomplete"),
    [
        ({"link": [{"relation": "next", "url": "https://ehr.example/2"}]}, True),
        ({"link": [{"relation": "self", "url": "https://ehr.example/1"}]}, False),
        ({"total": 6}, True),
        ({"total": 6.0}, True),
        ({"total": 5}, False),
        ({"total": 4}, False),
        ({"link": None, "total": None}, False),
        ({"link": [None, "next"], "total": "6"}, False),
    ],
)
def test_a_next_page_or_a_larger_total_makes_a_course_incomplete(
    members: Json, incomplete: bool, cards: Cards
):
    found = cards(call(responses=searched(course(STEADY), **members)))
    assert [one["source"]["topic"]["code"] for one in found] == ["course-data"] * incomplete
    assert all("Incomplete course" in one["summary"] for one in found)


def test_what_was_only_included_is_no_match_of_the_total(cards: Cards):
    found = searched(course(STEADY), total=6)
    patient = {"resource": {"resourceType": "Patient"}, "search": {"mode": "include"}}
    found["entry"].append(patient)
    assert topics(cards(call(responses=found))) == [("course-data", "info")]


def test_a_page_of_observations_makes_the_course_incomplete_too(cards: Cards):
    found = cards(call(responses=searched(course(STEADY)), observations=searched([], total=1)))
    assert topics(found) == [("course-data", "info")]


LEFT_OUT: dict[str, object] = {
    "of no instrument": form("wai-sr", day_of(9), LOW, questionnaire="http://example.org/Q"),
    "of an instrument that is not here": form("no-such-form", day_of(9), LOW),
    "of another patient": form("wai-sr", day_of(9), LOW, subject={"reference": "Patient/p2"}),
    "of a patient whose id ends alike": form(
        "wai-sr", day_of(9), LOW, subject={"reference": "Patient/xp1"}
    ),
    "of a group": form("wai-sr", day_of(9), LOW, subject={"reference": "Group/p1"}),
    "of nobody": form("wai-sr", day_of(9), LOW, subject=None),
    "of no day": form("wai-sr", day_of(9), LOW, authored="2026"),
    "not finished": form("wai-sr", day_of(9), LOW, status="in-progress"),
    "entered in error": form("wai-sr", day_of(9), LOW, status="entered-in-error"),
    "out of range": form("wai-sr", day_of(9), [9] * 12),
    "answers of another type": form("wai-sr", day_of(9), LOW, item="none"),
    "without a key": form("calpas-p", day_of(9), [1] * 24),
    "a key of its own": {"resourceType": "QuestionnaireResponse"},
    "no object": None,
    "another resource": {"resourceType": "Condition"},
    "a rater that is not told": form("haq-ii", day_of(9), [1] * 19),
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_a_form_that_cannot_be_used_is_counted_and_changes_nothing_else(name: str, cards: Cards):
    (alone,) = cards(call(responses=searched(course(FALL))))
    (beside,) = cards(call(responses=searched([LEFT_OUT[name], *course(FALL)])))
    assert beside.pop("detail") == (
        f"{alone.pop('detail')}\n\nOne form or Observation was left out: of no instrument that is "
        "known here, not readable, of no day, of one kind and day with different answers, or not "
        "of this patient."
    )
    assert beside == alone


def test_forms_that_cannot_be_used_make_no_card(cards: Cards):
    assert cards(call(responses=searched(LEFT_OUT.values()))) == []


def test_observations_that_cannot_be_used_are_counted(cards: Cards):
    others = [
        score(day_of(8), 99),
        score(day_of(9), 4, subject={"reference": "Patient/p2"}),
        score(day_of(9), 4, status="preliminary"),
        score(day_of(9), 4, code={"coding": [{"system": "http://loinc.org", "code": "8302-2"}]}),
        score(day_of(9), 4, effectiveDateTime="yesterday"),
    ]
    (card,) = cards(call(responses=searched(course(FALL)), observations=searched(others)))
    assert "5 forms or Observations were left out" in card["detail"]


@pytest.mark.parametrize(
    "subject",
    ["Patient/p1", "https://ehr.example/fhir/Patient/p1", "Patient/p1/_history/3"],
)
def test_a_patient_is_known_by_any_reference_to_the_id(subject: str, cards: Cards):
    forms = course(FALL)
    forms[0]["subject"] = {"reference": subject}
    assert topics(cards(call(responses=searched(forms)))) == [("alliance", "critical")]


def test_a_faulty_score_keeps_no_other_of_its_time_from_being_read(cards: Cards):
    observations = [score(day_of(n), 4.2) for n in range(1, 5)]
    observations += [score(day_of(5), 2.0), score(day_of(5), 99, "phq-9")]
    (card,) = cards(call(observations=searched(observations)))
    assert card["source"]["topic"]["code"] == "alliance"
    assert "One form or Observation was left out" in card["detail"]


def test_scores_that_we_wrote_of_a_form_are_the_form(cards: Cards, client: FlaskClient):
    forms = course(FALL)
    alone = cards(call(responses=searched(forms)))
    bundle = {"resourceType": "Bundle", "type": "collection"}
    entries = [{"resource": one} for one in forms]
    written = client.post(SCORE, json=bundle | {"entry": entries}).json
    kept = [one for one in written["entry"] if one["resource"]["resourceType"] == "Observation"]
    observations = {"resourceType": "Bundle", "type": "searchset", "entry": kept}
    assert cards(call(responses=searched(forms), observations=observations)) == alone
    (card,) = cards(call(responses=None, observations=observations))
    assert card["summary"] == alone[0]["summary"]


def test_the_same_form_twice_is_one_form(cards: Cards):
    forms = course(FALL)
    alone = cards(call(responses=searched(forms)))
    assert cards(call(responses=searched([*forms, forms[2]]))) == alone


def test_two_scores_of_the_latest_day_that_differ_are_not_judged(cards: Cards):
    scores = [score(day_of(1), 4.2), score(day_of(2), 4.1)]
    again = score(f"{day_of(2)}T09:00:00Z", 2.0, id="again")
    (card,) = cards(call(observations=searched([*scores, again])))
    assert card["source"]["topic"]["code"] == "course-data"


def test_the_order_of_the_page_does_not_matter(cards: Cards):
    forms = [*course(FALL), phq_9(day_of(5), 1)]
    assert cards(call(responses=searched(forms))) == cards(call(responses=searched(forms[::-1])))


def test_two_hundred_responses_are_looked_at_and_no_more(client: FlaskClient, cards: Cards):
    small = {"resourceType": "QuestionnaireResponse", "status": "completed"}
    assert cards(call(responses=searched([small] * 200))) == []
    answered = client.post(SERVICE, json=call(responses=searched([small] * 201)))
    assert answered.status_code == 422
    assert answered.json["errors"][0]["code"] == "too_many_responses"
