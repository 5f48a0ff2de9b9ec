"""Worked examples for the OpenAPI document: the requests stand here, the answers are those of the
service.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from prometheus_client import CollectorRegistry
from werkzeug.routing import Map, Rule
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from service.api.asked import BodyReader
from service.api.cds_routes.services import cds_routes
from service.api.definitions import definition_routes
from service.api.fhir_routes.scoring import fhir_scoring_routes
from service.api.monitor import MonitorRoute, monitoring_routes
from service.api.negotiation import JSON
from service.api.problems import Problem, problem_response
from service.api.scores import scoring_routes
from service.api.source_routes.mappings import mapping_routes
from service.api.source_routes.scoring import source_scoring_routes
from service.cds.cards import Site
from service.definitions.catalog import load_catalog
from service.fhir.canonical import Names
from service.fhir.course import Watch
from service.fhir.operation import ScoreOperation
from service.operations.facts import begin_facts
from service.operations.metrics import Metrics
from service.settings import REPOSITORY, Settings
from service.sources.catalogue import load_mappings

REQUEST_ID = "example-request"
_MAX_BODY_BYTES = 1_000_000
_PHQ_9 = dict(zip("123456789", [2, 2, 1, 2, 1, 1, 1, 0, 1], strict=True))

Json = dict[str, Any]


class Example(NamedTuple):
    """One request: its name and title, the operation and the path it is sent to, and its body."""

    name: str
    title: str
    operation: str
    path: str
    body: Json


class AnsweredExample(NamedTuple):
    """A request with its answer."""

    example: Example
    status: int
    answer: Json


def _short_definition() -> Json:
    """Return the smallest useful definition: two items, one scale."""
    return {
        "id": "two-questions",
        "version": "1.0.0",
        "title": "Two questions of our own",
        "construct": "session-rating",
        "perspective": "client",
        "counterpart": None,
        "language": "en",
        "licence": {
            "holder": "The example clinic",
            "terms": "For the clinic's own use.",
            "url": None,
            "text_included": False,
            "permission_required": False,
        },
        "submitted_as": "codes",
        "key_sources": {"sources": ["manual"], "verification": "site"},
        "response_sets": {"agreement": {"min": 1, "max": 5}},
        "items": [
            {"id": "1", "response_set": "agreement"},
            {"id": "2", "response_set": "agreement", "reverse": True},
        ],
        "scales": [
            {
                "id": "total",
                "title": "Total",
                "items": ["1", "2"],
                "aggregation": "sum",
                "metric": "sum",
                "missing": {"min_answered": 2, "method": "none"},
                "direction": "higher_is_better",
            }
        ],
        "sources": [{"id": "manual", "citation": "The example clinic (2026). Scoring sheet."}],
        "examples": [
            {
                "title": "Best answers",
                "answers": [5, 1],
                "expect": {"scores": {"total": 10}},
                "source": "arithmetic",
                "working": "5 + (1 + 5 - 1) = 10",
            },
            {
                "title": "Item 2 not answered",
                "answers": {"1": 5, "2": None},
                "expect": {"scores": {"total": None}},
                "source": "arithmetic",
                "working": "two answers are needed, one was given",
            },
        ],
    }


def examples() -> list[Example]:
    """Return the requests, in the order in which they are shown."""
    return [
        *_forms_by_path(),
        *_forms_by_body(),
        *_courses(),
        *_definitions(),
        *_resources(),
        *_hooks(),
        *_payloads(),
    ]


def _forms_by_path() -> list[Example]:
    operation, phq_9 = "scoreForm", "/v1/instruments/phq-9/score"
    return [
        Example(
            "wai-sr-complete",
            "WAI-SR, complete, compared with every norm group that fits",
            operation,
            "/v1/instruments/wai-sr/score",
            {
                "answers": [3, 4, 5, 4, 4, 3, 5, 4, 5, 4, 4, 3],
                "norms": ["*"],
                "reference": "example-1",
            },
        ),
        Example(
            "phq-9-item-9",
            "PHQ-9, complete, with item 9 answered above 0, and a baseline",
            operation,
            phq_9,
            {
                "answers": _PHQ_9,
                "respondent": {"age": 34, "sex": "female"},
                "baseline": {"scores": {"total": 19}},
            },
        ),
        Example(
            "phq-9-incomplete",
            "PHQ-9 with two items not answered, item 9 among them: no score, and an undecided flag",
            operation,
            phq_9,
            {"answers": _PHQ_9 | {"4": None, "9": None}},
        ),
        Example(
            "two-faults",
            (
                "PHQ-9 with two faults: an answer out of range, and an item that the form does not "
                "have"
            ),
            operation,
            phq_9,
            {"answers": _PHQ_9 | {"3": 4, "12": 1}},
        ),
        Example(
            "key-required",
            "CALPAS-P, whose key a site has to supply",
            operation,
            "/v1/instruments/calpas-p/score",
            {"answers": {"1": 5}},
        ),
    ]


def _forms_by_body() -> list[Example]:
    operation = "scoreNamedForm"
    return [
        Example(
            "unknown-instrument",
            "An instrument that the catalogue does not have",
            operation,
            "/v1/score",
            {"instrument": "phq9", "answers": _PHQ_9},
        ),
        Example(
            "inline-definition",
            "A definition brought along, with the working",
            operation,
            "/v1/score?working=true",
            {"definition": _short_definition(), "answers": [4, 2]},
        ),
    ]


def _courses() -> list[Example]:
    operation, path = "monitorCourse", "/v1/monitor"
    faulty_form = {"instrument": "wai-sr", "scores": {"total": 7, "trust": 3}}
    return [
        Example(
            "course-with-a-drop",
            (
                "Five sessions: the patient's alliance drops at the fourth, symptoms worsen with "
                "it, "
                "and it comes back"
            ),
            operation,
            path,
            {
                "sessions": _five_sessions(),
                "options": {"parameters": {"wai-sr": {"total": {"sem": 0.2}}}},
            },
        ),
        Example(
            "course-after-a-session",
            "The same course after its fourth session, of which alone the response is to tell",
            operation,
            f"{path}?sessions=latest",
            {
                "sessions": _five_sessions()[:4],
                "options": {"parameters": {"wai-sr": {"total": {"sem": 0.2}}}},
            },
        ),
        Example(
            "faulty-course",
            "A course with three faults",
            operation,
            path,
            {"sessions": [{"number": 2, "forms": [faulty_form]}, {"number": 1}]},
        ),
    ]


def _definitions() -> list[Example]:
    operation, path, sound = "checkDefinition", "/v1/definitions/check", _short_definition()
    faulty = sound | {"counterpart": 3, "items": [{"id": "1", "response_set": "agreemnt"}]}
    return [
        Example("sound-definition", "A definition without faults", operation, path, sound),
        Example("faulty-definition", "A definition with faults", operation, path, faulty),
    ]


def _five_sessions() -> list[Json]:
    """Return five sessions with the patient's side of the alliance and depressive symptoms."""
    scores = ((4.17, 17), (4.08, 16), (4.25, 15), (3.33, 21), (4.08, 16))
    return [
        {
            "number": number,
            "forms": [
                {"instrument": "wai-sr", "scores": {"total": alliance}},
                {"instrument": "phq-9", "scores": {"total": symptoms}},
            ],
        }
        for number, (alliance, symptoms) in enumerate(scores, 1)
    ]


