"""What is wrong, or worth saying, as an OperationOutcome."""

from collections.abc import Iterable
from typing import Any

from service.fhir.writing.parts import Json
from service.scoring.issue import Issue, Path

_TYPES = {
    "required": "required",
    "nothing_to_score": "required",
    "no_answers": "required",
    "unknown_coding": "code-invalid",
    "unknown_instrument": "not-found",
    "unknown_version": "not-found",
    "not_found": "not-found",
    "method_not_allowed": "not-supported",
    "not_acceptable": "not-supported",
    "unsupported_media_type": "not-supported",
    "unknown_parameter": "not-supported",
    "resource_not_read": "not-supported",
    "too_large": "too-long",
    "too_many_responses": "too-costly",
    "too_many_goals": "too-costly",
    "too_many_questionnaires": "too-costly",
    "key_required": "business-rule",
    "entered_in_error": "business-rule",
    "not_finished": "business-rule",
    "supplied_total_mismatch": "business-rule",
    "repeated_answer": "business-rule",
    "unauthorized": "login",
    "forbidden": "forbidden",
    "too_many_requests": "throttled",
    "busy": "throttled",
    "request_timeout": "timeout",
    "internal_error": "exception",
    "wrong_type": "structure",
    "wrong_resource": "structure",
    "bad_json": "structure",
    "duplicate_key": "structure",
}
"""The issue types of FHIR that say more than that a value is not right."""


def expression_of(kind: str, path: Path) -> str:
    """Return a place as a FHIRPath expression: `QuestionnaireResponse.item[3].answer[0].value`.

    A choice of types is one element: `valueCoding` is `value`.
    """
    parts = [kind]
    for step in path:
        if isinstance(step, int):
            parts[-1] += f"[{step}]"
        elif step.startswith("value") and step[5:6].isupper():
            parts.append("value")
        else:
            parts.append(step)
    return ".".join(parts)


def outcome(issues: Iterable[Json]) -> Json:
    """Return an OperationOutcome; without any issue it says that all is well."""
    found = list(issues)
    if not found:
        text = {"text": "Nothing to remark."}
        found = [{"severity": "information", "code": "informational", "details": text}]
    return {"resourceType": "OperationOutcome", "issue": found}


def write_issue(
    severity: str, code: str, detail: str, system: str, allowed: Any = None, place: str = ""
) -> Json:
    """Return one issue. `system` holds our codes, `place` is an expression."""
    written: Json = {
        "severity": severity,
        "code": _TYPES.get(code, "value"),
        "details": {"coding": [{"system": system, "code": code}], "text": detail},
    }
    if allowed is not None:
        written["diagnostics"] = f"Allowed: {_in_words(allowed)}."
    if place:
        written["expression"] = [place]
    return written


def _in_words(allowed: Any) -> str:
    if isinstance(allowed, dict):
        return ", ".join(f"{name} {_in_words(value)}" for name, value in allowed.items())
    return ", ".join(map(str, allowed)) if isinstance(allowed, list) else str(allowed)


def write_issues(severity: str, issues: Iterable[Issue], kind: str, system: str) -> list[Json]:
    """Return issues about a body of this type of resource."""
    return [
        write_issue(
            severity,
            one.code,
            one.detail,
            system,
            one.allowed,
            expression_of(kind, one.path) if kind else "",
        )
        for one in issues
    ]
