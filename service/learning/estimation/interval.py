"""From what each patient contributes to an estimate to its 95 % interval.

The contributions (influence values) of independent patients add up to the estimate's error, so
their squares add up to its variance, whatever patients are distributed like (Huber 1967). Where a
few patients carry most of them, the variance itself is uncertain: the t distribution has
2n / (kurtosis - 1) degrees of freedom (Satterthwaite 1946), n for normal contributions.
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from service.alliance.student import critical_value

TAIL = 0.025
FEWEST_DF = 2
MOST_LOG = 100.0
"""Half-widths on the log scale beyond this say nothing."""

TOO_FEW_PATIENTS = "too_few_patients"
NOT_DETERMINED = "not_determined"
NO_ANSWERS = "no_answers"


Interval = Callable[[float, Sequence[float]], tuple[float, float]]
"""From a figure and what patients contribute to its error to the interval."""


class Estimate(NamedTuple):
    """A figure with its 95 % interval, and how many patients and scores it rests on.

    `value` is None with a `reason` where it is refused; `minimum` then says how many patients it
    takes. An end of the interval that the data leave open is None.
    """

    value: float | None
    interval: tuple[float | None, float | None] | None
    n_patients: int
    n_scores: int
    reason: str | None = None
    minimum: int | None = None


def refused(reason: str, n_patients: int, n_scores: int, minimum: int | None = None) -> Estimate:
    """Return the estimate that is not made."""
    return Estimate(None, None, n_patients, n_scores, reason, minimum)


def half_width(contributions: Sequence[float]) -> float:
    """Return half the width of the 95 % interval of a sum of independent contributions of mean
    zero.
    """
    given = [one for one in contributions if one]
    n = len(given)
    squares = sum(one * one for one in given)
    if n < 2 or squares == 0:
        return 0.0 if n == 0 else math.inf
    kurtosis = n * sum(one**4 for one in given) / squares**2
    df = n if kurtosis <= 1 else min(n, max(FEWEST_DF, round(2 * n / (kurtosis - 1))))
    return critical_value(TAIL, df) * math.sqrt(squares * n / (n - 1))


def around(value: float, contributions: Sequence[float]) -> tuple[float, float]:
    """Return the interval of a figure that may have either sign."""
    half = half_width(contributions)
    return value - half, value + half


def around_log(value: float, contributions: Sequence[float]) -> tuple[float, float]:
    """Return the interval of a positive figure, symmetric on the log scale: standard deviations
    scatter in proportion to their size.
    """
    half = min(half_width([one / value for one in contributions]), MOST_LOG)
    return value * math.exp(-half), value * math.exp(half)


def around_sd(variance: float, contributions: Sequence[float]) -> tuple[float, float]:
    """Return the interval of the root of a variance that is above zero; contributions are the
    variance's.
    """
    if variance <= 0:
        return 0.0, math.inf
    low, high = around_log(variance, contributions)
    return math.sqrt(low), math.sqrt(high)


def around_root(variance: float, contributions: Sequence[float]) -> tuple[float, float]:
    """Return the interval of the root of a variance that may be zero; contributions are the
    variance's.

    Well above zero it is symmetric on the log scale. Below two half-widths it is that of the
    variance, with zero as its lowest end.
    """
    half = half_width(contributions)
    if variance > half:
        return around_sd(variance, contributions)
    return 0.0, math.sqrt(variance + half)


def around_correlation(value: float, contributions: Sequence[float]) -> tuple[float, float]:
    """Return the interval of a correlation, symmetric in Fisher's z (1915)."""
    half = half_width([one / (1 - value * value) for one in contributions])
    z = math.atanh(value)
    return math.tanh(z - half), math.tanh(z + half)
