"""What became of cards is counted by outcome and reason; nothing else of it is kept."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from prometheus_client import CollectorRegistry

from service.cds.codes import ACCEPTED, NO_REASON, OVERRIDDEN, TOPICS
from service.cds.codes import OVERRIDE_REASONS as OURS
from service.operations.metrics import CARD_TOPICS, OUTCOMES, OVERRIDE_REASONS
from tests.cds import checker
from tests.cds.calls import FEEDBACK, accepted, overridden

Json = dict[str, Any]
SYSTEM = "urn:questionnaire-scoring:CodeSystem:override-reasons"


@pytest.fixture
def counted(client: FlaskClient, registry: CollectorRegistry) -> Callable[..., dict[Any, float]]:
    """Report outcomes and return what was counted."""

    def samples() -> dict[tuple[str, str], float]:
        return {
            (one.labels["outcome"], one.labels["reason"]): one.value
            for family in registry.collect()
            for one in family.samples
            if one.name == "scoring_cds_feedback_total"
        }

    def counted(*outcomes: Json) -> dict[Any, float]:
        body = {"feedback": list(outcomes)}
        assert checker.of_feedback(body) == []
        before = samples()
        answered = client.post(FEEDBACK, json=body)
        assert (answered.status_code, answered.json) == (200, {}), answered.text
        after = samples()
        found = {key: value - before.get(key, 0) for key, value in after.items()}
        return {key: value for key, value in found.items() if value}

    return counted


def because(code: str, system: str = SYSTEM, **members: object) -> Json:
    reason = {"reason": {"code": code, "system": system, "display": "d"}} | members
    return overridden(overrideReason=reason)


def test_outcomes_are_counted_by_reason(counted):
    assert counted(accepted()) == {("accepted", "none"): 1}
    assert counted(overridden()) == {("overridden", "none"): 1}
    for code in OURS:
        assert counted(because(code)) == {("overridden", code): 1}


@pytest.mark.parametrize(
    "outcome",
    [
        because("d7ecf885", "https://example.com/cds-hooks/override-reason-system"),
        because("expected", "https://example.com/cds-hooks/override-reason-system"),
        because("no-such-reason"),
        because("none"),
        overridden(overrideReason={"reason": {"display": "only a display"}}),
    ],
)
def test_a_reason_of_others_is_other(outcome: Json, counted):
    assert counted(outcome) == {("overridden", "other"): 1}


def test_what_was_accepted_has_no_reason(counted):
    reason = because("expected")["overrideReason"]
    assert counted(accepted(overrideReason=reason)) == {("accepted", "none"): 1}


def test_a_comment_alone_is_no_reason(counted):
    commented = overridden(overrideReason={"userComment": "She told me."})
    assert counted(commented) == {("overridden", "none"): 1}


def test_the_same_may_be_reported_again_and_with_others(counted):
    again = [accepted(), accepted(), because("expected")]
    assert counted(*again) == {("accepted", "none"): 2, ("overridden", "expected"): 1}


def test_metrics_admit_our_words_and_no_others():
    assert set(OURS) | {NO_REASON} == OVERRIDE_REASONS
    assert {ACCEPTED, OVERRIDDEN} == OUTCOMES
    assert set(TOPICS) == CARD_TOPICS


def lacking(outcome: Json, name: str) -> Json:
    return {member: value for member, value in outcome.items() if member != name}


FAULTS: dict[str, tuple[object, list[tuple[str, str]]]] = {
    "nothing": ({}, [("/feedback", "required")]),
    "no outcomes": ({"feedback": []}, [("/feedback", "required")]),
    "no array": ({"feedback": accepted()}, [("/feedback", "wrong_type")]),
    "no object": ({"feedback": ["x"]}, [("/feedback/0", "wrong_type")]),
    "null": ({"feedback": [accepted(), None]}, [("/feedback/1", "wrong_type")]),
    "a suggestion that is null": (
        {"feedback": [accepted(acceptedSuggestions=[None])]},
        [("/feedback/0/acceptedSuggestions/0", "wrong_type")],
    ),
    "another member": ({"feedback": [accepted()], "cards": 1}, [("/cards", "unknown_member")]),
    "no card": ({"feedback": [lacking(accepted(), "card")]}, [("/feedback/0/card", "required")]),
    "a card without a UUID": (
        {"feedback": [accepted(card="1")]},
        [("/feedback/0/card", "wrong_format")],
    ),
    "ignored": (
        {"feedback": [overridden(outcome="ignored")]},
        [("/feedback/0/outcome", "not_allowed")],
    ),
    "accepted without a suggestion": (
        {"feedback": [overridden(outcome="accepted")]},
        [("/feedback/0/acceptedSuggestions", "required")],
    ),
    "accepted with no suggestion": (
        {"feedback": [accepted(acceptedSuggestions=[])]},
        [("/feedback/0/acceptedSuggestions", "required")],
    ),
    "a suggestion without a UUID": (
        {"feedback": [accepted(acceptedSuggestions=[{"id": "1"}])]},
        [("/feedback/0/acceptedSuggestions/0/id", "wrong_format")],
    ),
    "a reason without anything": (
        {"feedback": [overridden(overrideReason={})]},
        [("/feedback/0/overrideReason", "required")],
    ),
    "no time": (
        {"feedback": [lacking(accepted(), "outcomeTimestamp")]},
        [("/feedback/0/outcomeTimestamp", "required")],
    ),
    "a day": (
        {"feedback": [accepted(outcomeTimestamp="2026-03-05")]},
        [("/feedback/0/outcomeTimestamp", "wrong_format")],
    ),
    "no such day": (
        {"feedback": [accepted(outcomeTimestamp="2026-02-30T10:00:00Z")]},
        [("/feedback/0/outcomeTimestamp", "wrong_format")],
    ),
    "no zone": (
        {"feedback": [accepted(outcomeTimestamp="2026-03-05T10:00:00")]},
        [("/feedback/0/outcomeTimestamp", "wrong_format")],
    ),
    "too many": ({"feedback": [accepted()] * 501}, [("/feedback", "wrong_length")]),
    "several": (
        {"feedback": [{"card": "x", "outcome": "x", "note": 1}, accepted()]},
        [
            ("/feedback/0/note", "unknown_member"),
            ("/feedback/0/card", "wrong_format"),
            ("/feedback/0/outcome", "not_allowed"),
            ("/feedback/0/outcomeTimestamp", "required"),
        ],
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_is_told_and_nothing_is_counted(
    name: str, client: FlaskClient, registry: CollectorRegistry, refused
):
    def total() -> float:
        return sum(
            one.value
            for family in registry.collect()
            for one in family.samples
            if one.name == "scoring_cds_feedback_total"
        )

    body, expected = FAULTS[name]
    before = total()
    problem = refused(client.post(FEEDBACK, json=body), 422, "invalid_request")
    assert [(one["pointer"], one["code"]) for one in problem["errors"]] == expected
    assert total() == before


@pytest.mark.parametrize("time", ["2026-03-05T10:05:31.52Z", "2026-03-05T10:05:31+01:00"])
def test_times_may_have_fractions_and_zones(time: str, counted):
    assert counted(accepted(outcomeTimestamp=time)) == {("accepted", "none"): 1}


@pytest.mark.parametrize(
    "members", [{"extension": {"x": 1}}, {"overrideReason": None}, {"acceptedSuggestions": None}]
)
def test_members_that_say_nothing_may_be_there(members: Json, counted):
    assert counted(overridden(**members)) == {("overridden", "none"): 1}
