"""How much patients rate above their therapists, and how dyads differ in it."""

import math
from collections.abc import Sequence
from statistics import fmean

from service.learning.estimation.interval import (
    TOO_FEW_PATIENTS,
    Estimate,
    Interval,
    around,
    around_root,
    around_sd,
    refused,
)

FEWEST = 20
FEWEST_SESSIONS = 2
GAPS = ("mean", "sd", "lasting_sd", "session_sd")


def gap_estimates(dyads: Sequence[Sequence[float]]) -> dict[str, Estimate]:
    """Return the mean of patient minus therapist (each dyad counts once), the SD of it in one
    session, and its parts: what lasts of it in a dyad, and what changes from session to session.

    `dyads` hold the differences of the sessions that both rated; dyads with one of them are left
    out (one-way analysis of variance, unequal numbers).
    """
    used = [one for one in dyads if len(one) >= FEWEST_SESSIONS]
    n, n_sessions = len(used), sum(map(len, used))
    if n < FEWEST:
        return dict.fromkeys(GAPS, refused(TOO_FEW_PATIENTS, n, n_sessions, FEWEST))
    return _analysed(used, n, n_sessions)


def _analysed(dyads: Sequence[Sequence[float]], n: int, n_sessions: int) -> dict[str, Estimate]:
    means = [fmean(one) for one in dyads]
    mean, free = fmean(means), n_sessions - n
    squares = [_squares(one) for one in dyads]
    within = sum(squares) / free
    of_within = [
        (square - within * (len(one) - 1)) / free
        for square, one in zip(squares, dyads, strict=True)
    ]
    between = _squares(means) / (n - 1)
    share = fmean([1 / len(one) for one in dyads])
    lasting = max(between - share * within, 0.0)
    of_lasting = [
        ((own - mean) ** 2 - between * (n - 1) / n) / (n - 1) - share * moved
        for own, moved in zip(means, of_within, strict=True)
    ]
    of_whole = [a + b for a, b in zip(of_lasting, of_within, strict=True)]
    of_mean = [(own - mean) / n for own in means]

    def sd(
        variance: float, contributions: Sequence[float], interval: Interval = around_sd
    ) -> Estimate:
        return Estimate(math.sqrt(variance), interval(variance, contributions), n, n_sessions)

    return {
        "mean": Estimate(mean, around(mean, of_mean), n, n_sessions),
        "sd": sd(lasting + within, of_whole),
        "lasting_sd": sd(lasting, of_lasting, around_root),
        "session_sd": sd(within, of_within),
    }


def _squares(values: Sequence[float]) -> float:
    middle = fmean(values)
    return sum((value - middle) ** 2 for value in values)
