"""Writing what the rules say: each finding with its parameters, its sources and where it belongs."""

from typing import Any

from service.alliance.battery import RULE, Rule
from service.alliance.episodes import Outcome
from service.alliance.finding import SHARED, Finding
from service.alliance.monitor import Judged, SessionView
from service.alliance.policy import Policy
from service.alliance.series import Series
from service.alliance.symptoms import SymptomSeries

Json = dict[str, Any]
AnySeries = Series | SymptomSeries
Frames = dict[str | tuple[str, int], Json]

_ERROR_RULES = {
    "R03": ("sem",),
    "R04": ("sem",),
    "R06": ("sem", "within_person_sd"),
    "R07": ("sem",),
    "R08": ("sem", "within_person_sd"),
    "R09": ("sem",),
    "R10": ("sem", "within_person_sd"),
    "R13": ("sd",),
    "R14": ("sem",),
    "R17": ("sem",),
}


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
        self._policy = policy
        self._frames: dict[tuple[str, int], Frames] = {}
        self._sources = {rule: list(described.sources) for rule, described in RULE.items()}

    def rules(self, view: SessionView) -> list[Json]:
        """Return what every rule says of a session."""
        written = []
        for one in view.scored:
            series = one.series
            perspective = series.key.perspective
            frames = self._frames_on(perspective, series)
            for rule, finding in one.findings.items():
                known = frames.get((rule, id(finding)))
                written.append(known or self._rule(rule, finding, frames, perspective, series))
        for rule, perspective, on, finding in view.others:
            frames = self._frames_on(perspective, on)
            known = frames.get((rule, id(finding)))
            written.append(known or self._rule(rule, finding, frames, perspective, on))
        return written

    def _frames_on(self, perspective: str, series: AnySeries | None) -> Frames:
        key = perspective, id(series)
        frames = self._frames.get(key)
        if frames is None:
            frames = self._frames[key] = {}
        return frames

    def _rule(self, rule: str, finding: Finding, frames: Frames, perspective: str, series: AnySeries | None) -> Json:
        """Write a finding; one that many sessions share is written once and kept."""
        fired, reason, statistic, threshold, p, evidence, severity, about = finding
        frame = self._frame(rule, frames, perspective, series)
        written = {
            **frame,
            "fired": fired,
            "reason": reason,
            "statistic": statistic,
            "threshold": threshold,
            "p": p,
            "severity": severity or frame["severity"],
            "about_session": about,
            "evidence": evidence or {},
        }
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
            "params": self._params_of(described, series),
            "provenance": described.provenance,
            "sources": self._sources[rule],
        }
        return frame

    def _params_of(self, rule: Rule, series: AnySeries | None) -> Json:
        found = {name: getattr(self._policy, name) for name in rule.settings}
        if series is not None:
            for name in _ERROR_RULES.get(rule.id, ()):
                quantity = getattr(series.model, name)
                found[name] = quantity.value if quantity is not None else None
                found[f"{name}_provenance"] = quantity.provenance if quantity is not None else None
            if rule.id in ("R06", "R07", "R08") and series.model.sem is None:
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
            "sources": self._sources[outcome.state],
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
            "sources": self._sources["R17"],
        }


def _severity(rule: Rule, perspective: str) -> str:
    return "info" if rule.id == "R20" and perspective == "therapist" else rule.severity
