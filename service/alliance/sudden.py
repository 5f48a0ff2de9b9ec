"""Sudden gains and losses: three criteria on the sessions around one step (Tang and DeRubeis 1999)."""

import math
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from service.alliance.finding import Finding, unknown
from service.alliance.student import critical_value

TWO_SIDED_5_PERCENT = 0.025
SPAN = 3
NEEDED = 2


def sudden_change(scores: Mapping[int, float], latest: int, cutoff: float | None) -> Finding:
    """Judge the steps that the latest session completes, by criteria 1 and 3; a loss has a negative statistic.

    `scores` by session number, higher always better; those before the last six sessions are not needed.
    The step leads from session N to N + 1; before it count up to three sessions N − 2 to N, after it N + 1 to N + 3, at
    least two of each. Criterion 1: the step is at least `cutoff`. Criterion 3: the means before and after differ by
    more than t(.975) times the pooled SD. The second criterion (a quarter of the score before) is left out, because it
    depends on where a scale has its zero.
    """
    if cutoff is None:
        return unknown("no_sem")
    steps = (latest - SPAN, latest - SPAN + 1)
    judged = [finding for step in steps if (finding := _step(scores, step, latest, cutoff)) is not None]
    if not judged:
        return unknown("too_few_adjacent_sessions")
    return next((finding for finding in judged if finding.fired), judged[-1])


def _step(by_session: Mapping[int, float], before: int, latest: int, cutoff: float) -> Finding | None:
    if before not in by_session or before + 1 not in by_session:
        return None
    pre = [by_session[number] for number in range(before - SPAN + 1, before + 1) if number in by_session]
    post = [by_session[number] for number in range(before + 1, latest + 1) if number in by_session]
    if len(pre) < NEEDED or len(post) < NEEDED:
        return None
    step = post[0] - pre[-1]
    evidence: dict[str, Any] = {"from_session": before, "n_before": len(pre), "n_after": len(post)}
    if abs(step) < cutoff:
        return Finding(False, None, step, cutoff, None, evidence, None, before + 1)
    df = len(pre) + len(post) - 2
    difference = fmean(post) - fmean(pre)
    pooled = math.sqrt((_squares(pre) + _squares(post)) / df)
    limit = critical_value(TWO_SIDED_5_PERCENT, df) * pooled
    fired = abs(difference) > limit and step * difference > 0
    evidence |= {"mean_before": fmean(pre), "mean_after": fmean(post), "limit": limit}
    return Finding(fired, None, step, cutoff, None, evidence, None, before + 1)


def _squares(values: Sequence[float]) -> float:
    mean = fmean(values)
    return math.fsum((value - mean) ** 2 for value in values)
