"""Sudden gains and losses: three criteria on the sessions around one step (Tang and DeRubeis
1999).
"""

import math
from collections.abc import Mapping

from service.alliance.finding import Finding, unknown
from service.alliance.rules.rule import ScoreRule, without_sem
from service.alliance.series.series import Point, Series
from service.alliance.student import critical_value
from service.scoring.sums import meets

TWO_SIDED_5_PERCENT = 0.025
SPAN = 3
NEEDED = 2


def sudden_loss(point: Point, series: Series) -> Finding:
    """Tell of a sudden loss that the score completes; a sudden gain is no sign of strain."""
    change = sudden_change(series.scores, point.session, series.step_cutoff, series.sign)
    return change._replace(fired=False) if is_gain(change) else change


def is_gain(change: Finding) -> bool:
    """Tell whether a sudden change was for the better."""
    return bool(change.fired) and change.statistic is not None and change.statistic > 0


def sudden_change(
    scores: Mapping[int, float], latest: int, cutoff: float | None, sign: int = 1
) -> Finding:
    """Judge the steps that the latest session completes, by criteria 1 and 3; a loss has a negative
    statistic.

    A step is reported once, with the second or the third score after it.

    `scores` by session number, higher always better; those before the last six sessions are not
    needed. `sign` is -1 where higher scores of the scale are worse: the means of the evidence are
    as it prints them. The step leads from session N to N + 1; before it count up to three sessions
    N − 2 to N, after it N + 1 to N + 3, at least two of each. Criterion 1: the step is at least
    `cutoff`. Criterion 3: the means before and after differ by more than t(.975) times the pooled
    SD. The second criterion (a quarter of the score before) is left out, because it depends on
    where a scale has its zero.
    """
    if cutoff is None:
        return unknown("no_sem")
    newer = _step(scores, latest - SPAN + 1, latest, cutoff, sign)
    if newer is not None and (newer.fired or not _reaches(scores, latest - SPAN, cutoff)):
        return newer
    older = _step(scores, latest - SPAN, latest, cutoff, sign)
    if older is not None and older.fired:
        before = _step(scores, latest - SPAN, latest - 1, cutoff, sign)
        if before is None or not before.fired:  # else the session before has reported it
            return older
    return newer or older or unknown("too_few_adjacent_sessions")


def may_complete(scores: Mapping[int, float], latest: int, cutoff: float | None) -> bool:
    """Tell cheaply whether `sudden_change` could fire: one of the steps that the session completes
    is large enough.
    """
    if cutoff is None:
        return False
    return _reaches(scores, latest - SPAN, cutoff) or _reaches(scores, latest - SPAN + 1, cutoff)


def _reaches(scores: Mapping[int, float], before: int, cutoff: float) -> bool:
    first, second = scores.get(before), scores.get(before + 1)
    return first is not None and second is not None and meets(abs(second - first), ">=", cutoff)


def _step(
    scores: Mapping[int, float], before: int, latest: int, cutoff: float, sign: int
) -> Finding | None:
    first, second = scores.get(before), scores.get(before + 1)
    if first is None or second is None:
        return None
    pre = _given(scores, before - SPAN + 1, before)
    post = _given(scores, before + 1, min(before + SPAN, latest))
    if len(pre) < NEEDED or len(post) < NEEDED:
        return None
    step = second - first
    evidence = {"from_session": before, "n_before": len(pre), "n_after": len(post)}
    found = Finding(False, None, step, cutoff, None, evidence, None, before + 1)
    if meets(abs(step), "<", cutoff):
        return found
    means = _means(pre, post, sign)
    difference = means["mean_after"] - means["mean_before"]
    # beyond the limit it has the step's sign: against it, scores would scatter by more
    fired = abs(difference) > means["limit"]
    return found._replace(fired=fired, evidence=evidence | means)


def _given(scores: Mapping[int, float], first: int, last: int) -> list[float]:
    return [scores[number] for number in range(first, last + 1) if number in scores]


def _means(pre: list[float], post: list[float], sign: int) -> dict[str, float]:
    """Return the means before and after a step as the scale prints them, and what they must differ
    by (criterion 3).
    """
    before, after = sum(pre) / len(pre), sum(post) / len(post)
    squares = sum([(y - before) ** 2 for y in pre]) + sum([(y - after) ** 2 for y in post])
    df = len(pre) + len(post) - 2
    limit = critical_value(TWO_SIDED_5_PERCENT, df) * math.sqrt(squares / df)
    shown = {"mean_before": sign * before or 0.0, "mean_after": sign * after or 0.0}  # never -0.0
    return {**shown, "limit": limit}


SUDDEN_LOSS = ScoreRule(
    id="R17",
    name="retro.sudden_drop",
    title="Sudden loss between two sessions, seen later",
    formula="step >= 1.96 * sqrt(2) * SEM, and the means of up to 3 sessions before and"
    " after differ by more than t(.975) * pooled SD; reported with the session "
    "that completes it",
    minimum_data="2 scores before and 2 after the step, and an SEM",
    severity="info",
    provenance="published",
    sources=("tang-derubeis-1999",),
    figures=("sem",),
    evaluate=sudden_loss,
    lacking=without_sem,
)
RULES = (SUDDEN_LOSS,)
