"""The findings of one session on one series, in the order of the battery."""

from typing import NamedTuple

from service.alliance.finding import Finding, unknown
from service.alliance.rules.battery import Battery
from service.alliance.rules.rule import Role, ScoreRule
from service.alliance.series.series import Point, Series
from service.alliance.series.watched_scale import Standard


class Plan(NamedTuple):
    """What is known of a series' findings before any score: those of all rules in order, and the
    rules that can speak, with their places in that order.
    """

    findings: dict[str, Finding]
    speaking: tuple[tuple[int, ScoreRule], ...]


def plan(standard: Standard, battery: Battery) -> Plan:
    """Find out once which rules lack what they need on a scale, whatever its scores will be."""
    lacking = [_lacking(rule, standard) for rule in battery.of_score]
    findings = {
        rule.id: unknown(reason or "")
        for rule, reason in zip(battery.of_score, lacking, strict=True)
    }
    speaking = tuple(
        (place, rule) for place, rule in enumerate(battery.of_score) if lacking[place] is None
    )
    return Plan(findings, speaking)


def _lacking(rule: ScoreRule, standard: Standard) -> str | None:
    if standard.only_direct and Role.OUTRIGHT not in rule.roles:
        return "only_direct_report"
    return rule.lacking(standard)


def judge(point: Point, series: Series) -> dict[str, Finding]:
    """Return what each rule of one series says about its latest score."""
    known: Plan = series.plan
    findings = known.findings.copy()
    for _, rule in known.speaking:
        findings[rule.id] = rule.evaluate(point, series)
    return findings
