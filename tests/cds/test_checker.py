"""The checker refuses what the specification refuses: one seeded fault for each of its rules."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tests.cds import checker
from tests.cds.calls import FALL, accepted, call, course, day_of, overridden, paged, phq_9, searched
from tests.cds.conftest import Cards

Json = dict[str, Any]
Change = Callable[[Json], None]

AUTHORIZATION = {"access_token": "t", "scope": "patient/Observation.rs", "subject": "s"}


def seed(value: Json, change: Change) -> Json:
    changed = deepcopy(value)
    change(changed)
    return changed


@pytest.fixture
def answer(cards: Cards) -> Json:
    """An answer with every kind of card."""
    found = cards(call(responses=paged([phq_9(day_of(5), 1), *course(FALL)])))
    assert len(found) == 3
    return {"cards": found}


def card(answer: Json) -> Json:
    found: Json = answer["cards"][0]
    return found


def suggestion(answer: Json) -> Json:
    found: Json = card(answer)["suggestions"][0]
    return found


def action(answer: Json) -> Json:
    found: Json = suggestion(answer)["actions"][0]
    return found


def two_recommended(answer: Json) -> None:
    one = {**suggestion(answer), "isRecommended": True}
    card(answer)["suggestions"] = [one, one]


SEEDED: dict[str, Change] = {
    "cds-resp-1": two_recommended,
    "cds-resp-2": lambda answer: action(answer).update(type="delete", resourceId="Task/1"),
    "cds-resp-3": lambda answer: card(answer).update(
        links=[{"label": "l", "url": "https://x", "type": "absolute", "appContext": "{}"}]
    ),
    "cds-resp-4": lambda answer: card(answer)["overrideReasons"][0].pop("display"),
    "cds-resp-5": lambda answer: action(answer).pop("description"),
    "cds-resp-6": lambda answer: card(answer).pop("selectionBehavior"),
    "cds-resp-7": lambda answer: suggestion(answer).update(actionSelectionBehavior="some"),
    "summary": lambda answer: card(answer).update(summary="s" * 140),
    "indicator": lambda answer: card(answer).update(indicator="hard-stop"),
    "source": lambda answer: card(answer).update(source={"url": "https://x"}),
    "selectionBehavior": lambda answer: card(answer).update(selectionBehavior="all"),
    "detail": lambda answer: card(answer).update(detail="a <b>bold</b> word"),
    "link": lambda answer: card(answer).update(
        links=[{"label": "l", "url": "https://x", "type": "relative"}]
    ),
    "uuid": lambda answer: card(answer).update(uuid="card-1"),
    "label": lambda answer: suggestion(answer).pop("label"),
    "action": lambda answer: action(answer).update(type="suggest"),
    "resource": lambda answer: action(answer)["resource"].update(id="t1"),
    "status": lambda answer: action(answer)["resource"].pop("status"),
    "intent": lambda answer: action(answer)["resource"].pop("intent"),
    "for": lambda answer: action(answer)["resource"].pop("for"),
    "empty links": lambda answer: card(answer).update(links=[]),
}


@pytest.mark.parametrize("rule", SEEDED)
def test_a_fault_in_an_answer_is_found(rule, answer):
    assert checker.of_response(answer) == []
    assert rule in checker.of_response(seed(answer, SEEDED[rule]))


def test_no_cards_are_not_an_empty_member():
    assert checker.of_response({"cards": []}) == []


SEEDED_CALLS: dict[str, Change] = {
    "cds-r-1": lambda body: body.update(fhirAuthorization={**AUTHORIZATION, "patient": "p1"}),
    "cds-r-2": lambda body: body.update(
        fhirAuthorization=AUTHORIZATION, fhirServer="https://ehr.example"
    ),
}


@pytest.mark.parametrize("rule", SEEDED_CALLS)
def test_a_fault_in_a_call_is_found(rule):
    sound = call(responses=None)
    assert checker.of_request(sound) == []
    assert checker.of_request(seed(sound, SEEDED_CALLS[rule])) == [rule]


SEEDED_FEEDBACK: dict[str, Json] = {
    "cds-fb-1": overridden(outcome="ignored"),
    "cds-fb-2": {**overridden(), "outcome": "accepted"},
    "cds-fb-3": overridden(overrideReason={"extension": {}}),
}


@pytest.mark.parametrize("rule", SEEDED_FEEDBACK)
def test_a_fault_in_feedback_is_found(rule):
    assert checker.of_feedback({"feedback": [accepted(), overridden()]}) == []
    assert checker.of_feedback({"feedback": [SEEDED_FEEDBACK[rule]]}) == [rule]


SEEDED_SERVICES: dict[str, Json] = {
    "required": {"description": None},
    "version": {"version": "STU2"},
    "token": {"prefetch": {"k": "Patient/{{context.patient}}"}},
    "read": {"prefetch": {"k": "Patient/{{context.patientId}}/$everything"}},
    "search": {"prefetch": {"k": "observation?patient={{context.patientId}}"}},
    "parameter": {"prefetch": {"k": "Observation?patient={{context.patientId}}&_include=x"}},
}


@pytest.mark.parametrize("rule", SEEDED_SERVICES)
def test_a_fault_in_discovery_is_found(rule):
    sound = {"hook": "patient-view", "id": "a", "description": "d", "version": "2.0.1"}
    assert checker.of_discovery({"services": [sound]}) == []
    changed = {
        name: value
        for name, value in {**sound, **SEEDED_SERVICES[rule]}.items()
        if value is not None
    }
    assert checker.of_discovery({"services": [changed]}) == [rule]


def test_a_service_that_stands_twice_for_a_hook_is_found():
    sound = {"hook": "patient-view", "id": "a", "description": "d"}
    assert checker.of_discovery({"services": [sound, sound]}) == ["twice"]


def test_searches_are_checked_with_their_values():
    assert searched([])["entry"] == []
    bad = {"k": "Observation?patient={{context.patientId}}&_count=all"}
    services = [{"hook": "h", "id": "a", "description": "d", "prefetch": bad}]
    assert checker.of_discovery({"services": services}) == ["parameter"]
