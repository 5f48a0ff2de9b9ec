"""Rules about a fall of the score: from the last session, and from the dyad's own earlier
sessions.

Each is asked only of scales that have what it needs (`findings.plan`).
"""

import math

from service.alliance.finding import Finding, unknown
from service.alliance.series.baseline import BASELINE_NEEDED
from service.alliance.series.series import Point, Series
from service.alliance.series.student import critical_value
from service.scoring.sums import meets


def reliable_previous(point: Point, series: Series) -> Finding:
    """Compare the fall since the previous score with z √2 SEM (Jacobson and Truax 1991)."""
    if point.previous is None or point.drop is None:
        return unknown("no_previous_score")
    if series.sem is None:
        return unknown("no_sem")
    sdiff = math.sqrt(2) * series.sem
    rci = point.drop / sdiff
    evidence = {
        "previous_session": point.previous.session,
        "previous": point.previous.value,
        "drop": point.drop,
        "s_diff": sdiff,
        "gap": point.session - point.previous.session,
    }
    threshold = series.policy.z_reliable
    return Finding(meets(rci, ">=", threshold), None, rci, threshold, None, evidence)


def reliable_baseline(point: Point, series: Series) -> Finding:
    """Compare the fall below the mean b of m earlier scores with z SEM √(1 + 1/m)."""
    summary = point.summary
    if summary.m < BASELINE_NEEDED:
        return unknown("baseline_too_short")
    assert series.sem is not None
    error = series.sem * math.sqrt(1 + 1 / summary.m)
    z = (summary.mean - point.y) / error
    evidence = {
        "baseline": series.natural(summary.mean),
        "m": summary.m,
        "drop": summary.mean - point.y,
        "error": error,
    }
    threshold = series.policy.z_reliable
    return Finding(meets(z, ">=", threshold), None, z, threshold, None, evidence)


def fixed(point: Point, series: Series) -> Finding:
    """Compare the fall since the previous score with a fixed number of points that the definition
    gives.
    """
    threshold = series.settings.fixed_drop
    assert threshold is not None
    if point.previous is None or point.drop is None:
        return unknown("no_previous_score")
    evidence = {
        "previous_session": point.previous.session,
        "previous": point.previous.value,
        "drop": point.drop,
    }
    return Finding(meets(point.drop, ">=", threshold), None, point.drop, threshold, None, evidence)


def unusual_for_dyad(point: Point, series: Series) -> Finding:
    """Compare T = (b − x) / (s_p √(1 + 1/m)) with Student's t: a prediction limit with a shrunken
    SD.
    """
    prediction = point.prediction
    if prediction is None:
        return unknown(
            "baseline_too_short" if point.summary.m < BASELINE_NEEDED else "no_within_person_sd"
        )
    policy, summary = series.policy, point.summary
    threshold = critical_value(policy.a_watch, prediction.df)
    evidence = {
        "baseline": series.natural(summary.mean),
        "m": summary.m,
        "s": summary.sd,
        "s_p": prediction.sd,
        "df": prediction.df,
        "level": point.unusual,
    }
    return Finding(prediction.t > threshold, None, prediction.t, threshold, prediction.p, evidence)
