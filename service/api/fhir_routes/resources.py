"""Answers of the FHIR face: resources, errors too."""

import orjson
from werkzeug.wrappers import Request, Response

from service.api.negotiation import JSON, negotiate
from service.api.problems import CONTENT_TYPE, Problem, body
from service.fhir.canonical import Names
from service.fhir.writing.outcome import outcome, write_issue
from service.fhir.writing.parts import Json
from service.operations.facts import facts_of

FHIR_JSON = "application/fhir+json"
FHIR_DEPTH = 32
"""Levels of a body: items in groups in a Bundle in Parameters are deeper than anything of ours."""

OFFERS = (FHIR_JSON, JSON)
FORMATS = ("json", FHIR_JSON, JSON)
ROOT = "/fhir"


def is_fhir(path: str) -> bool:
    """Tell whether a path is of the FHIR face, whose errors are resources too."""
    return path == ROOT or path.startswith(f"{ROOT}/")


def fhir_response(asked: Request, resource: Json, status: int = 200) -> Response:
    """Return a resource in the media type that the caller prefers."""
    try:
        media_type = negotiate(asked, OFFERS)
    except Problem:
        media_type = FHIR_JSON  # the answer says that nothing else is to be had
    return Response(orjson.dumps(resource), status, content_type=media_type)


class FhirProblems:
    """Answers errors as OperationOutcome."""

    def __init__(self, names: Names) -> None:
        self._system = names.code_system("issues")

    def answer(self, problem: Problem, asked: Request) -> Response:
        """Return the response of a problem, and note its code."""
        facts_of(asked.environ).problem = problem.code
        response = fhir_response(asked, self._outcome(problem), problem.status)
        response.headers.update(problem.headers)
        return response

    def unread(self, problem: Problem, path: str, request_id: str) -> tuple[str, bytes]:
        """Return media type and body of a problem with a request that no route has seen: an
        OperationOutcome on the FHIR face only.
        """
        if is_fhir(path):
            return FHIR_JSON, orjson.dumps(self._outcome(problem))
        return CONTENT_TYPE, orjson.dumps(body(problem, request_id))

    def _outcome(self, problem: Problem) -> Json:
        issues = [
            write_issue("error", one.code, one.detail, self._system, one.allowed)
            for one in problem.errors
        ] or [write_issue("error", problem.code, problem.detail, self._system)]
        return outcome(issues)
