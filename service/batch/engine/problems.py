"""What is said of a row that cannot be scored: where, which code, what is allowed. What came is
never repeated.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from service.batch.engine.respondents import OLDEST, SEXES
from service.scoring.issue import Issue

AGE = f"age: out_of_range, allowed: 0 to {OLDEST}"
UNKNOWN_PERSON = "reference: required, these rows do not say whose they are"
SEX = f"sex: not_allowed, allowed: {', '.join(SEXES)}"


def problem_of(issues: Iterable[Issue]) -> str:
    """Return every fault of a form in one line."""
    return "; ".join(map(_fault, issues))


def problem_of_payload(issues: Iterable[Issue]) -> str:
    """Return every fault of a payload in one line, by their places in it."""
    return "; ".join(_fault_in_payload(issue) for issue in issues)


def _fault_in_payload(issue: Issue) -> str:
    allowed = _allowed(issue.allowed)
    said = f"{issue.pointer or 'payload'}: {issue.code}"
    return said + (f", allowed: {allowed}" if allowed else "")


def problem_in_course(issues: Iterable[Issue], sessions: Sequence[int]) -> str:
    """Return every fault of a course in one line; `sessions` are the numbers of its sessions."""
    return "; ".join(_fault_in_course(issue, sessions) for issue in issues)


def _fault_in_course(issue: Issue, sessions: Sequence[int]) -> str:
    match issue.path:
        case ("sessions", int(at), "forms", _, "answers" | "scores", name):
            said = _fault(Issue(("answers", name), issue.code, issue.detail, issue.allowed))
        case ("sessions", int(at), *_):
            said = f"form: {issue.code}"
        case _:
            return f"course: {issue.code}"
    return f"session {sessions[at]}, {said}"


def _fault(issue: Issue) -> str:
    where = f"item {issue.path[-1]}" if len(issue.path) > 1 else "answers"
    allowed = _allowed(issue.allowed)
    return f"{where}: {issue.code}" + (f", allowed: {allowed}" if allowed else "")


def _allowed(allowed: Any) -> str | None:
    if isinstance(allowed, list):
        return ", ".join(map(str, allowed))
    if not isinstance(allowed, dict):
        return None
    if "tokens" in allowed:
        return ", ".join(allowed["tokens"])
    if "values" in allowed:
        return ", ".join(f"{value:g}" for value in allowed["values"])
    low, high = (
        end if isinstance(end, str) else f"{end:g}"  # the ends of a day are clock times
        for end in (allowed["minimum"], allowed["maximum"])
    )
    return f"{low} to {high}"
