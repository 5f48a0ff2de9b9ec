"""How much a patient's scores scatter round the own line, how unequal patients are in it, and how
a residual carries over to the next session.

Given rho, the sum of squared residuals of a patient's own line is sigma**2 times a chi-square, and
over patients sigma**2 is scaled inverse chi-square with nu0 degrees of freedom and scale s: both
together make the mean square s**2 F(df, nu0) (Smyth 2004, who says it of genes), and the rows of
one patient a multivariate t. Levels and slopes drop out, whatever they are distributed like.
"""

import math
from collections.abc import Callable, Sequence
from statistics import NormalDist
from typing import NamedTuple

from service.learning.estimation.lines import Line, Scores, own_lines
from service.learning.estimation.matrices import Matrix, inverse, product, symmetric
from service.learning.estimation.optimum import gradients, minimum, root

EVEN = 1e-4
"""1 / nu0 below which patients are as good as equal."""
MOST_UNEVEN = 0.3
"""1 / nu0 from which the mean of sigma**2 is no longer told from the fit: at 1 / 2 it is
infinite.
"""
MOST_RHO = 0.9
START, STEPS = (0.2, 0.1), (0.3, 0.1, 0.1)
DIFFERENCES = (0.02, 0.01, 0.01)
Z = NormalDist().inv_cdf(0.975)
HALF_CHI_SQUARE = Z * Z / 2


Shares = Callable[[Sequence[float]], list[float]]


class Residuals(NamedTuple):
    """The fit: log s**2, 1 / nu0 (0: all alike) and rho; what each patient contributes to the error
    of each (0 for those without a line of their own), and the covariance by the model.
    """

    log_scale: float
    inverse_nu: float
    rho: float
    contributions: Matrix
    covariance: Matrix


def log_likelihoods(lines: Sequence[Line], log_scale: float, inverse_nu: float) -> list[float]:
    """Return each patient's share of the log likelihood, without constants."""
    if inverse_nu < EVEN:
        variance = math.exp(log_scale)
        return [-0.5 * (one.df * log_scale + one.squares / variance + one.logdet) for one in lines]
    half = 0.5 / inverse_nu
    prior = 2 * half * math.exp(log_scale)
    start = half * math.log(prior) - math.lgamma(half)
    by_df = {
        df: start + math.lgamma(half + df / 2) + 0.5 * df * math.log(2)
        for df in {one.df for one in lines}
    }
    return [
        by_df[one.df] - (half + one.df / 2) * math.log(prior + one.squares) - 0.5 * one.logdet
        for one in lines
    ]


def fit(patients: Sequence[Scores], centre: float) -> Residuals:
    """Return the fit of greatest likelihood. Raises Singular where scores do not determine it."""
    first = own_lines(patients, 0.0, centre)
    pooled = sum(line.squares for line in first) / sum(line.df for line in first)

    def shares(at: Sequence[float]) -> list[float]:
        log_scale, inverse_nu, rho = at
        return log_likelihoods(own_lines(patients, rho, centre), log_scale, max(inverse_nu, 0.0))

    def cost(at: Sequence[float]) -> float:
        possible = at[1] >= 0 and abs(at[2]) <= MOST_RHO
        return -sum(shares(at)) if possible else math.inf

    found = minimum(cost, [math.log(pooled), *START], STEPS)
    even = found[1] < DIFFERENCES[1]
    free = [0, 2] if even else [0, 1, 2]
    if even:
        found[1] = 0.0
    return _with_errors(patients, found, free, shares)


def _with_errors(
    patients: Sequence[Scores], found: list[float], free: list[int], shares: Shares
) -> Residuals:
    """Return the fit with its errors; parameters that are not free have none."""
    steps, at = [DIFFERENCES[index] for index in free], [found[index] for index in free]

    def by_patient(values: Sequence[float]) -> Matrix:
        return gradients(lambda one: shares(_put(found, free, one)), values, steps)

    curvature = gradients(lambda x: [-sum(row) for row in by_patient(x)], at, steps)
    covariance = inverse(symmetric(curvature))
    moved = product(covariance, by_patient(at))
    n_lines = len(moved[0])
    places = iter(range(n_lines))
    of_patient = [next(places) if len(one.values) > 2 else n_lines for one in patients]
    none = [0.0] * (n_lines + 1)
    rows = [[*moved[free.index(index)], 0.0] if index in free else none for index in range(3)]
    spread = [
        _put([0.0] * 3, free, covariance[free.index(index)]) if index in free else [0.0] * 3
        for index in range(3)
    ]
    contributions = [[row[place] for place in of_patient] for row in rows]
    return Residuals(found[0], found[1], found[2], contributions, spread)


def _put(whole: Sequence[float], places: Sequence[int], values: Sequence[float]) -> list[float]:
    """Return a list with some of its values replaced."""
    full = list(whole)
    for place, value in zip(places, values, strict=True):
        full[place] = value
    return full


def nu_interval(of: Residuals, lines: Sequence[Line]) -> tuple[float, float | None]:
    """Return the profile likelihood interval of nu0: an upper end of None says that patients may
    all be alike.

    The likelihood is skewed and its top may lie at the edge, where no standard error holds.
    """
    top = sum(log_likelihoods(lines, of.log_scale, of.inverse_nu))

    def beyond(inverse_nu: float) -> float:
        scale = _best_scale(lines, inverse_nu)
        return top - sum(log_likelihoods(lines, scale, inverse_nu)) - HALF_CHI_SQUARE

    high = of.inverse_nu + 0.1
    while beyond(high) < 0:
        high *= 2
    low = 0.0
    if beyond(0.0) > 0:
        low = root(beyond, 0.0, of.inverse_nu)
    return 1 / root(beyond, of.inverse_nu, high), 1 / low if low > EVEN else None


def _best_scale(lines: Sequence[Line], inverse_nu: float) -> float:
    """Return the log s**2 of greatest likelihood for a given nu0."""
    n = sum(line.df for line in lines)
    pooled = sum(line.squares for line in lines) / n
    if inverse_nu < EVEN:
        return math.log(pooled)
    nu = 1 / inverse_nu

    def slope(log_scale: float) -> float:
        prior = nu * math.exp(log_scale)
        return sum(nu - (line.df + nu) * prior / (prior + line.squares) for line in lines)

    return root(slope, math.log(pooled) - 12, math.log(pooled) + 2)


def mean_square_above(of: Residuals) -> float:
    """Return the upper end of the 95 % interval of the root mean square of sigma, by the model:
    s**2 / (1 - 2 / nu0) is the mean of sigma**2.
    """
    inverse_nu = min(of.inverse_nu, MOST_UNEVEN)
    slopes = (0.5, 1 / (1 - 2 * inverse_nu), 0.0)
    variance = sum(
        a * b * of.covariance[i][j] for i, a in enumerate(slopes) for j, b in enumerate(slopes)
    )
    middle = of.log_scale / 2 - 0.5 * math.log(1 - 2 * inverse_nu)
    return math.exp(middle + Z * math.sqrt(max(variance, 0.0)))
