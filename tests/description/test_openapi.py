"""openapi.yaml says what the service does: its routes, its answers and its worked examples."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson
import pytest
import yaml
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from service.api.problems import TITLES
from service.app import Service, create_app
from service.definitions.catalog import Catalog, Entry
from service.description.examples import REQUEST_ID, Example, examples
from service.description.openapi import build, openapi_text
from service.settings import REPOSITORY, Settings
from tests.scoring.forms import known_answers
from tests.shipped import CATALOG

Json = dict[str, Any]

METHODS = {"get", "post", "put", "patch", "delete"}
ENTRIES = [entry for entry in CATALOG.entries() if not entry.instrument.key_required]
DOCUMENT: Json = yaml.load((REPOSITORY / "openapi.yaml").read_bytes(), Loader=yaml.CSafeLoader)

# A score report has no more members than are described, although callers should bear with more.
CLOSED = {
    name: {"additionalProperties": False, **schema} if "properties" in schema else schema
    for name, schema in DOCUMENT["components"]["schemas"].items()
}


def operations() -> dict[str, tuple[str, str, Json]]:
    """Return path, method and operation by operation id."""
    return {
        operation["operationId"]: (path, method, operation)
        for path, item in DOCUMENT["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


def template(rule: Rule) -> str:
    """Return the path of a route as the document writes it."""
    return rule.rule.replace("<", "{").replace(">", "}")


def resolved(part: Json) -> Json:
    """Follow a reference within the document."""
    while "$ref" in part:
        target: Any = DOCUMENT
        for step in part["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        part = target
    return part


def assert_conforms(value: object, name: str) -> None:
    """Check a value against a named schema of the document, without members that are not
    described.
    """
    schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": CLOSED}}
    faults = [
        f"{fault.json_path}: {fault.message}"
        for fault in Draft202012Validator(schema).iter_errors(value)
    ]
    assert not faults, faults[:5]


def test_the_file_is_up_to_date():
    """`python -m service openapi` writes it anew."""
    assert (REPOSITORY / "openapi.yaml").read_text(encoding="utf-8") == openapi_text(build())


def test_the_document_is_valid_openapi():
    validate(DOCUMENT)


def test_every_route_is_described_and_every_description_is_routed(app: Service):
    routed = {
        (template(rule), method.lower())
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routed == {(path, method) for path, method, _ in operations().values()}


def test_every_named_schema_is_used():
    text = orjson.dumps(DOCUMENT).decode()
    assert [name for name in CLOSED if f'"#/components/schemas/{name}"' not in text] == []


def test_no_member_has_a_default_which_generators_take_for_one_that_is_always_there():
    members = [
        (schema, member, told)
        for schema, shape in DOCUMENT["components"]["schemas"].items()
        for member, told in shape.get("properties", {}).items()
    ]
    assert [(schema, member) for schema, member, told in members if "default" in told] == []
    encoding = DOCUMENT["components"]["schemas"]["ScoreEnvelope"]["properties"]["encoding"]
    assert encoding["description"].endswith(' `"value"` when absent.')


@pytest.mark.parametrize(
    ("named", "right"),
    [
        ({"instrument": "phq-9"}, True),
        ({"definition": {}}, True),
        ({}, False),
        ({"instrument": "phq-9", "definition": {}}, False),
    ],
)
def test_a_form_names_its_instrument_or_brings_a_definition(named: Json, right: bool):
    schema = DOCUMENT["components"]["schemas"]["NamedScoreEnvelope"]
    choice = {name: schema[name] for name in ("if", "then", "else")}
    assert Draft202012Validator(choice).is_valid({"answers": [], **named}) is right


def test_every_answer_names_its_request():
    responses = [
        resolved(part)
        for *_, operation in operations().values()
        for part in operation["responses"].values()
    ]
    assert all("X-Request-Id" in response["headers"] for response in responses)


def submission_of(example: Json, entry: Entry) -> Json:
    """Return the request body of a definition's worked case."""
    members = ("answers", "not_applicable", "encoding", "perspective", "respondent")
    raters = entry.instrument.perspectives
    return ({"perspective": raters[0]} if raters else {}) | {
        name: example[name] for name in members if name in example
    }


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.instrument.id)
@pytest.mark.parametrize("query", ["", "?working=true"])
def test_reports_of_worked_cases_are_as_described(client: FlaskClient, entry: Entry, query: str):
    cases = entry.document["examples"]
    for example, earlier in zip(cases, reversed(cases), strict=True):
        body = submission_of(example, entry) | {"norms": ["*"], "reference": "r"}
        if body.get("encoding") == earlier.get("encoding"):
            body["baseline"] = {"answers": earlier["answers"]}
        assert_conforms(body, "ScoreEnvelope")
        response = client.post(f"/v1/instruments/{entry.instrument.id}/score{query}", json=body)
        assert response.status_code == 200, response.text
        assert_conforms(response.json, "ScoreReport")


