"""Other ways to raise an alarm, each as one statistic per session: it alarms where the statistic
exceeds its limit.

Scores are deviations from the dyad's true mean in true SDs. The `known` detectors are told both,
which nobody is in practice: they mark what could be reached.
"""

import math
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from service.alliance.series.baseline import D2

NOTHING = -math.inf
SRS_MEAN, SRS_SD, SRS_MOST = 37.5, 2.0, 40.0
SRS_CUTOFF, SRS_DROP = 36.0, 1.0
KAPPA = 1.5


class Method(NamedTuple):
    """One method. `statistics(scores, limit)`; `usual` is the limit in use (None: none is
    customary).
    """

    title: str
    statistics: Callable[[Sequence[float], float], list[float]]
    usual: float | None = None
    known: bool = False


def pcoms(scores: Sequence[float], _limit: float = math.inf) -> list[float]:
    """Return, on a form of 0 to 40, how far below the cut-off or the last score: 1 is where the
    rule alarms.

    The larger of the distance from the mean over the cut-off's distance, and the fall since the
    last session over one point, so that one limit widens both parts of the rule alike.
    """
    points = [min(SRS_MOST, SRS_MEAN + SRS_SD * score) for score in scores]
    low = [(SRS_MEAN - point) / (SRS_MEAN - SRS_CUTOFF) for point in points]
    fell = [NOTHING, *((before - after) / SRS_DROP for before, after in pairwise(points))]
    return [max(pair) for pair in zip(low, fell, strict=True)]


def reliable_change(scores: Sequence[float], _limit: float = math.inf) -> list[float]:
    """Return the fall since the last session over √2 SEM (Jacobson and Truax 1991)."""
    return [
        NOTHING,
        *((before - after) * KAPPA / math.sqrt(2) for before, after in pairwise(scores)),
    ]


def own_mean(scores: Sequence[float], _limit: float = math.inf, least: int = 3) -> list[float]:
    """Return the distance below the mean of all earlier scores, in their SDs."""
    found = [NOTHING] * len(scores)
    for at in range(least, len(scores)):
        mean, squares = _mean_and_squares(scores[:at])
        sd = math.sqrt(squares / (at - 1))
        found[at] = (mean - scores[at]) / sd if sd else NOTHING
    return found


def individuals_chart(
    scores: Sequence[float], _limit: float = math.inf, least: int = 5
) -> list[float]:
    """Return the distance below the mean of all earlier scores, in SDs taken from their moving
    ranges.
    """
    found = [NOTHING] * len(scores)
    for at in range(least, len(scores)):
        earlier = scores[:at]
        ranges = sum(abs(after - before) for before, after in pairwise(earlier)) / (at - 1)
        found[at] = (sum(earlier) / at - scores[at]) * D2 / ranges if ranges else NOTHING
    return found


def known_limit(scores: Sequence[float], _limit: float = math.inf) -> list[float]:
    """Return the distance below the true mean in true SDs (Shewhart's limit)."""
    return [-score for score in scores]


def known_cusum(
    scores: Sequence[float], limit: float = math.inf, slack: float = 0.5
) -> list[float]:
    """Return the lower cumulative sum C = max(0, C − x − k); it starts again after exceeding the
    limit, as R08 does.
    """
    found, total = [], 0.0
    for score in scores:
        total = max(0.0, total - score - slack)
        found.append(total)
        if total > limit:
            total = 0.0
    return found


def _mean_and_squares(values: Sequence[float]) -> tuple[float, float]:
    mean = sum(values) / len(values)
    return mean, sum((value - mean) ** 2 for value in values)


METHODS = {
    "pcoms": Method(
        "PCOMS-style: below 36 or one point down, form of 0 to 40, mean 37.5, SD 2", pcoms, 1.0
    ),
    "reliable_change": Method("Reliable change against the last session", reliable_change, 1.96),
    "own_mean": Method("Own mean − z SD, from 3 earlier scores", own_mean, 2.0),
    "individuals": Method("Individuals chart, from 5 earlier scores", individuals_chart, 3.0),
    "known_limit": Method("Limit, true mean and SD known", known_limit, None, True),
    **{
        f"known_cusum_{slack:g}": Method(
            f"Cumulative sum, k = {slack:g}, true mean and SD known",
            partial(known_cusum, slack=slack),
            None,
            True,
        )
        for slack in (0.5, 0.75, 1.0)
    },
}
KNOWN = tuple(name for name, method in METHODS.items() if method.known)
UNKNOWN = tuple(name for name, method in METHODS.items() if not method.known)
