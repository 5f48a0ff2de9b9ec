"""Estimates against the arithmetic of small cases, their minimums, and what refuses them."""

import math
from random import Random
from statistics import fmean, linear_regression, quantiles, stdev, variance

import pytest

from service.alliance.student import critical_value
from service.learning.estimation import (
    course_model,
    gap,
    interval,
    precision,
    residuals,
    scores,
    starting,
)
from service.learning.estimation.course_model import course_estimates
from service.learning.estimation.lines import Line, Scores, own_lines


def test_with_even_contributions_the_interval_is_students():
    # Ten values of 1 and ten of 3: mean 2, each contributes 1/20 either way (kurtosis 1, df n).
    found = interval.around(2.0, [0.05] * 10 + [-0.05] * 10)
    half = critical_value(0.025, 20) * stdev([1] * 10 + [3] * 10) / math.sqrt(20)
    assert found == pytest.approx((2 - half, 2 + half))


def test_one_patient_who_carries_all_leaves_two_degrees_of_freedom():
    contributions = [1.0, *[1e-9] * 30]
    expected = critical_value(0.025, 2) * math.sqrt(31 / 30)
    assert interval.half_width(contributions) == pytest.approx(expected)


def test_a_variance_near_zero_has_zero_in_its_interval():
    contributions = [0.1, -0.1] * 10
    half = interval.half_width(contributions)
    assert interval.around_root(half * 0.99, contributions) == (
        0.0,
        pytest.approx(math.sqrt(1.99 * half)),
    )
    low, high = interval.around_root(half * 1.01, contributions)
    assert low == pytest.approx(math.sqrt(1.01 * half) * math.exp(-0.5 / 1.01))
    assert high == pytest.approx(math.sqrt(1.01 * half) * math.exp(0.5 / 1.01))


def test_a_correlation_stays_within_one():
    low, high = interval.around_correlation(0.9, [0.1, -0.1] * 10)
    assert -1 < low < 0.9 < high < 1


def mixture(squares: float, df: int, scale: float, nu: float) -> float:
    """Return the density of a sum of squares by summing over sigma**2."""
    total, step = 0.0, 0.002
    for at in range(-4000, 4000):
        log_variance = at * step
        v = math.exp(log_variance)
        x = nu * scale * scale / v
        prior = (x / 2) ** (nu / 2) / math.gamma(nu / 2) * math.exp(-x / 2)  # of log v
        total += step * prior * v ** (-df / 2) * math.exp(-squares / v / 2)
    return total


def test_the_likelihood_is_that_of_inverse_chi_square_variances():
    cases = [(0.8, 6, 0.3, 4.3), (0.8, 6, 0.25, 8.0), (0.2, 6, 0.3, 4.3)]
    lines = [Line(0, 0, 1, 0, 1, squares, df, 0.0) for squares, df, _, _ in cases]
    found = [
        residuals.log_likelihoods([line], 2 * math.log(scale), 1 / nu)[0]
        for line, (_, _, scale, nu) in zip(lines, cases, strict=True)
    ]
    expected = [math.log(mixture(*case)) for case in cases]
    assert [one - found[0] for one in found] == pytest.approx(
        [one - expected[0] for one in expected], abs=1e-6
    )


def test_alike_patients_are_the_limit_of_unequal_ones():
    lines = [Line(0, 0, 1, 0, 1, squares, 8, 0.3) for squares in (0.5, 0.9, 0.2)]
    even = sum(residuals.log_likelihoods(lines, -1.0, 0.0))
    nearly = sum(residuals.log_likelihoods(lines, -1.0, 2 * residuals.EVEN))
    assert nearly == pytest.approx(even, abs=0.01)


def site(n: int, sessions: int, seed: int = 1, phi: float = 0.0) -> list[Scores]:
    """Return patients of SD 0.3 round lines of their own."""
    draw = Random(seed)
    found = []
    for _ in range(n):
        level, slope, residual = draw.gauss(4, 0.5), draw.gauss(0.04, 0.03), draw.gauss(0, 1)
        values = []
        for t in range(sessions):
            values.append(level + slope * t + 0.3 * residual)
            residual = phi * residual + math.sqrt(1 - phi * phi) * draw.gauss(0, 1)
        found.append(Scores(tuple(range(1, sessions + 1)), tuple(values)))
    return found


