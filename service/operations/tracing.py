"""Traces: whose request one is part of, and with `TRACING=true` a span for each request.

A span has method, route, status and, where the service failed, the kind of error: nothing that the
caller wrote, not even its `tracestate`. The packages of OpenTelemetry are loaded only where spans
are wanted; the variables `OTEL_*` say where they go and how many are kept.
"""

import logging
import os
import re
import time
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider

SERVICE_NAME = "questionnaire-scoring"
NEEDED = (
    "TRACING=true needs OpenTelemetry's SDK and exporter, which are not installed: "
    "python -m pip install --require-hashes -r requirements-otel.txt"
)
_TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})"
)


def trace_id(traceparent: str | None) -> str | None:
    """Return the trace that a request says it is part of, None where it says none or nonsense."""
    match = None if traceparent is None else _TRACEPARENT.fullmatch(traceparent)
    return match and match[1]


def can_trace() -> bool:
    """Say whether the packages that spans need are installed."""
    try:
        return all(map(find_spec, ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")))
    except ModuleNotFoundError:
        return False


class Tracing:
    """Makes a span of each request that has been answered."""

    def __init__(self, provider: "TracerProvider") -> None:
        from opentelemetry.trace import SpanKind

        self.provider = provider
        self._tracer = provider.get_tracer(SERVICE_NAME)
        self._kind = SpanKind.SERVER

    def record(
        self,
        traceparent: str | None,
        route: str,
        method: str,
        status: int,
        seconds: float,
        fault: Exception | None,
    ) -> str:
        """Record a request that took some seconds until now; return the id of its trace."""
        from opentelemetry.trace import Status, StatusCode, format_trace_id

        attributes: dict[str, str | int] = {
            "http.request.method": method,
            "http.route": route,
            "http.response.status_code": status,
        }
        if status >= 500 or fault is not None:
            attributes["error.type"] = str(status) if fault is None else type(fault).__name__
        end = time.time_ns()
        span = self._tracer.start_span(
            f"{method} {route}",
            _parent(traceparent),
            self._kind,
            attributes,
            start_time=end - int(seconds * 1e9),
        )
        if "error.type" in attributes:
            span.set_status(Status(StatusCode.ERROR))
        span.end(end)
        return format_trace_id(span.get_span_context().trace_id)


def _parent(traceparent: str | None) -> "Context":
    from opentelemetry.context import Context
    from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

    match = None if traceparent is None else _TRACEPARENT.fullmatch(traceparent)
    if match is None:
        return Context()
    trace, span, flags = (int(part, 16) for part in match.groups())
    about = SpanContext(trace, span, is_remote=True, trace_flags=TraceFlags(flags & 1))
    return set_span_in_context(NonRecordingSpan(about), Context())


def start_tracing() -> Tracing:
    """Send spans in the background to where `OTEL_EXPORTER_OTLP_ENDPOINT` says. Call it in each
    worker: the sender does not survive a fork.
    """
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    os.environ.setdefault("OTEL_SERVICE_NAME", SERVICE_NAME)
    told = logging.getLogger("opentelemetry")  # of spans that cannot be sent, as the server tells
    told.handlers = list(logging.getLogger("gunicorn.error").handlers)
    told.propagate = not told.handlers
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Tracing(provider)
