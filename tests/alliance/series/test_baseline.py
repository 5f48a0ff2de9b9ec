"""Running figures of earlier sessions against the plain formulas."""

import math
from statistics import fmean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.alliance.series.baseline import D2, Baseline, Summary, pooled_sd, predict


def collected(scores, numbers=None):
    baseline = Baseline()
    for session, score in zip(numbers or range(1, len(scores) + 1), scores, strict=True):
        baseline.add(session, score)
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


def test_nothing_is_made_up_from_too_few_scores():
    assert collected([]) == Summary(0, 0.0, None, None, 0)
    assert collected([3.5]) == Summary(1, 3.5, None, None, 0)


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
    assert pooled_sd(Summary(m, 4.0, own, None, 0), within, 4, margin) == pytest.approx(
        expected, rel=1e-12
    )


def test_the_prediction_adds_the_error_of_the_mean():
    """s_p = .3, so T = (4 - 3.4) / (.3 sqrt(5/4)) = 1.7889 with 4 + 4 - 1 = 7 degrees of
    freedom.
    """
    found = predict(Summary(4, 4.0, 0.3, None, 0), 3.4, 0.3, 4, 0.2)
    assert (found.t, found.df, found.sd) == (pytest.approx(1.788854), 7, pytest.approx(0.3))
    assert found.error == pytest.approx(0.3 * math.sqrt(1.25))
    assert 0.05 < found.p < 0.1  # t(.10; 7) = 1.415, t(.05; 7) = 1.895
