"""The findings of one session on one series, in the order of the battery."""

from collections.abc import Sequence

from service.alliance import chart, data, direct, drop, level, subscale
from service.alliance.finding import Finding
from service.alliance.series import Point, Series
from service.alliance.sudden import sudden_change

SINGLE_SERIES = (
    ("R01", level.cutoff),
    ("R02", level.norm_low),
    ("R03", drop.reliable_previous),
    ("R04", drop.reliable_baseline),
    ("R05", drop.fixed),
    ("R06", drop.unusual_for_dyad),
    ("R07", chart.individuals),
    ("R08", chart.cusum),
    ("R09", chart.decline),
    ("R11", level.item_low),
    ("R12", level.early_weak),
    ("R18", data.ceiling),
)


def judge(
    point: Point, series: Series, subscales: Sequence[tuple[Point, Series]]
) -> tuple[dict[str, Finding], Finding | None]:
    """Return what each rule of one series says about its latest score, and the sudden gain that it completes."""
    findings = {rule: evaluate(point, series) for rule, evaluate in SINGLE_SERIES}
    findings["R10"] = subscale.drop(subscales)
    change = sudden_change({one.session: one.y for one in series.recent}, point.session, series.step_cutoff)
    gained = change.fired and change.statistic is not None and change.statistic > 0
    findings["R17"] = change._replace(fired=False) if gained else change
    findings["R20"] = direct.report(point.rating, "tension")
    return findings, change if gained else None