def _resources() -> list[Example]:
    return [
        Example(
            "phq-9-response",
            "A PHQ-9 by our own canonical address, its answers as integers",
            "scoreResponses",
            "/fhir/QuestionnaireResponse/$score",
            _response("phq-9", _PHQ_9),
        )
    ]


def _response(instrument: str, answers: dict[str, int]) -> Json:
    return {
        "resourceType": "QuestionnaireResponse",
        "id": "example-1",
        "questionnaire": f"urn:questionnaire-scoring:Questionnaire:{instrument}",
        "status": "completed",
        "subject": {"reference": "Patient/example"},
        "authored": "2026-01-05T10:00:00Z",
        "item": [
            {"linkId": item, "answer": [{"valueInteger": value}]} for item, value in answers.items()
        ],
    }


def _hooks() -> list[Example]:
    path = "/cds-services/alliance-monitor"
    raised = _response("phq-9", {**_PHQ_9, "9": 1})
    call = {
        "hook": "patient-view",
        "hookInstance": "5b6b4d2e-5d0c-4f6e-9d5b-6f3f0c2a9a10",
        "context": {"userId": "Practitioner/example", "patientId": "example"},
    }
    searched = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": raised}]}
    card = "06637979-8539-58f2-a165-ff8c5cf11d54"
    outcome = {"card": card, "outcome": "overridden", "outcomeTimestamp": "2026-01-05T10:05:31Z"}
    return [
        Example(
            "safety-item-card",
            "A PHQ-9 whose safety item is raised",
            "callHook",
            path,
            {**call, "prefetch": {"responses": searched}},
        ),
        Example("nothing-fetched", "Nothing came along", "callHook", path, call),
        Example(
            "card-overridden",
            "A card that was set aside",
            "reportFeedback",
            f"{path}/feedback",
            {"feedback": [outcome]},
        ),
    ]


