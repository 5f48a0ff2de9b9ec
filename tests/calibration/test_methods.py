"""The other methods' statistics against arithmetic written out."""

import math

import pytest

from service.calibration import methods

NEVER = -math.inf


def test_reliable_change_divides_the_fall_by_root_two_sem():
    # SEM = 1 / 1.5 SD; a fall of 3 SD is 3 / (1.41421 * 0.66667) = 3.18198
    assert methods.reliable_change([0, -3, -1]) == pytest.approx(
        [NEVER, 3.18198, -2.12132], abs=1e-5
    )


def test_own_mean_counts_sds_below_all_earlier_scores_from_the_fourth_on():
    # 1, 2, 3: mean 2, SD 1; then 1, 2, 3, 0: mean 1.5, squares 5, SD 1.29099
    assert methods.own_mean([1, 2, 3, 0, 1.5 - 1.29099]) == pytest.approx(
        [NEVER] * 3 + [2, 1], abs=1e-5
    )


def test_individuals_chart_takes_its_sd_from_moving_ranges_from_the_sixth_on():
    # mean 0.4, four ranges of 1, SD 1 / 1.128379; (0.4 + 2) * 1.128379 = 2.70811
    assert methods.individuals_chart([0, 1, 0, 1, 0, -2]) == pytest.approx(
        [NEVER] * 5 + [2.70811], abs=1e-5
    )


@pytest.mark.parametrize("method", [methods.own_mean, methods.individuals_chart])
def test_equal_scores_give_no_statistic(method):
    assert method([0.5] * 7) == [NEVER] * 7


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([0, -1], [0, 2]),  # 37.5, 35.5: two points down outweigh half a point below 36
        ([-0.75], [1]),  # 36, the cut-off
        ([-0.5, -0.9], [1 / 1.5, 1.2]),  # 36.5, 35.7: 1.8 / 1.5 below the mean, 0.8 points down
        ([2, 0.25], [-2.5 / 1.5, 2]),  # 41.5 counts as 40; 38
    ],
)
def test_the_pcoms_style_rule_alarms_beyond_one(scores, expected):
    assert methods.pcoms(scores) == pytest.approx(expected)


def test_the_known_limit_is_the_distance_below_the_true_mean():
    assert methods.known_limit([0.5, -2]) == [-0.5, 2]


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (math.inf, [0.5, 1.0, 0.3, 2.8]),
        (0.9, [0.5, 1.0, 0.0, 2.5]),  # starts again after 1.0
        (1.0, [0.5, 1.0, 0.3, 2.8]),  # a limit that is met is not exceeded
    ],
)
def test_the_known_sum_adds_falls_beyond_the_slack_and_starts_again_after_an_alarm(limit, expected):
    assert methods.known_cusum([-1, -1, 0.2, -3], limit) == pytest.approx(expected)


def test_no_statistic_looks_ahead():
    scores = [0.3, -0.2, 0.1, 0.7, -1.1, 0.4, -2.5, 0.9, -0.6]
    for method in methods.METHODS.values():
        whole = method.statistics(scores, 2.0)
        assert method.statistics(scores[:7], 2.0) == whole[:7]