@st.composite
def submissions(draw: st.DrawFn) -> tuple[str, Json]:
    """Draw any form that some instrument allows, some items not answered, in any circumstances."""
    instrument = draw(st.sampled_from(ENTRIES)).instrument

    def answer(item: Any) -> st.SearchStrategy[Any]:
        options = item.response_set.options
        if item.response_set.clock:
            return st.sampled_from([*item.score_of])
        if options:
            return st.sampled_from([option.value for option in options])
        return st.floats(item.response_set.minimum, item.response_set.maximum)

    def form() -> Json:
        full = draw(st.booleans())
        found = {
            item.id: draw(answer(item) if full else st.none() | answer(item))
            for item in instrument.items
        }
        first = instrument.items[0]
        given = {name: value for name, value in found.items() if value is not None}
        if known_answers(instrument, given):
            return found
        return {first.id: next(iter(first.score_of), first.lowest)}

    body: Json = {
        "answers": form(),
        "norms": draw(st.sampled_from([None, [], ["*"]])),
        "respondent": {
            "age": draw(st.none() | st.integers(0, 130)),
            "sex": draw(st.sampled_from([None, "female", "male", "other", "unknown"])),
        },
        "reference": draw(st.none() | st.text("é ab-1", min_size=1).filter(str.strip)),
    }
    if instrument.perspectives:
        body["perspective"] = draw(st.sampled_from(instrument.perspectives))
    if draw(st.booleans()):
        body["baseline"] = {"answers": form()}
    unanswered = [item.id for item in instrument.items if body["answers"].get(item.id) is None]
    if unanswered and draw(st.booleans()):
        body["not_applicable"] = draw(st.lists(st.sampled_from(unanswered), unique=True))
    return instrument.id, body


def codes_in(report: Json) -> Iterator[tuple[str, str, str]]:
    """Yield schema, member and value for every code in a report that says why something is not
    there.
    """
    parts = [("ScaleScore", score) for score in report["scores"].values()]
    parts += [
        ("ChangeResult", score["change"]) for score in report["scores"].values() if score["change"]
    ]
    parts += [("CriterionResult", criterion) for criterion in report["criteria"].values()]
    parts += [("RiskResult", risk) for risk in report["risks"]]
    parts += [("ReportWarning", warning) for warning in report["warnings"]]
    for schema, part in parts:
        for member, value in part.items():
            if value is not None and (
                member in ("reason", "note", "code") or member.endswith("_note")
            ):
                yield schema, member, value


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(submission=submissions())
def test_a_report_of_any_form_is_as_described(app: Service, submission: tuple[str, Json]):
    name, body = submission
    body["reference"] = body["reference"] and body["reference"][:64]
    assert_conforms(body, "ScoreEnvelope")
    response = app.test_client().post(f"/v1/instruments/{name}/score?working=true", json=body)
    assert response.status_code == 200, response.text
    assert_conforms(response.json, "ScoreReport")
    for schema, member, code in codes_in(response.json):
        assert f"`{code}`" in CLOSED[schema]["properties"][member]["description"]


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("/v1/instruments", "Catalogue"),
        ("/v1/instruments?q=phq", "Catalogue"),
        ("/v1/catalogue", "ShortCatalogue"),
        ("/livez", "Alive"),
        ("/readyz", "Ready"),
        ("/version", "Version"),
    ],
)
def test_other_answers_are_as_described(client: FlaskClient, path: str, schema: str):
    assert_conforms(client.get(path).json, schema)


