"""What is counted of courses of treatment: judgements, never people. A course that is sent again is
judged again.
"""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge

DATA = ("enough", "too_few_scores", "no_scores")
"""What the rules had to go by: see `service.alliance.report.data_quality.sufficiency`."""


class CourseMetrics:
    """The counters of judged courses. Every label value is of the battery's own fixed lists."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._judged = Counter(
            "scoring_courses_judged_total",
            "Courses of treatment that were judged, by what there was to go by.",
            ["data"],
            registry=registry,
        )
        self._signals = Counter(
            "scoring_course_signals_total",
            "Signals of the latest session of judged courses, for each rater with scores.",
            ["perspective", "signal"],
            registry=registry,
        )
        self._alerts = Counter(
            "scoring_alerts_raised_total",
            "Rules behind a watch or worse in the latest session of a course.",
            ["rule", "severity"],
            registry=registry,
        )
        self._repairs = Counter(
            "scoring_repairs_total",
            "Repair states that alerts reached in the latest session of a course.",
            ["rule"],
            registry=registry,
        )
        self._rules = Gauge(
            "scoring_rule_info",
            "A rule of the battery, for legends.",
            ["rule", "title"],
            multiprocess_mode="livemax",
            registry=registry,
        )
        for data in DATA:
            self._judged.labels(data)

    def set_rules(self, titles: Iterable[tuple[str, str]]) -> None:
        """Publish ids and titles of the rules; call it in each worker."""
        for rule, title in titles:
            self._rules.labels(rule, title).set(1)

    def count_judged(self, data: str) -> None:
        """Count one course; `data` is one of `DATA`."""
        self._judged.labels(data).inc()

    def count_signal(self, perspective: str, signal: str) -> None:
        """Count what a rater's side of the latest session shows."""
        self._signals.labels(perspective, signal).inc()

    def count_alert(self, rule: str, severity: str) -> None:
        """Count one rule behind a signal."""
        self._alerts.labels(rule, severity).inc()

    def count_repair(self, rule: str) -> None:
        """Count one repair state."""
        self._repairs.labels(rule).inc()