def test_the_pooled_sd_is_the_root_mean_square_round_own_lines():
    patients = site(course_model.FEWEST, 4)
    lines = own_lines(patients, 0.0, 0.0)
    expected = math.sqrt(sum(line.squares for line in lines) / sum(line.df for line in lines))
    found = course_estimates(patients)  # too few for rho, which is then taken as zero
    assert found["within_person_sd"].value == pytest.approx(expected)
    assert found["residual_autocorrelation"].reason == interval.TOO_FEW_PATIENTS
    assert found["residual_autocorrelation"].minimum == course_model.FEWEST_SECOND


@pytest.mark.parametrize(("n", "made"), [(19, False), (20, True)])
def test_levels_and_scatter_need_twenty_patients(n, made):
    found = course_estimates(site(n, 5))
    for name in course_model.FIRST:
        assert (found[name].value is not None) == made
        assert found[name].n_patients == n


@pytest.mark.parametrize(("n", "sessions", "made"), [(39, 5, False), (40, 5, True), (60, 4, False)])
def test_how_patients_differ_needs_forty_with_five_scores(n, sessions, made):
    found = course_estimates(site(n, sessions))
    for name in course_model.SECOND:
        assert (found[name].value is not None) == made or found[name].reason == "patients_alike"


def test_patients_who_never_move_are_no_fault_of_the_service():
    still = [Scores((1, 2, 3, 4, 5), (float(at % 5),) * 5) for at in range(50)]
    assert all(one.reason == interval.NOT_DETERMINED for one in course_estimates(still).values())


def test_patients_who_give_the_same_answers_throughout_are_counted_apart():
    # With variances of zero the likelihood would rise without end as nu0 and the scale go to zero.
    moving = site(80, 10)
    still = [Scores(one.sessions, (4.0,) * 10) for one in moving[:20]]
    found, without = course_estimates(moving + still), course_estimates(moving)
    assert found["still_share"].value == 0.2
    assert found["scale"].value == pytest.approx(without["scale"].value, rel=1e-3)
    # Sums of squares of 80 patients, degrees of freedom of 100.
    expected = without["within_person_sd"].value * math.sqrt(0.8)
    assert found["within_person_sd"].value == pytest.approx(expected, rel=1e-3)
    assert without["still_share"].value == 0


def test_nu0_allows_for_the_bias_of_an_inverse():
    # 1 / 0.25 with a relative error of 0.2: 4 / (1 + 0.04).
    spread = [[0.0] * 3, [0.0, 0.05**2, 0.0], [0.0] * 3]
    fitted = residuals.Residuals(0.0, 0.25, 0.0, [], spread, [])
    assert residuals.mean_nu(fitted) == pytest.approx(4 / 1.04)


def test_no_patient_who_scatters_does_so_less_than_by_rounding():
    nearly = [Scores((1, 2, 3, 4, 5), (2.0, 2.01, 2.0, 2.0, 2.0)) for _ in range(20)]
    moving = [Scores((1, 2, 3, 4, 5), (1.0, 3.0, 2.0, 1.0 + at % 3, 3.0)) for at in range(40)]
    lines = residuals.fit(nearly + moving, 2.0, step=1.0).lines
    assert min(line.squares / line.df for line in lines) == pytest.approx(1 / 12)


def test_nor_less_than_a_tenth_of_the_pooled_sd():
    moving = site(60, 8)
    nearly = Scores(tuple(range(1, 9)), (*[3.0] * 7, 3.001))
    first = own_lines([*moving, nearly], 0.0, 4.0)
    pooled = sum(line.squares for line in first) / sum(line.df for line in first)
    lines = residuals.fit([*moving, nearly], 4.0).lines
    assert lines[-1].squares / lines[-1].df == pytest.approx(pooled / 100)


