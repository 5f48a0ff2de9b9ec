"""Rules about the data themselves: scores at the ceiling, silence after a signal."""

from collections.abc import Iterator
from functools import cache

from service.alliance.finding import STRAINED, Finding, shared, unknown
from service.alliance.rules.hearing import Hearing
from service.alliance.rules.rule import ScoreRule, SideRule
from service.alliance.series.series import Point, Series

NOT_SILENT = shared(Finding(False))


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


def silence(hearing: Hearing) -> Iterator[tuple[Series | None, Finding]]:
    """Look for a missing form right after a session that ended in a watch or alert."""
    rater = hearing.rater
    if not rater.seen:
        if rater.has_form:
            yield hearing.lead, unknown("no_earlier_form")
    elif rater.has_form or not rater.had_form or rater.signal not in STRAINED:
        yield hearing.lead, NOT_SILENT
    else:
        evidence = {"after_session": rater.session, "signal": rater.signal}
        yield (
            hearing.lead,
            Finding(True, None, None, None, None, evidence, None, rater.session),
        )


SILENT_AFTER_DROP = SideRule(
    id="R19",
    name="data.silent_after_drop",
    title="No form in the session after a signal",
    formula="no form of this perspective in the next session after a watch or alert",
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
)
