"""z, T and percentile ranks against published values."""

import math

import pytest

from service.scoring.instrument import NormGroup, NormScale
from service.scoring.interpretation.norms import (
    cumulative_percentile,
    normal_percentile,
    percentile_rank,
    quantile_percentile,
    t_score,
    z_score,
)

# Client ratings of the 12-item inventory answered 1-7, 36 outpatients: mean, SD and deciles of the
# total (12-84).
MEAN, SD = 68.89, 12.26
QUANTILES = (
    (5, 44.2),
    (10, 48),
    (20, 60),
    (30, 63.5),
    (40, 71),
    (50, 74),
    (60, 75),
    (70, 77),
    (80, 79),
    (90, 81),
)


def group(model, quantiles=(), sd=SD):
    scales = {"total": NormScale(MEAN, sd, "sum", quantiles)}
    return NormGroup("clients", "Clients", 36, True, False, model, scales, "source")


@pytest.mark.parametrize(
    ("score", "z", "t"), [(74, 0.417, 54.2), (48, -1.704, 33.0), (84, 1.232, 62.3), (MEAN, 0, 50)]
)
def test_z_and_t_of_the_reference_cohort(score, z, t):
    found = z_score(score, MEAN, SD)
    assert found == pytest.approx(z, abs=0.0005)
    assert t_score(found) == pytest.approx(t, abs=0.05)


def test_the_item_mean_gives_the_same_z():
    """74 / 12 against the mean and SD of item means is 74 against those of sums."""
    assert z_score(74 / 12, MEAN / 12, SD / 12) == pytest.approx(z_score(74, MEAN, SD), rel=1e-12)


@pytest.mark.parametrize(
    ("score", "percentile", "note"),
    [
        (74, 50, None),  # the normal curve would say 66
        (48, 10, None),  # the normal curve would say 4
        (84, None, ">90"),  # the normal curve would say 89
        (81, 90, None),
        (81.0001, None, ">90"),
        (44.2, 5, None),
        (44.1999, None, "<5"),
        (12, None, "<5"),
        (46.1, 7.5, None),
        (54, 15, None),  # half way from 48 to 60
        (60, 20, None),
        (62, 25.714285714285715, None),  # 20 + 10 x 2 / 3.5
        (74.5, 55, None),
    ],
)
def test_percentiles_come_from_the_quantiles(score, percentile, note):
    rank = quantile_percentile(score, QUANTILES)
    assert rank == (pytest.approx(percentile), note)


@pytest.mark.parametrize(("score", "percentile"), [(0, 30), (0.5, 50), (1, 60), (2, 80), (1.5, 70)])
def test_where_percentiles_share_a_score_the_middle_is_taken(score, percentile):
    tied = ((10, 0), (50, 0), (60, 1), (80, 2))
    expected = percentile if score != 0.5 else 55  # half way from the 50th at 0 to the 60th at 1
    assert quantile_percentile(score, tied).value == expected


def test_a_single_shared_score_has_the_middle_of_all():
    assert quantile_percentile(5, ((20, 5), (90, 5))) == (55, None)


# Shares of US adults with a GAD-7 of 0-4, 5-9, 10-14 and 15-21 in 2019: 84.4, 9.5, 3.4, 2.7 %.
SHARES = ((84.4, 4), (93.9, 9), (97.3, 14))


@pytest.mark.parametrize(
    ("score", "percentile", "note"),
    [
        (0, None, "<84.4"),
        (3, None, "<84.4"),
        (4, 84.4, None),
        (5, None, "84.4-93.9"),
        (8, None, "84.4-93.9"),
        (9, 93.9, None),
        (14, 97.3, None),
        (15, None, ">97.3"),
    ],
)
def test_shares_of_a_group_are_told_at_their_scores_and_never_interpolated(score, percentile, note):
    assert cumulative_percentile(score, SHARES) == (percentile, note)
    assert percentile_rank(
        group("cumulative", SHARES), NormScale(None, None, "sum", SHARES), score, None
    ) == (percentile, note)


def test_where_shares_have_one_score_its_percent_counts_everybody_up_to_it():
    assert cumulative_percentile(2, ((10, 0), (40, 2), (60, 2), (80, 3))) == (60, None)


def test_percentiles_never_fall_as_scores_rise():
    ranks = [quantile_percentile(score / 10, QUANTILES).value for score in range(442, 811)]
    assert ranks == sorted(ranks)


# Upper tail areas of the standard normal distribution as printed in tables (Abramowitz and Stegun
# 26.2; the extreme ones also in the documentation of common statistics packages: pnorm(-8.5) =
# 9.479535e-18).
TABLE = [
    (0, 0.5),
    (0.5, 0.308537538725987),
    (1, 0.158655253931457),
    (1.2815515655446004, 0.1),
    (1.6448536269514722, 0.05),
    (1.959963984540054, 0.025),
    (2, 0.0227501319481792),
    (3, 1.349898031630095e-3),
    (4, 3.167124183311992e-5),
    (5, 2.866515718791939e-7),
    (6, 9.865876450376981e-10),
    (8.5, 9.479534822203318e-18),
    (10, 7.619853024160527e-24),
]


@pytest.mark.parametrize(("z", "tail"), TABLE)
def test_the_normal_percentile_keeps_its_digits_in_the_lower_tail(z, tail):
    assert normal_percentile(-z) == pytest.approx(100 * tail, rel=1e-12, abs=0)


@pytest.mark.parametrize(("z", "tail"), TABLE)
def test_the_normal_percentile_of_the_upper_half(z, tail):
    assert normal_percentile(z) == pytest.approx(100 * (1 - tail), rel=1e-14)


def test_the_normal_percentile_stays_between_0_and_100():
    assert normal_percentile(-1e6) == 0
    assert normal_percentile(1e6) == 100
    assert not math.isnan(normal_percentile(38.5))


@pytest.mark.parametrize(
    ("norms", "sd", "expected"),
    [
        (group("quantiles", QUANTILES), SD, (50, None)),
        (group("quantiles"), SD, (None, "skewed_no_quantiles")),
        (group(None), SD, (None, "skewed_no_quantiles")),
        (group(None, QUANTILES), SD, (None, "skewed_no_quantiles")),
        (group("normal"), SD, (pytest.approx(66.16, abs=0.01), None)),
        (group("normal", sd=None), None, (None, "skewed_no_quantiles")),
    ],
)
def test_a_percentile_is_given_only_by_the_model_that_the_source_supports(norms, sd, expected):
    z = None if sd is None else z_score(74, MEAN, sd)
    assert percentile_rank(norms, norms.scales["total"], 74, z) == expected