def _payloads() -> list[Example]:
    surveyjs, inline = "/v1/sources/surveyjs-phq-9/score", "/v1/sources/score"
    sent = {"phq9": {name: str(value) for name, value in _PHQ_9.items()}}
    mapping = {
        "id": "our-two-questions",
        "title": "Two questions of our own page",
        "tool": "A page of ours",
        "instrument": "phq-2",
        "answers": {"kind": "map"},
        "items": {"interest": "1", "mood": "2"},
        "values": {"numeric": "none", "tokens": {"never": 0, "often": 2, "always": 3}},
    }
    return [
        Example(
            "surveyjs", "What a SurveyJS page sends, of a PHQ-9", "scoreSource", surveyjs, sent
        ),
        Example(
            "surveyjs-dry-run",
            "The same, key by key and not scored",
            "scoreSource",
            f"{surveyjs}?dry_run=true",
            {"phq9": {**sent["phq9"], "9": "often"}, "comment": "…"},
        ),
        Example(
            "mapping-along",
            "A payload with its mapping",
            "scoreSourceInline",
            inline,
            {"mapping": mapping, "payload": {"interest": "Often", "mood": "never"}},
        ),
        Example(
            "mapping-with-faults",
            "A mapping that names an item which the form does not have",
            "checkMapping",
            "/v1/mappings/check",
            {**mapping, "items": {"interest": "1", "mood": "3"}},
        ),
    ]


def answered_examples() -> Iterator[AnsweredExample]:
    """Yield each request with the answer of the routes over the shipped definitions."""
    paths = _routes().bind("localhost")
    for example in examples():
        sent = json.dumps(example.body, sort_keys=True)
        builder = EnvironBuilder(example.path, method="POST", data=sent, content_type=JSON)
        environ = builder.get_environ()
        begin_facts(environ, REQUEST_ID)
        asked = Request(environ)
        route, parts = paths.match(environ["PATH_INFO"], "POST")
        try:
            response = route.answer(asked, parts)
        except Problem as problem:
            response = problem_response(problem, asked)
        yield AnsweredExample(example, response.status_code, json.loads(response.data))


def _routes() -> Map:
    instruments = REPOSITORY / "instruments"
    catalog = load_catalog(instruments)
    mappings = load_mappings([instruments], catalog)
    metrics = Metrics(CollectorRegistry())
    reader = BodyReader(_MAX_BODY_BYTES, metrics)
    operation = ScoreOperation(catalog, Names(Settings().canonical_base), mappings)
    routes = (
        *scoring_routes(catalog, reader, metrics),
        *monitoring_routes(MonitorRoute(catalog, reader, metrics)),
        *definition_routes(catalog, reader),
        *mapping_routes(catalog, mappings, reader),
        *source_scoring_routes(catalog, mappings, {}, reader, metrics),
        *fhir_scoring_routes(operation, reader, metrics),
        *cds_routes(operation.recogniser, reader, metrics, Site(), Watch()),
    )
    return Map([Rule(route.path, endpoint=route, methods=[route.method]) for route in routes])
