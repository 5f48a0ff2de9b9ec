"""Rules of control charts: one point, a lasting shift, a steady decline.

Each is asked only of scales that have what it needs (its record's `lacking`).
"""

import math

from service.alliance.finding import Finding, unknown
from service.alliance.rules.drop import RELIABLE_BASELINE
from service.alliance.rules.rule import Role, ScoreRule, without_sem
from service.alliance.series.baseline import (
    CHART_SESSIONS,
    D2,
    RANGES_NEEDED,
)
from service.alliance.series.series import Point, Series, no_prediction
from service.scoring.sums import meets

TREND_LENGTH = 4


def individuals(point: Point, series: Series) -> Finding:
    """Compare the score with b − max(L mR̄ / d₂, L SEM), the lower limit of an individuals chart
    with a floor.
    """
    summary = point.summary
    if summary.m < CHART_SESSIONS:
        return unknown("baseline_too_short")
    if summary.n_ranges < RANGES_NEEDED:
        return unknown("too_few_adjacent_sessions")
    limit, margin = point.control_limit, series.model.margin
    if limit is None:
        return unknown("no_within_person_sd")
    assert summary.mean_range is not None
    assert margin is not None
    own = series.policy.chart_limit * summary.mean_range / D2
    floor = series.policy.chart_limit * margin
    threshold = series.natural(limit)
    evidence = {
        "baseline": series.natural(summary.mean),
        "mean_moving_range": summary.mean_range,
        "lower_control_limit": threshold,
        "floor_used": floor > own,
    }
    return Finding(meets(point.y, "<", limit), None, point.value, threshold, None, evidence)


def cusum(point: Point, series: Series) -> Finding:
    """Compare C = max(0, C + min(T, cap) − k) with h: a lower cumulative sum in which each score
    meets the growth that earlier ones let expect; and ask that it stands below their mean, so that
    nobody is called falling who stood still.
    """
    if point.cusum is None:
        return unknown(no_prediction(point, series))
    assert point.growth is not None
    assert series.within_person_sd is not None
    threshold = series.policy.cusum_limit
    fall = (point.summary.mean - point.y) / series.within_person_sd
    evidence = {
        "before": point.cusum_before,
        "t": point.growth.t,
        "expected": series.natural(point.growth.expected),
        "fall_in_sds": fall,
    }
    fired = point.cusum > threshold and meets(fall, ">=", series.policy.cusum_fall)
    return Finding(fired, None, point.cusum, threshold, None, evidence)


def decline(point: Point, series: Series) -> Finding:
    """Ask for three falls in a row over adjacent sessions that together exceed z √2 SEM."""
    recent = list(series.recent)[-TREND_LENGTH:]
    if len(recent) < TREND_LENGTH or recent[-1].session - recent[0].session != TREND_LENGTH - 1:
        return unknown("too_few_adjacent_sessions")
    assert series.sem is not None
    first, second, third, last = (one.y for one in recent)
    total = first - last
    threshold = series.policy.trend_z * math.sqrt(2) * series.sem
    falling = first > second > third > last
    evidence = {
        "since_session": recent[0].session,
        "falls_in_a_row": TREND_LENGTH - 1 if falling else None,
    }
    fired = falling and meets(total, ">=", threshold)
    return Finding(fired, None, total, threshold, None, evidence)


RULES = (
    ScoreRule(
        id="R07",
        name="chart.individuals",
        title="Score below the individuals chart's lower limit",
        formula="x[t] < b - chart_limit * max(mean moving range / 1.1284, margin), margin "
        "as in R06",
        minimum_data="5 earlier scores with 4 moving ranges of adjacent sessions",
        severity="watch",
        provenance="engineering",
        settings=("chart_limit",),
        sources=(
            "eubanks-carter-2012",
            "simulation",
        ),
        roles=frozenset({Role.DROP, Role.ECHO}),
        figures=("sem", "margin"),
        evaluate=individuals,
    ),
    ScoreRule(
        id="R08",
        name="shift.cusum",
        title="Scores lower for several sessions",
        formula="C[t] = max(0, C[t-1] + min(T, cusum_cap * cusum_limit) - cusum_slack) > "
        "cusum_limit, T as in R06 but with a slope that is expected to be growth, and x[t] at "
        "least cusum_fall * s0 below the mean of the earlier scores; earlier scores must have "
        "brought cusum_earlier of the limit; g sessions after the last score the slack is times "
        "max(0, cusum_gap / g - (cusum_gap - 1)); C starts anew after exceeding the limit",
        minimum_data="2 earlier scores",
        severity="alert",
        provenance="engineering",
        settings=(
            "cusum_slack",
            "cusum_limit",
            "cusum_cap",
            "cusum_earlier",
            "cusum_fall",
            "prior_df",
            "growth_span",
            "growth",
            "cusum_gap",
        ),
        sources=("simulation",),
        roles=frozenset({Role.DROP, Role.ECHO}),
        figures=("sem", "within_person_sd", "margin"),
        evaluate=cusum,
    ),
    ScoreRule(
        id="R09",
        name="trend.decline",
        title="Three falls in a row",
        formula="x[t-3] > x[t-2] > x[t-1] > x[t] and x[t-3] - x[t] >= trend_z * sqrt(2) * SEM",
        minimum_data="4 adjacent sessions and an SEM",
        severity="info",
        provenance="engineering",
        settings=("trend_z",),
        sources=(
            "gumz-2012",
            "simulation",
        ),
        roles=frozenset({Role.DROP, Role.ECHO}),
        figures=("sem",),
        evaluate=decline,
        lacking=without_sem,
        watch_beside=frozenset({RELIABLE_BASELINE.id}),
    ),
)
