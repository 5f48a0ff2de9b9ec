"""The answer to a course: sessions with their rules, series to plot, changes, alerts, quality of the data, sources."""

from collections.abc import Iterable, Mapping
from typing import Any

from service.alliance import messages
from service.alliance.battery import RULE, SOURCES, Rule
from service.alliance.chart import chart_limit
from service.alliance.course import Course, Rating
from service.alliance.episodes import Episode, Outcome
from service.alliance.finding import SHARED, Finding
from service.alliance.monitor import Judged, Monitor, SessionView
from service.alliance.policy import Policy
from service.alliance.quality import data_quality
from service.alliance.rates import chance_of_return, family_rate
from service.alliance.series import Point, Series
from service.alliance.student import critical_value
from service.alliance.symptoms import SymptomSeries
from service.scoring.change import judge_change
from service.scoring.instrument import Number, Scale

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


def report_course(course: Course) -> Json:
    """Judge a course and return everything that can be said about it, ready to serialise."""
    monitor = Monitor(course)
    monitor.run()
    writer = _Writer(course)
    return {
        "reference": course.reference,
        "options": _options(course.policy),
        "sessions": [writer.session(view) for view in monitor.views],
        "series": [writer.series(series) for series in _watched_first(monitor)]
        + [writer.symptoms(series) for series in monitor.tracks.symptoms.values()],
        "change": list(writer.changes(monitor)),
        "alerts": [writer.alert(episode) for side in monitor.sides.values() for episode in side.episodes],
        "data_quality": data_quality(monitor),
        "sources": writer.sources(),
    }


def _watched_first(monitor: Monitor) -> list[Series]:
    """Return the alliance series, those that the rules watch before their subscales."""
    return sorted(monitor.tracks.series.values(), key=lambda series: not series.is_watched)


def _options(policy: Policy) -> Json:
    return {
        "alpha_family": policy.alpha_family,
        "planned_sessions": policy.planned_sessions,
        "assumed_kappa": policy.assumed_kappa,
        "cutoff_alone": policy.cutoff_alone,
        "thresholds": {
            "watch": policy.a_watch,
            "alert": policy.a_alert,
            "strong": policy.a_strong,
            "cusum_limit": policy.cusum_limit,
        },
    }


