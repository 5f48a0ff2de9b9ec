"""Writing what the rules say: each finding with its parameters, its sources and where it belongs."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from service.alliance.battery import RULE, Rule
from service.alliance.episodes import Outcome
from service.alliance.finding import SHARED, Finding
from service.alliance.monitor import Judged, SessionView
from service.alliance.policy import Policy
from service.alliance.series import Series
from service.alliance.signals import Plan
from service.alliance.symptoms import SymptomSeries

Json = dict[str, Any]
AnySeries = Series | SymptomSeries
Frames = dict[str | tuple[str, int], Json]

_SOURCES = {rule: list(described.sources) for rule, described in RULE.items()}
_SEM = ("sem", "sem_provenance")
_SD = ("sd", "sd_provenance")
_BOTH = (*_SEM, "within_person_sd", "within_person_sd_provenance")
_ERROR_RULES = {
    **dict.fromkeys(("R03", "R04", "R07", "R09", "R14", "R17"), _SEM),
    **dict.fromkeys(("R06", "R08", "R10"), _BOTH),
    "R13": _SD,
}
"""The error figures that a rule uses."""

_MARGIN_RULES = frozenset({"R06", "R07", "R08"})


@lru_cache(maxsize=64)
def _settings(policy: Policy) -> dict[str, Json]:
    """Return the thresholds that each rule uses."""
    return {rule: {name: getattr(policy, name) for name in described.settings} for rule, described in RULE.items()}


def _error_figures(series: AnySeries) -> dict[tuple[str, ...], Json]:
    """Return a series' error figures with their provenance, by the names of those that a rule uses."""
    figures: Json = {}
    for name in ("sem", "within_person_sd", "sd"):
        quantity = getattr(series.model, name)
        figures[name] = quantity.value if quantity is not None else None
        figures[f"{name}_provenance"] = quantity.provenance if quantity is not None else None
    return {names: {name: figures[name] for name in names} for names in (_SEM, _BOTH, _SD)}


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
    """Writes the findings of one report; what is the same in every session of a series is put together once."""

    def __init__(self, policy: Policy) -> None:
        self._settings = _settings(policy)
        self._errors: dict[int, dict[tuple[str, ...], Json]] = {}  # by series
        self._frames: dict[tuple[str, int], Frames] = {}
        self._silent: dict[int, list[Json]] = {}  # by series: what its silent rules say, with room for the others

    def rules(self, view: SessionView) -> list[Json]:
        """Return what every rule says of a session."""
        written: list[Json] = []
        for one in view.scored:
            written += self._on_series(one.series, one.findings)
        for rule, perspective, on, finding in view.others:
            frames = self._frames_on(perspective, on)
            known = frames.get((rule, id(finding)))
            written.append(known or self._rule(rule, finding, frames, perspective, on))
        return written

    def _on_series(self, series: Series, findings: Mapping[str, Finding]) -> list[Json]:
        perspective = series.key.perspective
        frames = self._frames_on(perspective, series)
        known: Plan = series.plan
        silent = self._silent.get(id(series))
        if silent is None:
            speaking = {rule for _, rule in known.speaking}
            silent = self._silent[id(series)] = [
                {} if rule in speaking else self._rule(rule, said, frames, perspective, series)
                for rule, said in known.findings.items()
            ]
        results = silent.copy()
        for place, rule in known.speaking:
            finding = findings[rule]
            shared = frames.get((rule, id(finding)))
            results[place] = shared or self._rule(rule, finding, frames, perspective, series)
        return results

    def _frames_on(self, perspective: str, series: AnySeries | None) -> Frames:
        key = perspective, id(series)
        frames = self._frames.get(key)
        if frames is None:
            frames = self._frames[key] = {}
        return frames

    def _rule(self, rule: str, finding: Finding, frames: Frames, perspective: str, series: AnySeries | None) -> Json:
        """Write a finding; one that many sessions share is written once and kept."""
        fired, reason, statistic, threshold, p, evidence, severity, about = finding
        written = self._frame(rule, frames, perspective, series).copy()
        written["fired"] = fired
        written["reason"] = reason
        written["statistic"] = statistic
        written["threshold"] = threshold
        written["p"] = p
        if severity is not None:
            written["severity"] = severity
        written["about_session"] = about
        if evidence:
            written["evidence"] = evidence
        if SHARED.get(id(finding)) is finding:
            frames[rule, id(finding)] = written
        return written

    def _frame(self, rule: str, frames: Frames, perspective: str, series: AnySeries | None) -> Json:
        """Return a rule's result as far as it is the same in every session."""
        frame = frames.get(rule)
        if frame is not None:
            return frame
        described = RULE[rule]
        key = series.key if series is not None else None
        frame = frames[rule] = {
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
            "severity": _severity(described, perspective),
            "about_session": None,
            "evidence": {},
            "params": self._params_of(rule, series),
            "provenance": described.provenance,
            "sources": _SOURCES[rule],
        }
        return frame

    def _params_of(self, rule: str, series: AnySeries | None) -> Json:
        found = self._settings[rule]
        if series is None or rule not in _ERROR_RULES:
            return found
        errors = self._errors.get(id(series))
        if errors is None:
            errors = self._errors[id(series)] = _error_figures(series)
        found = found | errors[_ERROR_RULES[rule]]
        if rule in _MARGIN_RULES and series.model.sem is None:
            found["margin"] = series.model.margin
        return found

    def outcome(self, outcome: Outcome) -> Json:
        """Describe a repair state that was reached."""
        described = RULE[outcome.state]
        return {
            "state": outcome.state,
            "name": described.name,
            "episode": outcome.episode.id,
            "about_session": outcome.episode.opened_session,
            **identity(outcome.episode.series),
            "evidence": outcome.evidence,
            "provenance": described.provenance,
            "sources": _SOURCES[outcome.state],
        }

    def sudden(self, judged: Judged) -> Json:
        """Describe a sudden gain or loss."""
        assert judged.series is not None
        finding = judged.finding
        improved = (finding.statistic or 0) > 0
        return {
            **identity(judged.series),
            "kind": "gain" if improved else "loss",
            "about_session": finding.about,
            "step": judged.series.sign * (finding.statistic or 0),
            "cutoff": finding.threshold,
            "evidence": finding.evidence,
            "sources": _SOURCES["R17"],
        }


def _severity(rule: Rule, perspective: str) -> str:
    return "info" if rule.id == "R20" and perspective == "therapist" else rule.severity
