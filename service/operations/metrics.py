"""Every metric of the service, on a registry that is passed in.

A label value never comes from a request as it stands: it is looked up among the routes, the loaded
definitions and the fixed lists below, and counted as unmatched, unknown or other when it is not
there.
"""

import logging
import os
import platform
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, NamedTuple

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from service.operations.course_metrics import CourseMetrics
from service.operations.metrics_archive import SharedValues, scraping
from service.operations.processes import Processes

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
REQUEST_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
SCORE_BUCKETS = (0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.005, 0.025, 0.1)

_log = logging.getLogger("gunicorn.error")
"""The server's own log."""

UNMATCHED_ROUTE = "unmatched"
UNKNOWN_INSTRUMENT = "unknown"
OTHER_METHOD = "OTHER"
OTHER = "other"

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
STATUSES = {status: str(status) for status in range(100, 600)}
COMPLETENESS = frozenset({"complete", "prorated", "incomplete"})
"""All scales from complete answers; some scale prorated; some scale not scored."""

REJECTIONS = frozenset(
    {
        "answered_and_not_applicable",
        "invalid_request",
        "key_required",
        "missing_items",
        "no_answers",
        "not_finished",
        "out_of_range",
        "position_not_supported",
        "repeated_answer",
        "repeated_item",
        "too_many_missing",
        "unknown_instrument",
        "unknown_item",
        "unknown_key",
        "unknown_token",
        "unknown_version",
        "value_not_allowed",
        "value_not_found",
        "wrong_length",
        "wrong_step",
        "wrong_type",
    }
)
MALFORMATIONS = {
    "bad_csv": "bad_csv",
    "bad_encoding": "encoding",
    "bad_json": "bad_json",
    "bad_string": "string",
    "duplicate_key": "duplicate_key",
    "incomplete_body": "incomplete",
    "media_type": "media_type",
    "non_finite": "number",
    "number_too_long": "number",
    "too_deep": "depth",
    "too_large": "too_large",
}
"""Codes of the strict reader and of the edge, with the reason that each is counted under."""


AUTH_FAILURES = frozenset(
    {
        "bad_signature",
        "bad_token",
        "expired",
        "lives_too_long",
        "malformed",
        "missing_scope",
        "no_credential",
        "no_issuer_keys",
        "not_yet_valid",
        "replayed",
        "unknown_key",
        "unknown_kid",
        "wrong_algorithm",
        "wrong_audience",
        "wrong_issuer",
        "wrong_tenant",
    }
)


CARD_TOPICS = frozenset({"alliance", "safety", "course-data"})
CARD_INDICATORS = frozenset({"info", "warning", "critical"})
OUTCOMES = frozenset({"accepted", "overridden"})
OVERRIDE_REASONS = frozenset(
    {"already-discussed", "expected", "data-wrong", "not-relevant", "none"}
)


class LoadedDefinition(NamedTuple):
    """What the metrics say about one loaded definition; `digest` as in score reports
    (`sha256:…`).
    """

    instrument: str
    version: str
    digest: str


def _short(digest: str) -> str:
    return digest.removeprefix("sha256:")[:12]


