"""Watching a course of treatment, as JSON or as a chart, and the rules that it is judged by."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, cast, get_args

import orjson
from marshmallow import Schema
from werkzeug.wrappers import Request, Response

from service import __version__
from service.alliance.course import Course
from service.alliance.finding import RANK
from service.alliance.judging.monitor import Monitor
from service.alliance.policy import Policy, policy_for
from service.alliance.rates import rates_of_policy, rates_of_rule
from service.alliance.reading import UnknownForm, read_course
from service.alliance.report.data_quality import sufficiency
from service.alliance.report.report import Rules, judge_course, write_report
from service.alliance.rules.battery import BATTERY
from service.alliance.rules.rule import Rule
from service.alliance.rules.sources import SOURCES
from service.api.asked import BodyReader, load_envelope
from service.api.drawings.asked import COURSE, draw
from service.api.envelopes import MonitorEnvelope
from service.api.negotiation import JSON, SVG, language_of, negotiate, said_in
from service.api.problems import Problem, invalid_request
from service.api.route import Route
from service.definitions.catalog import Catalog, UnknownInstrument, UnknownVersion
from service.languages.english import ENGLISH_ONLY, Languages
from service.operations.course_metrics import CourseMetrics
from service.operations.facts import facts_of
from service.operations.metrics import Metrics
from service.scoring.issue import InvalidSubmission, Issue
from service.scoring.report import Scorer
from service.scoring.scales import Respondent
from service.scoring.wording.words import Words

_OFFERS = (JSON, SVG)
TOLD = {"rules": get_args(Rules), "sessions": ("latest",)}
_REPAIRS = frozenset(rule.id for rule in BATTERY.repairs)

MOST_SUGGESTED = 20
"""Unknown forms of one course that the nearest ids are looked for; that takes long."""

MOST_RESULTS = 50_000
"""Results of rules that one response tells in full (`rules=all`): some 20 MB."""


class Finder:
    """Finds the scorers of the forms of one course."""

    def __init__(self, catalog: Catalog, most_suggested: int) -> None:
        self._catalog = catalog
        self._left = most_suggested

    def __call__(self, name: str, version: str | None) -> Scorer:
        """Return the scorer of an instrument. Raises UnknownForm."""
        try:
            return self._catalog.get(name, version).scorer
        except UnknownInstrument as unknown:
            self._left -= 1
            nearest = list(unknown.suggestions) if self._left >= 0 else []
            told = "the nearest ids are listed" if nearest else "GET /v1/instruments lists all"
            detail = f"There is no such instrument; {told}."
            raise UnknownForm("instrument", "unknown_instrument", detail, nearest or None) from None
        except UnknownVersion as unknown:
            detail = "The instrument has no such version."
            raise UnknownForm(
                "version", "unknown_version", detail, list(unknown.available)
            ) from None


class MonitorRoute:
    """What the monitoring route does with a course."""

    def __init__(
        self,
        catalog: Catalog,
        reader: BodyReader,
        metrics: Metrics,
        languages: Languages = ENGLISH_ONLY,
    ) -> None:
        self.languages = languages
        self._catalog = catalog
        self._reader = reader
        self._metrics = metrics
        self._envelope: Schema = MonitorEnvelope()

    def monitor(self, asked: Request) -> Response:
        """Judge a course; answer with the report or, where the caller prefers SVG, with its
        chart.
        """
        document = self._reader.read_object(asked)
        monitor = self.judge(document, MOST_SUGGESTED)
        facts_of(asked.environ).n_responses = n_forms(monitor)
        words = language_of(asked, self.languages)
        if negotiate(asked, _OFFERS) == SVG:
            return said_in(draw(monitor, asked, words), words)
        report = orjson.dumps(self.report(document, monitor, asked, words))
        return said_in(Response(report, content_type=JSON), words)

    def judge(self, document: dict[str, Any], most_suggested: int) -> Monitor:
        """Return a course as it was judged, and count it. Raises Problem with every fault; the
        nearest ids are told for as many unknown forms.
        """
        try:
            envelope = load_envelope(self._envelope, document)
        except Problem as problem:
            faults = self._session_faults(document, most_suggested)
            raise invalid_request((*problem.errors, *faults)) from None
        monitor = judge_course(self._read(envelope, most_suggested))
        count_course(monitor, self._metrics.courses)
        return monitor

    def report(
        self, document: Mapping[str, Any], monitor: Monitor, asked: Request, words: Words
    ) -> dict[str, Any]:
        """Return the report of a course in a language, with as much as the query asks for. Raises
        Problem 422 where that is too much.
        """
        _check_length(monitor, asked)
        used = self._used(monitor.course)
        identity = sha256(orjson.dumps([used, document], option=orjson.OPT_SORT_KEYS)).hexdigest()
        head = {
            "instruments": used,
            "service_version": __version__,
            "result_id": f"sha256:{identity}",
        }
        rules = cast(Rules, asked.args.get("rules", "fired"))  # the routes take no other value
        return head | write_report(monitor, rules, latest="sessions" in asked.args, words=words)

    def _session_faults(
        self, document: Mapping[str, Any], most_suggested: int
    ) -> tuple[Issue, ...]:
        """Return the faults of the sessions where the members beside them have faults already."""
        if document.get("sessions") is None:
            return ()  # told already
        try:
            finder = Finder(self._catalog, most_suggested)
            read_course(document["sessions"], finder, Policy())
        except InvalidSubmission as invalid:
            return tuple(invalid.issues)
        return ()

    def _read(self, envelope: Mapping[str, Any], most_suggested: int) -> Course:
        options, respondent = envelope.get("options") or {}, envelope.get("respondent") or {}
        try:
            return read_course(
                envelope["sessions"],
                Finder(self._catalog, most_suggested),
                policy_of(options),
                Respondent(respondent.get("age"), respondent.get("sex")),
                envelope.get("norms"),
                options.get("parameters"),
                envelope.get("reference"),
            )
        except InvalidSubmission as invalid:
            if all(issue.code == "key_required" for issue in invalid.issues):
                raise Problem(
                    409, "key_required", invalid.issues[0].detail, invalid.issues
                ) from None
            raise invalid_request(invalid.issues) from None

    def _used(self, course: Course) -> list[dict[str, str]]:
        named = {
            (rating.instrument.id, rating.instrument.version)
            for session in course.sessions
            for rating in session.ratings
        }
        return [
            {
                "id": name,
                "version": version,
                "digest": self._catalog.get(name, version).instrument.digest,
            }
            for name, version in sorted(named)
        ]


def count_course(monitor: Monitor, counts: CourseMetrics) -> None:
    """Count a course, and of its signals, rules and repairs those of the latest session: earlier
    ones were sent, and counted, before.
    """
    counts.count_judged(sufficiency(monitor))
    latest = monitor.views[-1]
    for perspective, side in monitor.sides.items():
        if side.seen:
            counts.count_signal(perspective, latest.signal[perspective])
    for outcome in latest.outcomes:
        counts.count_repair(outcome.state)
    for rule, perspective, _, finding in latest.judged:
        signal = latest.signal[perspective]
        if not finding.fired:
            continue
        if rule in _REPAIRS:
            counts.count_repair(rule)
        elif RANK[signal] >= RANK["watch"]:
            counts.count_alert(rule, signal)


def _check_length(monitor: Monitor, asked: Request) -> None:
    if asked.args.get("rules") != "all" or "sessions" in asked.args:
        return
    n_results = sum(1 for view in monitor.views for _ in view.judged)
    if n_results > MOST_RESULTS:
        detail = (
            f"rules=all tells at most {MOST_RESULTS} results of rules, and this course has "
            f"{n_results}: add sessions=latest, or leave rules out."
        )
        raise Problem(422, "invalid_parameter", detail, parameter="rules")


def policy_of(options: Mapping[str, Any]) -> Policy:
    """Return the thresholds that the loaded options of a course ask for."""
    return policy_for(
        options.get("alpha_family"),
        options.get("planned_sessions"),
        options.get("assumed_kappa"),
        options.get("cutoff_alone", "info"),
    )


def n_forms(monitor: Monitor) -> int:
    """Return how many forms a course has."""
    return sum(len(session.ratings) for session in monitor.course.sessions)


def _describe(rule: Rule, policy: Policy, words: Words) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.name,
        "title": words.text(rule.title),
        "formula": rule.formula,
        "minimum_data": rule.minimum_data,
        "severity": rule.severity,
        "provenance": rule.provenance,
        "parameters": {name: policy.setting(name) for name in rule.settings},
        "sources": list(rule.sources),
        "rates": rates_of_rule(rule.id),
    }


def _battery(words: Words) -> bytes:
    policy = Policy()
    return orjson.dumps(
        {
            "rules": [_describe(rule, policy, words) for rule in BATTERY.rules],
            "repairs": [_describe(rule, policy, words) for rule in BATTERY.repairs],
            "policy": rates_of_policy(),
            "sources": SOURCES,
        }
    )


def monitoring_routes(courses: MonitorRoute) -> list[Route]:
    """Return the monitoring route and the description of the rules."""
    batteries = {tag: _battery(words) for tag, words in courses.languages.items()}

    def rules(asked: Request) -> Response:
        """Answer with the battery and its simulated error rates."""
        words = language_of(asked, courses.languages)
        return said_in(Response(batteries[words.language], content_type=JSON), words)

    return [
        Route(
            "POST",
            "/v1/monitor",
            courses.monitor,
            offers=_OFFERS,
            parameters=TOLD | COURSE,
            scope="monitor",
        ),
        Route("GET", "/v1/rules", rules, scope="monitor"),
    ]
