"""Checks of a scale's error and change figures against the range of its scores, and of rates that
were simulated with them.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import NormalDist
from typing import Any

from service.definitions.checks.attainable import Scores, is_number, shown
from service.definitions.checks.parts import (
    Json,
    Parts,
    change_rules,
    member_object,
    objects,
)
from service.scoring.interpretation.change import standard_error_of_measurement
from service.scoring.issue import Issue, Path

_HALF_RANGE = (
    ("precision", "sd"),
    ("precision", "sem"),
    ("within_person_sd", "value"),
    ("growth", "sd"),
)
"""Members that are standard deviations: none exceeds half the range, but for the n / (n - 1) of a
small sample.
"""

_SEVERITIES = ("watch", "alert")
_TOLERANCE = 0.001
"""How far a figure that was told may be from the scale's own, relatively: both are rounded."""


def check_figures(scale: Json, where: Path, scores: Scores | None, parts: Parts) -> Iterator[Issue]:
    """Yield a fault for every error or change figure that no scale with this range can have."""
    if scores is not None:
        yield from _half_range(scale, where, scores)
        yield from _whole_range(scale, where, scores, parts)
    yield from _error_below_sd(scale, where, parts)
    yield from _error_within_variation(scale, where)
    yield from _check_rates(scale, where)


def _half_range(scale: Json, where: Path, scores: Scores) -> Iterator[Issue]:
    half = _half_of(scores)
    named = [
        ((*where, part, member), member_object(scale, part).get(member))
        for part, member in _HALF_RANGE
    ]
    named += [((*place, "sd"), rule.get("sd")) for place, rule in change_rules(scale, where)]
    for path, value in named:
        if is_number(value) and value > 1.05 * half:
            text = (
                f"must be at most {half:g}, half the range of the scores ({scores.wording()}); is "
                "it in another metric?"
            )
            yield Issue(path, "out_of_range", text)


def _half_of(scores: Scores) -> float:
    """Return half the range of a scale."""
    return float(scores.high - scores.low) / 2


def _whole_range(scale: Json, where: Path, scores: Scores, parts: Parts) -> Iterator[Issue]:
    """No difference of two scores exceeds the range."""
    reach, rules = float(scores.high - scores.low), list(change_rules(scale, where))
    differences = [
        ((*place, "reliable_change"), rule.get("reliable_change")) for place, rule in rules
    ]
    differences += [
        ((*place, "value"), known.get("value"))
        for rule_place, rule in rules
        for place, known in objects(rule, "mcid", rule_place)
    ]
    alerts = member_object(member_object(parts.document, "alerts"), "parameters")
    drop = member_object(member_object(alerts, str(scale.get("id"))), "fixed_drop").get("value")
    differences.append(
        (("alerts", "parameters", str(scale.get("id")), "fixed_drop", "value"), drop)
    )
    differences.append(((*where, "growth", "mean"), member_object(scale, "growth").get("mean")))
    for path, value in differences:
        if is_number(value) and abs(value) > reach:
            text = (
                f"must be at most {reach:g}, the largest difference of two scores "
                f"({scores.wording()})"
            )
            yield Issue(path, "out_of_range", text)
    for place, rule in rules:
        least = _least_reliable(rule)
        if least is not None and least > reach:
            text = (
                f"finds no change reliable: it takes {least:.3g} points, and scores go "
                f"{scores.wording()}"
            )
            yield Issue(place, "out_of_range", text)


def _least_reliable(change: Json) -> float | None:
    """Return the smallest reliable difference by Jacobson and Truax (1991)."""
    sd, reliability, level = (change.get(name) for name in ("sd", "reliability", "level"))
    if not (is_number(sd) and is_number(reliability) and is_number(level)):
        return None
    if not (0 < level < 1 and 0 <= reliability <= 1):
        return None
    return NormalDist().inv_cdf((1 + level) / 2) * sd * math.sqrt(2 * (1 - reliability))


def _error_below_sd(scale: Json, where: Path, parts: Parts) -> Iterator[Issue]:
    """A published standard error of measurement is smaller than every SD of the same scale."""
    sem = member_object(scale, "precision").get("sem")
    known = [sd for sd in _standard_deviations(scale, parts) if is_number(sd)]
    if is_number(sem) and known and sem >= max(known):
        text = f"must be below {shown(max(known))}, the SD of the scores"
        yield Issue((*where, "precision", "sem"), "out_of_range", text)


