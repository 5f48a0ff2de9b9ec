"""The limit of the cumulative sum for a wanted share of false alerts, from simulated paths of T."""

import math
from array import array
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from service.alliance.policy import Policy, session_rate
from service.alliance.series.baseline import Baseline, Spread, predict
from service.alliance.series.series import cusum
from service.calibration.methods import KAPPA

ALPHAS = (0.01, 0.05, 0.1, 0.2, 0.3)
PLANNED = (4, 6, 8, 12, 16, 24, 36, 60)
STEP = 0.05
SEM = 1 / KAPPA
SPREAD = Spread(1.0, SEM)
LEAST = 1.0
"""The least limit: below it one score more or less low than usual would be called lasting."""


def paths(rng: Random, n_series: int, policy: Policy) -> "array[float]":
    """Return for each stable series and planned number of sessions: the least p of a drop so far,
    the highest sum.

    p counts only where the fall exceeds measurement error (R03, R04), the sum only where the score
    stands below the earlier mean, and no further than the share of its limit allows that earlier
    scores must have brought. The paths do not depend on the error rate: only an alert by a drop
    stays out of the baseline, and after an alert a course is decided. That the sum starts anew
    above its limit, and what an open episode does (it mutes the echoes of a fall), is left out; the
    limits are tried with the whole engine.
    """
    found = array("d")
    endless = replace(policy, cusum_limit=math.inf)
    for _ in range(n_series):
        baseline, total, highest, least, previous = Baseline(), 0.0, 0.0, 1.0, math.inf
        for session in range(1, PLANNED[-1] + 1):
            score = rng.gauss(0, 1)
            summary = baseline.summary()
            if summary.m >= policy.baseline_needed:
                now = summary, policy.time(session), score
                prediction = predict(*now, policy.own_trend, SPREAD, policy.prior_df)
                growth = predict(*now, policy.growth, SPREAD, policy.prior_df)
                before, total = total, cusum(total, growth.t, 1, endless)
                last = (previous - score) / (math.sqrt(2) * SEM)
                mean = (summary.mean - score) / (SEM * math.sqrt(1 + 1 / summary.m))
                fell = max(last, mean) >= policy.z_reliable
                if summary.mean - score >= policy.cusum_fall:
                    highest = max(highest, min(total, before / policy.cusum_earlier))
                if fell:
                    least = min(least, prediction.p)
            baseline.add(session, policy.time(session), score)
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
    return max(LEAST, math.ceil(round(exact / STEP, 9)) * STEP)
