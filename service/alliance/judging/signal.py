"""From single findings to one signal for a rater and a session."""

from collections.abc import Mapping
from operator import itemgetter
from typing import NamedTuple

from service.alliance.finding import Finding, at_most
from service.alliance.series.error_model import NOT_OWN
from service.alliance.series.series import Point, Series

DROP_RULES = frozenset({"R03", "R04", "R05", "R06", "R07", "R08", "R09", "R10"})
_FALLS = ("R03", "R04")
_fired = itemgetter(0)  # of a Finding


class Level(NamedTuple):
    """A series' own signal: severity, the rules that made it, and whether the drop itself made it
    an alert.
    """

    severity: str
    causes: tuple[str, ...]
    dropped: bool


NO_LEVEL = Level("none", (), False)


def own_level(point: Point, series: Series, findings: Mapping[str, Finding]) -> Level:
    """Combine the findings on one series.

    Watch: a fall beyond measurement error that is unusual for the dyad, or R07, R09 with R04, R10,
    R12, R20 of the patient. Alert: that fall at a_alert, or R08, or a fall beyond measurement error
    while the cumulative sum is close to its limit. Urgent: an alert with a low level (R01, R02),
    unusual at a_strong, or R20. Where no SEM is known, being unusual for the dyad stands alone;
    where the session-to-session SD is assumed or of a digital cohort, no score by itself exceeds
    watch before the dyad has eight sessions of its own.
    """
    if not any(map(_fired, findings.values())):
        return NO_LEVEL
    fired = {rule for rule, finding in findings.items() if finding.fired}
    unusual = point.unusual if _beyond_error(findings) else None
    dropped = unusual in ("alert", "strong")
    piled_up = not fired.isdisjoint(_FALLS) and _sum_is_near(point, series)
    by_drop = (
        tuple(rule for rule in (*_FALLS, "R06") if rule in fired) if unusual or piled_up else ()
    )
    severity: str
    causes: tuple[str, ...]
    if series.policy.cutoff_alone == "watch" and "R01" in fired:
        severity, causes = "watch", ("R01",)
    else:
        severity, causes = ("info" if fired else "none"), tuple(sorted(fired))
    watching = tuple(rule for rule in _watch_rules(series, findings) if rule in fired)
    if unusual or watching:
        severity, causes = "watch", (*by_drop, *watching)
    if dropped or piled_up or "R08" in fired:
        severity, causes = "alert", (*by_drop, *(("R08",) if "R08" in fired else ()), *watching)
        low = fired & {"R01", "R02"} or (series.key.perspective == "client" and "R20" in fired)
        if low or unusual == "strong":
            severity = "urgent"
    within = series.model.within_person_sd
    if (
        within is not None
        and within.provenance in NOT_OWN
        and point.summary.m < series.policy.own_sessions
    ):
        severity = at_most(severity, "watch")
    return Level(severity, causes, dropped)


def _beyond_error(findings: Mapping[str, Finding]) -> bool:
    """Tell whether the fall exceeds measurement error; where no SEM is known nothing can be held
    against it.
    """
    previous, baseline = findings["R03"].fired, findings["R04"].fired
    return bool(previous or baseline) or (previous is None and baseline is None)


def _sum_is_near(point: Point, series: Series) -> bool:
    policy = series.policy
    return point.cusum is not None and point.cusum > policy.cusum_fall_share * policy.cusum_limit


def _watch_rules(series: Series, findings: Mapping[str, Finding]) -> tuple[str, ...]:
    rules = ["R07", "R10"]
    if findings["R04"].fired and findings["R09"].fired:
        rules.append("R09")
    if findings["R12"].severity != "info":
        rules.append("R12")
    if series.key.perspective == "client":
        rules.append("R20")
    return tuple(rules)


def lift(severity: str, grounds: Mapping[str, bool]) -> str:
    """Return a patient's signal with what R14, R15 and R16 add to it, one level at most.

    A watch becomes an alert when the therapist's side fell too (R15) or symptoms worsened (R16); an
    alert becomes urgent when the therapist's score does not share the fall (R14) or symptoms
    worsened. R14 adds nothing to a watch: beside a stable patient's chance watch a therapist's
    score stands still half of the time.
    """
    if severity == "watch" and (grounds["R15"] or grounds["R16"]):
        return "alert"
    if severity == "alert" and (grounds["R14"] or grounds["R16"]):
        return "urgent"
    return severity