def test_intervals_are_those_of_leaving_out_one_patient_after_the_other():
    patients = site(41, 9, seed=7, phi=0.3)
    n = len(patients)
    whole = course_estimates(patients)
    left = [course_estimates([*patients[:at], *patients[at + 1 :]]) for at in range(n)]

    def jackknife(name, turned):
        middle = turned(whole[name].value)
        return [(middle - turned(one[name].value)) * (n - 1) / n for one in left]

    for name, turned in [
        ("growth", lambda x: x),
        ("level", lambda x: x),
        ("level_sd", math.log),
        ("residual_autocorrelation", math.atanh),
        ("within_person_sd", math.log),
        ("scale", math.log),
    ]:
        half = interval.half_width(jackknife(name, turned))
        found = turned(whole[name].value) - turned(whole[name].interval[0])
        assert found == pytest.approx(half, rel=0.12), name


def test_a_shift_and_another_unit_carry_over():
    patients = site(60, 10, phi=0.2)
    moved = [Scores(one.sessions, tuple(7 + 10 * v for v in one.values)) for one in patients]
    first, second = course_estimates(patients), course_estimates(moved)
    for name, factor in [
        ("growth", 10),
        ("level_sd", 10),
        ("slope_sd", 10),
        ("within_person_sd", 10),
        ("residual_autocorrelation", 1),
    ]:
        assert second[name].value == pytest.approx(factor * first[name].value, rel=2e-3)
    assert second["level"].value == pytest.approx(7 + 10 * first["level"].value, rel=1e-3)


def test_the_standard_error_of_measurement_is_that_of_alpha():
    # One session: SD of the means times the root of 1 - alpha, alpha by Cronbach's formula.
    draw = Random(3)
    rows = [tuple(level + draw.choice((0, 1, 2)) for _ in range(4)) for level in range(1, 26)]
    of_mean = variance([fmean(row) for row in rows])
    of_items = sum(variance(column) for column in zip(*rows, strict=True))
    alpha = 4 / 3 * (1 - of_items / (16 * of_mean))
    found = precision.standard_error([[(1, row)] for row in rows], 4)
    assert found.value == pytest.approx(math.sqrt(of_mean * (1 - alpha)))
    assert (found.n_patients, found.n_scores) == (25, 25)


@pytest.mark.parametrize(("n", "made"), [(19, False), (20, True)])
def test_the_standard_error_needs_twenty_patients_with_answers(n, made):
    forms = [[(1, (1.0, 2.0, 3.0 + at % 2))] for at in range(n)]
    assert (precision.standard_error(forms, 3).value is not None) == made


def test_scores_without_answers_have_no_standard_error():
    assert precision.standard_error([[]] * 50, 9).reason == interval.NO_ANSWERS
    assert precision.standard_error([[(1, (1.0, 2.0))]] * 50, 2).reason == interval.NO_ANSWERS


def test_the_gap_by_analysis_of_variance():
    # Twenty dyads of two sessions with means 0, 1, 2, 3, 0, ...; each differs by 1 within, so that
    # the mean square within is 0.5. Between: 5 x (2.25 + .25 + .25 + 2.25) / 19 = 25 / 19.
    dyads = [(at % 4 - 0.5, at % 4 + 0.5) for at in range(20)]
    found = gap.gap_estimates(dyads)
    assert found["mean"].value == 1.5
    assert found["session_sd"].value == pytest.approx(math.sqrt(0.5))
    assert found["lasting_sd"].value == pytest.approx(math.sqrt(25 / 19 - 0.25))
    assert found["sd"].value == pytest.approx(math.sqrt(25 / 19 + 0.25))


@pytest.mark.parametrize(("n", "made"), [(19, False), (20, True)])
def test_the_gap_needs_twenty_dyads_with_two_sessions(n, made):
    dyads = [(0.1 * at, 0.2, 0.3) for at in range(n)] + [(0.5,)] * 10
    assert (gap.gap_estimates(dyads)["mean"].value is not None) == made


@pytest.mark.parametrize(("n", "least"), [(19, None), (20, 25), (24, 25), (25, 10), (50, 5)])
def test_a_quantile_needs_patients_beyond_it(n, least):
    patients = [Scores((1,), (float(at),)) for at in range(n)]
    (window,) = scores.windows(patients)
    made = [percent for percent, one in window.quantiles.items() if one.value is not None]
    assert min(made, default=None) == least


