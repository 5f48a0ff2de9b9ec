"""No resource, however broken, is an internal error; and nothing of it is repeated or kept."""

import copy
import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.app import create_app
from service.settings import Settings
from tests.fhir.payloads import SCORE, issues, item, ours, parameters, phq_9, response

Json = dict[str, Any]

FHIR_JSON = "application/fhir+json"
FORM = phq_9([1] * 9)

UNREADABLE = {
    "no JSON": (b"{", 400, "bad_json"),
    "XML": (b"<QuestionnaireResponse/>", 400, "bad_json"),
    "a member twice": (
        b'{"resourceType": "Bundle", "resourceType": "Bundle"}',
        400,
        "duplicate_key",
    ),
    "NaN": (b'{"resourceType": "Bundle", "x": NaN}', 400, "non_finite"),
    "33 levels": (b'{"resourceType": ' + b"[" * 32 + b"]" * 32 + b"}", 400, "too_deep"),
    "too long": (json.dumps(FORM).encode().ljust(262_145), 413, "too_large"),
    "an array": (b"[]", 422, "wrong_type"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_an_outcome(client: FlaskClient, name: str):
    body, status, code = UNREADABLE[name]
    answered = client.post(SCORE, data=body, content_type=FHIR_JSON)
    assert (answered.status_code, answered.content_type) == (status, FHIR_JSON)
    assert [found for found, _ in issues(answered.json)] == [code]


def test_32_levels_are_read(client: FlaskClient):
    form = phq_9([1] * 9)
    nested = form["item"]
    for _ in range(12):
        nested = [item("group", item=nested)]
    assert client.post(SCORE, json=form | {"item": nested}).status_code == 200


@pytest.mark.parametrize(
    ("accept", "answered_with"),
    [
        ("*/*", FHIR_JSON),
        (FHIR_JSON, FHIR_JSON),
        ("application/json", "application/json"),
        ("application/json;q=0.5, application/fhir+json", FHIR_JSON),
    ],
)
def test_both_media_types_are_spoken(client: FlaskClient, accept: str, answered_with: str):
    for sent in (FHIR_JSON, "application/json", f"{FHIR_JSON}; charset=utf-8"):
        body = json.dumps(FORM)
        answered = client.post(SCORE, data=body, content_type=sent, headers={"Accept": accept})
        assert (answered.status_code, answered.content_type) == (200, answered_with)


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "code"),
    [
        ("POST", SCORE, {"Accept": "application/fhir+xml"}, 406, "not_acceptable"),
        ("POST", SCORE, {"Content-Type": "application/fhir+xml"}, 415, "unsupported_media_type"),
        ("POST", f"{SCORE}?_format=xml", {}, 422, "not_allowed"),
        ("POST", f"{SCORE}?strict=true", {}, 422, "unknown_parameter"),
        ("POST", f"{SCORE}?perspective=nurse", {}, 422, "not_allowed"),
        ("GET", SCORE, {}, 405, "method_not_allowed"),
        ("GET", "/fhir/Patient/1", {}, 404, "not_found"),
    ],
)
def test_other_problems_are_outcomes_too(
    client: FlaskClient, method: str, path: str, headers: dict[str, str], status: int, code: str
):
    headers = {"Content-Type": FHIR_JSON} | headers
    answered = client.open(path, method=method, data=json.dumps(FORM), headers=headers)
    assert (answered.status_code, answered.content_type) == (status, FHIR_JSON)
    assert [found for found, _ in issues(answered.json)] == [code]
    if status == 405:
        assert answered.headers["Allow"]


