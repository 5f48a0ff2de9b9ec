"""Simulated error rates, looked up: what the label of an alert says about false alarms, what a rule
adds to them.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from service.alliance.calibrated import (
    CHANCE_REPAIR,
    CUSUM_ALPHAS,
    CUSUM_LIMITS,
    DETECTION,
    DYADS,
    POLICY,
    RULE_DETECTION,
    RULES,
    SESSIONS,
)

KAPPA = 1.5
"""The kappa that rates are shown for where none is asked for."""


class FamilyRate(NamedTuple):
    """Share of stable courses (0 to 1) with at least one such signal by a session, and the same
    where the true session-to-session SD is half as large again as assumed.
    """

    rate: float
    rate_if_sd_half_again: float
    n_sessions: int


def cusum_threshold(
    alpha_family: float, n_sessions: int, limits: Mapping[int, tuple[float, ...]] = CUSUM_LIMITS
) -> float:
    """Return the limit of the cumulative sum that keeps alerts on stable courses within
    `alpha_family`.

    Interpolated between the simulated limits, linearly in the logarithms of alpha and of the number
    of sessions; beyond the table its ends hold.
    """
    by_sessions = [_between(CUSUM_ALPHAS, row, alpha_family, math.log) for row in limits.values()]
    return _between(tuple(limits), by_sessions, n_sessions, math.log)


@lru_cache(maxsize=1024)
def family_rate(
    severity: str, n_sessions: int, kappa: float, sem_known: bool, held_back: bool = False
) -> FamilyRate:
    """Return the simulated rate of false signals of the default policy, of a severity or worse, by
    a session; `held_back` where the SD is not the dyad's own, so that a score by itself is a watch
    at most until the dyad has sessions of its own.
    """
    right, half_again = ("capped", "capped_half_again") if held_back else ("sem", "half_again")
    if not sem_known:
        right = "capped_no_sem" if held_back else "no_sem"
    rate = _at_kappa(right, severity, n_sessions, kappa)
    worse = _at_kappa(half_again, severity, n_sessions, kappa)
    return FamilyRate(rate / 100, max(worse, rate) / 100, min(n_sessions, SESSIONS[-1]))


def share_by_session(sessions: Sequence[int], shares: Sequence[float], n_sessions: int) -> float:
    """Return the share of stable courses with a signal by a session, on the line through those of
    the sessions that were counted (ascending), none by the first; beyond the last theirs holds.
    """
    return _between((1, *sessions), (0.0, *shares), n_sessions)


def rate_in_decline(severity: str, n_sessions: int) -> float:
    """Return the share (0 to 1) of courses with a signal of a severity or worse by a session where
    scores fall by a tenth of the session-to-session SD a session.
    """
    return _at_kappa("decline", severity, n_sessions, KAPPA) / 100


def chance_of_return(kappa: float) -> float:
    """Return the share (0 to 1) of chance drops in stable courses that meet the rule for a
    confirmed repair.
    """
    return (
        _between(sorted(CHANCE_REPAIR), [CHANCE_REPAIR[at] for at in sorted(CHANCE_REPAIR)], kappa)
        / 100
    )


def rates_of_rule(rule: str) -> dict[str, Any] | None:
    """Return one rule's simulated percentages, None where it was not simulated.

    `false_alarms`: stable courses in which it fired by each session, on its own; `detection`:
    changes in which it fired in time; `lifted`: what a rule that lifts signals makes of stable
    courses by session 12.
    """
    if rule in RULES:
        false_alarms = dict(zip(map(str, SESSIONS), RULES[rule][KAPPA], strict=True))
        return {"kappa": KAPPA, "false_alarms": false_alarms, "detection": RULE_DETECTION.get(rule)}
    if rule in _LIFTING:
        return {"kappa": KAPPA, "lifted": {name: DYADS[name] for name in _LIFTING[rule]}}
    return None


def rate_of_rule(rule: str, n_sessions: int, kappa: float = KAPPA) -> float:
    """Return the share (0 to 1) of stable courses in which one rule that was simulated fired by a
    session, on its own.

    For an alert that one rule opened. R12 is counted once it is final, in dyads of the norm's
    population: it fires for those whose level is low.
    """
    simulated = RULES[rule]
    known = sorted(simulated)
    shares = [_by_session(simulated[at], n_sessions) for at in known]
    return _between(known, shares, kappa) / 100


def rates_of_policy() -> dict[str, Any]:
    """Return the whole policy's percentages of false signals by session, and of changes noticed in
    time.
    """
    false_alarms = {
        severity: dict(zip(map(str, SESSIONS), percentages, strict=True))
        for severity, percentages in POLICY["sem", KAPPA].items()
    }
    return {"kappa": KAPPA, "false_alarms": false_alarms, "detection": DETECTION["sem", KAPPA]}


_LIFTING = {
    "R14": ("patient", "therapist_independent", "therapist_correlated"),
    "R15": ("patient", "therapist_independent", "therapist_correlated"),
    "R16": ("patient", "symptoms"),
}


def _at_kappa(kind: str, severity: str, n_sessions: int, kappa: float) -> float:
    known = sorted(at for of, at in POLICY if of == kind)
    return _between(
        known, [_by_session(POLICY[kind, at][severity], n_sessions) for at in known], kappa
    )


def _by_session(percentages: tuple[float, ...], n_sessions: int) -> float:
    return share_by_session(SESSIONS, percentages, n_sessions)


def _between(
    xs: Sequence[float], ys: Sequence[float], x: float, scaled: Callable[[float], float] = float
) -> float:
    """Return y at x on the broken line through (scaled(x), y), constant beyond its ends; `xs`
    ascend.
    """
    if x <= xs[0]:
        return ys[0]
    for left, right, below, above in zip(xs, xs[1:], ys, ys[1:], strict=False):
        if x <= right:
            share = (scaled(x) - scaled(left)) / (scaled(right) - scaled(left))
            return below + share * (above - below)
    return ys[-1]
