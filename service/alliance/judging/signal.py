"""From single findings to one signal for a rater and a session."""

from collections.abc import Mapping
from operator import itemgetter

from service.alliance.finding import STRAINED, Finding, at_most, worst
from service.alliance.rules.battery import Battery
from service.alliance.rules.drop import UNUSUAL
from service.alliance.rules.rule import Role, ScoreRule
from service.alliance.series.error_model import NOT_OWN
from service.alliance.series.scored import NO_LEVEL, Level
from service.alliance.series.series import Point, Series

OF_FALL = {None: "info", "watch": "watch", "alert": "alert", "strong": "alert"}
"""What a fall beyond measurement error amounts to by how unusual it is for the dyad."""

Causes = tuple[str, ...]
_fired = itemgetter(0)  # of a Finding


def own_level(
    point: Point, series: Series, findings: Mapping[str, Finding], battery: Battery
) -> Level:
    """Combine the findings on one series.

    Watch: a fall beyond measurement error that is unusual for the dyad, or a rule of that severity.
    Alert: that fall at a_alert, or a rule of that severity. Urgent: an alert with a low level or
    tension reported by the patient, or unusual at a_strong right after a score that was such a fall
    as well: a single dip needs a second source. Where no SEM is known, being unusual for the dyad
    stands alone; where the session-to-session SD is assumed or of a digital cohort, no score by
    itself exceeds watch before the dyad has eight sessions of its own.
    """
    if not any(map(_fired, findings.values())):
        return NO_LEVEL
    rules = [rule for rule in battery.of_score if findings[rule.id].fired]
    rater = series.key.perspective
    severities = {rule.id: _severity(rule, rater, findings) for rule in rules}
    unusual = point.unusual if _beyond_error(findings, battery) else None
    severity = worst(*severities.values(), OF_FALL[unusual])
    if severity == "alert" and (_fell_twice(point, unusual) or _has_low_level(rules, rater)):
        severity = "urgent"
    if _is_only_assumed(series):
        severity = at_most(severity, "watch")
    causes = tuple(severities)
    if severity in STRAINED:
        causes = _behind(severities, battery, fell=unusual is not None)
    return Level(severity, causes, unusual is not None, OF_FALL[unusual] == "alert")


def _behind(severities: Mapping[str, str], battery: Battery, *, fell: bool) -> Causes:
    """Return the rules behind a watch or more: those of that severity, and those of a fall."""
    of_fall = battery.beyond_error | {UNUSUAL.id} if fell else frozenset()
    return tuple(rule for rule, own in severities.items() if own in STRAINED or rule in of_fall)


def _severity(rule: ScoreRule, rater: str, findings: Mapping[str, Finding]) -> str:
    """Return the severity of a firing by itself, or beside the rules that make it a watch."""
    if any(findings[other].fired for other in rule.watch_beside):
        return "watch"
    return findings[rule.id].severity or rule.severity_of(rater)


def _beyond_error(findings: Mapping[str, Finding], battery: Battery) -> bool:
    """Tell whether the fall exceeds measurement error; where no SEM is known nothing can be held
    against it.
    """
    found = [findings[rule].fired for rule in battery.beyond_error]
    return any(found) or not any(one is not None for one in found)


def _fell_twice(point: Point, unusual: str | None) -> bool:
    return unusual == "strong" and point.previous is not None and point.previous.fell


def _has_low_level(rules: list[ScoreRule], rater: str) -> bool:
    return any(Role.LOW in rule.roles and rule.is_full(rater) for rule in rules)


def _is_only_assumed(series: Series) -> bool:
    """Tell whether the session-to-session SD is another's and the dyad has too few sessions."""
    within = series.model.within_person_sd
    if within is None or within.provenance not in NOT_OWN:
        return False
    return series.own_scores < series.policy.own_sessions


def lift(severity: str, fired: frozenset[str], battery: Battery, *, promised: bool = False) -> str:
    """Return a patient's signal with what the rules about therapist and symptoms add to it, one
    level at most.

    A watch becomes an alert when the therapist's side fell too (R15) or symptoms worsened (R16); an
    alert becomes urgent when the therapist's score does not share the fall (R14) or symptoms
    worsened. R14 adds nothing to a watch: beside a stable patient's chance watch a therapist's
    score stands still half of the time. With a promised rate of false alerts (`alpha_family`) a
    watch stays one: the promise is about every way to an alert, and these were not counted in it.
    """
    if severity == "watch" and fired & battery.lifts_watch and not promised:
        return "alert"
    if severity == "alert" and fired & battery.lifts_alert:
        return "urgent"
    return severity