def test_quantiles_are_those_of_all_scores_of_the_window():
    patients = [Scores((1, 3, 4, 6), (9.0, float(at), float(at + 50), 99.0)) for at in range(50)]
    window = next(one for one in scores.windows(patients) if one.first == 3)
    assert window.mean.value == 49.5
    assert window.mean.n_patients == 50
    assert window.mean.n_scores == 100
    # The quantile p of 0..99 is 99 p (linear interpolation).
    assert {p: one.value for p, one in window.quantiles.items()} == pytest.approx(
        {5: 4.95, 10: 9.9, 25: 24.75, 50: 49.5, 75: 74.25, 90: 89.1}
    )
    low, high = window.quantiles[25].interval
    assert low < 24.75 < high


def test_the_interval_of_a_quantile_is_that_of_the_share_below():
    # The median of 1..100 is 50.5. Half of the scores lie below; the share has the standard error
    # .5 / sqrt(99), and the quantile p of these scores is 1 + 99 p.
    (window,) = scores.windows([Scores((1,), (float(at),)) for at in range(1, 101)])
    half = critical_value(0.025, 100) * 0.5 / math.sqrt(99)
    assert window.quantiles[50].interval == pytest.approx(
        (1 + 99 * (0.5 - half), 1 + 99 * (0.5 + half))
    )


def test_the_sd_of_single_scores_is_pooled_within_sessions():
    # Session 1: 0 and 2 in turn; session 2: ten points higher, which is no spread of patients.
    patients = [Scores((1, 2), (2.0 * (at % 2), 10 + 2.0 * (at % 2))) for at in range(20)]
    expected = math.sqrt(variance([0.0, 2.0] * 10))
    assert scores.single_score_sd(patients).value == pytest.approx(expected)


def test_missing_forms_are_counted_over_sessions_held():
    patients = [Scores((1, 2, 4), (1.0, 2.0, 3.0))] * 20
    found = scores.missing_share(patients, [4] * 20)
    assert found.value == 0.25


def test_what_follows_a_start_is_the_line_through_starts_and_later_means():
    patients = [Scores((2, 3, 5), (x, 1 + x / 2 - 0.2, 1 + x / 2 + 0.2)) for x in range(31)]
    levels = starting.start_levels(patients)
    assert levels == {10: 3, 25: 7.5, 50: 15, 75: 22.5, 90: 27}
    (expected,) = starting.expected_courses(patients)
    assert (expected.first, expected.last) == (3, 5)
    assert {p: one.value for p, one in expected.means.items()} == pytest.approx(
        {p: 1 + x / 2 for p, x in levels.items()}
    )
    assert expected.spread.value == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(("n", "made"), [(29, False), (30, True)])
def test_expected_courses_need_thirty_starts(n, made):
    patients = [Scores((1, 3), (float(at), at % 7.0)) for at in range(n)]
    assert bool(starting.start_levels(patients)) == made


def test_the_interval_of_what_follows_allows_for_leverage():
    # At the mean start all patients weigh 1 / n; a residual is divided by 1 - its leverage.
    starts = [float(at) for at in range(30)] + [100.0]
    later = [at / 2 + (-1) ** round(at) for at in starts]
    patients = [Scores((1, 3), pair) for pair in zip(starts, later, strict=True)]
    (expected,) = starting.expected_courses(patients)
    slope, base = linear_regression(starts, later)
    middle, n = fmean(starts), len(starts)
    spread = sum((x - middle) ** 2 for x in starts)
    leverage = [1 / n + (x - middle) ** 2 / spread for x in starts]
    at = quantiles(starts, n=4, method="inclusive")[1]
    contributions = [
        (1 / n + (x - middle) * (at - middle) / spread) * (y - base - slope * x) / (1 - h)
        for x, y, h in zip(starts, later, leverage, strict=True)
    ]
    assert expected.means[50].interval == pytest.approx(
        interval.around(base + slope * at, contributions)
    )