BODIES: dict[str, tuple[Json, str]] = {
    "no type": ({}, "wrong_resource"),
    "a type that is a number": ({"resourceType": 7}, "wrong_resource"),
    "another resource": ({"resourceType": "Patient"}, "wrong_resource"),
    "an empty Bundle": ({"resourceType": "Bundle"}, "nothing_to_score"),
    "a Bundle of Bundles": (
        {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Bundle"}}]},
        "nothing_to_score",
    ),
    "Parameters without any": ({"resourceType": "Parameters"}, "nothing_to_score"),
    "parameters that are text": (
        {"resourceType": "Parameters", "parameter": "x"},
        "wrong_type",
    ),
    "a parameter that is text": (
        {"resourceType": "Parameters", "parameter": ["x"]},
        "wrong_type",
    ),
    "a name that is a number": (
        {"resourceType": "Parameters", "parameter": [{"name": 1}]},
        "wrong_type",
    ),
    "a response that is text": (
        {
            "resourceType": "Parameters",
            "parameter": [{"name": "questionnaire-response", "resource": "x"}],
        },
        "wrong_type",
    ),
    "items that are an object": (FORM | {"item": {}}, "wrong_type"),
    "a linkId that is a number": (FORM | {"item": [{"linkId": 1}]}, "wrong_type"),
    "answers that are an object": (FORM | {"item": [{"linkId": "1", "answer": {}}]}, "wrong_type"),
    "a coding that is text": (
        response([item("1", {"valueCoding": "LA6568-5"})], ours("phq-9")),
        "wrong_type",
    ),
    "a code that is a number": (
        response([item("1", {"valueCoding": {"code": 1}})], ours("phq-9")),
        "wrong_type",
    ),
    "a questionnaire that is an object": (FORM | {"questionnaire": {}}, "wrong_type"),
    "a subject that is text": (FORM | {"subject": "Patient/1"}, "wrong_type"),
    "a reference with a line break": (
        FORM | {"subject": {"reference": "Patient/1\nX: y"}},
        "value_not_allowed",
    ),
    "a date that is a number": (FORM | {"authored": 20260302}, "wrong_type"),
    "201 responses": (
        {"resourceType": "Bundle", "entry": [{"resource": response([])}] * 201},
        "too_many_responses",
    ),
}


@pytest.mark.parametrize("kind", ["Patient", "Jane Roe", "", 7, None, [], {}])
def test_the_name_of_another_resource_is_not_repeated(client: FlaskClient, kind: object):
    answered = client.post(SCORE, json={"resourceType": kind}).json
    assert [one["expression"] for one in answered["issue"]] == [["Resource.resourceType"]]


@pytest.mark.parametrize("name", BODIES)
def test_what_is_no_resource_is_refused(client: FlaskClient, name: str):
    body, code = BODIES[name]
    answered = client.post(SCORE, json=body)
    assert answered.status_code == 422, answered.text
    assert code in [found for found, _ in issues(answered.json)]


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**14), 10**14)
    | st.floats(-1e9, 1e9)
    | st.text(max_size=8)
    | st.sampled_from(["Bundle", "QuestionnaireResponse", "http://loinc.org", "LA6568-5"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


def places(part: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every member below a value."""
    if isinstance(part, dict):
        steps: Any = part.items()
    elif isinstance(part, list):
        steps = enumerate(part)
    else:
        return [path]
    return [path, *(place for step, below in steps for place in places(below, (*path, step)))]


EVERYTHING = parameters(
    (
        "questionnaire-response",
        {
            "resource": phq_9(
                [0, 1, 2, 3, 0, 1, 2, 3, 1],
                source={"reference": "Patient/p1"},
                encounter={"reference": "Encounter/e"},
                _questionnaire={"extension": [{"url": "x", "valueUri": "y"}]},
            )
        },
    ),
    (
        "questionnaire",
        {
            "resource": {
                "resourceType": "Questionnaire",
                "url": "http://example.org/Questionnaire/depression",
                "code": [{"system": "http://loinc.org", "code": "44249-1"}],
                "contained": [{"resourceType": "ValueSet", "id": "v", "compose": {"include": []}}],
                "item": [{"linkId": "/44250-9", "answerOption": [{"valueCoding": {"code": "x"}}]}],
            }
        },
    ),
    ("previous", {"resource": phq_9([3] * 9)}),
    ("instrument", {"valueString": "phq-9"}),
    ("norms", {"valueString": "*"}),
    ("subject-age", {"valueInteger": 34}),
    ("subject-sex", {"valueCode": "female"}),
    ("allow-partial", {"valueBoolean": True}),
)
PLACES = [place for place in places(EVERYTHING) if place]


@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(place=st.sampled_from(PLACES), junk=JUNK)
def test_anything_in_any_place_is_answered(client: FlaskClient, place: tuple[Any, ...], junk: Any):
    assert client.post(SCORE, json=EVERYTHING).status_code == 200
    body = copy.deepcopy(EVERYTHING)
    where: Any = body
    for step in place[:-1]:
        where = where[step]
    where[place[-1]] = junk
    try:
        sent = json.dumps(body).encode()
    except ValueError:
        return
    answered = client.post(SCORE, data=sent, content_type=FHIR_JSON)
    assert answered.status_code in (200, 400, 409, 422), answered.text


def test_nothing_of_a_refused_resource_is_repeated_or_logged(client: FlaskClient, log: Any):
    mark = "Jane-Roe-1970"
    form = phq_9([1] * 9, id=mark, subject={"reference": f"Patient/{mark}", "display": mark})
    form["questionnaire"] = f"{ours('phq-9')}|{mark}"
    form["item"].append(item(mark, {"valueString": mark}))
    form["item"][0]["answer"] = [{"valueCoding": {"system": mark, "code": mark, "display": mark}}]
    answered = client.post(SCORE, json=form, headers={"Prefer": "handling=strict"})
    assert answered.status_code == 422
    assert mark not in answered.text
    assert mark not in log.text()


def test_a_fault_of_the_service_is_an_outcome_that_says_nothing_about_itself(
    few: Settings, monkeypatch: pytest.MonkeyPatch
):
    def broken(*_: object, **__: object) -> None:
        raise LookupError("Jane Roe")

    client = create_app(few, log_fd=None).test_client()
    monkeypatch.setattr("service.scoring.report.Scorer.score", broken)
    answered = client.post(SCORE, json=FORM)
    assert (answered.status_code, answered.content_type) == (500, FHIR_JSON)
    assert issues(answered.json) == [("internal_error", None)]
    assert answered.json["issue"][0]["code"] == "exception"
    assert "Jane" not in answered.text
    assert "LookupError" not in answered.text