class Metrics:
    """The collectors with the methods that count."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._routes: frozenset[str] = frozenset()
        self._instruments: frozenset[str] = frozenset()
        self._definitions: frozenset[tuple[str, str]] = frozenset()
        self._make_request_metrics(registry)
        self._make_scoring_metrics(registry)
        self._make_card_metrics(registry)
        self._make_identity_metrics(registry)
        self.courses = CourseMetrics(registry)
        self.request_started = self._in_progress.inc
        self.request_finished = self._in_progress.dec
        self.observe_score = self._score_duration.observe

    def _make_request_metrics(self, registry: CollectorRegistry) -> None:
        self._requests = Counter(
            "scoring_http_requests_total",
            "HTTP requests answered.",
            ["route", "method", "status"],
            registry=registry,
        )
        self._duration = Histogram(
            "scoring_http_request_duration_seconds",
            "Time from reading a request's head to the end of its response.",
            ["route", "method"],
            buckets=REQUEST_BUCKETS,
            registry=registry,
        )
        self._in_progress = Gauge(
            "scoring_http_requests_in_progress",
            "HTTP requests being answered now.",
            multiprocess_mode="livesum",
            registry=registry,
        )
        self._dropped = Counter(
            "scoring_log_lines_dropped_total",
            "Log lines dropped because whoever reads them does not keep up.",
            registry=registry,
        )
        self._set_aside = Counter(
            "scoring_metrics_files_set_aside_total",
            "Files in the metrics directory that could not be read.",
            registry=registry,
        )
        self._lost_workers = Counter(
            "scoring_workers_lost_total",
            "Worker processes that ended without being told to.",
            registry=registry,
        )
        self._malformed = Counter(
            "scoring_malformed_requests_total",
            "Requests, or lines of a batch, that could not be read.",
            ["reason"],
            registry=registry,
        )

        self._auth_failures = Counter(
            "scoring_auth_failures_total",
            "Requests refused because of their credential.",
            ["reason"],
            registry=registry,
        )
        # A burst that is all there ever was is seen only by who has seen the zero before it.
        for reason in (*AUTH_FAILURES, OTHER):
            self._auth_failures.labels(reason)

    def _make_scoring_metrics(self, registry: CollectorRegistry) -> None:
        self._scored = Counter(
            "scoring_responses_scored_total",
            "Completed forms that were scored.",
            ["instrument", "version", "completeness"],
            registry=registry,
        )
        self._rejected = Counter(
            "scoring_responses_rejected_total",
            "Completed forms that were readable but refused.",
            ["instrument", "reason"],
            registry=registry,
        )
        self._score_duration = Histogram(
            "scoring_score_duration_seconds",
            "Time to score one completed form, without reading and writing JSON.",
            buckets=SCORE_BUCKETS,
            registry=registry,
        )

    def _make_card_metrics(self, registry: CollectorRegistry) -> None:
        self._cards = Counter(
            "scoring_cds_cards_total",
            "Cards that answered hooks.",
            ["topic", "indicator"],
            registry=registry,
        )
        self._left_out = Counter(
            "scoring_cds_left_out_total",
            "Forms and Observations that came along with a hook and could not be used.",
            registry=registry,
        )
        self._feedback = Counter(
            "scoring_cds_feedback_total",
            "Outcomes of cards that clients reported.",
            ["outcome", "reason"],
            registry=registry,
        )

    def _make_identity_metrics(self, registry: CollectorRegistry) -> None:
        def gauge(name: str, documentation: str, labels: Iterable[str] = ()) -> Gauge:
            """Return a gauge that all workers set alike: the highest of them is shown."""
            return Gauge(
                name, documentation, labels, multiprocess_mode="livemax", registry=registry
            )

        self._loaded = gauge("scoring_definitions_loaded", "Definitions in use.")
        self._refused = gauge(
            "scoring_definitions_rejected", "Definition files refused when they were loaded."
        )
        self._loaded_at = gauge(
            "scoring_definitions_last_load_timestamp_seconds",
            "Unix time when the definitions were loaded.",
        )
        self._definition_info = gauge(
            "scoring_definition_info", "A definition in use.", ["instrument", "version", "digest"]
        )
        self._set_info = gauge(
            "scoring_definitions_set_info",
            "All definitions, mappings and languages in use, by the digest of their manifest.",
            ["digest"],
        )
        self._reloads = Counter(
            "scoring_definitions_reloads_total",
            "Times that the definitions were to be loaded anew.",
            ["outcome"],
            registry=registry,
        )
        self._build_info = gauge(
            "scoring_build_info", "The running build.", ["version", "revision", "python"]
        )

    def allow_routes(self, routes: Iterable[str]) -> None:
        """Fix the route templates that may be label values; requests elsewhere count as
        `unmatched`.
        """
        self._routes = frozenset(routes)

    def set_definitions(
        self, loaded: Iterable[LoadedDefinition], rejected: int, loaded_at: float
    ) -> None:
        """Publish the loaded definitions and admit their ids and versions as labels; `loaded_at` is
        Unix time.

        Under a server that forks, call it in each worker: gauges set by the parent would outlive
        every worker.
        """
        definitions = list(loaded)
        self._definitions = frozenset((each.instrument, each.version) for each in definitions)
        self._instruments = frozenset(each.instrument for each in definitions)
        self._loaded.set(len(definitions))
        self._refused.set(rejected)
        self._loaded_at.set(loaded_at)
        for each in definitions:
            self._definition_info.labels(each.instrument, each.version, _short(each.digest)).set(1)

    def set_definitions_set(self, digest: str) -> None:
        """Publish the digest of everything that is loaded; call it in each worker."""
        self._set_info.labels(_short(digest)).set(1)

    def count_reload(self, outcome: Literal["loaded", "refused"]) -> None:
        """Count one time that the definitions were to be loaded anew."""
        self._reloads.labels(outcome).inc()

    def set_build(self, version: str, revision: str) -> None:
        """Publish the running build; call it in each worker."""
        self._build_info.labels(version, revision, platform.python_version()).set(1)

    def observe_request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answered request and the time it took."""
        route = route if route in self._routes else UNMATCHED_ROUTE
        method = method if method in METHODS else OTHER_METHOD
        self._requests.labels(route, method, STATUSES.get(status, OTHER)).inc()
        self._duration.labels(route, method).observe(seconds)

    def count_scored(
        self, instrument: str, version: str, completeness: str, times: int = 1
    ) -> None:
        """Count scored forms; `completeness` is one of `COMPLETENESS`."""
        if (instrument, version) not in self._definitions:
            instrument = version = UNKNOWN_INSTRUMENT
        kind = completeness if completeness in COMPLETENESS else OTHER
        self._scored.labels(instrument, version, kind).inc(times)

    def count_rejected(self, instrument: str | None, reason: str, times: int = 1) -> None:
        """Count refused forms; None stands for an instrument that is not known."""
        known = instrument if instrument in self._instruments else UNKNOWN_INSTRUMENT
        self._rejected.labels(known, reason if reason in REJECTIONS else OTHER).inc(times)

    def count_dropped_line(self) -> None:
        """Count one log line that was dropped because nobody reads the log."""
        self._dropped.inc()

    def count_lost_worker(self) -> None:
        """Count one worker that ended without being told to; its parent does."""
        self._lost_workers.inc()

    def count_malformed(self, code: str, times: int = 1) -> None:
        """Count unreadable requests, or lines of one; `code` is a key of `MALFORMATIONS`."""
        self._malformed.labels(MALFORMATIONS.get(code, OTHER)).inc(times)

    def count_auth_failure(self, reason: str) -> None:
        """Count one request refused because of its credential."""
        self._auth_failures.labels(reason if reason in AUTH_FAILURES else OTHER).inc()

    def count_card(self, topic: str, indicator: str) -> None:
        """Count one card."""
        self._cards.labels(
            topic if topic in CARD_TOPICS else OTHER,
            indicator if indicator in CARD_INDICATORS else OTHER,
        ).inc()

    def count_left_out(self, number: int) -> None:
        """Count forms that came along with a hook and could not be used."""
        self._left_out.inc(number)

    def count_feedback(self, outcome: str, reason: str) -> None:
        """Count one outcome of a card; a reason that is not ours is `other`."""
        self._feedback.labels(
            outcome if outcome in OUTCOMES else OTHER,
            reason if reason in OVERRIDE_REASONS else OTHER,
        ).inc()

    def exposition(self) -> bytes:
        """Return all metrics in the text format: of every worker if there are several, else of this
        process."""
        directory = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
        if not directory:
            return generate_latest(self._registry) + _of_processes(None)
        with scraping(directory):
            values = SharedValues(Path(directory))
            for name in values.set_aside:
                self._set_aside.inc()
                _log.error(f"A file in the metrics directory was set aside: {name}")
            registry = CollectorRegistry(support_collectors_without_names=True)
            registry.register(values)
            return generate_latest(registry) + _of_processes(Path(directory))


def _of_processes(directory: Path | None) -> bytes:
    registry = CollectorRegistry(support_collectors_without_names=True)
    registry.register(Processes(directory))
    return generate_latest(registry)
