"""A call for every operation, and one for every code of a problem, for clients of any language."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import yaml

from service.settings import REPOSITORY

Json = dict[str, Any]

DOCUMENT: Json = yaml.load((REPOSITORY / "openapi.yaml").read_bytes(), Loader=yaml.CSafeLoader)
OPERATIONS: dict[str, tuple[str, str, Json]] = {
    operation["operationId"]: (
        name.upper(),
        path,
        {**operation, "parameters": item.get("parameters", []) + operation.get("parameters", [])},
    )
    for path, item in DOCUMENT["paths"].items()
    for name, operation in item.items()
    if name != "parameters" and operation["tags"][0] not in ("console", "manual")
}
"""Verb, path and operation by id; files of the console and of the manual are for browsers."""

ANSWERS = [0, 1, 2, 3, 0, 1, 2, 3, 1]
FORM: Json = {"answers": ANSWERS}
COURSE: Json = {
    "sessions": [
        {"number": number, "forms": [{"instrument": "wai-sr", "scores": {"total": score}}]}
        for number, score in enumerate([4.0, 4.17, 4.08, 4.25, 4.17, 3.0], 1)
    ]
}
RESPONSE: Json = {
    "resourceType": "QuestionnaireResponse",
    "status": "completed",
    "questionnaire": "urn:questionnaire-scoring:Questionnaire:phq-9",
    "item": [
        {"linkId": str(number), "answer": [{"valueInteger": value}]}
        for number, value in enumerate(ANSWERS, 1)
    ],
}
HOOK: Json = {
    "hook": "patient-view",
    "hookInstance": "5b6b4d2e-5d0c-4f6e-9d5b-6f3f0c2a9a10",
    "context": {"userId": "Practitioner/t7", "patientId": "p1"},
    "prefetch": {"responses": None, "observations": None},
}
FEEDBACK: Json = {
    "feedback": [
        {
            "card": "06637979-8539-58f2-a165-ff8c5cf11d54",
            "outcome": "overridden",
            "outcomeTimestamp": "2026-01-05T10:05:31Z",
        }
    ]
}
PAYLOAD: Json = {"phq9": {str(number): str(value) for number, value in enumerate(ANSWERS, 1)}}
MAPPING: Json = {
    "id": "our-two-questions",
    "title": "Two questions of our own page",
    "tool": "A page of ours",
    "instrument": "phq-2",
    "answers": {"kind": "map"},
    "items": {"interest": "1", "mood": "2"},
    "values": {"numeric": "none", "tokens": {"never": 0, "often": 2}},
}


NOTHING: Mapping[str, Any] = MappingProxyType({})


class Call(NamedTuple):
    """A call of an operation, by its id: steps of the path, query, body, further headers.

    A body is a document, a list of documents that go line by line, a text, or bytes. `method` is
    the name of a Python method where the operation's own does not do it; `service` which of the
    two services is asked, and `key` with which key.
    """

    operation: str
    path: Mapping[str, Any] = NOTHING
    query: Mapping[str, Any] = NOTHING
    body: Any = None
    headers: Mapping[str, str] = NOTHING
    method: str | None = None
    service: str = "sound"
    key: str | None = "all"


PHQ_9 = {"instrument_id": "phq-9"}
SURVEYJS = {"mapping_id": "surveyjs-phq-9"}

CALLS = [
    Call("scoreForm", PHQ_9, {"working": True}, FORM),
    Call("scoreNamedForm", body={"instrument": "phq-9", **FORM}),
    Call("monitorCourse", query={"rules": "all", "sessions": "latest"}, body=COURSE),
    Call("scoreBatch", query={"instrument": "phq-9"}, body=[FORM, FORM]),
    Call("monitorBatch", query={"rules": "none"}, body=[COURSE, COURSE]),
    Call("listRules"),
    Call("scoreResponses", query={"items": True}, body=RESPONSE),
    Call("extractResponses", query={"allow-partial": True}, body=RESPONSE),
    Call("getCapabilities"),
    Call("getOperation", {"operation_id": "score"}),
    Call("searchQuestionnaires", query={"_id": "phq-9", "_count": 1}),
    Call("getQuestionnaire", PHQ_9, {"weights": False}),
    Call("getObservationDefinition", {"score_id": "phq-9-total"}),
    Call("discoverServices"),
    Call("callHook", body=HOOK),
    Call("reportFeedback", body=FEEDBACK),
    Call("listInstruments", query={"q": "phq", "perspective": "client"}),
    Call("listInShort", query={"q": "phq", "construct": "depression"}),
    Call("getInstrument", PHQ_9, {"version": "1.0.0"}),
    Call("getInstrumentAttributes", PHQ_9, {"version": "1.0.0"}),
    Call("getRuleAttributes", {"rule_id": "R08"}),
    Call("listSources"),
    Call("scoreSource", SURVEYJS, {"working": True}, PAYLOAD),
    Call("scoreSourceInline", body={"mapping": MAPPING, "payload": {"interest": "often"}}),
    Call("checkMapping", body=MAPPING),
    Call("checkDefinition", body={}),
    Call("getLiveness"),
    Call("getReadiness"),
    Call("getVersion"),
    Call("getMetrics"),
    Call("getOpenapiYaml"),
    Call("getOpenapiJson"),
    Call("getDocs"),
    Call("getProblem", {"code": "invalid_request"}),
]


def _payload(body: bytes, **headers: str) -> Call:
    """Return a call with any bytes as a payload, and headers."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Call("scoreSource", SURVEYJS, {}, body, named)


