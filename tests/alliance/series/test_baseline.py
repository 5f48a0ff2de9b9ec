"""Running figures of earlier sessions against the plain formulas."""

import math
from statistics import fmean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.alliance.policy import Policy, Slope
from service.alliance.series.baseline import (
    D2,
    Baseline,
    Prediction,
    Spread,
    Summary,
    control_limit,
    expect,
    pooled_sd,
    predict,
    unusual_level,
)
from service.alliance.student import critical_value

FLAT = Slope(0, 0)


def collected(scores, numbers=None):
    baseline = Baseline()
    for session, score in zip(numbers or range(1, len(scores) + 1), scores, strict=True):
        baseline.add(session, session - 1, score)
    return baseline.summary()


@given(st.lists(st.floats(-1000, 1000), min_size=2, max_size=30))
def test_running_mean_and_sd_are_those_of_the_scores(scores):
    summary = collected(scores)
    assert summary.m == len(scores)
    assert summary.mean == pytest.approx(fmean(scores), rel=1e-9, abs=1e-9)
    assert summary.sd == pytest.approx(stdev(scores), rel=1e-9, abs=1e-6)


def test_the_mean_range_is_that_of_neighbouring_sessions():
    """|4.5 - 4| and |4 - 4.25|; nothing joins sessions 2 and 4: (0.5 + 0.25) / 2."""
    summary = collected([4, 4.5, 4, 4.25], [1, 2, 4, 5])
    assert (summary.n_ranges, summary.mean_range) == (2, 0.375)


def test_the_figures_of_three_sessions():
    """4, 5 and 3 at the times 0, 1 and 3: about the means 4 and 4/3 the squares are 0 + 1 + 1 and
    (16 + 1 + 25) / 9, the products 0 - 1/3 - 5/3; only the first two are neighbours.
    """
    summary = collected([4, 5, 3], [1, 2, 4])
    assert tuple(summary) == pytest.approx((3, 4, 1, 1, 1, 2, 4 / 3, 42 / 9, -2))


def test_nothing_is_made_up_from_too_few_scores():
    assert collected([])[:5] == (0, 0.0, None, None, 0)
    assert collected([3.5])[:5] == (1, 3.5, None, None, 0)


@pytest.mark.parametrize("score", [0.1, 3.7, 1e6 + 0.1])
def test_a_constant_stays_constant(score):
    summary = collected([score] * 50)
    assert (summary.mean, summary.sd, summary.mean_range) == (score, 0, 0)


def test_the_mean_range_of_two_normal_values_in_sds():
    """2 / sqrt(pi), in tables of control chart constants 1.128."""
    assert round(D2, 3) == 1.128


@pytest.mark.parametrize(
    ("own", "m", "within", "margin", "expected"),
    [
        (0.3, 5, 0.3, 0.1, 0.3),
        (0.6, 5, 0.3, 0.1, math.sqrt((4 * 0.09 + 4 * 0.36) / 8)),  # the middle of both variances
        (0.0, 3, 0.3, 0.1, math.sqrt(4 * 0.09 / 6)),
        (0.0, 3, 0.3, 0.25, 0.25),  # sqrt(0.06) = 0.245 is less than the margin
        (0.0, 3, 0.3, 0.24, math.sqrt(0.06)),
    ],
)
def test_the_sd_is_shrunk_towards_the_expected_one(own, m, within, margin, expected):
    found = pooled_sd((m - 1) * own * own, m, Spread(within, margin), 4)
    assert found == pytest.approx(expected, rel=1e-12)


def test_the_prediction_adds_the_error_of_the_mean():
    """s_p = .3, so T = (4 - 3.4) / (.3 sqrt(5/4)) = 1.7889 with 4 + 4 - 1 = 7 degrees of
    freedom.
    """
    earlier = Summary(4, 4.0, 0.3, None, 0, 0.27, 0.0, 0.0, 0.0)
    found = predict(earlier, 4, 3.4, FLAT, Spread(0.3, 0.2), 4)
    assert (found.t, found.df, found.sd) == (pytest.approx(1.788854), 7, pytest.approx(0.3))
    assert found.error == pytest.approx(0.3 * math.sqrt(1.25))
    assert 0.05 < found.p < 0.1  # t(.10; 7) = 1.415, t(.05; 7) = 1.895


def test_identical_forms_add_the_variance_of_rounding():
    """step 1: 1/20 to both, so sqrt((4 (0.09 + 1/12) + 0) / 4) = 0.4163, not less than
    sqrt(0.04 + 1/12) = 0.3512.
    """
    coarse = Spread(0.3, 0.2, coarse=1 / 12)
    assert pooled_sd(0.0, 1, coarse, 4) == pytest.approx(0.416333, abs=1e-6)
    assert pooled_sd(0.0, 100, coarse, 4) == pytest.approx(0.351188, abs=1e-6)


