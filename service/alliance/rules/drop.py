"""Rules about a fall of the score: from the last session, and from the dyad's own earlier
sessions.

Each is asked only of scales that have what it needs (its record's `lacking`).
"""

import math

from service.alliance.finding import Finding, unknown
from service.alliance.rules.rule import Role, ScoreRule, without_sem
from service.alliance.series.series import Point, Series, no_prediction
from service.alliance.series.watched_scale import Standard
from service.alliance.student import critical_value
from service.scoring.sums import meets


def reliable_previous(point: Point, series: Series) -> Finding:
    """Compare the fall since the previous score with z √2 SEM (Jacobson and Truax 1991)."""
    if point.previous is None:
        return unknown("no_previous_score")
    assert point.drop is not None
    assert series.sem is not None
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
    if summary.m < series.policy.baseline_needed:
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
    if point.previous is None:
        return unknown("no_previous_score")
    assert point.drop is not None
    evidence = {
        "previous_session": point.previous.session,
        "previous": point.previous.value,
        "drop": point.drop,
    }
    return Finding(meets(point.drop, ">=", threshold), None, point.drop, threshold, None, evidence)


def unusual_for_dyad(point: Point, series: Series) -> Finding:
    """Compare T = (expected − x) / (s_p √factor) with Student's t: a prediction limit about the
    dyad's own trend, with a shrunken SD.
    """
    prediction = point.prediction
    if prediction is None:
        return unknown(no_prediction(point, series))
    policy, summary = series.policy, point.summary
    threshold = critical_value(policy.a_watch, prediction.df)
    evidence = {
        "baseline": series.natural(summary.mean),
        "expected": series.natural(prediction.expected),
        "m": summary.m,
        "s": summary.sd,
        "s_p": prediction.sd,
        "df": prediction.df,
        "level": point.unusual,
    }
    fired = point.unusual is not None
    return Finding(fired, None, prediction.t, threshold, prediction.tail, evidence)


def _without_fixed_drop(standard: Standard) -> str | None:
    return "not_configured" if standard.settings.fixed_drop is None else None


RELIABLE_PREVIOUS = ScoreRule(
    id="R03",
    name="drop.reliable_previous",
    title="Fall since the previous score beyond measurement error",
    formula="x[t-1] - x[t] >= z_reliable * sqrt(2) * SEM",
    minimum_data="2 scores and an SEM",
    severity="info",
    provenance="published",
    settings=("z_reliable",),
    sources=("jacobson-truax-1991",),
    roles=frozenset({Role.BEYOND_ERROR, Role.DROP, Role.ECHO}),
    figures=("sem",),
    evaluate=reliable_previous,
    lacking=without_sem,
)
RELIABLE_BASELINE = ScoreRule(
    id="R04",
    name="drop.reliable_baseline",
    title="Fall below the earlier sessions' mean beyond measurement error",
    formula="b - x[t] >= z_reliable * SEM * sqrt(1 + 1/m), b the mean of m earlier scores",
    minimum_data="1 earlier score and an SEM",
    severity="info",
    provenance="engineering",
    settings=("z_reliable", "baseline_needed"),
    sources=("jacobson-truax-1991",),
    roles=frozenset({Role.BEYOND_ERROR, Role.DROP, Role.ECHO}),
    figures=("sem",),
    evaluate=reliable_baseline,
    lacking=without_sem,
)
UNUSUAL = ScoreRule(
    id="R06",
    name="drop.unusual_for_dyad",
    title="Score unusually low for this dyad",
    formula="T = (e - x[t]) / (s_p * sqrt(v)) > t(1 - a; prior_df + m - 1); e continues the trend "
    "of m earlier scores over u = growth_span * (1 - exp(-(j - 1) / growth_span)), j the session "
    "of the phase, with a slope that is expected to be own_trend (mean, SD) in s0 a unit of u; v = "
    "1 + 1/m + (u - mean u)^2 / (Suu + 1 / SD^2); s_p = max(margin, sqrt((prior_df * s0^2 + "
    "squares about the trend) / (prior_df + m - 1))), s0 the session-to-session SD and margin the "
    "SEM, or s0 / assumed_kappa where it is not known",
    minimum_data="1 earlier score",
    severity="info",
    provenance="engineering",
    settings=(
        "a_watch",
        "a_alert",
        "a_strong",
        "baseline_needed",
        "prior_df",
        "growth_span",
        "own_trend",
    ),
    sources=(
        "gumz-2012",
        "crits-christoph-2011",
        "simulation",
    ),
    roles=frozenset({Role.DROP, Role.ECHO}),
    figures=("sem", "within_person_sd", "margin"),
    evaluate=unusual_for_dyad,
)
RULES = (
    RELIABLE_PREVIOUS,
    RELIABLE_BASELINE,
    ScoreRule(
        id="R05",
        name="drop.fixed",
        title="Fall by a fixed number of points",
        formula="x[t-1] - x[t] >= d, with d of the instrument's definition; off without one",
        minimum_data="2 scores",
        severity="info",
        provenance="vendor",
        roles=frozenset({Role.DROP}),
        evaluate=fixed,
        lacking=_without_fixed_drop,
    ),
    UNUSUAL,
)
