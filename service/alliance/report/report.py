"""The answer to a course: sessions with their rules, series to plot, changes, alerts, quality of
the data, sources.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from service.alliance.course import INTAKE, Course, Rating
from service.alliance.judging.monitor import Monitor, SessionView
from service.alliance.policy import Policy
from service.alliance.report.alerts import describe_alert
from service.alliance.report.data_quality import data_quality
from service.alliance.report.fired_rules import FiredWriter
from service.alliance.report.flags import FlagWriter
from service.alliance.report.rule_results import (
    AnySeries,
    RuleWriter,
    describe_outcome,
    describe_sudden,
    identity,
)
from service.alliance.report.words import IN_ENGLISH
from service.alliance.rules.battery import BATTERY, Battery
from service.alliance.rules.sources import SOURCES
from service.alliance.series.series import Point, Series
from service.alliance.series.symptoms import SymptomSeries
from service.alliance.student import critical_value
from service.scoring.instrument import Number, Scale
from service.scoring.interpretation.change import judge_change
from service.scoring.wording.words import Words

Json = dict[str, Any]
Rules = Literal["fired", "all", "none"]


def report_course(course: Course, battery: Battery = BATTERY) -> Json:
    """Judge a course and return everything that can be said about it, ready to serialise."""
    return write_report(judge_course(course, battery))


def judge_course(course: Course, battery: Battery = BATTERY) -> Monitor:
    """Return the monitor that has heard every session of a course."""
    monitor = Monitor(course, battery)
    for session in course.sessions:
        monitor.hear(session)
    return monitor


def write_report(
    monitor: Monitor,
    rules: Rules = "all",
    *,
    latest: bool = False,
    words: Words = IN_ENGLISH,
) -> Json:
    """Return what can be said about a course that was heard, ready to serialise.

    `rules`: every result with everything that belongs to it (all), those that fired with a legend
    and the reasons of those that cannot say (fired), or none; but for all, nothing is said twice,
    and no safety flag that is not raised.
    `latest`: of sessions, rules and points the last session's only. `words` is the language of
    what is said to readers; codes and ids have none.
    """
    course = monitor.course
    views = monitor.views[-1:] if latest else monitor.views
    only = monitor.views[-1].session.number if latest else None
    writer = _Writer(monitor, rules, only, words)
    episodes = [episode for side in monitor.sides.values() for episode in side.episodes]
    return {
        "reference": course.reference,
        "options": _options(course.policy),
        "sessions": [writer.session(view) for view in views],
        "risks_not_told": writer.flags.untold(),
        **writer.rules_once(),
        "series": [writer.series(series) for series in _watched_first(monitor)]
        + [writer.symptoms(series) for series in monitor.tracks.symptoms.values()],
        "change": list(writer.changes(monitor)),
        "alerts": [describe_alert(episode, course.policy, words) for episode in episodes],
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


_NO_LIMITS: dict[str, float | None] = dict.fromkeys(("watch", "alert", "high"))
_NONE: list[Json] = []  # shared by all sessions without any: read it, never change it


class _Writer:
    """Writes the parts of one report, remembering which sources they name; of points only those
    of one session, or all (None).
    """

    def __init__(self, monitor: Monitor, rules: Rules, only: int | None, words: Words) -> None:
        self._words = words
        self._course = monitor.course
        self._policy = monitor.course.policy
        self._battery = monitor.battery
        self._rules = _rule_writer(rules, self._policy, self._battery)
        self._only = only
        self._cited: dict[str, Mapping[str, str]] = {}
        self._is_whole = rules == "all"
        self._named: set[str] = set()  # sources that rules cite
        self.flags = FlagWriter(words, whole=self._is_whole)

    def session(self, view: SessionView) -> Json:
        """Describe one session as it looked when it was the latest."""
        session = view.session
        return {
            "number": session.number,
            "date": session.date,
            "phase": view.phase,
            "events": list(session.events) if session.events else _NONE,
            "forms": [_form(rating, self._is_whole) for rating in session.ratings],
            "scores": _scores(session.ratings),
            "risks": self.flags.of_session(session),
            "signal": view.signal,
            "rules": self._rules.rules(view) if self._rules is not None else _NONE,
            "repairs": self._citing(
                [describe_outcome(outcome, self._battery) for outcome in view.outcomes]
            )
            if view.outcomes
            else _NONE,
            "transitions": [
                {
                    **identity(found.series),
                    "mean_before": found.series.natural(found.mean),
                    "n_before": found.m,
                    "first_score": next(
                        (one.point.value for one in view.scored if one.series is found.series), None
                    ),
                }
                for found in view.transitions
            ]
            if view.transitions
            else _NONE,
            "sudden_changes": self._citing(
                [describe_sudden(judged, self._battery) for judged in view.sudden]
            )
            if view.sudden
            else _NONE,
        }

    def _citing(self, results: list[Json]) -> list[Json]:
        for result in results:
            self._named.update(result["sources"])
        return results

    def rules_once(self) -> Json:
        """Return what is said once about the rules of the sessions written so far."""
        if not isinstance(self._rules, FiredWriter):
            return {}
        once = self._rules.said_once(self._words)
        self._citing(list(once["rules"].values()))
        return once

    def series(self, series: Series) -> Json:
        """Describe an alliance series, with what each score was compared with."""
        return {
            **identity(series),
            **_scale(series.scale, series.model.limits, self._words),
            "kind": "alliance",
            "watched": series.is_watched,
            "parameters": self._parameters(series),
            "points": [
                *(
                    _noted(session, value, phase=phase)
                    for session, phase, value in series.noted
                    if self._only in (None, session)
                ),
                *(
                    self._point(point, series)
                    for point in series.points
                    if self._only in (None, point.session)
                ),
            ],
        }

    def _point(self, point: Point, series: Series) -> Json:
        if not series.is_watched:
            return {"session": point.session, "phase": point.phase, "value": point.value}
        prediction, summary = point.prediction, point.summary
        limits = _NO_LIMITS
        if prediction is not None:
            usual = critical_value(self._policy.a_watch, prediction.df) * prediction.error
            alert = critical_value(self._policy.a_alert, prediction.df) * prediction.error
            limits = {
                "watch": series.sign * (prediction.expected - usual),
                "alert": series.sign * (prediction.expected - alert),
                "high": series.sign * (prediction.expected + usual),
            }
        return {
            "session": point.session,
            "phase": point.phase,
            "value": point.value,
            "baseline": series.natural(summary.mean) if summary.m else None,
            "n_baseline": summary.m,
            "expected": series.natural(prediction.expected) if prediction is not None else None,
            "limits": limits,
            "chart_limit": series.natural(point.control_limit),
            "cusum": point.cusum,
        }

    def symptoms(self, series: SymptomSeries) -> Json:
        """Describe a symptom series."""
        return {
            **identity(series),
            **_scale(series.scale, series.model.limits, self._words),
            "kind": "outcome",
            "watched": False,
            "parameters": self._parameters(series),
            "points": [
                _noted(session, value)
                for session, value in series.values
                if self._only in (None, session)
            ],
        }

    def _parameters(self, series: AnySeries) -> Json:
        model = series.model
        for source in filter(
            None,
            (
                quantity.source
                for quantity in (model.sem, model.within_person_sd, model.sd)
                if quantity
            ),
        ):
            self._cite(source, series)
        if model.norm is not None:
            self._cite(model.norm.source, series)
        if model.rates is not None:
            self._cite(f"{series.instrument.id}/{model.rates.source}", series)
        for cutoff in series.cutoffs if isinstance(series, Series) else ():
            self._cite(f"{series.instrument.id}/{cutoff.source}", series)
        return {
            **model.described(),
            "margin": model.margin,
            "norm": model.norm._asdict() if model.norm is not None else None,
        }

    def _cite(self, source: str, series: AnySeries) -> None:
        if source in SOURCES:
            self._named.add(source)
            return
        cited = series.instrument.sources.get(source.partition("/")[2])
        if cited is not None:
            self._cited[source] = cited

    def changes(self, monitor: Monitor) -> Iterable[Json]:
        """Yield the change from the first to the last score of every scale."""
        for one in _watched_first(monitor):
            yield self._change(one, *one.ends)
        for other in monitor.tracks.symptoms.values():
            yield self._change(other, other.values[0], other.values[-1])

    def _change(
        self, series: AnySeries, begun: tuple[int, Number], latest: tuple[int, Number]
    ) -> Json:
        (first_session, first), (last_session, last) = begun, latest
        only = first_session == last_session
        judged = judge_change(series.scale, None if only else first, last, self._course.respondent)
        return {
            **identity(series),
            "first": {"session": first_session, "value": first},
            "last": {"session": last_session, "value": last},
            "difference": judged["difference"],
            "rci": judged["rci"],
            "category": judged["category"],
            "clinically_significant": judged["clinically_significant"],
            "method": judged["method"],
            "level": judged["level"],
            "threshold": judged["threshold"],
            "source": judged["source"],
            "note": "only_one_score" if only else judged["note"],
        }

    def sources(self) -> dict[str, Mapping[str, str]]:
        """Return every source that the report names; with every result those of all rules."""
        of_rules = {
            name: cited for name, cited in SOURCES.items() if self._is_whole or name in self._named
        }
        return {**of_rules, **self._cited, **self.flags.cited}


def _rule_writer(rules: Rules, policy: Policy, battery: Battery) -> RuleWriter | FiredWriter | None:
    if rules == "none":
        return None
    return RuleWriter(policy, battery) if rules == "all" else FiredWriter(policy, battery)


def _noted(session: int, value: Number, **of_series: int) -> Json:
    """Describe a score that was compared with nothing."""
    marks = {"intake": True} if session == INTAKE else {}
    return {"session": session, **of_series, "value": value, **marks}


def _scale(scale: Scale, limits: tuple[Number, Number] | None, words: Words) -> Json:
    return {
        "title": words.text(scale.title),
        "metric": scale.metric,
        "direction": scale.direction,
        "minimum": limits[0] if limits else None,
        "maximum": limits[1] if limits else None,
    }


def _form(rating: Rating, with_scores: bool) -> Json:
    """Describe a form; its scores stand beside the forms of the session as well."""
    form: Json = {
        "instrument": rating.instrument.id,
        "version": rating.instrument.version,
        "perspective": rating.perspective,
        "timing": rating.timing,
    }
    if with_scores:
        form["scores"] = rating.values
    if with_scores or rating.reasons:
        form["not_scored"] = rating.reasons
    return form


def _scores(ratings: tuple[Rating, ...]) -> Mapping[str, Any]:
    """Return the scores by instrument; where one form came twice, its rater and timing are part of
    the name.
    """
    scores = {rating.instrument.id: rating.values for rating in ratings}
    if len(scores) == len(ratings):
        return scores
    names = [rating.instrument.id for rating in ratings]
    return {
        name
        if names.count(name) == 1
        else "/".join(filter(None, (name, rating.perspective, rating.timing))): rating.values
        for name, rating in zip(names, ratings, strict=True)
    }
