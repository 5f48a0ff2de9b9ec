"""Student's t distribution for whole degrees of freedom, in closed form."""

import math
from functools import lru_cache
from statistics import NormalDist

_PRECISION = 1e-15


def upper_tail(t: float, df: int) -> float:
    """Return P(T > t) for `df` degrees of freedom, df >= 1.

    Closed form of the central probability A(t | df) with θ = arctan(t / √df) (Abramowitz and Stegun
    1964, 26.7.3-4). Beyond the series' accuracy (about 1e-16) the tail is 0, never negative.
    """
    cosine_squared = df / (df + t * t)
    series = 1.0
    for factor in _factors(df):
        series = 1 + series * factor * cosine_squared
    central = series * abs(t) / math.sqrt(df + t * t)
    if df % 2:
        theta = math.atan2(abs(t), math.sqrt(df))
        central = 2 / math.pi * (theta + (math.sqrt(cosine_squared) * central if df > 1 else 0))
    tail = max(0.0, (1 - central) / 2)
    return tail if t >= 0 else 1 - tail


@lru_cache(maxsize=512)
def _factors(df: int) -> tuple[float, ...]:
    """Return the ratios of successive coefficients, the last first (Horner's scheme)."""
    return tuple(n / (n + 1) for n in reversed(range(1 + df % 2, df - 1, 2)))


@lru_cache(maxsize=8192)
def critical_value(a: float, df: int) -> float:
    """Return the t that is exceeded with probability `a`, 0 < a < 0.5. Raises ValueError otherwise.

    Newton's method from below: the first terms of Cornish and Fisher's expansion (Abramowitz and
    Stegun 1964, 26.7.5) lie below it, and from there the tail, which falls ever less, is never
    overstepped: each step is a rise until the tail is as close to `a` as it is known.
    """
    if not 0 < a < 0.5:  # where the steps below would not end
        raise ValueError("the probability must lie between 0 and 0.5")
    z = NormalDist().inv_cdf(1 - a)
    t = z + (z**3 + z) / (4 * df)
    while (step := (upper_tail(t, df) - a) / _density(t, df)) > t * _PRECISION:
        t += step
    return t


def _density(t: float, df: int) -> float:
    logarithm = math.lgamma((df + 1) / 2) - math.lgamma(df / 2) - math.log(df * math.pi) / 2
    return math.exp(logarithm - (df + 1) / 2 * math.log1p(t * t / df))
