"""Rules about symptoms beside the alliance."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from service.alliance.finding import STRAINED, Finding, unknown
from service.alliance.rules.hearing import Hearing, Rater
from service.alliance.rules.rule import Role, SideRule
from service.alliance.series.symptoms import Changes, Reliable, SymptomSeries
from service.scoring.instrument import Number
from service.scoring.sums import meets

SCORES_NEEDED = 2


def co_deterioration(hearing: Hearing) -> Iterator[tuple[SymptomSeries, Finding]]:
    """Join a patient's signal of this or the previous session with a reliable deterioration of
    symptoms in this one; told on the symptoms that it rests on: those that worsened, else the first
    ones.
    """
    if hearing.rater.perspective == "client" and hearing.changes:
        yield joined(hearing.changes, hearing.signal, hearing.rater, hearing.is_open)


def joined(
    changes: Changes, signal: str, rater: Rater, is_open: bool = False
) -> tuple[SymptomSeries, Finding]:
    """Return what R16 says, and the symptoms that it rests on."""
    judged = among_all(changes)
    if not judged:
        series, first = changes[0]
        return series, unknown(first.reason or "")
    worse = [change for change in judged if change[1].fired]
    shown = worse or judged
    (_, first), evidence = (
        shown[0],
        {"symptoms": [one.evidence for _, one in shown], "n_scales": len(judged)},
    )
    found = Finding(False, None, first.statistic, first.threshold, None, evidence)
    if not worse:
        return changes[0][0], found
    now, before = signal in STRAINED, rater.signal in STRAINED
    about = rater.session if before and not now else None
    return worse[0][0], found._replace(fired=now or before or is_open, about=about)


def among_all(changes: Changes) -> Changes:
    """Return those changes that can be judged, each by the criterion for as many scales as there
    are.
    """
    judged = [change for change in changes if change[1].fired is not None]
    return [(series, _by(series.among(len(judged)), found)) for series, found in judged]


def _by(criterion: Reliable, found: Finding) -> Finding:
    """Judge a change anew by another criterion."""
    _, op, threshold = criterion
    assert found.statistic is not None
    fired = meets(found.statistic, op, threshold)
    evidence = {**found.evidence, "threshold": threshold}
    return found._replace(fired=fired, threshold=threshold, evidence=evidence)


class Worsening(NamedTuple):
    """A reliable worsening of one symptom scale: its evidence, and whether it held at the score
    before.
    """

    evidence: dict[str, Any]
    before: bool


def deterioration(hearing: Hearing) -> Iterator[tuple[SymptomSeries, Finding]]:
    """Tell of symptoms that worsened reliably by themselves: since the first score, or again after
    a reliable improvement, since the best one.
    """
    if hearing.rater.perspective == "client":
        n = sum(found.fired is not None for _, found in hearing.changes)
        for series, found in hearing.changes:
            yield series, unknown(found.reason or "") if found.fired is None else _since(series, n)


def worsened(changes: Changes) -> list[Worsening]:
    """Return the symptoms that worsened by R23."""
    judged = [series for series, found in changes if found.fired is not None]
    n, worse = len(judged), []
    for series in judged:
        found = _since(series, n)
        if found.fired:
            before = _since(series, n, back=1)
            worse.append(Worsening(dict(found.evidence), bool(before.fired)))
    return worse


def _oriented(series: SymptomSeries, value: Number) -> Number:
    return series.sign * value


def _since(series: SymptomSeries, n_scales: int, back: int = 0) -> Finding:
    """Compare the last score, or one `back` from it, with the first and, if that was a reliable
    improvement, the best before it.
    """
    _, op, threshold = series.among(n_scales)
    last = len(series.values) - 1 - back
    if last + 1 < SCORES_NEEDED:
        return unknown("too_few_symptom_scores")
    first, (_, latest), best = series.values[0], series.values[last], series.best_by[last - 1]
    from_first = _oriented(series, first[1]) - _oriented(series, latest)
    from_best = _oriented(series, best[1]) - _oriented(series, latest)
    improved = meets(from_best - from_first, op, threshold)
    relapse = improved and not meets(from_first, op, threshold)
    kind, (session, value) = ("relapse", best) if relapse else ("deterioration", first)
    worse_by = from_best if relapse else from_first
    evidence = {
        "instrument": series.key.instrument,
        "scale": series.key.scale,
        "kind": kind,
        "since_session": session,
        "previous": value,
        "best_session": best[0],
        "best": best[1],
        "value": latest,
        "threshold": threshold,
        "n_scales": n_scales,
    }
    fired = meets(worse_by, op, threshold)
    return Finding(fired, None, worse_by, threshold, None, evidence)


RULES = (
    SideRule(
        id="R16",
        name="outcome.co_deterioration",
        title="Symptoms worsened reliably with the alliance",
        formula="patient's watch or alert in session t, and a reliable deterioration of symptoms "
        "in session t or the next, at alpha / k where k scales are looked at; one level more; "
        "later in an open episode it is noted and adds no level",
        minimum_data="2 symptom scores",
        severity="info",
        provenance="engineering",
        sources=("fluckiger-2020", "jacobson-truax-1991"),
        roles=frozenset({Role.ECHO, Role.LIFTS_WATCH, Role.LIFTS_ALERT, Role.NOTED}),
        evaluate=co_deterioration,
    ),
    SideRule(
        id="R23",
        name="outcome.deterioration",
        title="Symptoms worsened reliably",
        formula="worse than the first score by the scale's reliable change (deterioration) or, "
        "after an improvement by as much, than the best earlier one (relapse); at alpha / k where "
        "k scales are looked at",
        minimum_data="2 symptom scores",
        severity="info",
        provenance="engineering",
        sources=("jacobson-truax-1991",),
        roles=frozenset({Role.NOTED}),
        evaluate=deterioration,
    ),
)
