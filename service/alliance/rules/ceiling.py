"""Rules about the data themselves: scores at the ceiling, silence after a drop."""

from functools import cache

from service.alliance.finding import Finding, shared, unknown
from service.alliance.series.series import Point, Series


@cache
def _none_at_best(needed: int) -> Finding:
    return shared(Finding(False, None, 0, needed, None, {"scores_at_best_in_a_row": 0}))


def ceiling(point: Point, series: Series) -> Finding:
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
