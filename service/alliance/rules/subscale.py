"""Rules about a part of the alliance: its bond, goals or tasks, and single items."""

from typing import Any

from service.alliance.finding import Finding, shared, unknown
from service.alliance.rules.drop import reliable_previous
from service.alliance.rules.level import keyed
from service.alliance.rules.rule import Role, ScoreRule
from service.alliance.series.series import Parts, Point, Series
from service.alliance.series.watched_scale import Standard
from service.alliance.student import critical_value
from service.scoring.instrument import Item, Number
from service.scoring.sums import meets

FALL = 0.75
UPPER_THIRD = 2 / 3
NO_COLLAPSE = shared(Finding(False))


def drop(point: Point, _: Series) -> Finding:
    """Ask of the subscales beside a watched score what `of_parts` asks."""
    return of_parts(point.parts)


def of_parts(beside: Parts) -> Finding:
    """Ask on each of k subscales for a reliable fall that is unusual for the dyad at level a / k
    (Bonferroni); those without an SEM count among the k.
    """
    parts, n_unjudged = beside
    if not parts:
        return unknown("no_sem" if n_unjudged else "no_subscale_scores")
    found = _falls(beside)
    judged = {scale: fall for scale, fall in found.items() if fall.fired is not None}
    if not any(fall.fired for fall in judged.values()):
        if n_unjudged:
            return unknown("no_sem")
        if len(judged) < len(found):
            return next(fall for fall in found.values() if fall.fired is None)
    return _largest(judged)


def _falls(beside: Parts) -> dict[str, Finding]:
    parts, n_unjudged = beside
    a = parts[0][1].policy.a_alert / (len(parts) + n_unjudged)
    return {series.key.scale: _fall(point, series, a) for point, series in parts}


def _largest(judged: dict[str, Finding]) -> Finding:
    """Return the largest fall, of those that fired if any did, with all of them as evidence."""
    fell = [scale for scale, fall in judged.items() if fall.fired]
    shown = max((judged[scale] for scale in fell or judged), key=lambda fall: fall.statistic or 0)
    subscales = [
        {"scale": scale, **fall.evidence, "fired": fall.fired} for scale, fall in judged.items()
    ]
    return shown._replace(evidence={"subscales": subscales, "fell": fell})


def _fall(point: Point, series: Series, a: float) -> Finding:
    """Ask of one subscale for a reliable fall that is unusual for the dyad at level a."""
    reliable, prediction = reliable_previous(point, series), point.prediction
    if reliable.fired is None or prediction is None:
        return unknown(reliable.reason or "baseline_too_short")
    threshold = critical_value(a, prediction.df)
    evidence = {
        "value": point.value,
        "rci": reliable.statistic,
        "t": prediction.t,
        "threshold": threshold,
    }
    fired = reliable.fired and prediction.t > threshold
    return Finding(fired, None, prediction.t, threshold, prediction.tail, evidence)


def collapse(point: Point, series: Series) -> Finding:
    """Look for answers that fell since the previous form from the upper third of their range to its
    end, or by three quarters of it. Evidence names items, never their texts.
    """
    if point.previous is None:
        return unknown("no_previous_score")
    answers, before = point.rating.answers, point.previous.rating.answers
    if answers is None or before is None:
        return unknown("no_answers")
    fallen = []
    for place, item, least in series.answered:
        then, now = before[place], answers[place]
        if then is not None and now is not None and abs(then - now) >= least:
            fall = _collapsed(item, then, now, series.sign)
            if fall is not None:
                fallen.append({"item": item.id, **fall})
    if not fallen:
        return NO_COLLAPSE
    largest = max(one["share_of_range"] for one in fallen)
    evidence = {"previous_session": point.previous.session, "items": fallen}
    return Finding(True, None, largest, FALL, None, evidence)


def _collapsed(item: Item, then: Number, now: Number, sign: int) -> dict[str, Any] | None:
    """Return how an answer fell, keyed as the scale counts it, None if it did not fall so far."""
    before, after = keyed(item, then), keyed(item, now)
    span = item.highest - item.lowest
    if before is None or after is None or not span:
        return None
    fall = sign * (before - after) / span
    left = sign * (after - (item.lowest if sign > 0 else item.highest)) / span
    to_the_end = left <= 0 and meets(fall, ">=", UPPER_THIRD)
    if not to_the_end and not meets(fall, ">=", FALL):
        return None
    return {"before": before, "after": after, "size": abs(before - after), "share_of_range": fall}


def _without_items(standard: Standard) -> str | None:
    return None if standard.answered else "no_items"


RULES = (
    ScoreRule(
        id="R10",
        name="subscale.drop",
        title="One side of the alliance fell",
        formula="R03 and R06 at a_alert / k on any of k subscales",
        minimum_data="3 earlier scores and an SEM, by subscale",
        severity="watch",
        provenance="engineering",
        settings=(
            "a_alert",
            "prior_df",
            "z_reliable",
        ),
        sources=("simulation",),
        roles=frozenset({Role.DROP}),
        figures=("sem", "within_person_sd"),
        evaluate=drop,
        of_parts=of_parts,
    ),
    ScoreRule(
        id="R22",
        name="item.collapse",
        title="A single answer collapsed",
        formula="an answer, keyed, fell since the previous form by >= 3/4 of its range, or from "
        "its upper third to its lowest",
        minimum_data="2 forms with answers",
        severity="info",
        provenance="engineering",
        evaluate=collapse,
        lacking=_without_items,
    ),
)
