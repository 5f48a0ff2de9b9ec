"""Every error as one shape: application/problem+json (RFC 9457) with all faults of a request at
once.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from service.operations.facts import facts_of
from service.scoring.issue import Issue, distinct

CONTENT_TYPE = "application/problem+json"

TITLES: Mapping[str, str] = {
    "bad_csv": "The text is not CSV",
    "bad_encoding": "The body is not UTF-8",
    "bad_json": "The body is not JSON",
    "bad_request": "The request cannot be read",
    "bad_signature": "The signature is not right",
    "bad_string": "The body holds a string that cannot be kept",
    "busy": "There is no room for the request now",
    "duplicate_key": "The body names a member twice",
    "forbidden": "The credential does not allow this",
    "incomplete_body": "The body ended early",
    "invalid_definition": "The definition has faults",
    "invalid_mapping": "The mapping has faults",
    "invalid_parameter": "A query parameter is not valid",
    "invalid_request": "The request was read but has faults",
    "internal_error": "Internal error",
    "key_required": "The scoring key has to be supplied first",
    "method_not_allowed": "The path does not take this method",
    "non_finite": "A number is not finite",
    "not_acceptable": "None of the accepted media types is available",
    "not_found": "There is nothing at this path",
    "not_ready": "The service is not ready",
    "number_too_long": "A number cannot be read exactly",
    "request_timeout": "The request did not come in time",
    "too_deep": "The body is nested too deeply",
    "too_large": "The body is too large",
    "too_many_requests": "There are too many requests",
    "unauthorized": "A credential is needed",
    "unknown_instrument": "No such instrument",
    "unknown_mapping": "No such mapping",
    "unknown_version": "No such version of the instrument",
    "unsupported_media_type": "The body must be of a type that the path takes, in UTF-8",
}
"""Every problem code with its title. `type` is /problems/{code}; the codes never change meaning."""

_HTTP_CODES = {
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "too_large",
    429: "too_many_requests",
}

_CHALLENGE = 'Bearer realm="questionnaire-scoring"'
"""How to ask again (RFC 6750, section 3): the same for every reason."""


class Problem(Exception):
    """A request that cannot be answered: a status, a code of `TITLES`, a sentence and every fault
    found.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        errors: Iterable[Issue] = (),
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.members = members


def invalid_request(errors: Iterable[Issue]) -> Problem:
    """Return the problem of a readable request with faults."""
    faults = distinct(errors)
    count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    return Problem(
        422,
        "invalid_request",
        f"Nothing was scored: the request has {count}, listed in errors.",
        faults,
    )


def error_member(issue: Issue) -> dict[str, Any]:
    """Return one entry of a problem's `errors`; `allowed` is there where it helps."""
    member = {"pointer": issue.pointer, "code": issue.code, "detail": issue.detail}
    return member if issue.allowed is None else {**member, "allowed": issue.allowed}


def body(problem: Problem, request_id: str) -> dict[str, Any]:
    """Return the members of a problem's document."""
    return {
        "type": f"/problems/{problem.code}",
        "title": TITLES[problem.code],
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "errors": [error_member(issue) for issue in problem.errors],
        "request_id": request_id,
        **problem.members,
    }


def unauthorized(*, presented: bool = False) -> Problem:
    """Return the problem of a request without a credential that is known; `presented` says whether
    there was one (RFC 6750, section 3.1).
    """
    error = ', error="invalid_token"' if presented else ""
    return Problem(
        401,
        "unauthorized",
        "This path wants a credential that the service knows.",
        headers={"WWW-Authenticate": _CHALLENGE + error},
    )


def forbidden() -> Problem:
    """Return the problem of a known caller who may not do this."""
    return Problem(
        403,
        "forbidden",
        "This path wants a credential that allows it.",
        headers={"WWW-Authenticate": f'{_CHALLENGE}, error="insufficient_scope"'},
    )


_ACCESS = {401: unauthorized, 403: forbidden}


def problem_response(problem: Problem, asked: Request) -> Response:
    """Return the response of a problem, and note its code."""
    facts = facts_of(asked.environ)
    facts.problem = problem.code
    document = orjson.dumps(body(problem, facts.request_id))
    response = Response(document, problem.status, content_type=CONTENT_TYPE)
    response.headers.update(problem.headers)
    return response


def internal_error() -> Problem:
    """Return the problem of a request in which the service itself failed."""
    detail = "The service failed to answer this request. Nothing was scored."
    return Problem(500, "internal_error", detail)


_HEADS = {
    400: "The head of the request could not be read.",
    414: "The first line of the request is too long.",
    417: "Nothing can be expected (Expect) but 100-continue.",
    431: "The headers of the request are too long, or too many.",
}


def unreadable_head(status: int = 400) -> Problem:
    """Return the problem of a request whose head or framing is not taken, with the server's status
    where there is a sentence for it: a coding that nobody knows is no fault of the service.
    """
    known = status if status in _HEADS else 400
    return Problem(known, "bad_request", _HEADS[known])


def request_timeout() -> Problem:
    """Return the problem of a request whose head or body did not come in time."""
    detail = "Head and body have to come within the service's limit of seconds. Nothing was scored."
    return Problem(408, "request_timeout", detail)


def busy() -> Problem:
    """Return the problem of a batch that came while others took all the room."""
    detail = (
        "The service holds as many bytes of batches as it may at once (BATCH_MEMORY_BYTES). "
        "Nothing was scored."
    )
    return Problem(503, "busy", detail, headers={"Retry-After": "5"})


def http_problem(error: HTTPException) -> Problem:
    """Turn an error of the web framework into a problem; its text may quote the request and is not
    used.
    """
    status = error.code or 500
    if status in _ACCESS:
        return _ACCESS[status]()
    if status not in _HTTP_CODES:
        return unreadable_head()
    code = _HTTP_CODES[status]
    headers = {}
    if status == 405 and (allowed := getattr(error, "valid_methods", None)):
        headers["Allow"] = ", ".join(sorted(allowed))
    details = {
        404: "See /docs for the paths of this service.",
        405: "The Allow header lists the methods of this path.",
    }
    return Problem(status, code, details.get(status, TITLES[code] + "."), headers=headers)
