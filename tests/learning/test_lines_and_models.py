"""Own lines and the mixed model against textbook forms: dense algebra, and balanced designs."""

import math
from statistics import covariance, fmean, variance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.learning.estimation import mixed
from service.learning.estimation.lines import REFERENCE, Scores, own_line, sums
from service.learning.estimation.matrices import Singular, inverse, product
from service.learning.estimation.optimum import gradients, minimum, root


def dense_gls(scores: Scores, rho: float) -> tuple[float, float, float]:
    """Return level, slope and weighted sum of squares by inverting the whole correlation matrix."""
    correlation = [[rho ** abs(s - t) for t in scores.sessions] for s in scores.sessions]
    weight = inverse(correlation)
    design = [[1.0, session - REFERENCE] for session in scores.sessions]
    turned = [list(column) for column in zip(*design, strict=True)]
    normal = product(product(turned, weight), design)
    right = product(product(turned, weight), [[value] for value in scores.values])
    ((level,), (slope,)) = product(inverse(normal), right)
    left = [
        value - level - slope * (session - REFERENCE)
        for session, value in zip(scores.sessions, scores.values, strict=True)
    ]
    squares = product(product([left], weight), [[one] for one in left])[0][0]
    return level, slope, squares


@given(
    st.lists(
        st.tuples(st.integers(1, 30), st.integers(10, 50)),
        min_size=3,
        max_size=9,
        unique_by=lambda pair: pair[0],
    ),
    st.sampled_from([-0.4, 0.0, 0.2, 0.7]),
)
def test_a_line_of_correlated_scores_is_that_of_dense_algebra(pairs, rho):
    sessions, tenths = zip(*sorted(pairs), strict=True)
    scores = Scores(sessions, tuple(value / 10 for value in tenths))
    line = own_line(sums(scores, rho))
    assert (line.level, line.slope, line.squares) == pytest.approx(dense_gls(scores, rho), abs=1e-7)


def test_scores_on_a_line_have_no_residual():
    line = own_line(sums(Scores((1, 2, 4, 7), (2.0, 2.5, 3.5, 5.0)), 0.3, centre=3.0))
    # 1.5 + 0.5 session: 3.5 at session 4, which is 0.5 above the centre.
    assert (line.level, line.slope, line.df) == (pytest.approx(0.5), pytest.approx(0.5), 2)
    assert line.squares == pytest.approx(0, abs=1e-12)


def test_two_scores_make_no_line():
    assert own_line(sums(Scores((1, 2), (3.0, 4.0)))) is None


SESSIONS = (1, 2, 3, 4, 5, 6, 7)
BENDS = ((0.3, -0.2, 0.1, -0.3, 0.2, 0.0, -0.1), (-0.1, 0.3, -0.3, 0.2, -0.2, 0.1, 0.0))


def balanced() -> list[Scores]:
    """Return patients with the same sessions, of plainly different levels and slopes."""
    patients = []
    for at in range(24):
        level, slope = 3 + 0.07 * (at * 7 % 24), 0.03 * (at * 5 % 24) - 0.3
        bend = BENDS[at % 2]
        patients.append(
            Scores(
                SESSIONS,
                tuple(
                    level + slope * (t - REFERENCE) + (1 + at % 3) * b
                    for t, b in zip(SESSIONS, bend, strict=True)
                ),
            )
        )
    return patients


def test_in_a_balanced_design_the_mixed_model_is_the_analysis_of_variance():
    # With one design for all, restricted maximum likelihood has a closed form: sigma2 is the mean
    # square round own lines, and the lines vary by D + sigma2 (X'X)**-1.
    patients = balanced()
    lines = [own_line(sums(one)) for one in patients]
    sigma2 = sum(line.squares for line in lines) / sum(line.df for line in lines)
    levels, slopes = [line.level for line in lines], [line.slope for line in lines]
    d00 = variance(levels) - sigma2 * lines[0].c00
    d01 = covariance(levels, slopes) - sigma2 * lines[0].c01
    d11 = variance(slopes) - sigma2 * lines[0].c11
    assert min(d00, d11) > 0
    fitted = mixed.fit([sums(one) for one in patients])
    assert fitted.parameters == pytest.approx(
        (fmean(levels), fmean(slopes), d00, d01, d11, sigma2), rel=1e-3, abs=1e-5
    )


def test_a_patients_own_deviance_is_that_of_the_normal_density():
    # One patient with one score at the reference session: variance d00 + sigma2 = 0.25 + 0.09,
    # residual 0.6: log 0.34 + 0.36 / 0.34.
    one = [sums(Scores((REFERENCE,), (4.6,)))]
    found = mixed.deviances(one, (4.0, 0.0, 0.25, 0.0, 0.01, 0.09))
    assert found == [pytest.approx(math.log(0.34) + 0.36 / 0.34)]


def test_the_simplex_finds_the_valley_of_rosenbrock():
    found = minimum(
        lambda x: (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2, (-1.2, 1), (0.5, 0.5)
    )
    assert found == pytest.approx([1, 1], abs=1e-3)


def test_roots_and_slopes():
    assert root(lambda x: x * x - 2, 0, 2) == pytest.approx(math.sqrt(2))
    assert root(lambda x: 2 - x * x, 0, 2) == pytest.approx(math.sqrt(2))
    assert gradients(lambda x: [x[0] * x[1], x[1] ** 2], (3, 5), (0.1, 0.1)) == [
        pytest.approx([5, 0]),
        pytest.approx([3, 10]),
    ]


def test_a_matrix_without_inverse_is_refused():
    with pytest.raises(Singular):
        inverse([[1, 2], [2, 4]])
