"""Simulated error rates, looked up: what the label of an alert says about false alarms."""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from service.alliance.calibrated import CHANCE_REPAIR, CUSUM_ALPHAS, CUSUM_LIMITS, POLICY, SESSIONS


class FamilyRate(NamedTuple):
    """Share of stable courses (0 to 1) with at least one such signal by a session, and the same where the true
    session-to-session SD is half as large again as assumed."""

    rate: float
    rate_if_sd_half_again: float
    n_sessions: int


def cusum_threshold(alpha_family: float, n_sessions: int) -> float:
    """Return the limit of the cumulative sum that keeps alerts on stable courses within `alpha_family`.

    Interpolated between the simulated limits, linearly in the number of sessions and in the logarithm of alpha; beyond
    the table its ends hold.
    """
    limits = [_between(CUSUM_ALPHAS, row, alpha_family, math.log) for row in CUSUM_LIMITS.values()]
    return _between(tuple(CUSUM_LIMITS), limits, n_sessions, math.log)


@lru_cache(maxsize=1024)
def family_rate(severity: str, n_sessions: int, kappa: float, sem_known: bool) -> FamilyRate:
    """Return the simulated rate of false signals of the default policy, of a severity or worse, by a session."""
    kind = "sem" if sem_known else "no_sem"
    known = sorted(at for of, at in POLICY if of == kind)
    by_kappa = [_by_session(POLICY[kind, at][severity], n_sessions) for at in known]
    worse = _by_session(POLICY["half_again", 1.5][severity], n_sessions)
    rate = _between(known, by_kappa, kappa)
    return FamilyRate(rate / 100, max(worse, rate) / 100, min(n_sessions, SESSIONS[-1]))


def chance_of_return(kappa: float) -> float:
    """Return the share (0 to 1) of chance drops in stable courses that meet the rule for a confirmed repair."""
    return _between(sorted(CHANCE_REPAIR), [CHANCE_REPAIR[at] for at in sorted(CHANCE_REPAIR)], kappa) / 100


def _by_session(percentages: tuple[float, ...], n_sessions: int) -> float:
    return _between((3, *SESSIONS), (0.0, *percentages), n_sessions)


def _between(xs: Sequence[float], ys: Sequence[float], x: float, scaled: Callable[[float], float] = float) -> float:
    """Return y at x on the broken line through (scaled(x), y), constant beyond its ends; `xs` ascend."""
    if x <= xs[0]:
        return ys[0]
    for left, right, below, above in zip(xs, xs[1:], ys, ys[1:], strict=False):
        if x <= right:
            share = (scaled(x) - scaled(left)) / (scaled(right) - scaled(left))
            return below + share * (above - below)
    return ys[-1]
