"""Rules about symptoms beside the alliance."""

from collections.abc import Iterator

from service.alliance.finding import STRAINED, Finding, unknown
from service.alliance.rules.hearing import Hearing, Rater
from service.alliance.rules.rule import Role, SideRule
from service.alliance.series.symptoms import Changes, Reliable, SymptomSeries
from service.scoring.sums import meets


def co_deterioration(hearing: Hearing) -> Iterator[tuple[SymptomSeries, Finding]]:
    """Join a patient's signal of this or the previous session with a reliable deterioration of
    symptoms in this one; told on the symptoms that it rests on: those that worsened, else the first
    ones.
    """
    if hearing.rater.perspective == "client" and hearing.changes:
        yield joined(hearing.changes, hearing.signal, hearing.rater)


def joined(changes: Changes, signal: str, rater: Rater) -> tuple[SymptomSeries, Finding]:
    """Return what R16 says, and the symptoms that it rests on."""
    judged = among_all(changes)
    if not judged:
        series, first = changes[0]
        return series, unknown(first.reason or "")
    worse = [change for change in judged if change[1].fired]
    shown = worse or judged
    now, before = signal in STRAINED, rater.signal in STRAINED
    about = rater.session if worse and before and not now else None
    evidence = {"symptoms": [one.evidence for _, one in shown], "n_scales": len(judged)}
    statistic, threshold = shown[0][1].statistic, shown[0][1].threshold
    fired = bool(worse) and (now or before)
    on = shown[0][0] if worse else changes[0][0]
    return on, Finding(fired, None, statistic, threshold, None, evidence, None, about)


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


RULES = (
    SideRule(
        id="R16",
        name="outcome.co_deterioration",
        title="Symptoms worsened reliably with the alliance",
        formula="patient's watch or alert in session t, and a reliable deterioration of symptoms "
        "in session t or the next, at alpha / k where k scales are looked at; one level more",
        minimum_data="2 symptom scores",
        severity="info",
        provenance="engineering",
        sources=("fluckiger-2020", "jacobson-truax-1991"),
        roles=frozenset({Role.ECHO, Role.LIFTS_WATCH, Role.LIFTS_ALERT}),
        evaluate=co_deterioration,
    ),
)
