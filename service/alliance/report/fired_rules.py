"""Writing only the rules that fired. What is the same in every session is said once: what a rule
is, and of which scores it cannot say anything.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from service.alliance.course import INTAKE
from service.alliance.finding import Finding
from service.alliance.judging.findings import Plan
from service.alliance.judging.monitor import SessionView
from service.alliance.policy import Policy
from service.alliance.report.rule_results import AnySeries, settings_of
from service.alliance.rules.battery import Battery
from service.alliance.series.series import Series
from service.scoring.wording.words import Words

Json = dict[str, Any]
ALL = "all"
_SILENT = object()


@dataclass(slots=True)
class _Heard:
    """What the rules said of one series, or of none, as far as no session repeats it.

    `asked` are the sessions of rules that rest on more than the score itself, `unsaid` those for
    which a rule gave a reason, by rule.
    """

    perspective: str
    series: AnySeries | None
    asked: dict[str, list[int]] = field(default_factory=dict)
    unsaid: dict[str, dict[str, list[int]]] = field(default_factory=dict)

    def note(self, rule: str, reason: str, session: int) -> None:
        """Take down that a rule cannot say anything of a session."""
        self.unsaid.setdefault(rule, {}).setdefault(reason, []).append(session)


class FiredWriter:
    """Writes the findings of one report that fired; nothing is put together of the others."""

    def __init__(self, policy: Policy, battery: Battery) -> None:
        self._policy = policy
        self._battery = battery
        self._heard: dict[tuple[str, int], _Heard] = {}
        self._fired: set[str] = set()
        self._sessions: list[int] = []

    def rules(self, view: SessionView) -> list[Json]:
        """Return the rules that fired in a session, in the order of all its findings."""
        number = view.session.number
        if number != INTAKE:
            self._sessions.append(number)
        results: list[Json] = []
        for one in view.scored:
            perspective, series = one.series.key.perspective, one.series
            heard = self._of(perspective, series)
            known: Plan = series.plan
            for _, described in known.speaking:
                finding = one.findings[described.id]
                if finding.fired:
                    results.append(self._result(described.id, perspective, series, finding))
                elif finding.fired is None:
                    heard.note(described.id, finding.reason or "", number)
        for rule, perspective, on, finding in view.others:
            heard = self._of(perspective, on)
            heard.asked.setdefault(rule, []).append(number)
            if finding.fired:
                results.append(self._result(rule, perspective, on, finding))
            elif finding.fired is None:
                heard.note(rule, finding.reason or "", number)
        return results

    def _of(self, perspective: str, series: AnySeries | None) -> _Heard:
        place = perspective, id(series)
        heard = self._heard.get(place)
        if heard is None:
            heard = self._heard[place] = _Heard(perspective, series)
        return heard

    def _result(
        self, rule: str, perspective: str, series: AnySeries | None, finding: Finding
    ) -> Json:
        self._fired.add(rule)
        return {
            "rule": rule,
            **_whose(perspective, series),
            "fired": True,
            "reason": None,
            "statistic": finding.statistic,
            "threshold": finding.threshold,
            "p": finding.p,
            "severity": finding.severity or self._battery.rule[rule].severity_of(perspective),
            "about_session": finding.about,
            "evidence": finding.evidence or {},
        }

    def said_once(self, words: Words) -> Json:
        """Return what holds for the sessions written so far: each rule that fired, and for each
        series the rules that were asked and those that cannot say.
        """
        return {"rules": self._legend(words), "cannot_say": list(map(self._unsaid, self._places()))}

    def _legend(self, words: Words) -> dict[str, Json]:
        settings = settings_of(self._policy, self._battery)
        return {
            name: {
                "name": rule.name,
                "title": words.text(rule.title),
                "params": settings.get(name, {}),
                "provenance": rule.provenance,
                "sources": list(rule.sources),
            }
            for name, rule in self._battery.rule.items()
            if name in self._fired
        }

    def _places(self) -> Iterator[_Heard]:
        """Yield what was heard, of the series first and then of those without one."""
        for on_none in (False, True):
            yield from (one for one in self._heard.values() if (one.series is None) is on_none)

    def _unsaid(self, heard: _Heard) -> Json:
        """Return of one series which rules were asked of it, when, and which could not say."""
        series, scored = heard.series, self._scored(heard)
        asked = _by_sessions(heard.asked, scored)
        unsaid = {
            rule: _reasons(reasons, len(heard.asked.get(rule, scored)))
            for rule, reasons in heard.unsaid.items()
        }
        if isinstance(series, Series) and series.is_watched:
            asked = {ALL: [*series.plan.findings, *asked.pop(ALL, [])], **asked}
            unsaid |= series.written.get(_SILENT) or _never(series)
        return {
            **_whose(heard.perspective, series),
            "asked": [
                {"rules": rules, "sessions": sessions if sessions == ALL else list(sessions)}
                for sessions, rules in asked.items()
            ],
            "rules": dict(sorted(unsaid.items())),
        }

    def _scored(self, heard: _Heard) -> list[int]:
        """Return the sessions told of in which a series has a score; of no series all of them."""
        series = heard.series
        if series is None:
            return self._sessions
        if series.key.perspective not in ("", heard.perspective):
            return []  # of symptoms that somebody else rated: the entry does not say whose they are
        told = set(self._sessions)
        if isinstance(series, Series):
            return [point.session for point in series.points if point.session in told]
        return [session for session, _ in series.values if session in told]


def _never(series: Series) -> dict[str, list[Json]]:
    """Return the rules that can never say anything of a series, worked out once."""
    known: Plan = series.plan
    speaking = {rule.id for _, rule in known.speaking}
    never = series.written[_SILENT] = {
        rule: [{"reason": said.reason, "sessions": ALL}]
        for rule, said in known.findings.items()
        if rule not in speaking
    }
    return never


def _whose(perspective: str, series: AnySeries | None) -> Json:
    key = series.key if series is not None else None
    return {
        "instrument": key.instrument if key else None,
        "perspective": perspective,
        "timing": key.timing if key else None,
        "scale": key.scale if key else None,
    }


def _by_sessions(asked: Mapping[str, list[int]], scored: list[int]) -> dict[Any, list[str]]:
    """Return rules by the sessions that they were asked in: a tuple, or "all" that have a score."""
    found: dict[Any, list[str]] = {}
    for rule, sessions in asked.items():
        found.setdefault(ALL if sessions == scored else tuple(sessions), []).append(rule)
    return found


def _reasons(reasons: Mapping[str, list[int]], n_asked: int) -> list[Json]:
    return [
        {"reason": reason, "sessions": ALL if len(sessions) == n_asked else sessions}
        for reason, sessions in reasons.items()
    ]