def by_matrices(times, scores, time, slope, within):
    """Return level, factor and squares from the normal equations with one more observation: the
    slope, of mean mu s0 and variance tau^2.
    """
    rows = [(1.0, one) for one in times]
    weight = 1 / slope.sd**2
    n, su, suu = len(rows), sum(times), sum(one * one for one in times) + weight
    sy = sum(scores)
    suy = sum(u * y for u, y in zip(times, scores, strict=True)) + weight * slope.mean * within
    det = n * suu - su * su
    level, beta = (suu * sy - su * suy) / det, (n * suy - su * sy) / det
    squares = sum((y - level - beta * u) ** 2 for u, y in zip(times, scores, strict=True))
    squares += weight * (beta - slope.mean * within) ** 2
    factor = 1 + (suu - 2 * time * su + n * time * time) / det
    return level + beta * time, factor, squares


@given(
    st.lists(st.floats(1, 5), min_size=1, max_size=12),
    st.floats(-0.5, 0.5),
    st.floats(0.05, 2),
    st.floats(0, 5),
)
def test_the_trend_is_that_of_the_normal_equations(scores, mean, sd, later):
    slope, times = Slope(mean, sd), range(len(scores))
    found = expect(collected(scores), len(scores) + later, slope, 0.3)
    expected = by_matrices(times, scores, len(scores) + later, slope, 0.3)
    assert tuple(found) == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_a_slope_without_spread_is_held():
    """Scores 1, 2, 3 at times 0, 1, 2, slope 0: mean 2 and squares 2; slope 0.5 / 0.5: 2 + 2 = 4
    and squares 0 about the line 1 + u, here 2 - 2 x 2 + 2 = 0.
    """
    summary = collected([1, 2, 3])
    assert tuple(expect(summary, 3, Slope(0, 0), 0.5)) == (2, 1 + 1 / 3, 2)
    assert tuple(expect(summary, 3, Slope(2, 0), 0.5)) == (4, 1 + 1 / 3, 0)
    # slope 0.5: about 1.5, 2 and 2.5 the scores are 0.5, 0 and 0.5 off
    assert tuple(expect(summary, 3, Slope(1, 0), 0.5)) == (3, 1 + 1 / 3, 0.5)


def test_growth_levels_off():
    """c (1 - exp(-(j - 1) / c)), c = 10: 10 (1 - e^-0.1) = 0.951626, 10 (1 - e^-1) = 6.321206."""
    policy = Policy(growth_span=10)
    assert [policy.time(session) for session in (1, 2, 11)] == [
        0,
        pytest.approx(0.951626, abs=1e-6),
        pytest.approx(6.321206, abs=1e-6),
    ]


@pytest.mark.parametrize(("gap", "slack"), [(1, 0.5), (2, 0.125), (3, 0), (9, 0)])
def test_missed_sessions_cost_the_sum_less(gap, slack):
    """0.5 max(0, 1.5 / g - 0.5)."""
    assert Policy(cusum_slack=0.5, cusum_gap=1.5).slack(gap) == slack


@pytest.mark.parametrize(
    ("m", "n_ranges", "limit"),
    [(4, 4, None), (5, 3, None), (5, 4, 4 - 3 * 0.3), (9, 3, None), (9, 8, 4 - 3 * 0.3)],
)
def test_the_individuals_chart_needs_five_sessions_and_four_ranges(m, n_ranges, limit):
    """A mean range of 0.3 x 1.128 is an SD of 0.3; three of them below the mean of 4."""
    summary = Summary(m, 4.0, 0.3, 0.3 * 2 / math.sqrt(math.pi), n_ranges, 0.0, 0.0, 0.0, 0.0)
    found = control_limit(summary, 3, 0.2)
    assert found == (limit and pytest.approx(limit))


@pytest.mark.parametrize(("margin", "limit"), [(0.29, 3.1), (0.3, 3.1), (0.5, 2.5)])
def test_the_chart_takes_no_score_to_vary_by_less_than_the_margin(margin, limit):
    summary = Summary(5, 4.0, 0.3, 0.3 * 2 / math.sqrt(math.pi), 4, 0.0, 0.0, 0.0, 0.0)
    assert control_limit(summary, 3, margin) == pytest.approx(limit)


@pytest.mark.parametrize(
    ("rate", "at", "above"),
    [(0.025, None, "watch"), (0.01, "watch", "alert"), (0.001, "alert", "strong")],
)
@pytest.mark.parametrize("df", [4, 8])
def test_a_score_is_unusual_beyond_the_quantile_and_not_at_it(rate, at, above, df):
    rules, limit = Policy(a_watch=0.025, a_alert=0.01, a_strong=0.001), critical_value(rate, df)
    for t, level in ((limit, at), (math.nextafter(limit, 9), above)):
        assert unusual_level(Prediction(t, df, 1, 1, 4), rules) == level


def test_no_squares_are_below_nothing():
    """Rounding may leave less than 0 about a line through all scores."""
    summary = Summary(2, 4.0, 0.0, None, 0, 0.0, 0.5, 0.5, 0.1)
    assert expect(summary, 2, Slope(0, 0.5), 0.3).squares == 0
