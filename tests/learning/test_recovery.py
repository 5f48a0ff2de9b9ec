"""Known figures are recovered: simulated sites, real courses, and another implementation."""

import csv
import math
import warnings
from pathlib import Path

import pytest

from benchmarks import learn
from service.learning.estimation import mixed, residuals
from service.learning.estimation.course_model import course_estimates
from service.learning.estimation.lines import Scores, own_lines, sums
from service.learning.estimation.optimum import minimum
from service.learning.estimation.scores import single_score_sd

# The ratings of 57 patients (doi 10.1016/j.ebiom.2015.11.049), where somebody has put them.
RATINGS = Path(__file__).parents[3] / "shared" / "data" / "implement_wai.csv"


def test_simulated_sites_give_back_what_they_were_made_with():
    sites = list(learn.run(16, (60, 120), 1))
    found = {one.name: one for one in learn.figures(sites)}
    assert len(found) >= 25
    for name, one in found.items():
        if name not in learn.NO_GOAL:
            assert abs(one.bias) <= 0.03 + 4 * one.error_of_bias, name
        # 95 of 100 intervals hold the truth: 10 or fewer of 16 do so once in 20,000 times.
        assert one.coverage > 10 / 16, name


@pytest.fixture(scope="module")
def ratings() -> list[Scores]:
    if not RATINGS.exists():
        pytest.skip("the ratings are not here")
    by_patient: dict[str, list[tuple[int, float]]] = {}
    with RATINGS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["wai9_mean"]:
                pair = int(row["session"]), float(row["wai9_mean"])
                by_patient.setdefault(row["patient"], []).append(pair)
    return [Scores(*zip(*sorted(pairs), strict=True)) for pairs in by_patient.values()]


def test_the_ratings_of_a_trial(ratings):
    # Worked out from the same ratings by other software: SD round own lines .302, SD of single
    # scores .608, growth .036 a session, SD of slopes .025 to .029, residuals correlated .20 for
    # patients who are all alike, nu0 4.3 and scale .24 for independent residuals.
    assert (len(ratings), sum(len(one.values) for one in ratings)) == (57, 707)
    lines = own_lines(ratings, 0.0, 4.0)
    pooled = math.sqrt(sum(line.squares for line in lines) / sum(line.df for line in lines))
    assert pooled == pytest.approx(0.302, abs=0.0005)
    assert single_score_sd(ratings).value == pytest.approx(0.608, abs=0.005)
    independent = mixed.fit([sums(one, 0.0, 4.0) for one in ratings])
    assert math.sqrt(independent.d11) == pytest.approx(0.029, abs=0.0006)
    correlated = mixed.fit([sums(one, 0.2, 4.0) for one in ratings])
    assert correlated.growth == pytest.approx(0.036, abs=0.0006)
    assert math.sqrt(correlated.d11) == pytest.approx(0.025, abs=0.0006)
    # 581.1 - 567.2
    assert independent.deviance - correlated.deviance == pytest.approx(13.9, abs=0.1)
    (rho,) = minimum(
        lambda at: mixed.fit([sums(one, at[0], 4.0) for one in ratings]).deviance, [0.1], [0.05]
    )
    assert rho == pytest.approx(0.20, abs=0.005)
    log_scale, log_nu = minimum(
        lambda at: -sum(residuals.log_likelihoods(lines, at[0], math.exp(-at[1]))),
        [-2.4, 1.5],
        [0.2, 0.5],
    )
    assert math.exp(log_nu) == pytest.approx(4.3, abs=0.1)
    assert math.exp(log_scale / 2) == pytest.approx(0.24, abs=0.005)
    found = course_estimates(ratings)
    for name, known in [
        ("within_person_sd", 0.302),
        ("growth", 0.036),
        ("slope_sd", 0.027),
        ("residual_autocorrelation", 0.20),
        ("nu0", 4.3),
        ("scale", 0.24),
    ]:
        low, high = found[name].interval
        assert low < known < high, name


def test_the_mixed_model_agrees_with_statsmodels(ratings):
    numpy = pytest.importorskip("numpy")
    statsmodels = pytest.importorskip("statsmodels.regression.mixed_linear_model")
    rows = [
        (at, session - 4, value)
        for at, one in enumerate(ratings)
        for session, value in zip(one.sessions, one.values, strict=True)
    ]
    groups, times, values = (numpy.array(column) for column in zip(*rows, strict=True))
    design = numpy.column_stack([numpy.ones(len(times)), times])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = statsmodels.MixedLM(values, design, groups, design).fit(reml=True)
    ours = mixed.fit([sums(one, 0.0, 4.0) for one in ratings])
    assert ours.level + 4.0 == pytest.approx(other.fe_params[0], rel=0.02)
    assert ours.growth == pytest.approx(other.fe_params[1], rel=0.02)
    assert ours.sigma2**0.5 == pytest.approx(other.scale**0.5, rel=0.02)
    assert ours.d00**0.5 == pytest.approx(other.cov_re[0][0] ** 0.5, rel=0.02)
    assert ours.d11**0.5 == pytest.approx(other.cov_re[1][1] ** 0.5, rel=0.02)
    assert ours.deviance <= -2 * other.llf + 0.01