def test_every_definition_of_the_catalogue_is_as_described(catalog: Catalog):
    for entry in catalog.entries():
        assert_conforms(orjson.loads(entry.body), "Definition")


def test_a_sites_overlay_is_as_described(few, tmp_path):
    overlay = {"extends": "phq-9@1.0.0", "version": "1.0.0+site.1", "notes": ["ours"]}
    (tmp_path / "phq-9.site.json").write_bytes(orjson.dumps(overlay))
    client = create_app(replace(few, instruments_extra_dir=tmp_path), log_fd=None).test_client()
    assert_conforms(client.get("/v1/instruments").json, "Catalogue")
    document = client.get("/v1/instruments/phq-9").json
    assert document["version"] == "1.0.0+site.1"
    assert_conforms(document, "Definition")


def test_the_result_of_a_check_is_as_described(client: FlaskClient, invented: Json):
    for document in (invented, {**invented, "items": 3}):
        assert_conforms(client.post("/v1/definitions/check", json=document).json, "CheckResult")


SCORE = "/v1/instruments/phq-9/score"
JSON_TYPE = {"content_type": "application/json"}

# One request for every problem that a caller can meet, with the operation it is sent to.
PROBLEMS: dict[str, tuple[str, str, Json]] = {
    "bad_csv": (
        "scoreBatch",
        "/v1/batch?instrument=phq-9",
        {"data": b'1,"2', "content_type": "text/csv"},
    ),
    "bad_encoding": ("scoreForm", SCORE, {"data": b'{"answers": "\xff"}', **JSON_TYPE}),
    "bad_json": ("scoreForm", SCORE, {"data": b'{"answers": ', **JSON_TYPE}),
    "bad_string": ("scoreForm", SCORE, {"data": rb'{"answers": "\u0000"}', **JSON_TYPE}),
    "duplicate_key": ("scoreForm", SCORE, {"data": b'{"answers": [], "answers": []}', **JSON_TYPE}),
    "invalid_definition": (
        "scoreNamedForm",
        "/v1/score",
        {"json": {"definition": {}, "answers": [1]}},
    ),
    "invalid_parameter": ("scoreForm", SCORE + "?working=perhaps", {"json": {"answers": [0] * 9}}),
    "invalid_request": ("scoreForm", SCORE, {"json": {"answers": {"1": 7}}}),
    "key_required": (
        "scoreForm",
        "/v1/instruments/calpas-p/score",
        {"json": {"answers": {"1": 7}}},
    ),
    "non_finite": ("scoreForm", SCORE, {"data": b'{"answers": [NaN]}', **JSON_TYPE}),
    "not_acceptable": (
        "scoreForm",
        SCORE,
        {"json": {"answers": {}}, "headers": {"Accept": "image/png"}},
    ),
    "bad_signature": ("scoreSource", "/v1/sources/typeform-phq-9/score", {"json": {}}),
    "invalid_mapping": (
        "scoreSourceInline",
        "/v1/sources/score",
        {"json": {"mapping": {}, "payload": {}}},
    ),
    "unknown_mapping": ("scoreSource", "/v1/sources/nothing/score", {"json": {}}),
    "number_too_long": (
        "scoreForm",
        SCORE,
        {"data": b'{"answers": [1234567890123456]}', **JSON_TYPE},
    ),
    "too_deep": (
        "scoreForm",
        SCORE,
        {"data": b'{"answers": ' + b"[" * 40 + b"]" * 40 + b"}", **JSON_TYPE},
    ),
    "too_large": (
        "scoreForm",
        SCORE,
        {"data": b" " * (Settings().max_body_bytes + 1), **JSON_TYPE},
    ),
    "unknown_instrument": ("scoreForm", "/v1/instruments/phq9/score", {"json": {"answers": {}}}),
    "unknown_version": ("scoreForm", SCORE, {"json": {"answers": {}, "version": "9.9.9"}}),
    "unsupported_media_type": ("scoreForm", SCORE, {"data": b"{}", "content_type": "text/plain"}),
}

