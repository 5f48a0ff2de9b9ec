"""Rules about the data themselves: scores at the ceiling, silence after a signal."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from service.alliance.finding import Finding, shared, unknown
from service.alliance.rules.hearing import Hearing
from service.alliance.rules.rule import ScoreRule, SideRule
from service.alliance.rules.symptoms import worsened
from service.alliance.series.series import Point, Series
from service.alliance.series.symptoms import SymptomSeries
from service.scoring.sums import meets

NOT_SILENT = shared(Finding(False))
NO_STEP = shared(Finding(False))
NOT_AT_ODDS = shared(Finding(False))
WATCHED_SILENCE = 3
AGREEABLENESS = "agreeableness"
HIGH_Z = 1.0
HIGH_SHARE = 0.75


@cache
def _none_at_best(needed: int) -> Finding:
    return shared(Finding(False, None, 0, needed, None, {"scores_at_best_in_a_row": 0}))


def ceiling(_: Point, series: Series) -> Finding:
    """Look for a run of scores at the scale's best, where a fall is all that can be seen."""
    if series.model.limits is None:
        return unknown("no_range")
    needed = series.policy.ceiling_run
    if len(series.recent) < needed:
        return unknown("too_few_scores")
    run = series.at_best
    if run == 0:
        return _none_at_best(needed)
    return Finding(run >= needed, None, run, needed, None, {"scores_at_best_in_a_row": run})


def step_down(point: Point, series: Series) -> Finding:
    """Tell of the first score below the scale's best after a run at it."""
    if series.best is None:
        return unknown("no_range")
    needed, run, earlier = series.policy.ceiling_run, 0, point.previous
    if point.value != series.best:
        while earlier is not None and earlier.value == series.best:
            run, earlier = run + 1, earlier.previous
    if not run:
        return NO_STEP
    assert point.drop is not None
    evidence = {"scores_at_best_in_a_row": run, "drop": point.drop}
    return Finding(run >= needed, None, run, needed, None, evidence)


def silence(hearing: Hearing) -> Iterator[tuple[Series | None, Finding]]:
    """Look for missing forms since a session that ended in a watch or alert: a watch for three
    sessions running, information after that.
    """
    rater = hearing.rater
    if not rater.seen:
        if rater.has_form:
            yield hearing.lead, unknown("no_earlier_form")
        return
    silent = rater.silence()
    if silent is None:
        yield hearing.lead, NOT_SILENT
        return
    evidence = {"after_session": silent.since, "signal": silent.signal, "missed": silent.missed}
    severity = None if silent.missed <= WATCHED_SILENCE else "info"
    yield (
        hearing.lead,
        Finding(True, None, silent.missed, 1, None, evidence, severity, silent.since),
    )


def ceiling_with_worsening(hearing: Hearing) -> Iterator[tuple[Series | None, Finding]]:
    """Look for symptoms that worsened reliably beside scores at the scale's best, which may not
    tell what the patient thinks; a watch when both first hold, information while they go on.
    """
    if hearing.rater.perspective != "client":
        return
    if all(found.fired is None for _, found in hearing.changes):
        return
    for one in hearing.rater.scored:
        run, needed = one.series.at_best, one.series.policy.ceiling_run
        worse = worsened(hearing.changes) if run >= needed else []
        if not worse:
            yield one.series, NOT_AT_ODDS
            continue
        is_new = run == needed or any(not change.before for change in worse)
        evidence = {
            "scores_at_best_in_a_row": run,
            "symptoms": [change.evidence for change in worse],
            "agreeableness": _agreeableness(hearing.beside),
        }
        yield (
            one.series,
            Finding(True, None, run, needed, None, evidence, None if is_new else "info"),
        )


def _agreeableness(beside: Iterable[SymptomSeries]) -> dict[str, Any] | None:
    """Return the latest score of a form of agreeableness, None without one. High is z of 1 in its
    norm or, without a norm, three quarters of its range: 4 on answers of 1 to 5.
    """
    found = next((one for one in beside if one.key.scale == AGREEABLENESS), None)
    if found is None:
        return None
    session, value = found.values[-1]
    norm, limits = found.model.norm, found.model.limits
    z = (value - norm.mean) / norm.sd if norm is not None else None
    high = None if z is None else meets(z, ">=", HIGH_Z)
    if z is None and limits is not None:
        high = meets((value - limits[0]) / (limits[1] - limits[0]), ">=", HIGH_SHARE)
    instrument = found.key.instrument
    return {"instrument": instrument, "session": session, "value": value, "z": z, "high": high}


SILENT_AFTER_DROP = SideRule(
    id="R19",
    name="data.silent_after_drop",
    title="No form in the session after a signal",
    formula="no form of this perspective since a session with a watch or alert; a watch for three "
    "sessions running, then info",
    minimum_data="1 session after a signal",
    severity="watch",
    provenance="engineering",
    evaluate=silence,
)
RULES = (
    ScoreRule(
        id="R18",
        name="data.ceiling",
        title="Scores at the ceiling",
        formula="the last ceiling_run scores are the best possible",
        minimum_data="3 scores",
        severity="info",
        provenance="engineering",
        settings=("ceiling_run",),
        sources=("meier-2022",),
        evaluate=ceiling,
    ),
    SILENT_AFTER_DROP,
    SideRule(
        id="R24",
        name="data.ceiling_with_worsening",
        title="Scores at the ceiling while symptoms worsen",
        formula="R18 on the patient's form and R23 in the same session; a watch in the session "
        "that completes both, then info; agreeableness beside it where it was given",
        minimum_data="3 scores and 2 symptom scores",
        severity="watch",
        provenance="engineering",
        settings=("ceiling_run",),
        sources=("meier-2022",),
        evaluate=ceiling_with_worsening,
    ),
    ScoreRule(
        id="R29",
        name="data.first_step_down",
        title="First step down from the ceiling",
        formula="a score below the best possible after ceiling_run or more at it",
        minimum_data="2 scores",
        severity="info",
        provenance="engineering",
        settings=("ceiling_run",),
        evaluate=step_down,
    ),
)
