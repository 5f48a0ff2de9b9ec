"""The call is read strictly: every fault at once, each with its place; what is broken is never an
internal error, and nothing of it is repeated.
"""

import copy
import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cds.calls import FALL, FEEDBACK, SERVICE, accepted, call, course, overridden, searched

Json = dict[str, Any]

SOUND = call(responses=searched(course(FALL)))


def without(*names: str) -> Json:
    return {name: value for name, value in SOUND.items() if name not in names}


def in_context(**members: object) -> Json:
    about = {"userId": "Practitioner/t7", "patientId": "p1", "encounterId": "e1"}
    return SOUND | {"context": {k: v for k, v in (about | members).items() if v is not ...}}


FAULTS: dict[str, tuple[object, list[tuple[str, str]]]] = {
    "nothing": (
        {},
        [("/hook", "required"), ("/hookInstance", "required"), ("/context", "required")],
    ),
    "an array": ([], [("", "wrong_type")]),
    "another hook": (SOUND | {"hook": "order-sign"}, [("/hook", "not_allowed")]),
    "a hook that is no text": (SOUND | {"hook": 1}, [("/hook", "wrong_type")]),
    "no UUID": (SOUND | {"hookInstance": "1"}, [("/hookInstance", "wrong_format")]),
    "a UUID and more": (
        SOUND | {"hookInstance": SOUND["hookInstance"] + "\n"},
        [("/hookInstance", "wrong_format")],
    ),
    "no user": (in_context(userId=...), [("/context/userId", "required")]),
    "no patient": (in_context(patientId=...), [("/context/patientId", "required")]),
    "a patient that is no id": (
        in_context(patientId="Patient/p1"),
        [("/context/patientId", "wrong_format")],
    ),
    "an encounter that is no id": (
        in_context(encounterId="e 1"),
        [("/context/encounterId", "wrong_format")],
    ),
    "no encounter to start": (
        in_context(encounterId=...) | {"hook": "encounter-start"},
        [("/context/encounterId", "required")],
    ),
    "another member": (SOUND | {"hooks": 1}, [("/hooks", "unknown_member")]),
    "prefetch that is no object": (SOUND | {"prefetch": []}, [("/prefetch", "wrong_type")]),
    "responses that are no object": (
        call(responses=[]),
        [("/prefetch/responses", "wrong_type")],
    ),
    "responses that are no Bundle": (
        call(responses=course(FALL)[0]),
        [("/prefetch/responses/resourceType", "wrong_resource")],
    ),
    "entries that are no array": (
        call(responses={"resourceType": "Bundle", "entry": {}}),
        [("/prefetch/responses/entry", "wrong_type")],
    ),
    "a patient that is no object": (
        call(responses=None, patient="p1"),
        [("/prefetch/patient", "wrong_type")],
    ),
    "several": (
        {"hook": "x", "hookInstance": "x", "context": {}, "prefetch": 1},
        [
            ("/hook", "not_allowed"),
            ("/hookInstance", "wrong_format"),
            ("/context/userId", "required"),
            ("/context/patientId", "required"),
            ("/prefetch", "wrong_type"),
        ],
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_is_told_with_its_place(name: str, client: FlaskClient, refused):
    body, expected = FAULTS[name]
    problem = refused(client.post(SERVICE, json=body), 422, "invalid_request")
    assert [(one["pointer"], one["code"]) for one in problem["errors"]] == expected


@pytest.mark.parametrize(
    "members",
    [
        {"fhirServer": "https://ehr.example/fhir"},
        {
            "fhirServer": "https://ehr.example/fhir",
            "fhirAuthorization": {
                "access_token": "token",
                "token_type": "Bearer",
                "expires_in": 300,
                "scope": "user/Patient.rs",
                "subject": "service",
            },
        },
        {"extension": {"com.example.ehr": {"version": 1}}},
        {"extension": None},
        {"context": SOUND["context"] | {"appointments": []}},
        {"prefetch": SOUND["prefetch"] | {"conditions": "anything"}},
        {"hookInstance": SOUND["hookInstance"].upper()},
    ],
)
def test_what_is_not_looked_at_changes_nothing(members: Json, client: FlaskClient):
    plain, more = (client.post(SERVICE, json=body) for body in (SOUND, SOUND | members))
    assert (more.status_code, more.data) == (200, plain.data)


UNREADABLE = {
    "no JSON": (b"{", 400, "bad_json"),
    "a member twice": (b'{"hook": "patient-view", "hook": "patient-view"}', 400, "duplicate_key"),
    "33 levels": (b'{"prefetch": ' + b"[" * 32 + b"]" * 32 + b"}", 400, "too_deep"),
    "too long": (json.dumps(SOUND).encode().ljust(262_145), 413, "too_large"),
}


@pytest.mark.parametrize("path", [SERVICE, FEEDBACK])
@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_a_problem(name: str, path: str, client: FlaskClient, refused):
    body, status, code = UNREADABLE[name]
    refused(client.post(path, data=body, content_type="application/json"), status, code)


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "code"),
    [
        ("GET", SERVICE, {}, 405, "method_not_allowed"),
        ("POST", "/cds-services", {}, 405, "method_not_allowed"),
        ("GET", "/cds-services/", {}, 404, "not_found"),
        ("POST", "/cds-services/another", {}, 404, "not_found"),
        ("GET", "/cds-services", {"Accept": "text/html"}, 406, "not_acceptable"),
        ("POST", f"{SERVICE}?x=1", {}, 422, "invalid_parameter"),
    ],
)
def test_other_requests_are_refused(
    method: str, path: str, headers: dict[str, str], status: int, code: str, client, refused
):
    refused(client.open(path, method=method, json={}, headers=headers), status, code)


ODD = st.sampled_from(
    [None, True, 0, -1, 1.5, 10**9, "", "x", "2026-13-01", [], {}, [None], [[]], {"x": 1}, ["x"]]
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every value within a body."""
    below = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [*([path] if path else []), *(p for n, part in below for p in places(part, (*path, n)))]


def changed(body: Json, path: tuple[Any, ...], value: object) -> Any:
    """Return a body with another value at a place."""
    made = copy.deepcopy(body)
    parent: Any = made
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = value
    return made


WHOLE = call(
    "encounter-start",
    responses=searched(course(FALL[-2:]), link=[{"relation": "self", "url": "u"}], total=2),
    observations=searched(
        [
            {
                "resourceType": "Observation",
                "status": "final",
                "subject": {"reference": "Patient/p1"},
                "code": {"coding": [{"system": "http://loinc.org", "code": "44261-6"}]},
                "effectiveDateTime": "2026-03-01",
                "valueQuantity": {"value": 12},
            }
        ]
    ),
    patient={"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1990-05-01"},
)
OUTCOMES = {"feedback": [accepted(), overridden(overrideReason={"reason": {"code": "c"}})]}
SHARED = settings(
    max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


@SHARED
@given(place=st.sampled_from(places(WHOLE)), value=ODD)
def test_no_value_at_any_place_is_an_internal_error(place, value, client: FlaskClient):
    answered = client.post(SERVICE, json=changed(WHOLE, place, value))
    assert answered.status_code in (200, 412, 422), (place, value)


@SHARED
@given(place=st.sampled_from(places(OUTCOMES)), value=ODD)
def test_no_feedback_is_an_internal_error(place, value, client: FlaskClient):
    answered = client.post(FEEDBACK, json=changed(OUTCOMES, place, value))
    assert answered.status_code in (200, 422), (place, value)
