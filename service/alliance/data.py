"""Rules about the data themselves: scores at the ceiling, silence after a drop."""

from service.alliance.finding import Finding, unknown
from service.alliance.series import Point, Series


def ceiling(point: Point, series: Series) -> Finding:
    """Look for a run of scores at the scale's best, where a fall is all that can be seen."""
    if series.model.limits is None:
        return unknown("no_range")
    needed = series.policy.ceiling_run
    if len(series.recent) < needed:
        return unknown("too_few_scores")
    return Finding(
        series.at_best >= needed, None, series.at_best, needed, None, {"scores_at_best_in_a_row": series.at_best}
    )