def _standard_deviations(scale: Json, parts: Parts) -> Iterator[Any]:
    yield from (rule.get("sd") for _, rule in change_rules(scale))
    for _, norm in objects(parts.document, "norms"):
        numbers = member_object(member_object(norm, "scales"), str(scale.get("id")))
        if numbers.get("metric") in ("value", scale.get("metric")):
            yield numbers.get("sd")


def _check_rates(scale: Json, where: Path) -> Iterator[Issue]:
    """Yield a fault for every rate that its neighbours contradict."""
    rates = member_object(scale, "expected_rates")
    if not rates:
        return
    place = (*where, "expected_rates")
    sessions = _numbers(rates, "sessions")
    yield from _ascending(sessions, (*place, "sessions"), strictly=True)
    for severity in _SEVERITIES:
        shares = _numbers(rates, severity)
        if len(shares) != len(sessions):
            text = f"must have as many members as sessions: {len(sessions)}"
            yield Issue((*place, severity), "wrong_length", text)
        yield from _ascending(shares, (*place, severity))
    yield from _no_more_alerts(rates, place)
    yield from _told(scale, rates, place)


def _numbers(rates: Json, member: str) -> Sequence[Any]:
    found = rates.get(member)
    return found if isinstance(found, list) else ()


def _ascending(values: Sequence[Any], where: Path, *, strictly: bool = False) -> Iterator[Issue]:
    """What has happened by one session has happened by every later one."""
    for at, (before, value) in enumerate(pairwise(values), 1):
        if not (is_number(before) and is_number(value)):
            continue
        if value < before or (strictly and value == before):
            least = "greater than" if strictly else "at least"
            text = f"must be {least} {before:g}, the one before"
            yield Issue((*where, at), "wrong_order", text)


def _no_more_alerts(rates: Json, where: Path) -> Iterator[Issue]:
    """An alert is a signal of any severity, too."""
    named = [
        ((*where, "alert", at), alert, watch)
        for at, (watch, alert) in enumerate(
            zip(*(_numbers(rates, name) for name in _SEVERITIES), strict=False)
        )
    ]
    for name, found in member_object(rates, "detection").items():
        if isinstance(found, dict):
            path = (*where, "detection", name, "alert")
            named.append((path, found.get("alert"), found.get("watch")))
    for path, alert, watch in named:
        if is_number(alert) and is_number(watch) and alert > watch:
            text = f"must be at most {watch:g}, the share with a signal of any severity"
            yield Issue(path, "wrong_order", text)


def _told(scale: Json, rates: Json, where: Path) -> Iterator[Issue]:
    """Rules that are told other figures are wrong at other rates."""
    own = {
        "within_person_sd": member_object(scale, "within_person_sd").get("value"),
        "sem": _sem(member_object(scale, "precision")),
    }
    for member, value in own.items():
        told = rates.get(member)
        if value is None and told is None:
            continue
        if value is None:
            text = "must be left out: the scale has no such figure that rules are told"
            yield Issue((*where, member), "not_allowed", text)
        elif told is None and member == "sem":
            text = f"is required: the rules are told {value:.4g}, the scale's own"
            yield Issue((*where, member), "required", text)
        elif is_number(told) and is_number(value) and not _is_same(told, value):
            text = f"must be {value:.4g}, the scale's own, which the rules are told"
            yield Issue((*where, member), "out_of_range", text)


def _is_same(told: float, value: float) -> bool:
    return math.isclose(told, value, rel_tol=_TOLERANCE)


def _sem(precision: Json) -> Any:
    """Return the standard error that a precision gives, None where there is none."""
    sd, reliability = precision.get("sd"), precision.get("reliability")
    if is_number(sd) and is_number(reliability) and 0 <= reliability <= 1:
        return standard_error_of_measurement(sd, reliability)
    return precision.get("sem")


def _error_within_variation(scale: Json, where: Path) -> Iterator[Issue]:
    """Measurement error is part of what the scores of one sample vary by from session to
    session.
    """
    precision, within = member_object(scale, "precision"), member_object(scale, "within_person_sd")
    sem, variation = _sem(precision), within.get("value")
    if precision.get("source") != within.get("source"):
        return  # other people, whose error may be larger
    if is_number(sem) and is_number(variation) and variation < sem:
        text = f"must be at least {shown(sem)}, the standard error of the same source"
        yield Issue((*where, "within_person_sd", "value"), "out_of_range", text)