class _Writer:
    """Writes the parts of one report, remembering which sources they name."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._policy = course.policy
        self._frames: dict[tuple[str, int], Frames] = {}
        self._rule_sources = {rule: list(described.sources) for rule, described in RULE.items()}
        self._cited: dict[str, Mapping[str, str]] = {}

    def session(self, view: SessionView) -> Json:
        session = view.session
        return {
            "number": session.number,
            "date": session.date,
            "phase": view.phase,
            "events": list(session.events),
            "forms": [_form(rating) for rating in session.ratings],
            "scores": _scores(session.ratings),
            "signal": view.signal,
            "rules": self._rules(view),
            "repairs": [self._outcome(outcome) for outcome in view.outcomes],
            "transitions": [
                {
                    **_identity(found.series),
                    "mean_before": found.series.natural(found.mean),
                    "n_before": found.m,
                    "first_score": next((one.point.value for one in view.scored if one.series is found.series), None),
                }
                for found in view.transitions
            ],
            "sudden_changes": [self._sudden(judged) for judged in view.sudden],
        }

    def _rules(self, view: SessionView) -> list[Json]:
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
            "sources": self._rule_sources[rule],
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

    def _outcome(self, outcome: Outcome) -> Json:
        described = RULE[outcome.state]
        return {
            "state": outcome.state,
            "name": described.name,
            "episode": outcome.episode.id,
            "about_session": outcome.episode.opened_session,
            **_identity(outcome.episode.series),
            "evidence": outcome.evidence,
            "provenance": described.provenance,
            "sources": self._rule_sources[outcome.state],
        }

    def _sudden(self, judged: Judged) -> Json:
        assert judged.series is not None
        finding = judged.finding
        improved = (finding.statistic or 0) > 0
        return {
            **_identity(judged.series),
            "kind": "gain" if improved else "loss",
            "about_session": finding.about,
            "step": judged.series.sign * (finding.statistic or 0),
            "cutoff": finding.threshold,
            "evidence": finding.evidence,
            "sources": self._rule_sources["R17"],
        }

    def series(self, series: Series) -> Json:
        """Describe an alliance series, with what each score was compared with."""
        return {
            **_identity(series),
            **_scale(series.scale, series.model.limits),
            "kind": "alliance",
            "watched": series.is_watched,
            "parameters": self._parameters(series),
            "points": [self._point(point, series) for point in series.points]
            if series.is_watched
            else [{"session": one.session, "phase": one.phase, "value": one.value} for one in series.scored],
        }

    def _point(self, point: Point, series: Series) -> Json:
        prediction, summary = point.prediction, point.summary
        limits: dict[str, float | None] = dict.fromkeys(("watch", "alert", "high"))
        if prediction is not None:
            for name, a in (("watch", self._policy.a_watch), ("alert", self._policy.a_alert)):
                limits[name] = series.natural(summary.mean - critical_value(a, prediction.df) * prediction.error)
            reach = critical_value(self._policy.a_watch, prediction.df) * prediction.error
            limits["high"] = series.natural(summary.mean + reach)
        return {
            "session": point.session,
            "phase": point.phase,
            "value": point.value,
            "baseline": series.natural(summary.mean) if summary.m else None,
            "n_baseline": summary.m,
            "limits": limits,
            "chart_limit": series.natural(chart_limit(point, series)),
            "cusum": point.cusum,
        }

    def symptoms(self, series: SymptomSeries) -> Json:
        """Describe a symptom series."""
        return {
            **_identity(series),
            **_scale(series.scale, series.model.limits),
            "kind": "outcome",
            "watched": False,
            "parameters": self._parameters(series),
            "points": [{"session": session, "value": value} for session, value in series.values],
        }

    def _parameters(self, series: AnySeries) -> Json:
        model = series.model
        for source in filter(
            None, (quantity.source for quantity in (model.sem, model.within_person_sd, model.sd) if quantity)
        ):
            self._cite(source, series)
        if model.norm is not None:
            self._cite(model.norm.source, series)
        for cutoff in getattr(series, "cutoffs", ()):
            self._cite(f"{series.instrument.id}/{cutoff.source}", series)
        return {
            **model.described(),
            "margin": model.margin,
            "norm": model.norm._asdict() if model.norm is not None else None,
        }

    def _cite(self, source: str, series: AnySeries) -> None:
        if source in SOURCES:
            return
        cited = series.instrument.sources.get(source.partition("/")[2])
        if cited is not None:
            self._cited[source] = cited

    def changes(self, monitor: Monitor) -> Iterable[Json]:
        """Yield the change from the first to the last score of every scale."""
        for one in _watched_first(monitor):
            scores = [(point.session, point.value) for point in one.scored]
            yield self._change(one, scores)
        for other in monitor.tracks.symptoms.values():
            yield self._change(other, other.values)

    def _change(self, series: AnySeries, scores: list[tuple[int, Number]]) -> Json:
        (first_session, first), (last_session, last) = scores[0], scores[-1]
        only = len(scores) < 2
        judged = judge_change(series.scale, None if only else first, last, self._course.respondent)
        return {
            **_identity(series),
            "first": {"session": first_session, "value": first},
            "last": {"session": last_session, "value": last},
            **{name: judged[name] for name in _CHANGE},  # type: ignore[literal-required]
            "note": "only_one_score" if only else judged["note"],
        }

    def alert(self, episode: Episode) -> Json:
        """Describe an episode as it stands after the last session."""
        series, point, policy = episode.series, episode.opened, self._policy
        n_sessions = policy.planned_sessions or len(series.points)
        severity = "alert" if episode.severity == "urgent" else episode.severity
        family = None
        if policy.alpha_family is None and episode.opened_by_fall:
            family = family_rate(severity, n_sessions, policy.assumed_kappa, series.sem is not None)
        return {
            "id": episode.id,
            **_identity(series),
            "opened_session": episode.opened_session,
            "updated_session": episode.updated,
            "closed_session": episode.closed,
            "severity": episode.severity,
            "status": episode.status,
            "message": messages.describe(episode, family, policy.alpha_family),
            "rules": list(episode.rules),
            "evidence": {
                "score": point.value,
                "baseline": series.natural(episode.baseline),
                "n_baseline": point.summary.m,
                "drop": episode.baseline - point.y if episode.baseline is not None else None,
                "p": point.prediction.p if point.prediction is not None else None,
                "fired_in": episode.rules,
            },
            "repair": {**episode.repair(), "returns_by_chance": chance_of_return(policy.assumed_kappa)},
            "relapse_of": episode.relapse_of,
            "false_alarm": self._false_alarm(episode, n_sessions),
        }

    def _false_alarm(self, episode: Episode, n_sessions: int) -> Json:
        policy, series = self._policy, episode.series
        severity = "alert" if episode.severity == "urgent" else episode.severity
        assumption = (
            "A patient whose scores vary about one level, independently from session to session, with the "
            "session-to-session SD given here; one watched scale. What the therapist's side and symptoms add "
            "(R14 to R16) is not in the rate."
        )
        if not episode.opened_by_fall:
            rate, half_again = None, None
            assumption = "Rates were simulated for falls of a score; this alert did not begin with one."
        elif policy.alpha_family is not None and severity == "alert":
            rate, half_again = policy.alpha_family, None
            assumption += " Thresholds were set for alpha_family over the planned sessions."
        elif policy.alpha_family is not None:
            rate, half_again = None, None
        else:
            family = family_rate(severity, n_sessions, policy.assumed_kappa, series.sem is not None)
            rate, half_again, n_sessions = family.rate, family.rate_if_sd_half_again, family.n_sessions
        return {
            "family_rate": rate,
            "n_sessions": n_sessions,
            "severity": severity,
            "rate_if_sd_half_again": half_again,
            "kappa": policy.assumed_kappa,
            "assumption": assumption,
        }

    def sources(self) -> dict[str, Mapping[str, str]]:
        """Return every source that the report names."""
        return {**SOURCES, **self._cited}


_CHANGE = ("difference", "rci", "category", "clinically_significant", "method", "level", "threshold", "source")


def _severity(rule: Rule, perspective: str) -> str:
    return "info" if rule.id == "R20" and perspective == "therapist" else rule.severity


def _identity(series: AnySeries) -> Json:
    key = series.key
    return {
        "instrument": key.instrument,
        "version": series.instrument.version,
        "perspective": key.perspective or None,
        "timing": key.timing,
        "scale": key.scale,
    }


def _scale(scale: Scale, limits: tuple[Number, Number] | None) -> Json:
    return {
        "title": scale.title,
        "metric": scale.metric,
        "direction": scale.direction,
        "minimum": limits[0] if limits else None,
        "maximum": limits[1] if limits else None,
    }


def _form(rating: Rating) -> Json:
    return {
        "instrument": rating.instrument.id,
        "version": rating.instrument.version,
        "perspective": rating.perspective,
        "timing": rating.timing,
        "scores": rating.values,
        "not_scored": rating.reasons,
    }


def _scores(ratings: tuple[Rating, ...]) -> Json:
    """Return the scores by instrument; where one form came twice, its rater and timing are part of the name."""
    names = [rating.instrument.id for rating in ratings]
    return {
        name if names.count(name) == 1 else f"{name}/{rating.perspective}/{rating.timing}": rating.values
        for name, rating in zip(names, ratings, strict=True)
    }
