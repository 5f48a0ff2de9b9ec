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

from service.learning.estimation.lines import Line, Scores, own_line, own_lines, sums
from service.learning.estimation.matrices import Matrix, inverse, product, symmetric
from service.learning.estimation.optimum import gradients, minimum, root

EVEN = 1e-4
"""1 / nu0 below which patients are as good as equal."""
MOST_UNEVEN = 0.3
"""1 / nu0 from which the mean of sigma**2 is no longer told from the fit: at 1 / 2 it is
infinite.
"""
MOST_RHO = 0.9
LEAST_SHARE = 0.1
"""Of the pooled SD: no patient who scatters at all is taken to scatter less."""
STILL = 1e-9
"""Of the pooled variance: patients below it give the same answers throughout. No inverse chi-square
distribution holds variances of zero, so that they are counted apart.
"""
START, STEPS = (0.2, 0.1), (0.3, 0.1, 0.1)
DIFFERENCES = (0.02, 0.01, 0.01)
Z = NormalDist().inv_cdf(0.975)
HALF_CHI_SQUARE = Z * Z / 2


Shares = Callable[[Sequence[float]], list[float]]


class Residuals(NamedTuple):
    """The fit: log s**2, 1 / nu0 (0: all alike) and rho; what each patient contributes to the error
    of each (0 for those without a line of their own), the covariance by the model, and the lines
    that were fitted.
    """

    log_scale: float
    inverse_nu: float
    rho: float
    contributions: Matrix
    covariance: Matrix
    lines: list[Line]


def are_still(patients: Sequence[Scores], centre: float) -> list[bool]:
    """Tell for each patient whether the scores, three or more, lie on a line without scatter."""
    found = [own_line(sums(one, 0.0, centre)) for one in patients]
    lines = [line for line in found if line is not None]
    pooled = sum(line.squares for line in lines) / max(sum(line.df for line in lines), 1)
    return [line is not None and line.squares <= STILL * pooled * line.df for line in found]


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


def fit(patients: Sequence[Scores], centre: float, step: float = 0.0) -> Residuals:
    """Return the fit of greatest likelihood. Raises Singular where scores do not determine it.

    `step` is the smallest difference of two scores: rounding to it scatters them by step**2 / 12
    (Sheppard 1898), and no patient is taken to scatter less.
    """
    first = own_lines(patients, 0.0, centre)
    pooled = sum(line.squares for line in first) / sum(line.df for line in first)
    least = max(step * step / 12, pooled * LEAST_SHARE**2)
    moving = [not still for still in are_still(patients, centre)]
    movers = [one for one, moves in zip(patients, moving, strict=True) if moves]

    def lines(rho: float) -> list[Line]:
        return [
            line if line.squares >= least * line.df else line._replace(squares=least * line.df)
            for line in own_lines(movers, rho, centre)
        ]

    def shares(at: Sequence[float]) -> list[float]:
        log_scale, inverse_nu, rho = at
        return log_likelihoods(lines(rho), log_scale, max(inverse_nu, 0.0))

    def cost(at: Sequence[float]) -> float:
        possible = at[1] >= 0 and abs(at[2]) <= MOST_RHO
        return -sum(shares(at)) if possible else math.inf

    found = minimum(cost, [math.log(pooled), *START], STEPS)
    even = found[1] < DIFFERENCES[1]
    free = [0, 2] if even else [0, 1, 2]
    if even:
        found[1] = 0.0
    has_line = [moves and len(one.values) > 2 for one, moves in zip(patients, moving, strict=True)]
    rows, spread = _errors(has_line, found, free, shares)
    return Residuals(found[0], found[1], found[2], rows, spread, lines(found[2]))


def _errors(
    has_line: Sequence[bool], found: list[float], free: list[int], shares: Shares
) -> tuple[Matrix, Matrix]:
    """Return what each patient contributes to the error of each parameter, and their covariance;
    parameters that are not free have no error.
    """
    steps, at = [DIFFERENCES[index] for index in free], [found[index] for index in free]

    def by_patient(values: Sequence[float]) -> Matrix:
        return gradients(lambda one: shares(_put(found, free, one)), values, steps)

    curvature = gradients(lambda x: [-sum(row) for row in by_patient(x)], at, steps)
    covariance = inverse(symmetric(curvature))
    moved = product(covariance, by_patient(at))
    n_lines = len(moved[0])
    places = iter(range(n_lines))
    of_patient = [next(places) if has else n_lines for has in has_line]
    none = [0.0] * (n_lines + 1)
    rows = [[*moved[free.index(index)], 0.0] if index in free else none for index in range(3)]
    spread = [
        _put([0.0] * 3, free, covariance[free.index(index)]) if index in free else [0.0] * 3
        for index in range(3)
    ]
    return [[row[place] for place in of_patient] for row in rows], spread


def _put(whole: Sequence[float], places: Sequence[int], values: Sequence[float]) -> list[float]:
    """Return a list with some of its values replaced."""
    full = list(whole)
    for place, value in zip(places, values, strict=True):
        full[place] = value
    return full


def mean_nu(of: Residuals) -> float:
    """Return nu0 without the bias of second order that the inverse of an estimate has: on average
    1 / x is too large by the squared relative error of x.
    """
    return 1 / (of.inverse_nu * (1 + of.covariance[1][1] / of.inverse_nu**2))


def nu_interval(of: Residuals) -> tuple[float, float | None]:
    """Return the profile likelihood interval of nu0: an upper end of None says that patients may
    all be alike.

    The likelihood is skewed and its top may lie at the edge, where no standard error holds.
    """
    lines = of.lines
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
