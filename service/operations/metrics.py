"""Every metric of the service, on a registry that is passed in.

A label value never comes from a request as it stands: it is looked up among the routes, the loaded
definitions and the fixed lists below, and counted as unmatched, unknown or other when it is not
there. What each request counts is kept as the bare values behind the client's metrics, because
finding them costs more than counting.
"""

import os
import platform
from bisect import bisect_left
from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector

from service.operations.metrics_archive import scraping
from service.operations.metrics_values import share_values

share_values()

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
REQUEST_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
SCORE_BUCKETS = (0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.005, 0.025, 0.1)

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
        "out_of_range",
        "position_not_supported",
        "repeated_item",
        "too_many_missing",
        "unknown_instrument",
        "unknown_item",
        "unknown_version",
        "value_not_allowed",
        "wrong_length",
        "wrong_step",
        "wrong_type",
    }
)
MALFORMATIONS = {
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


Count = Callable[[float], None]
Observe = Callable[[float], None]


class LoadedDefinition(NamedTuple):
    """What the metrics say about one loaded definition; `digest` as in score reports
    (`sha256:…`).
    """

    instrument: str
    version: str
    digest: str


class Metrics:
    """The collectors with the methods that count."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._routes: frozenset[str] = frozenset()
        self._instruments: frozenset[str] = frozenset()
        self._definitions: frozenset[tuple[str, str]] = frozenset()
        self._count_and_time: dict[tuple[str, str, int], tuple[Count, Observe]] = {}
        self._count_scored: dict[tuple[str, str, str], Count] = {}
        self._count_rejected: dict[tuple[str, str], Count] = {}
        self._make_request_metrics(registry)
        self._make_scoring_metrics(registry)
        self._make_identity_metrics(registry)
        self.request_started = partial(self._in_progress._value.inc, 1)
        self.request_finished = partial(self._in_progress._value.inc, -1)
        self.observe_score = _observing(self._score_duration)

    def _make_request_metrics(self, registry: CollectorRegistry) -> None:
        self._requests = Counter(
            "scoring_http_requests_total",
            "HTTP requests answered.",
            ["route", "method", "status"],
            registry=registry,
        )
        self._duration = Histogram(
            "scoring_http_request_duration_seconds",
            "Time from reading a request's head to the end of its answer.",
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
        self._malformed = Counter(
            "scoring_malformed_requests_total",
            "Requests whose body could not be read.",
            ["reason"],
            registry=registry,
        )

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
        self._alerts = Counter(
            "scoring_alerts_raised_total",
            "Rules behind a watch or worse in the latest session of a course.",
            ["rule", "severity"],
            registry=registry,
        )
        self._score_duration = Histogram(
            "scoring_score_duration_seconds",
            "Time to score one completed form, without reading and writing JSON.",
            buckets=SCORE_BUCKETS,
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
            digest = each.digest.removeprefix("sha256:")[:12]
            self._definition_info.labels(each.instrument, each.version, digest).set(1)

    def set_build(self, version: str, revision: str) -> None:
        """Publish the running build; call it in each worker."""
        self._build_info.labels(version, revision, platform.python_version()).set(1)

    def observe_request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answered request and the time it took."""
        known = self._count_and_time.get((route, method, status))
        if known is None:
            known = self._admit_request(route, method, status)
        known[0](1)
        known[1](seconds)

    def _admit_request(self, route: str, method: str, status: int) -> "tuple[Count, Observe]":
        route = route if route in self._routes else UNMATCHED_ROUTE
        method = method if method in METHODS else OTHER_METHOD
        # Kept under the admitted names only: a caller cannot make this dictionary grow either.
        key = (route, method, status if status in STATUSES else 0)
        if key not in self._count_and_time:
            requests = self._requests.labels(route, method, STATUSES.get(status, OTHER))
            self._count_and_time[key] = (
                requests._value.inc,
                _observing(self._duration.labels(route, method)),
            )
        return self._count_and_time[key]

    def count_scored(self, instrument: str, version: str, completeness: str) -> None:
        """Count one scored form; `completeness` is one of `COMPLETENESS`."""
        key = (instrument, version, completeness)
        count = self._count_scored.get(key)
        if count is None:
            if (instrument, version) not in self._definitions:
                instrument = version = UNKNOWN_INSTRUMENT
            key = (instrument, version, completeness if completeness in COMPLETENESS else OTHER)
            count = self._count_scored.setdefault(key, self._scored.labels(*key)._value.inc)
        count(1)

    def count_rejected(self, instrument: str | None, reason: str) -> None:
        """Count one refused form; None stands for an instrument that is not known."""
        known = instrument if instrument in self._instruments else UNKNOWN_INSTRUMENT
        key = (known, reason if reason in REJECTIONS else OTHER)
        count = self._count_rejected.get(key)
        if count is None:
            count = self._count_rejected.setdefault(key, self._rejected.labels(*key)._value.inc)
        count(1)

    def count_alert(self, rule: str, severity: str) -> None:
        """Count one rule behind a signal; both come from the fixed lists of the battery."""
        self._alerts.labels(rule, severity).inc()

    def count_malformed(self, code: str) -> None:
        """Count one unreadable request; `code` is a key of `MALFORMATIONS`."""
        self._malformed.labels(MALFORMATIONS.get(code, OTHER)).inc()

    def exposition(self) -> bytes:
        """Return all metrics in the text format: of every worker if there are several, else of this
        process."""
        directory = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
        if not directory:
            return generate_latest(self._registry)
        registry = CollectorRegistry(support_collectors_without_names=True)
        MultiProcessCollector(registry, path=directory)
        with scraping(directory):
            return generate_latest(registry)


def _observing(histogram: Histogram) -> Observe:
    """Return what the histogram's `observe` does, with everything looked up beforehand."""
    upper_bounds, add = histogram._upper_bounds, histogram._sum.inc
    counts = [bucket.inc for bucket in histogram._buckets]

    def observe(amount: float) -> None:
        """Add to the sum, and to the first bucket whose upper bound is not below the amount."""
        add(amount)
        counts[bisect_left(upper_bounds, amount)](1)

    return observe
