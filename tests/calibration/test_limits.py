"""Limits of the cumulative sum: by arithmetic, and as the policy uses them."""

import math
from array import array
from dataclasses import replace
from random import Random

import pytest

from service.alliance.calibrated import CUSUM_ALPHAS, CUSUM_LIMITS
from service.alliance.judging.episodes import UNRESOLVED
from service.alliance.policy import MOST_PLANNED_SESSIONS, Policy, Slope, policy_for, session_rate
from service.alliance.rates import cusum_threshold
from service.calibration import limits
from service.calibration.model import World, course
from service.calibration.tally import hear

WIDTH = len(limits.PLANNED)


def found(pairs):
    """Return paths whose least p and highest sum are the same for every planned number of
    sessions.
    """
    return array("d", [number for pair in pairs for number in pair * WIDTH])


HUNDRED = [(1.0, 1 + number / 100) for number in range(100)]


def test_alpha_less_one_standard_error_of_courses_may_exceed_the_limit():
    # 0.3 - sqrt(0.21 / 100) = 0.254: 25 of 100 may, so the limit is at least 1.74, in steps of 0.05
    assert limits.limit(found(HUNDRED), 12, 0.3) == pytest.approx(1.75)


def test_courses_with_a_drop_at_the_rate_of_a_session_use_alpha_up():
    a = session_rate(0.3, 12)
    dropped = [
        (a * 0.99 if number < 20 else a * 1.01, total) for number, (_, total) in enumerate(HUNDRED)
    ]
    # 20 are gone, 5 may exceed: the 75th sum of the others is 1.94
    assert limits.limit(found(dropped), 12, 0.3) == pytest.approx(1.95)


def test_a_limit_stays_finite_where_drops_alone_use_alpha_up():
    assert limits.limit(found([(0.0, 9.0)] * 50 + HUNDRED[:50]), 12, 0.3) == pytest.approx(1.5)


def test_no_limit_is_so_low_that_one_low_score_more_would_be_called_lasting():
    assert limits.limit(found([(1.0, 0.2)] * 100), 12, 0.3) == limits.LEAST == 1


def test_paths_hold_the_least_p_and_highest_sum_by_each_planned_number_of_sessions():
    paths = limits.paths(Random(1), 20, Policy())
    assert len(paths) == 20 * 2 * WIDTH
    for start in range(0, len(paths), 2 * WIDTH):
        least, highest = (
            paths[start : start + 2 * WIDTH : 2],
            paths[start + 1 : start + 2 * WIDTH : 2],
        )
        assert list(least) == sorted(least, reverse=True)
        assert list(highest) == sorted(highest)


def test_a_path_by_session_4_is_one_prediction():
    class Given(Random):
        scores = iter([1.0, 0.0, 2.0, -2.0] + [0.0] * 56)

        def gauss(self, mu=0.0, sigma=1.0):
            return next(self.scores)

    # Without any slope b = 1, s = 1, s_p = 1 (prior 1, df 6), T = 3 / sqrt(4/3) = 2.598; p = P(t6 >
    # 2.598) = .0204. C = 2.098, but at session 2 it had been 1 / sqrt(2) - .5 = .207 and at session
    # 3 nothing: no limit is exceeded in one step.
    flat = replace(Policy(), own_trend=Slope(0, 0), growth=Slope(0, 0))
    least, highest = limits.paths(Given(), 1, flat)[:2]
    assert least == pytest.approx(0.0204, abs=1e-4)
    assert highest == 0
    # Where earlier scores need bring next to nothing, C itself counts.
    first = replace(flat, cusum_earlier=1e-9)
    Given.scores = iter([1.0, 0.0, -1.0] + [0.0] * 57)
    # session 3: b = .5, s^2 = .5, s_p = sqrt(4.5 / 5), T = 1.5 / (.9487 sqrt(1.5)) = 1.291
    assert limits.paths(Given(), 1, first)[1] == pytest.approx(0.2071 + 1.2910 - 0.5, abs=1e-4)


def test_paths_tell_which_courses_the_engine_alerts_in():
    # (where an episode is open the engine mutes what only echoes an earlier fall: none of these
    # courses has that)
    policy, kept = replace(policy_for(0.1, 12), z_reliable=3.0), []

    class Keeping(Random):
        def gauss(self, mu=0.0, sigma=1.0):
            kept.append(super().gauss(mu, sigma))
            return kept[-1]

    n_series, most = 100, limits.PLANNED[-1]
    paths = limits.paths(Keeping(6), n_series, policy)
    told, heard = [], []
    for at in range(n_series):
        path = paths[2 * WIDTH * at : 2 * WIDTH * (at + 1)]
        scores = kept[most * at : most * (at + 1)]
        said = hear(course(scores, World(), policy))
        # a watch that was not made good becomes an alert in the end (P04) and later scores are
        # compared with those since, which no path tells
        ends = [one.closed for one in said.episodes if one.status == UNRESOLVED]
        alerts = [one for one in said.sessions("alert") if one < min(ends, default=math.inf)]
        for column, planned in enumerate(limits.PLANNED):
            told.append(
                path[2 * column] < policy.a_alert or path[2 * column + 1] > policy.cusum_limit
            )
            heard.append(bool(alerts) and alerts[0] <= planned)
    # The paths leave out that the sum starts anew above its limit and counts no score in full: they
    # tell of a few courses more.
    assert all(path or not engine for path, engine in zip(told, heard, strict=True))
    assert sum(told) - sum(heard) < 0.05 * len(told)
    assert 50 < sum(heard) < 500


def test_the_table_reaches_as_far_as_courses_may_be_planned():
    assert max(CUSUM_LIMITS) == MOST_PLANNED_SESSIONS
    assert tuple(CUSUM_LIMITS) == limits.PLANNED
    assert CUSUM_ALPHAS == limits.ALPHAS


def test_limits_rise_with_sessions_and_fall_with_alpha():
    rows = list(CUSUM_LIMITS.values())
    assert all(list(row) == sorted(row, reverse=True) for row in rows)
    assert all(list(column) == sorted(column) for column in zip(*rows, strict=True))


def test_the_policy_takes_rate_and_limit_for_its_alpha():
    policy = policy_for(0.1, 12)
    assert policy.a_alert == pytest.approx(0.0087416, abs=1e-7)  # 1 - 0.9^(1/12)
    assert policy.cusum_limit == CUSUM_LIMITS[12][CUSUM_ALPHAS.index(0.1)]
    assert policy_for(0.1).cusum_limit == policy.cusum_limit
    assert policy_for().cusum_limit == Policy().cusum_limit == 3.7


def test_no_session_gets_a_rate_above_one_in_ten():
    assert session_rate(0.3, 2) == 0.1
    assert session_rate(0.3, 4) == pytest.approx(0.0853, abs=1e-4)  # 1 - 0.7^(1/4)


def test_between_tabulated_values_the_limit_is_interpolated_in_the_logarithms():
    table = {4: (2.0, 1.0, 0.8, 0.6, 0.4), 16: (4.0, 3.0, 2.8, 2.6, 2.4)}
    assert cusum_threshold(0.1, 8, table) == pytest.approx(1.8)  # 8 is half way from 4 to 16
    assert cusum_threshold(math.sqrt(0.01 * 0.05), 4, table) == pytest.approx(1.5)
    assert cusum_threshold(0.1, 2, table) == 0.8
    assert cusum_threshold(0.1, 99, table) == 2.8
