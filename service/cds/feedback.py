"""What became of cards: which outcomes a client reports."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from service.cds.codes import ACCEPTED, NO_REASON, OTHER, OVERRIDDEN, OVERRIDE_REASONS
from service.cds.members import (
    UUID,
    check_members,
    needed_choice,
    needed_text,
    whole_objects,
)
from service.fhir.datetimes import is_datetime
from service.fhir.findings import Findings
from service.fhir.reading.node import Node
from service.scoring.issue import InvalidSubmission

MOST = 500
"""Outcomes of one report."""

_MEMBERS = (
    "card",
    "outcome",
    "acceptedSuggestions",
    "overrideReason",
    "outcomeTimestamp",
    "extension",
)
_MOMENT = re.compile(r"[0-9-]{10}T[0-9:.]{8,18}(Z|[+-][0-9:]{5})", re.ASCII)


class Outcome(NamedTuple):
    """What became of one card: accepted or overridden, and for which of our reasons."""

    outcome: str
    reason: str


def read_feedback(body: dict[str, Any], reasons: str) -> list[Outcome]:
    """Return the outcomes of a report; `reasons` is the code system of our override reasons.

    Comments are looked at no further than that they are text. Raises InvalidSubmission with every
    fault.
    """
    findings = Findings()
    root = Node(body, ())
    check_members(root, ("feedback", "extension"), findings)
    if not root.value.get("feedback"):
        findings.error(("feedback",), "required", "An array of outcomes is needed.")
    entries = whole_objects(root, "feedback", findings)
    if len(entries) > MOST:
        detail = f"At most {MOST} outcomes are reported at once."
        findings.error(("feedback",), "wrong_length", detail, {"maximum": MOST})
    outcomes = list(_outcomes(entries, reasons, findings))
    if findings.errors:
        raise InvalidSubmission(findings.errors)
    return outcomes


def _outcomes(entries: list[Node], reasons: str, findings: Findings) -> Iterator[Outcome]:
    for entry in entries:
        check_members(entry, _MEMBERS, findings)
        needed_text(entry, "card", findings, UUID, "The UUID of a card")
        outcome = needed_choice(entry, "outcome", findings, (ACCEPTED, OVERRIDDEN))
        _check_time(entry, findings)
        _check_suggestions(entry, outcome, findings)
        reason = _reason(entry, reasons, findings)
        if outcome is not None:
            yield Outcome(outcome, NO_REASON if outcome == ACCEPTED else reason)


def _check_time(entry: Node, findings: Findings) -> None:
    what = "The time of the outcome, with its zone,"
    text = needed_text(entry, "outcomeTimestamp", findings, _MOMENT, what)
    if text is not None and not is_datetime(text):
        path = (*entry.path, "outcomeTimestamp")
        findings.error(path, "wrong_format", f"{what} is needed.")


def _check_suggestions(entry: Node, outcome: str | None, findings: Findings) -> None:
    for one in whole_objects(entry, "acceptedSuggestions", findings):
        needed_text(one, "id", findings, UUID, "The UUID of a suggestion")
    if outcome == ACCEPTED and not entry.value.get("acceptedSuggestions"):
        path = (*entry.path, "acceptedSuggestions")
        findings.error(path, "required", "What is accepted names the suggestions.")


def _reason(entry: Node, reasons: str, findings: Findings) -> str:
    given = entry.object("overrideReason", findings)
    if given is None:
        return NO_REASON
    check_members(given, ("reason", "userComment", "extension"), findings)
    comment = given.text("userComment", findings)
    reason = given.object("reason", findings)
    if reason is None:
        if comment is None:
            detail = "A reason or a comment is needed, or both."
            findings.error(given.path, "required", detail)
        return NO_REASON
    code = reason.text("code", findings)
    ours = reason.text("system", findings) == reasons
    return code if ours and code in OVERRIDE_REASONS else OTHER
