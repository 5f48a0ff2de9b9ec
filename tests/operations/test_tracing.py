"""A span of each request, which holds nothing that the caller wrote; without the setting, nothing
of OpenTelemetry is loaded.
"""

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from service.app import Service, create_app
from service.operations import tracing
from service.operations.tracing import NEEDED, Tracing, trace_id
from service.settings import Settings, SettingsError
from tests.conftest import Log
from tests.test_gunicorn import Server, eventually

CANARY = "Jane-Roe-1970"
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
PATH = "/v1/instruments/gad-7/score"
FORM = {"answers": [1] * 7}


@pytest.fixture
def kept() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def traced(few: Settings, kept: InMemorySpanExporter, tmp_path: Path) -> Iterator[Service]:
    log = Log(tmp_path / "log")
    app = create_app(few, log_fd=log.descriptor)
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    app.edge.tracing = Tracing(provider)
    assert app.edge.log is not None
    log.written = app.edge.log.flush
    app.config["LOG"] = log
    yield app
    provider.shutdown()


def the_span(kept: InMemorySpanExporter) -> ReadableSpan:
    (span,) = kept.get_finished_spans()
    kept.clear()
    return span


def test_a_request_is_a_span_with_its_route_and_status(
    traced: Service, kept: InMemorySpanExporter
) -> None:
    traced.test_client().post(PATH, json=FORM)
    span = the_span(kept)
    assert (span.name, span.kind) == (
        "POST /v1/instruments/<instrument_id>/score",
        SpanKind.SERVER,
    )
    assert span.attributes == {
        "http.request.method": "POST",
        "http.route": "/v1/instruments/<instrument_id>/score",
        "http.response.status_code": 200,
    }
    assert span.status.status_code is StatusCode.UNSET
    assert span.parent is None
    assert span.start_time is not None
    assert span.end_time is not None
    assert 0 < span.end_time - span.start_time < 30e9
    (line,) = traced.config["LOG"].lines()
    assert span.context is not None
    assert line["trace_id"] == f"{span.context.trace_id:032x}"


def test_it_is_part_of_the_callers_trace(traced: Service, kept: InMemorySpanExporter) -> None:
    headers = {"traceparent": f"00-{TRACE}-{PARENT}-01", "tracestate": f"site={CANARY}"}
    traced.test_client().post(PATH, json=FORM, headers=headers)
    span = the_span(kept)
    assert span.parent is not None
    assert span.context is not None
    assert (f"{span.parent.span_id:016x}", f"{span.context.trace_id:032x}") == (PARENT, TRACE)
    assert CANARY not in span.to_json()
    (line,) = traced.config["LOG"].lines()
    assert line["trace_id"] == TRACE


def test_what_the_caller_does_not_sample_is_not_kept(
    traced: Service, kept: InMemorySpanExporter
) -> None:
    headers = {"traceparent": f"00-{TRACE}-{PARENT}-00"}
    traced.test_client().post(PATH, json=FORM, headers=headers)
    assert kept.get_finished_spans() == ()
    (line,) = traced.config["LOG"].lines()
    assert line["trace_id"] == TRACE


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
def test_probes_make_no_spans(traced: Service, kept: InMemorySpanExporter, path: str) -> None:
    traced.test_client().get(path)
    assert kept.get_finished_spans() == ()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", f"{PATH}?who={CANARY}", 400),
        ("POST", f"/v1/instruments/{CANARY}/score", 404),
        ("GET", f"/{CANARY}", 404),
        (CANARY.upper(), PATH, 405),
    ],
)
def test_nothing_that_the_caller_wrote_is_in_a_span(
    traced: Service, kept: InMemorySpanExporter, method: str, path: str, status: int
) -> None:
    body = {"answers": [1] * 7, CANARY: CANARY, "reference": CANARY}
    names = ("X-Request-Id", "User-Agent", "Referer", "X-Api-Key", "Baggage", "Tracestate")
    headers = dict.fromkeys(names, CANARY) | {"traceparent": CANARY}
    answer = traced.test_client().open(path, method=method, json=body, headers=headers)
    span = the_span(kept)
    assert span.attributes is not None
    assert span.attributes["http.response.status_code"] == answer.status_code
    assert answer.status_code in (status, 422)
    assert CANARY.lower() not in span.to_json().lower()


def test_a_fault_of_the_service_is_told_by_its_kind_alone(
    traced: Service, kept: InMemorySpanExporter
) -> None:
    def fail() -> str:
        raise LookupError(CANARY)

    traced.add_url_rule("/fault", view_func=fail)
    assert traced.test_client().get("/fault").status_code == 500
    span = the_span(kept)
    assert span.attributes is not None
    assert span.attributes["error.type"] == "LookupError"
    assert span.status.status_code is StatusCode.ERROR
    assert CANARY not in span.to_json()


@pytest.mark.parametrize(
    "nonsense", [None, "", "00", f"ff-{TRACE}-{PARENT}-01", f"00-{'0' * 32}-{PARENT}-01"]
)
def test_nonsense_belongs_to_no_trace(nonsense: str | None) -> None:
    assert trace_id(nonsense) is None


class Collector(BaseHTTPRequestHandler):
    received: list[tuple[str, bytes]]

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.received.append((self.path, self.rfile.read(length)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_spans_arrive_where_the_environment_says(
    few: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    Collector.received = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
        monkeypatch.setenv("OTEL_SERVICE_NAME", "scores-of-the-north")
        app = create_app(replace(few, tracing=True), log_fd=None)
        app.test_client().post(f"{PATH}?who={CANARY}", json=FORM | {"reference": CANARY})
        app.test_client().post(PATH, json=FORM)
        assert app.edge.tracing is not None
        app.edge.tracing.provider.shutdown()
        server.shutdown()
    assert {path for path, _ in Collector.received} == {"/v1/traces"}
    sent = b"".join(body for _, body in Collector.received)
    assert sent.count(b"POST /v1/instruments/<instrument_id>/score") == 2
    assert b"scores-of-the-north" in sent
    assert CANARY.encode() not in sent


def test_a_forked_worker_sends_its_spans_and_loses_none_when_it_is_told_to_stop(
    few: Settings, tmp_path: Path
) -> None:
    Collector.received = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as collector:
        threading.Thread(target=collector.serve_forever, daemon=True).start()
        server = Server(
            tmp_path,
            "from service.app import application as create_app",
            TRACING="true",
            OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{collector.server_port}",
            INSTRUMENTS_DIR=str(few.instruments_dir),
            WORKERS="1",
        )
        try:
            eventually(lambda: server.get("/livez"))
            for _ in range(20):
                server.get("/v1/instruments")
        finally:
            server.stop()
            collector.shutdown()
    sent = b"".join(body for _, body in Collector.received)
    assert sent.count(b"GET /v1/instruments") == 20
    assert b"questionnaire-scoring" in sent
    assert "Traceback" not in (tmp_path / "stderr").read_text()


def test_spans_without_their_packages_are_refused_with_a_sentence(
    few: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracing, "find_spec", lambda name: None)
    with pytest.raises(SettingsError) as refused:
        create_app(replace(few, tracing=True), log_fd=None)
    assert refused.value.faults == [NEEDED]


def test_without_the_setting_nothing_of_it_is_loaded() -> None:
    code = "import sys, service.app; print([m for m in sys.modules if 'opentelemetry' in m])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=Path(__file__).parents[2],
        check=True,
    )
    assert done.stdout == "[]\n"
