"""What an answer carries, what a request leaves in the log, and what follows when the application
breaks.
"""

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

import pytest
from werkzeug.test import Client, EnvironBuilder, run_wsgi_app

from service.operations.edge import LEVELS, Edge
from service.operations.facts import facts_of
from service.operations.log_writer import LogWriter

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
CANARY = "Jane-Roe-1970"


def internal_error(path: str, request_id: str) -> tuple[str, bytes]:
    return "application/problem+json", json.dumps({"path": path, "id": request_id}).encode()


class Recorder:
    """Stands in for the metrics and remembers what it was told."""

    def __init__(self) -> None:
        self.under_way = 0
        self.observed: list[tuple[str, str, int, float]] = []
        self.dropped = 0

    def request_started(self) -> None:
        self.under_way += 1

    def request_finished(self) -> None:
        self.under_way -= 1

    def count_dropped_line(self) -> None:
        self.dropped += 1

    def observe_request(self, route: str, method: str, status: int, seconds: float) -> None:
        self.observed.append((route, method, status, seconds))


class Harness:
    """An edge around an application, with a clock that ticks a quarter of a second at each look."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self.metrics = Recorder()
        self._reader, self._writer = os.pipe()
        self._ticks = iter(range(1000))
        self.edge = Edge(
            app,
            self.metrics,
            self._writer,
            internal_error=internal_error,
            clock=lambda: next(self._ticks) * 0.25,
            now=lambda: 1_700_000_000.25,
            new_request_id=lambda: "generated",
        )

    def request(
        self, method: str = "GET", path: str = "/", **more: Any
    ) -> tuple[bytes, str, dict[str, str]]:
        """Return body, status line and headers of the answer."""
        environ = EnvironBuilder(path, method=method, **more).get_environ()
        body, status, headers = run_wsgi_app(self.edge, environ, buffered=True)
        assert len(headers) == len({name.lower() for name, _ in headers}), "a header is doubled"
        return b"".join(body), status, dict(headers)

    def lines(self) -> list[dict[str, Any]]:
        """Return what was logged since the last look."""
        assert self.edge.log is not None
        assert self.edge.log.flush()
        os.write(self._writer, b"end")
        text = os.read(self._reader, 1 << 16).decode()
        *lines, end = text.split("\n")
        assert end == "end"
        return [json.loads(line) for line in lines]

    def line(self) -> dict[str, Any]:
        (line,) = self.lines()
        return line


def answering(
    body: Iterable[bytes], status: str = "200 OK", headers: tuple[tuple[str, str], ...] = ()
) -> Any:
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        facts_of(environ).route = "/v1/score"
        start_response(status, [("Content-Type", "application/json"), *headers])
        return body

    return app


def streaming(*chunks: bytes | Exception) -> Iterator[bytes]:
    for chunk in chunks:
        if isinstance(chunk, Exception):
            raise chunk
        yield chunk


class Closing:
    """A body that knows whether it was closed."""

    def __init__(self, *chunks: bytes | Exception) -> None:
        self.closed = 0
        self._chunks = streaming(*chunks)

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def close(self) -> None:
        self.closed += 1


def test_every_answer_carries_the_safe_headers_and_the_request_id() -> None:
    body, status, headers = Harness(answering([b"{}"])).request()
    assert (body, status) == (b"{}", "200 OK")
    assert headers == {"Content-Type": "application/json", "X-Request-Id": "generated", **SECURITY}


@pytest.mark.parametrize("name", ["Cache-Control", "cache-control", "Content-Security-Policy"])
def test_a_header_set_by_the_application_stays(name: str) -> None:
    _, _, headers = Harness(answering([b""], headers=((name, "own"),))).request()
    assert headers[name] == "own"
    assert len(headers) == 6


@pytest.mark.parametrize("given", ["a", "A-Za_z.0-9", "x" * 64])
def test_a_safe_request_id_is_taken_over(given: str) -> None:
    seen = []

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.append(facts_of(environ).request_id)
        start_response("204 No Content", [])
        return []

    harness = Harness(app)
    _, _, headers = harness.request(headers={"X-Request-Id": given})
    assert [headers["X-Request-Id"], *seen, harness.line()["request_id"]] == [given] * 3


@pytest.mark.parametrize(
    "given", ["", "x" * 65, "a b", "a,b", "a\n", "a/b", "é", "\u0663", '"', "a%0d"]
)
def test_any_other_request_id_is_replaced(given: str) -> None:
    harness = Harness(answering([]))
    environ = EnvironBuilder("/").get_environ() | {"HTTP_X_REQUEST_ID": given}
    _, _, headers = run_wsgi_app(harness.edge, environ)
    assert headers["X-Request-Id"] == "generated"
    assert harness.line()["request_id"] == "generated"


def test_generated_ids_differ() -> None:
    client = Client(Edge(answering([b""]), log_fd=None, internal_error=internal_error))
    found = {client.get("/").headers["X-Request-Id"] for _ in range(20)}
    assert len(found) == 20
    assert all(re.fullmatch("[0-9a-f]{32}", each) for each in found)


def test_one_line_with_every_field_is_logged() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        facts = facts_of(environ)
        facts.route = "/v1/instruments/<id>/score"
        facts.instrument, facts.version = "wai-sr", "1.0.0"
        facts.problem = "invalid_answers"
        facts.n_responses = 1
        facts.caller = "ehr"
        start_response("422 Unprocessable Content", [])
        return [b"12345", b"67"]

    harness = Harness(app)
    harness.request(
        "POST", data=b"x" * 120, headers={"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
    )
    assert harness.line() == {
        "ts": "2023-11-14T22:13:20.250000Z",
        "level": "info",
        "event": "request",
        "request_id": "generated",
        "trace_id": TRACE,
        "route": "/v1/instruments/<id>/score",
        "method": "POST",
        "status": 422,
        "duration_s": 0.25,
        "bytes_in": 120,
        "bytes_out": 7,
        "caller": "ehr",
        "instrument": "wai-sr",
        "version": "1.0.0",
        "n_responses": 1,
        "problem": "invalid_answers",
    }
    assert harness.metrics.observed == [("/v1/instruments/<id>/score", "POST", 422, 0.25)]
    assert harness.metrics.under_way == 0


def test_the_line_is_in_utc_now_by_default() -> None:
    reader, writer = os.pipe()
    Client(Edge(answering([b""]), log_fd=writer, internal_error=internal_error)).get("/")
    logged = datetime.fromisoformat(json.loads(os.read(reader, 4096))["ts"])
    assert abs((datetime.now(logged.tzinfo) - logged).total_seconds()) < 60


@pytest.mark.parametrize(
    "traceparent",
    [
        "",
        f"00-{TRACE}-00f067aa0ba902b7",
        f"ff-{TRACE}-00f067aa0ba902b7-01",
        f"00-{'0' * 32}-00f067aa0ba902b7-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-00f067aa0ba902b7-01",
        f"00-{TRACE}-00f067aa0ba902b7-01-{CANARY}",
        f"00-{TRACE}-00f067aa0ba902b7-01\n",
    ],
)
def test_a_malformed_traceparent_is_not_logged(traceparent: str) -> None:
    harness = Harness(answering([]))
    environ = EnvironBuilder("/").get_environ() | {"HTTP_TRACEPARENT": traceparent}
    run_wsgi_app(harness.edge, environ)
    assert harness.line()["trace_id"] is None


@pytest.mark.parametrize("declared", ["", "-1", "1e3", "٣", "9" * 20, CANARY])
def test_a_length_that_is_not_a_number_is_logged_as_null(declared: str) -> None:
    harness = Harness(answering([]))
    environ = EnvironBuilder("/", method="POST").get_environ() | {"CONTENT_LENGTH": declared}
    run_wsgi_app(harness.edge, environ)
    assert harness.line()["bytes_in"] is None


def test_the_application_can_tell_the_size_of_a_body_without_declared_length() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        facts_of(environ).bytes_in = 77
        start_response("200 OK", [])
        return []

    harness = Harness(app)
    harness.request("POST")
    assert harness.line()["bytes_in"] == 77


def test_what_the_application_did_not_recognise_is_unmatched_or_other() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("404 Not Found", [])
        return []

    harness = Harness(app)
    harness.request("BREW", f"/{CANARY}?name={CANARY}")
    assert harness.metrics.observed == [("unmatched", "OTHER", 404, 0.25)]
    assert (harness.line() | {"ts": None})["method"] == "OTHER"


def test_nothing_that_the_caller_wrote_is_logged() -> None:
    harness = Harness(answering([CANARY.encode()]))
    for method in ("GET", "POST", CANARY):
        harness.request(
            method,
            f"/{CANARY}?q={CANARY}",
            data=CANARY,
            content_type=CANARY,
            headers=dict.fromkeys(
                ("User-Agent", "Authorization", "Cookie", "Traceparent", "Referer"), CANARY
            )
            | {"X-Request-Id": f"{CANARY} "},
        )
    assert CANARY not in json.dumps(harness.lines())


@pytest.mark.parametrize("streamed", [False, True])
def test_a_whole_answer_is_counted_before_the_caller_gets_it_and_a_stream_at_its_end(
    streamed: bool,
) -> None:
    body = Closing(b"abc", b"de")
    harness = Harness(answering(body, headers=() if streamed else (("Content-Length", "5"),)))
    answer = harness.edge(EnvironBuilder("/").get_environ(), lambda *_: lambda _: None)
    assert len(harness.metrics.observed) == (0 if streamed else 1)
    assert harness.metrics.under_way == (1 if streamed else 0)
    assert b"".join(answer) == b"abcde"
    if streamed:
        answer.close()  # type: ignore[attr-defined]
    assert (body.closed, len(harness.metrics.observed), harness.metrics.under_way) == (1, 1, 0)
    assert harness.line()["bytes_out"] == 5


def test_a_stream_that_the_caller_leaves_is_counted_and_closed() -> None:
    body = Closing(b"abc", b"de")
    harness = Harness(answering(body))
    answer = harness.edge(EnvironBuilder("/").get_environ(), lambda *_: lambda _: None)
    next(iter(answer))
    answer.close()  # type: ignore[attr-defined]
    assert (body.closed, harness.metrics.under_way, harness.line()["bytes_out"]) == (1, 0, 3)


def test_a_generator_that_starts_its_answer_late_works() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("202 Accepted", [])
        yield b"late"

    harness = Harness(app)
    body, status, headers = harness.request()
    assert (body, status, headers["X-Request-Id"]) == (b"late", "202 Accepted", "generated")
    assert harness.line()["status"] == 202


def test_the_application_may_replace_its_answer_with_exc_info() -> None:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Length", "2")])
        try:
            raise LookupError(CANARY)
        except LookupError as fault:
            start_response("503 Service Unavailable", [], (LookupError, fault, fault.__traceback__))
        return [b"sorry"]

    harness = Harness(app)
    body, status, headers = harness.request()
    assert (body, status, headers["X-Request-Id"]) == (
        b"sorry",
        "503 Service Unavailable",
        "generated",
    )
    assert harness.metrics.observed[0][2] == 503


def failing_before(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    raise LookupError(CANARY)


def failing_after_head(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [("X-Own", "1"), ("Cache-Control", "max-age=60")])
    raise LookupError(CANARY)


@pytest.mark.parametrize(
    "app",
    [
        failing_before,
        failing_after_head,
        answering(Closing(b"ab", LookupError(CANARY)), headers=(("Content-Length", "9"),)),
    ],
)
def test_an_escaped_exception_is_answered_without_a_word_of_it(
    app: Callable[..., Iterable[bytes]],
) -> None:
    harness = Harness(app)
    body, status, headers = harness.request(path="/v1/score?a=b")
    assert status == "500 Internal Server Error"
    assert json.loads(body) == {"path": "/v1/score", "id": "generated"}
    assert headers == {
        "Content-Type": "application/problem+json",
        "Content-Length": str(len(body)),
        "X-Request-Id": "generated",
        **SECURITY,
    }
    line = harness.line()
    assert (line["level"], line["status"], line["exception"]) == ("error", 500, "LookupError")
    assert line["problem"] == "internal_error"
    assert CANARY not in json.dumps(line) + body.decode()
    assert [entry[2] for entry in harness.metrics.observed] == [500]
    assert harness.metrics.under_way == 0


def test_a_stream_that_breaks_is_cut_and_logged_with_the_type_only() -> None:
    harness = Harness(answering(Closing(b"ab", LookupError(CANARY))))
    answer = harness.edge(EnvironBuilder("/").get_environ(), lambda *_: lambda _: None)
    with pytest.raises(LookupError):
        list(answer)
    answer.close()  # type: ignore[attr-defined]
    line = harness.line()
    assert (line["exception"], line["bytes_out"], line["level"]) == ("LookupError", 2, "error")
    assert harness.metrics.under_way == 0


def test_a_log_that_cannot_be_written_does_not_stop_the_answer() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    assert (
        Client(Edge(answering([b"{}"]), log_fd=writer, internal_error=internal_error)).get("/").data
        == b"{}"
    )


@pytest.mark.parametrize(
    ("route", "status", "least", "logged"),
    [
        ("/livez", "200 OK", "info", None),
        ("/livez", "200 OK", "debug", "debug"),
        ("/readyz", "503 Service Unavailable", "info", None),  # a worker that drains, on purpose
        ("/v1/score", "200 OK", "info", "info"),
        ("/v1/score", "422 Unprocessable Entity", "warning", None),
        ("/v1/score", "503 Service Unavailable", "error", "error"),
    ],
)
def test_lines_have_a_level_and_those_below_the_least_are_left_out(route, status, least, logged):
    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        facts_of(environ).route = route
        start_response(status, [("Content-Length", "0")])
        return [b""]

    harness = Harness(app)
    harness.edge.least_level = LEVELS.index(least)
    harness.request()
    assert [line["level"] for line in harness.lines()] == ([logged] if logged else [])


def test_a_line_that_finds_no_place_is_counted():
    harness = Harness(answering([b""]))
    harness.edge.log = LogWriter(harness._writer, most_bytes=1)
    harness.request()
    assert harness.metrics.dropped == 1


def test_a_request_that_could_not_be_read_is_answered_counted_and_logged_as_any_other():
    harness = Harness(answering([b""]))
    response = harness.edge.answer_unread(
        "408 Request Timeout",
        "late",
        "/fhir",
        lambda path, name: ("text/plain", f"{path} {name}".encode()),
    )
    head, _, body = response.partition(b"\r\n\r\n")
    assert body == b"/fhir generated"
    assert head.split(b"\r\n")[0] == b"HTTP/1.1 408 Request Timeout"
    for line in (
        b"Content-Type: text/plain",
        b"Content-Length: 15",
        b"X-Request-Id: generated",
        b"Connection: close",
    ):
        assert line in head.split(b"\r\n")
    assert re.search(rb"\r\nDate: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n", head)
    line = harness.line()
    assert (line["status"], line["problem"], line["route"]) == (408, "late", "unmatched")
    assert harness.metrics.under_way == 0
    assert [row[2] for row in harness.metrics.observed] == [408]
