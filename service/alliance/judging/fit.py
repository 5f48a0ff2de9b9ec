"""What speaks for looking at how patient, therapist and method fit: a question, never a verdict."""

from service.alliance.rules.level import EARLY_WEAK, is_no_better_than_average
from service.alliance.series.scored import Scored
from service.alliance.series.series import Point, Series

WEAK_START, NO_RISE, UNRESOLVED_TWICE = "weak_start", "no_rise", "unresolved_twice"
NO_RISE_FROM = 8
"""From this session of a phase on, that the alliance has not risen is a ground."""
ENDS = 3
TWICE = 2


def note_grounds(
    grounds: dict[str, int], session: int, scored: list[Scored], n_unresolved: int
) -> None:
    """Add to the grounds, each with the session in which it was first met."""
    for one in scored:
        early = one.findings[EARLY_WEAK.id]
        if early.fired and not early.evidence["provisional"]:
            grounds.setdefault(WEAK_START, session)
        if NO_RISE not in grounds and has_not_risen(one.point, one.series):
            grounds.setdefault(NO_RISE, session)
    if n_unresolved >= TWICE:
        grounds.setdefault(UNRESOLVED_TWICE, session)


def has_not_risen(point: Point, series: Series) -> bool:
    """Tell whether the mean of the last three scores of a phase is no better than that of its first
    three, from session 8 on, and not known to be above average.
    """
    n = series.own_scores + 1
    if point.in_phase < NO_RISE_FROM or n < 2 * ENDS:
        return False
    begun = len(series.points) - n
    first = sum(one.y for one in series.points[begun : begun + ENDS]) / ENDS
    last = sum(one.y for one in series.points[-ENDS:]) / ENDS
    return last <= first and is_no_better_than_average(series.sign * last, series)