# These need more than a body: another path, method or head, a body that breaks off, a service that
# stops or fails.
ELSEWHERE = {
    "bad_request",
    "not_found",
    "method_not_allowed",
    "incomplete_body",
    "not_ready",
    "internal_error",
    "request_timeout",
    "unauthorized",
    "forbidden",
    "too_many_requests",
    "busy",
}


def assert_problem(response: TestResponse, code: str) -> None:
    assert response.content_type == "application/problem+json"
    assert response.json["code"] == code
    assert_conforms(response.json, "Problem")


@pytest.mark.parametrize("code", PROBLEMS)
def test_problems_are_as_described(client: FlaskClient, code: str):
    operation_id, path, request = PROBLEMS[code]
    response = client.post(path, **request)
    assert_problem(response, code)
    described = operations()[operation_id][2]["responses"][str(response.status_code)]
    assert "application/problem+json" in resolved(described)["content"]


def test_problems_outside_of_operations_are_as_described(client: FlaskClient):
    assert_problem(client.get("/nowhere"), "not_found")
    assert_problem(client.delete("/v1/score"), "method_not_allowed")


def test_a_request_that_cannot_be_read_is_described_for_every_operation(client: FlaskClient):
    assert_problem(client.get("/livez", environ_overrides={"HTTP_HOST": "..."}), "bad_request")
    for path, _, operation in operations().values():
        kind = "fhir" if path.startswith("/fhir/") else "problem"
        assert f"application/{kind}+json" in resolved(operation["responses"]["400"])["content"]


def test_a_service_that_stops_answers_as_described(few):
    app = create_app(few, log_fd=None)
    app.on_drain()
    response = app.test_client().get("/readyz")
    assert_problem(response, "not_ready")
    assert str(response.status_code) in operations()["getReadiness"][2]["responses"]


def test_no_problem_is_forgotten_here():
    assert PROBLEMS.keys() | ELSEWHERE == TITLES.keys()


def described_example(operation_id: str, name: str, status: int) -> tuple[Json, Json]:
    """Return request and answer of an example as the document has them."""
    operation = operations()[operation_id][2]
    media, *_ = operation["requestBody"]["content"].values()
    request = media["examples"][name]["value"]
    contents = resolved(operation["responses"][str(status)])["content"]
    media = next(media for kind, media in contents.items() if kind.endswith("json"))
    return request, media["examples"][name]["value"]


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_examples_are_what_the_service_really_answers(app: Service, example: Example):
    response = app.test_client().post(
        example.path, json=example.body, headers={"X-Request-Id": REQUEST_ID}
    )
    request, answer = described_example(example.operation, example.name, response.status_code)
    assert request == example.body
    assert answer == response.json
    rule, _ = app.url_map.bind("").match(example.path.partition("?")[0], "POST", return_rule=True)
    assert template(rule) == operations()[example.operation][0]


def test_the_examples_show_what_a_first_reader_needs():
    names = {example.name for example in examples()}
    assert {
        "wai-sr-complete",
        "phq-9-item-9",
        "phq-9-incomplete",
        "two-faults",
        "key-required",
    } <= names
    assert described_example("scoreForm", "phq-9-item-9", 200)[1]["risks"][0]["raised"] is True
    assert described_example("scoreForm", "phq-9-incomplete", 200)[1]["risks"][0]["raised"] is None
    assert len(described_example("scoreForm", "two-faults", 422)[1]["errors"]) == 2
    assert described_example("scoreForm", "key-required", 409)[1]["code"] == "key_required"
    assert (
        described_example("scoreNamedForm", "inline-definition", 200)[1]["scores"]["total"]["value"]
        == 8
    )