PROBLEMS = {
    "bad_csv": (400, Call("scoreBatch", {}, {"instrument": "phq-9"}, '1,"2', method="score_table")),
    "bad_encoding": (400, _payload(b'{"\xff": 1}')),
    "bad_json": (400, _payload(b"{")),
    "bad_request": (400, _payload(b"{}", Host="..")),
    "bad_signature": (401, Call("scoreSource", {"mapping_id": "typeform-phq-9"}, {}, {})),
    "bad_string": (400, Call("scoreSource", SURVEYJS, {}, {"\ud800": 1})),
    "busy": (503, Call("scoreBatch", body=[FORM])._replace(service="troubled")),
    "duplicate_key": (400, _payload(b'{"a": 1, "a": 2}')),
    "forbidden": (403, Call("listInstruments", service="troubled", key="score")),
    "incomplete_body": (400, _payload(b"no chunk\r\n", Transfer_Encoding="chunked")),
    "internal_error": (500, Call("listRules", service="troubled")),
    "invalid_definition": (422, Call("scoreNamedForm", body={"definition": {}, "answers": []})),
    "invalid_mapping": (422, Call("scoreSourceInline", body={"mapping": {}, "payload": {}})),
    "invalid_parameter": (422, Call("listInstruments", query={"perspective": "nobody"})),
    "invalid_request": (422, Call("scoreForm", PHQ_9, {}, {"answers": {"1": 7, "12": 0}})),
    "key_required": (409, Call("scoreForm", {"instrument_id": "calpas-p"}, {}, {"answers": [1]})),
    "method_not_allowed": (405, Call("getInstrument", {"instrument_id": "phq-9/score"})),
    "non_finite": (400, _payload(b'{"a": NaN}')),
    "not_acceptable": (406, _payload(b"{}", Accept="image/png")),
    "not_found": (404, Call("getInstrument", {"instrument_id": "phq-9/nothing"})),
    "not_ready": (503, Call("getReadiness", service="troubled")),
    "number_too_long": (400, _payload(b'{"a": 1234567890123456}')),
    "request_timeout": (
        408,
        _payload(b"{", Content_Length="99")._replace(service="troubled"),
    ),
    "too_deep": (400, _payload(b'{"a": ' + b"[" * 40 + b"]" * 40 + b"}")),
    "too_large": (413, _payload(b" " * 2_000_000)),
    "too_many_requests": (429, Call("getVersion", service="troubled")),
    "unauthorized": (401, Call("listInstruments", service="troubled", key=None)),
    "unknown_instrument": (404, Call("getInstrument", {"instrument_id": "phq9"})),
    "unknown_mapping": (404, Call("scoreSource", {"mapping_id": "nothing"}, {}, {})),
    "unknown_version": (404, Call("getInstrument", PHQ_9, {"version": "9.9.9"})),
    "unsupported_media_type": (415, _payload(b"{}", Content_Type="text/plain")),
}
"""What provokes each code, with the status that it comes with."""
