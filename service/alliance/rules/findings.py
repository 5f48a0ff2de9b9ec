"""The findings of one session on one series, in the order of the battery."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from service.alliance.finding import Finding, unknown
from service.alliance.rules import ceiling, control_chart, direct, drop, level, subscale
from service.alliance.rules.sudden import sudden_change
from service.alliance.series.series import Point, Series
from service.alliance.series.watched_scale import Standard, alerts_of

Evaluate = Callable[[Point, Series], Finding]

SINGLE_SERIES: tuple[tuple[str, Evaluate], ...] = (
    ("R01", level.cutoff),
    ("R02", level.norm_low),
    ("R03", drop.reliable_previous),
    ("R04", drop.reliable_baseline),
    ("R05", drop.fixed),
    ("R06", drop.unusual_for_dyad),
    ("R07", control_chart.individuals),
    ("R08", control_chart.cusum),
    ("R09", control_chart.decline),
    ("R11", level.item_low),
    ("R12", level.early_weak),
    ("R18", ceiling.ceiling),
)


ORDER = (
    "R01",
    "R02",
    "R03",
    "R04",
    "R05",
    "R06",
    "R07",
    "R08",
    "R09",
    "R10",
    "R11",
    "R12",
    "R17",
    "R18",
    "R20",
)


class Plan(NamedTuple):
    """What is known of a series' findings before any score: all rules in order, and those that can
    speak.

    `speaking` has their places in that order, `active` those that are evaluated on the series
    alone.
    """

    findings: dict[str, Finding]
    speaking: tuple[tuple[int, str], ...]
    active: tuple[tuple[str, Evaluate], ...]
    sudden: bool
    direct: bool


def plan(standard: Standard) -> Plan:
    """Find out once which rules lack what they need on a scale, whatever its scores will be."""
    lacking = {
        "R01": None if standard.cutoffs else "no_cutoff",
        "R02": None if standard.model.norm is not None else "no_norm_of_human_therapy",
        "R05": "not_configured" if standard.settings.fixed_drop is None else None,
        "R11": "not_configured" if standard.settings.item_floor is None else None,
        "R12": None if standard.cutoffs or standard.model.norm is not None else "no_norm_or_cutoff",
        **dict.fromkeys(
            ("R03", "R04", "R09", "R17"), None if standard.sem is not None else "no_sem"
        ),
        "R20": "not_configured" if alerts_of(standard.instrument).tension is None else None,
    }
    if standard.only_direct:
        lacking |= dict.fromkeys((rule for rule in ORDER if rule != "R20"), "only_direct_report")
    silent = {rule: reason for rule, reason in lacking.items() if reason is not None}
    findings = {rule: unknown(silent.get(rule, "")) for rule in ORDER}
    speaking = tuple((place, rule) for place, rule in enumerate(ORDER) if rule not in silent)
    active = tuple((rule, evaluate) for rule, evaluate in SINGLE_SERIES if rule not in silent)
    return Plan(findings, speaking, active, "R17" not in silent, "R20" not in silent)


def judge(
    point: Point, series: Series, subscales: Sequence[tuple[Point, Series]], n_noted: int
) -> tuple[dict[str, Finding], Finding | None]:
    """Return what each rule of one series says about its latest score, and the sudden gain that it
    completes.
    """
    known: Plan = series.plan
    findings = known.findings.copy()
    for rule, evaluate in known.active:
        findings[rule] = evaluate(point, series)
    findings["R10"] = subscale.drop(subscales, n_noted)
    if known.direct:
        findings["R20"] = direct.tension(point.rating)
    if not known.sudden:
        return findings, None
    change = sudden_change(series.scores, point.session, series.step_cutoff)
    gained = change.fired and change.statistic is not None and change.statistic > 0
    findings["R17"] = change._replace(fired=False) if gained else change
    return findings, change if gained else None
