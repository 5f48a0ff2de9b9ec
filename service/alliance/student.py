"""Student's t distribution for whole degrees of freedom, in closed form."""

import math
from functools import lru_cache
from statistics import NormalDist

_MOST_HALVINGS = 200


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
    return tuple(n / (n + 1) for n in reversed(range(2 - (df + 1) % 2, df - 1, 2)))


@lru_cache(maxsize=8192)
def critical_value(a: float, df: int) -> float:
    """Return the t that is exceeded with probability `a`, 0 < a < 0.5, by bisection on the closed
    form.
    """
    low, high = 0.0, max(2.0, 2 * NormalDist().inv_cdf(1 - a))
    while upper_tail(high, df) > a:
        low, high = high, 2 * high
    for _ in range(_MOST_HALVINGS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if upper_tail(middle, df) > a:
            low = middle
        else:
            high = middle
    return (low + high) / 2
