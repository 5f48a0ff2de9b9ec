"""What the data can bear: how many scores, gaps, silence, ceilings. Of the whole course: later
sessions change it.
"""

from collections.abc import Iterator
from typing import Any

from service.alliance.course import INTAKE
from service.alliance.judging.monitor import Monitor
from service.alliance.rules.data import SILENT_AFTER_DROP
from service.alliance.series.error_model import NOT_OWN, ErrorModel
from service.alliance.series.series import Series

ENOUGH_SCORES = 4
"""From as many scores on, all rules about change can speak."""


def sufficiency(monitor: Monitor) -> str:
    """Return what the rules had to go by: `enough` scores of some watched series, `too_few_scores`
    of each, or `no_scores` at all.
    """
    longest = max((len(one.points) for one in _watched(monitor)), default=0)
    if longest == 0:
        return "no_scores"
    return "enough" if longest >= ENOUGH_SCORES else "too_few_scores"


def _watched(monitor: Monitor) -> list[Series]:
    """Return the watched series with a score after intake."""
    return [one for one in monitor.tracks.series.values() if one.is_watched and one.points]


def data_quality(monitor: Monitor) -> list[dict[str, Any]]:
    """Describe the data of every watched series with a score after intake."""
    numbers = [view.session.number for view in monitor.views if view.session.number != INTAKE]
    silent: dict[str, list[int]] = {rater: [] for rater in monitor.sides}
    for view in monitor.views:
        for judged in view.others:
            if judged.rule == SILENT_AFTER_DROP.id and judged.finding.fired:
                silent[judged.perspective].append(view.session.number)
    return [
        _describe(series, numbers, silent[series.key.perspective]) for series in _watched(monitor)
    ]


def _describe(series: Series, numbers: list[int], silent: list[int]) -> dict[str, Any]:
    sessions = [point.session for point in series.points]
    rated = set(sessions)
    best = series.model.limits and series.model.limits[series.sign == 1]
    at_best = sum(best is not None and point.value == best for point in series.points)
    own = series.summary()
    notes = ["too_few_scores_for_change_rules"] if len(sessions) < ENOUGH_SCORES else []
    notes += _of_errors(series.model)
    if 2 * at_best >= len(sessions) >= 3:
        notes.append("ceiling")
    return {
        "instrument": series.key.instrument,
        "perspective": series.key.perspective,
        "timing": series.key.timing,
        "scale": series.key.scale,
        "n_scores": len(sessions),
        "n_sessions": len(numbers),
        "sessions_without_score": [number for number in numbers if number not in rated],
        "numbers_left_out": _left_out(numbers),
        "silent_after_signal": list(silent),
        "share_at_best": at_best / len(sessions),
        "own_sd": own.sd,
        "notes": notes,
    }


def _of_errors(model: ErrorModel) -> Iterator[str]:
    """Yield what is doubtful of the error figures that a series is judged with."""
    sem, within = model.sem, model.within_person_sd
    if sem is None:
        yield "no_sem"
    if within is not None and within.provenance in NOT_OWN:
        yield "within_person_sd_assumed"
    if sem is not None and within is not None and sem.value > within.value:
        yield "sem_above_within_person_sd"  # one of another source, which it should be part of


def _left_out(numbers: list[int]) -> list[int]:
    """Return the session numbers between the first and the last that were not sent, at most a
    hundred.
    """
    if numbers[-1] - numbers[0] < len(numbers):
        return []
    return sorted(set(range(numbers[0], numbers[-1] + 1)) - set(numbers))[:100]
