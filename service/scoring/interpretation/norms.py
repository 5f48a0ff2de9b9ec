"""Comparison of a score with a norm group: z, T and percentile rank."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from service.scoring.instrument import NormGroup, NormScale, Number


class PercentileRank(NamedTuple):
    """A percentile rank (0–100), or None with a note that says why or, beyond the stored quantiles,
    which side.
    """

    value: float | None
    note: str | None


def z_score(score: Number, mean: Number, sd: Number) -> float:
    """Return z = (score − mean) / sd."""
    return (score - mean) / sd


def t_score(z: float) -> float:
    """Return T = 50 + 10 z (McCall 1922)."""
    return 50 + 10 * z


def normal_percentile(z: float) -> float:
    """Return 100 Φ(z), the percentile rank on the normal curve.

    Uses erfc, which keeps its relative accuracy in both tails where 1 + erf does not.
    """
    return 50 * math.erfc(-z / math.sqrt(2))


def quantile_percentile(
    score: Number, quantiles: Sequence[tuple[Number, Number]]
) -> PercentileRank:
    """Interpolate a percentile rank between stored quantiles `(percentile, score)`, ascending.

    Beyond the outermost quantiles nothing is extrapolated: the rank is None and the note says "<5"
    or ">90". Where several percentiles share one score the rank is the middle of them.
    """
    lowest, highest = quantiles[0], quantiles[-1]
    if score < lowest[1]:
        return PercentileRank(None, f"<{lowest[0]:g}")
    if score > highest[1]:
        return PercentileRank(None, f">{highest[0]:g}")
    tied = [percentile for percentile, value in quantiles if value == score]
    if tied:
        return PercentileRank((tied[0] + tied[-1]) / 2, None)
    above = next(place for place, (_, value) in enumerate(quantiles) if value > score)
    (p_low, low), (p_high, high) = quantiles[above - 1], quantiles[above]
    return PercentileRank(p_low + (p_high - p_low) * (score - low) / (high - low), None)


def cumulative_percentile(score: Number, shares: Sequence[tuple[Number, Number]]) -> PercentileRank:
    """Return how many percent of a group have a score or a lower one, where that was published:
    `shares` are `(percent, score)`, ascending.

    Between two published scores nothing is interpolated: the rank is None and the note names the
    percents on either side, "84.4-93.9"; beyond the outermost it says "<84.4" or ">97.3".
    """
    lowest, highest = shares[0], shares[-1]
    if score < lowest[1]:
        return PercentileRank(None, f"<{lowest[0]:g}")
    if score > highest[1]:
        return PercentileRank(None, f">{highest[0]:g}")
    below = max(percent for percent, value in shares if value <= score)
    if any(value == score for _, value in shares):
        return PercentileRank(below, None)
    above = min(percent for percent, value in shares if value > score)
    return PercentileRank(None, f"{below:g}-{above:g}")


def percentile_rank(
    group: NormGroup, norm: NormScale, score: Number, z: float | None
) -> PercentileRank:
    """Return the percentile rank by the model that the norm's source supports, else None with the
    reason.
    """
    if group.percentile_model == "quantiles" and norm.quantiles:
        return quantile_percentile(score, norm.quantiles)
    if group.percentile_model == "cumulative" and norm.quantiles:
        return cumulative_percentile(score, norm.quantiles)
    if group.percentile_model == "normal" and z is not None:
        return PercentileRank(normal_percentile(z), None)
    return PercentileRank(None, "skewed_no_quantiles")
