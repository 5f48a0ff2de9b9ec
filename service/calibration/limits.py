"""The limit of the cumulative sum for a wanted share of false alerts, from simulated paths of T."""

import math
from array import array
from collections.abc import Sequence
from random import Random

from service.alliance.policy import Policy, session_rate
from service.alliance.series.baseline import BASELINE_NEEDED, Baseline, predict
from service.calibration.methods import KAPPA

ALPHAS = (0.01, 0.05, 0.1, 0.2, 0.3)
PLANNED = (4, 6, 8, 12, 16, 24, 36, 60)
STEP = 0.05
SEM = 1 / KAPPA


def paths(rng: Random, n_series: int, policy: Policy) -> "array[float]":
    """Return for each stable series and planned number of sessions: the least p of a drop so far,
    the highest sum.

    p counts only where the fall exceeds measurement error (R03, R04), and the sum there counts for
    more, because a share of its limit is enough. The paths do not depend on the error rate: only an
    alert by a drop stays out of the baseline, and after an alert a course is decided. What an open
    episode does (it mutes the echoes of a fall) is left out; the limits are tried with the whole
    engine.
    """
    found = array("d")
    for _ in range(n_series):
        baseline, total, highest, least, previous = Baseline(), 0.0, 0.0, 1.0, math.inf
        for session in range(1, PLANNED[-1] + 1):
            score = rng.gauss(0, 1)
            summary = baseline.summary()
            if summary.m >= BASELINE_NEEDED:
                prediction = predict(summary, score, 1.0, policy.prior_df, SEM)
                total = max(0.0, total + prediction.t - policy.cusum_slack)
                last = (previous - score) / (math.sqrt(2) * SEM)
                mean = (summary.mean - score) / (SEM * math.sqrt(1 + 1 / summary.m))
                fell = max(last, mean) >= policy.z_reliable
                highest = max(highest, total / policy.cusum_fall_share if fell else total)
                if fell:
                    least = min(least, prediction.p)
            baseline.add(session, score)
            previous = score
            if session in PLANNED:
                found.extend((least, highest))
    return found


def limit(found: Sequence[float], planned: int, alpha: float) -> float:
    """Return the least limit, in steps of 0.05, that keeps alerts within alpha by the planned
    number of sessions.

    One standard error is left for chance. Where the rule about drops alone uses alpha up, no
    simulated sum exceeds it.
    """
    column, width = 2 * PLANNED.index(planned), 2 * len(PLANNED)
    a = session_rate(alpha, planned)
    n_series = len(found) // width
    sums = sorted(
        math.inf if found[at + column] < a else found[at + column + 1]
        for at in range(0, len(found), width)
    )
    allowed = max(0, math.floor(n_series * (alpha - math.sqrt(alpha * (1 - alpha) / n_series))))
    exact = min(
        sums[n_series - allowed - 1], max((one for one in sums if one < math.inf), default=0.0)
    )
    return math.ceil(round(exact / STEP, 9)) * STEP
