"""Rule about a single side of the alliance: bond, goals or tasks."""

from typing import Any

from service.alliance.finding import Finding, Tail, unknown
from service.alliance.rules.drop import reliable_previous
from service.alliance.rules.rule import Role, ScoreRule
from service.alliance.series.series import Parts, Point, Series
from service.alliance.student import critical_value


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
    a = parts[0][1].policy.a_alert / (len(parts) + n_unjudged)
    judged: list[dict[str, Any]] = []
    tails: dict[str, Tail] = {}
    reasons = ["no_sem"] if n_unjudged else []
    for point, series in parts:
        reliable = reliable_previous(point, series)
        if reliable.fired is None or point.prediction is None:
            reasons.append(reliable.reason or "baseline_too_short")
            continue
        threshold = critical_value(a, point.prediction.df)
        tails[series.key.scale] = point.prediction.tail
        judged.append(
            {
                "scale": series.key.scale,
                "value": point.value,
                "rci": reliable.statistic,
                "t": point.prediction.t,
                "threshold": threshold,
                "fired": reliable.fired and point.prediction.t > threshold,
            }
        )
    fired = [one for one in judged if one["fired"]]
    if not judged or (reasons and not fired):
        return unknown(reasons[0])
    shown = max(fired or judged, key=lambda one: one["t"])
    evidence = {"subscales": judged}
    return Finding(
        bool(fired), None, shown["t"], shown["threshold"], tails[shown["scale"]], evidence
    )


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
)
