"""Rule about a single side of the alliance: bond, goals or tasks."""

from collections.abc import Sequence
from typing import Any

from service.alliance.finding import Finding, unknown
from service.alliance.rules.drop import reliable_previous
from service.alliance.series.series import Point, Series
from service.alliance.series.student import critical_value


def drop(parts: Sequence[tuple[Point, Series]], n_noted: int) -> Finding:
    """Ask on each of k subscales for a reliable fall that is unusual for the dyad at level a / k
    (Bonferroni).

    `n_noted` of the k have scores but no SEM: they cannot be judged.
    """
    if not parts:
        return unknown("no_sem" if n_noted else "no_subscale_scores")
    a = parts[0][1].policy.a_alert / (len(parts) + n_noted)
    judged: list[dict[str, Any]] = []
    reasons = ["no_sem"] if n_noted else []
    for point, series in parts:
        reliable = reliable_previous(point, series)
        if reliable.fired is None or point.prediction is None:
            reasons.append(reliable.reason or "baseline_too_short")
            continue
        threshold = critical_value(a, point.prediction.df)
        judged.append(
            {
                "scale": series.key.scale,
                "value": point.value,
                "rci": reliable.statistic,
                "t": point.prediction.t,
                "threshold": threshold,
                "p": point.prediction.p,
                "fired": reliable.fired and point.prediction.t > threshold,
            }
        )
    fired = [one for one in judged if one["fired"]]
    if not judged or (reasons and not fired):
        return unknown(reasons[0])
    shown = max(fired or judged, key=lambda one: one["t"])
    evidence = {"subscales": judged}
    return Finding(bool(fired), None, shown["t"], shown["threshold"], shown["p"], evidence)
