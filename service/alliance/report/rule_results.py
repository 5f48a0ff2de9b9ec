"""Writing what the rules say: each finding with its parameters, its sources and where it
belongs.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from service.alliance.finding import SHARED, Finding
from service.alliance.judging.episodes import Outcome
from service.alliance.judging.findings import Plan
from service.alliance.judging.monitor import Judged, SessionView
from service.alliance.policy import Policy
from service.alliance.rules.battery import Battery
from service.alliance.rules.rule import Rule
from service.alliance.series.series import Series
from service.alliance.series.symptoms import SymptomSeries

Json = dict[str, Any]
AnySeries = Series | SymptomSeries
Written = dict[Any, Any]
"""Results by rule as far as every session shares them, and whole ones by rule and finding."""

_SILENT = object()


@lru_cache(maxsize=64)
def settings_of(policy: Policy, battery: Battery) -> dict[str, Json]:
    """Return the thresholds that each rule uses."""
    return {
        rule.id: {name: policy.setting(name) for name in rule.settings} for rule in battery.rules
    }


def _error_figures(series: AnySeries, names: tuple[str, ...]) -> Json:
    """Return some error figures of a series: each with its provenance; the margin, which is the SEM
    where that is known, only where it is not.
    """
    figures: Json = {}
    for name in names:
        if name == "margin":
            if series.model.sem is None:
                figures[name] = series.model.margin
        else:
            quantity = getattr(series.model, name)
            figures[name] = quantity.value if quantity is not None else None
            figures[f"{name}_provenance"] = quantity.provenance if quantity is not None else None
    return figures


def identity(series: AnySeries) -> Json:
    """Return which scores are meant: instrument, version, rater, timing and scale."""
    key = series.key
    return {
        "instrument": key.instrument,
        "version": series.instrument.version,
        "perspective": key.perspective or None,
        "timing": key.timing,
        "scale": key.scale,
    }


class RuleWriter:
    """Writes all findings of one report, each with everything that belongs to it. What is the same
    in every session, or course, is put together once.
    """

    def __init__(self, policy: Policy, battery: Battery) -> None:
        self._battery = battery
        self._settings = settings_of(policy, battery)
        self._unplaced: dict[
            str, Written
        ] = {}  # by rater: what is written of findings on no series

    def rules(self, view: SessionView) -> list[Json]:
        """Return what every rule says of a session."""
        results: list[Json] = []
        for one in view.scored:
            results += self._on_series(one.series, one.findings)
        for rule, perspective, on, finding in view.others:
            written = on.written if on is not None else self._unplaced.setdefault(perspective, {})
            results.append(
                written.get((rule, id(finding)))
                or self._rule(rule, finding, written, perspective, on)
            )
        return results

    def _on_series(self, series: Series, findings: Mapping[str, Finding]) -> list[Json]:
        perspective, written = series.key.perspective, series.written
        known: Plan = series.plan
        results: list[Json] = (written.get(_SILENT) or self._silent(series, known)).copy()
        for place, described in known.speaking:
            rule = described.id
            finding = findings[rule]
            kept = written.get((rule, id(finding))) if id(finding) in SHARED else None
            results[place] = kept or self._rule(rule, finding, written, perspective, series)
        return results

    def _silent(self, series: Series, known: Plan) -> list[Json]:
        """Write what the silent rules of a series say, with room for what the others will."""
        speaking = {rule.id for _, rule in known.speaking}
        perspective, written = series.key.perspective, series.written
        silent = written[_SILENT] = [
            {} if rule in speaking else self._rule(rule, said, written, perspective, series)
            for rule, said in known.findings.items()
        ]
        return silent

    def _rule(
        self,
        rule: str,
        finding: Finding,
        written: Written,
        perspective: str,
        series: AnySeries | None,
    ) -> Json:
        """Write a finding; one that many sessions share is written once and kept."""
        fired, reason, statistic, threshold, tail, evidence, severity, about = finding
        frame = written.get(rule) or self._frame(rule, written, perspective, series)
        result: Json = frame.copy()
        result["fired"] = fired
        result["reason"] = reason
        result["statistic"] = statistic
        result["threshold"] = threshold
        result["p"] = tail.p if tail is not None else None
        if severity is not None:
            result["severity"] = severity
        result["about_session"] = about
        if evidence:
            result["evidence"] = evidence
        if id(finding) in SHARED:
            written[rule, id(finding)] = result
        return result

    def _frame(
        self, rule: str, written: Written, perspective: str, series: AnySeries | None
    ) -> Json:
        """Return a rule's result as far as it is the same in every session."""
        described = self._battery.rule[rule]
        key = series.key if series is not None else None
        frame = written[rule] = {
            "rule": rule,
            "name": described.name,
            "instrument": key.instrument if key else None,
            "perspective": perspective,
            "timing": key.timing if key else None,
            "scale": key.scale if key else None,
            "fired": None,
            "reason": None,
            "statistic": None,
            "threshold": None,
            "p": None,
            "severity": described.severity_of(perspective),
            "about_session": None,
            "evidence": {},
            "params": self._params_of(described, series),
            "provenance": described.provenance,
            "sources": list(described.sources),
        }
        return frame

    def _params_of(self, rule: Rule, series: AnySeries | None) -> Json:
        settings = self._settings.get(rule.id, {})
        if series is None or not rule.figures:
            return settings
        return settings | _error_figures(series, rule.figures)


def describe_outcome(outcome: Outcome, battery: Battery) -> Json:
    """Describe a repair state that was reached."""
    described = battery.rule[outcome.state]
    return {
        "state": outcome.state,
        "name": described.name,
        "episode": outcome.episode.id,
        "about_session": outcome.episode.opened_session,
        **identity(outcome.episode.series),
        "evidence": outcome.evidence,
        "provenance": described.provenance,
        "sources": list(described.sources),
    }


def describe_sudden(judged: Judged, battery: Battery) -> Json:
    """Describe a sudden gain or loss."""
    assert judged.series is not None
    finding = judged.finding
    assert finding.statistic is not None
    kind = "gain" if finding.statistic > 0 else "loss"
    return {
        **identity(judged.series),
        "kind": kind,
        "about_session": finding.about,
        "step": judged.series.sign * finding.statistic,
        "cutoff": finding.threshold,
        "evidence": finding.evidence,
        "sources": list(battery.rule[judged.rule].sources),
    }
