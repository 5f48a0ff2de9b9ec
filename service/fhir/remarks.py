"""What the reader of the scores of one response has to know beside them."""

from collections.abc import Iterable, Sequence

from service.fhir.datetimes import is_instant, is_to_the_day
from service.fhir.findings import Findings
from service.fhir.reading.form import SuppliedScore
from service.fhir.reading.goal import Goal
from service.fhir.reading.response import ReadResponse
from service.fhir.recognition import Recogniser
from service.fhir.scored import ScoredForm

_CLOSE = 1e-9
"""Difference below which a score that came along is the one that was worked out."""


def remark(scored: ScoredForm, read: ReadResponse, findings: Findings) -> None:
    """Note what has to be said of a scored form: totals that do not agree, safety items that were
    not answered, and what the response does not say of itself.
    """
    path = read.about.path
    for supplied in read.form.supplied:
        _compare(scored, supplied, findings)
    if read.form.declared_missing:
        number = read.form.declared_missing
        detail = f"Codes that the mapping declares as missing: {number}; so many items are missing."
        findings.warn(path, "declared_missing", detail)
    for risk in scored.report["risks"]:
        if risk["item"] in read.form.unread:
            detail = "The answer to a safety item came, but could not be read."
            findings.warn(path, "risk_not_read", detail)
        elif risk["raised"] is None:
            detail = risk["message"] or "A safety item was not answered."
            findings.warn(path, "risk_not_answered", detail)
    for warning in scored.report["warnings"]:
        findings.warn(path, warning["code"], warning["detail"])
    _remark_on_circumstances(read, findings)


def remark_on_goals(
    forms: Sequence[ScoredForm], goals: Iterable[Goal], recogniser: Recogniser, findings: Findings
) -> None:
    """Note goals that no score of the request is about."""
    for goal in goals:
        told = any(
            goal.target_of(codes, form.about.subject)
            for form in forms
            for codes in recogniser.codes(form.entry).of_scale.values()
        )
        if not told:
            detail = "No score of this request is what the goal is about."
            findings.warn(goal.path, "goal_without_score", detail)


def _compare(scored: ScoredForm, supplied: SuppliedScore, findings: Findings) -> None:
    score = scored.score(supplied.scale)
    if score is None:
        detail = (
            "A score came along, but the answers allow none: too few of them came, or one could "
            "not be read."
        )
        findings.warn(supplied.path, "supplied_total_without_score", detail)
        return
    known = score["value"], score["sum"]
    if not any(one is not None and abs(one - supplied.value) <= _CLOSE for one in known):
        detail = (
            "The score that came along is not the one that the answers give; the one that was "
            "worked out is returned."
        )
        findings.warn(supplied.path, "supplied_total_mismatch", detail)


def _remark_on_circumstances(read: ReadResponse, findings: Findings) -> None:
    about = read.about
    if about.subject is None:
        detail = "The response names no subject, so the scores name none."
        findings.warn(about.path, "no_subject", detail)
    if about.authored is None or not is_to_the_day(about.authored):
        detail = "The response does not say on which day it was filled in; nor do the scores."
        findings.warn((*about.path, "authored"), "no_day", detail)
    elif not is_instant(about.authored):
        detail = "`authored` says no time of day, which a Provenance needs; there is none."
        findings.warn((*about.path, "authored"), "no_provenance", detail)
