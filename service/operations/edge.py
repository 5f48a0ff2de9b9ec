"""The outermost layer: what every request and every answer have in common, whatever happens inside.

Gives each request an id and each answer the same safe headers, counts and times it, and writes one
JSON line, from the request's `Facts`.
"""

import random
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from email.utils import formatdate
from typing import TYPE_CHECKING, Any, Protocol

import orjson

from service.operations.facts import Facts, begin_facts
from service.operations.log_writer import LogWriter
from service.operations.metrics import METHODS, OTHER_METHOD
from service.operations.tracing import Tracing, trace_id

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LEVELS = ("debug", "info", "warning", "error")
PROBES = frozenset({"/livez", "/readyz", "/metrics"})

_LINE = orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE

DEFAULT_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
)
"""Added to every answer that does not carry the header already."""

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


Refusal = Callable[[str, str], tuple[str, bytes]]
"""Writes what answers a request that the application did not: for its path and id, the media type
and the body.
"""


class RequestMetrics(Protocol):
    """What the edge needs of the metrics."""

    def request_started(self) -> None:
        """Count a request under way."""

    def request_finished(self) -> None:
        """Stop counting it."""

    def count_dropped_line(self) -> None:
        """Count a log line that found no place."""

    def observe_request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request answered."""


def random_request_id() -> str:
    """Return 32 random hexadecimal digits. They name a log line and guard nothing."""
    return f"{random.getrandbits(128):032x}"


class Edge:
    """WSGI middleware around the whole application.

    `log_fd` is the file descriptor of the log, None for none; lines below `least_level` are left
    out. `internal_error` writes the answer to a request in which the application failed; `clock`
    times durations, `now` gives Unix time.
    """

    def __init__(
        self,
        app: "WSGIApplication",
        metrics: RequestMetrics | None = None,
        log_fd: int | None = 1,
        *,
        internal_error: Refusal,
        least_level: str = "info",
        clock: Callable[[], float] = time.perf_counter,
        now: Callable[[], float] = time.time,
        new_request_id: Callable[[], str] = random_request_id,
        headers: Sequence[tuple[str, str]] = DEFAULT_HEADERS,
    ) -> None:
        self.app = app
        self.metrics = metrics
        self.tracing: Tracing | None = None  # where spans are wanted, set when a worker starts
        self.log = None if log_fd is None else LogWriter(log_fd)
        self.least_level = LEVELS.index(least_level)
        self.internal_error = internal_error
        self.clock = clock
        self.now = now
        self.new_request_id = new_request_id
        self.headers = [(name.lower(), (name, value)) for name, value in headers]

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request through the application."""
        given = environ.get("HTTP_X_REQUEST_ID", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else self.new_request_id()
        facts = begin_facts(environ, request_id)
        exchange = _Exchange(self, environ, start_response, facts)
        if self.metrics is not None:
            self.metrics.request_started()
        try:
            body = self.app(environ, exchange.start_response)
            if exchange.length_declared or isinstance(body, (list, tuple)):
                # A whole answer is collected: a fault in it still gets a proper answer, and it is
                # counted before the caller can see it. Only streams are counted at their end.
                chunks = _collect(body)
                exchange.send_head()
                exchange.finish(sum(map(len, chunks)))
                return chunks
            exchange.send_head()
            return _Stream(exchange, body)
        except Exception as fault:
            return exchange.fail(fault)

    def answer_unread(
        self,
        status: str,
        problem: str,
        path: str,
        refusal: Refusal,
        headers: Iterable[tuple[str, str]] = (),
    ) -> bytes:
        """Return a whole HTTP response to a request that was not read, counted and logged as any
        other is; `path` is what is known of its path.
        """
        head: list[bytes] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> Any:
            told = [("Date", formatdate(usegmt=True)), *headers]
            lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in told)]
            head.append("\r\n".join([*lines, "Connection: close", "", ""]).encode())

        environ: WSGIEnvironment = {"REQUEST_METHOD": OTHER_METHOD}
        facts = begin_facts(environ, self.new_request_id())
        facts.problem = problem
        exchange = _Exchange(self, environ, start_response, facts)
        if self.metrics is not None:
            self.metrics.request_started()
        media_type, body = refusal(path, facts.request_id)
        length = ("Content-Length", str(len(body)))
        exchange.start_response(status, [("Content-Type", media_type), length, *headers])
        exchange.send_head()
        exchange.finish(len(body))
        return head[0] + body


def _collect(body: Iterable[bytes]) -> list[bytes]:
    try:
        return list(body)
    finally:
        close = getattr(body, "close", None)
        if close is not None:
            close()


class _Exchange:
    """One request with its answer, whose head is held back until the body is known to exist."""

    __slots__ = (
        "_edge",
        "_environ",
        "_facts",
        "_head",
        "_start_response",
        "_started",
        "_status",
        "_write",
        "length_declared",
    )

    def __init__(
        self,
        edge: Edge,
        environ: "WSGIEnvironment",
        start_response: "StartResponse",
        facts: Facts,
    ) -> None:
        self._edge = edge
        self._environ = environ
        self._facts = facts
        self._start_response = start_response
        self._head: tuple[str, list[tuple[str, str]]] | None = None
        self._write: Callable[[bytes], object] | None = None
        self._status = 500
        self.length_declared = False
        self._started = edge.clock()

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], object]:
        """Take the answer's head from the application, with the headers that every answer has."""
        if self._write is not None and exc_info is not None:
            raise exc_info[1].with_traceback(exc_info[2])  # too late to replace the head
        present = {name.lower() for name, _ in headers}
        every = [*headers, ("X-Request-Id", self._facts.request_id)]
        every += [header for name, header in self._edge.headers if name not in present]
        self._head = (status, every)
        self._status = int(status[:3])
        self.length_declared = "content-length" in present
        return self._write_now

    def send_head(self) -> None:
        """Give the head to the server, once there is one."""
        if self._write is None and self._head is not None:
            self._write = self._start_response(*self._head)

    def _write_now(self, chunk: bytes) -> None:
        """Send part of a body in the old way of WSGI, before the application returns."""
        self.send_head()
        if self._write is not None:
            self._write(chunk)

    def finish(self, bytes_out: int, fault: Exception | None = None) -> None:
        """Count the answered request and write its line; the caller sees to it that this happens
        once.
        """
        edge, route = self._edge, self._facts.route
        duration = edge.clock() - self._started
        method = self._environ["REQUEST_METHOD"]
        if method not in METHODS:
            method = OTHER_METHOD
        if edge.metrics is not None:
            edge.metrics.observe_request(route, method, self._status, duration)
            edge.metrics.request_finished()
        trace = self._trace(method, duration, fault)
        level = self._level(fault)
        if edge.log is not None and LEVELS.index(level) >= edge.least_level:
            told = self._line(level, method, duration, bytes_out, fault, trace)
            line = orjson.dumps(told, option=_LINE)
            if not edge.log.write(line) and edge.metrics is not None:
                edge.metrics.count_dropped_line()

    def _trace(self, method: str, duration: float, fault: Exception | None) -> str | None:
        """Return the trace that the request belongs to; where spans are wanted, record its own."""
        tracing, parent = self._edge.tracing, self._environ.get("HTTP_TRACEPARENT")
        if tracing is None or self._facts.route in PROBES:
            return trace_id(parent)
        return tracing.record(parent, self._facts.route, method, self._status, duration, fault)

    def _level(self, fault: Exception | None) -> str:
        """Return how much a request matters in the log: probes come all the time, and a worker that
        drains says so on purpose.
        """
        if self._facts.route in PROBES:
            return "debug"
        return "error" if fault is not None or self._status >= 500 else "info"

    def _line(
        self,
        level: str,
        method: str,
        duration: float,
        bytes_out: int,
        fault: Exception | None,
        trace: str | None,
    ) -> dict[str, Any]:
        header, facts = self._environ.get, self._facts
        bytes_in = facts.bytes_in
        if bytes_in is None:
            bytes_in = _declared_length(header("CONTENT_LENGTH"))
        line = {
            "ts": datetime.fromtimestamp(self._edge.now(), UTC),
            "level": level,
            "event": "request",
            "request_id": facts.request_id,
            "trace_id": trace,
            "route": facts.route,
            "method": method,
            "status": self._status,
            "duration_s": round(duration, 6),
            "bytes_in": bytes_in,
            "bytes_out": bytes_out,
            "caller": facts.caller,
            "instrument": facts.instrument,
            "version": facts.version,
            "n_responses": facts.n_responses,
            "problem": facts.problem,
        }
        if fault is not None:
            # Its message may quote what the caller sent.
            line["exception"] = type(fault).__name__
        return line

    def fail(self, fault: Exception) -> list[bytes]:
        """Answer a request in which the application failed."""
        self._facts.problem = "internal_error"
        path = self._environ.get("PATH_INFO", "")
        media_type, body = self._edge.internal_error(path, self._facts.request_id)
        headers = [("Content-Type", media_type), ("Content-Length", str(len(body)))]
        self.start_response(
            "500 Internal Server Error", headers, (type(fault), fault, fault.__traceback__)
        )
        self.send_head()
        self.finish(len(body), fault)
        return [body]


class _Stream:
    """An answer of unknown length, counted as it passes."""

    __slots__ = ("_body", "_bytes_out", "_chunks", "_exchange", "_fault")

    def __init__(self, exchange: _Exchange, body: Iterable[bytes]) -> None:
        self._exchange = exchange
        self._body = body
        self._chunks = iter(body)
        self._bytes_out = 0
        self._fault: Exception | None = None

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            chunk = next(self._chunks)
        except StopIteration:
            raise
        except (
            Exception
        ) as fault:  # part of the answer may be out: the server has to cut the connection
            self._fault = fault
            raise
        finally:
            self._exchange.send_head()  # a generator starts its answer only now
        self._bytes_out += len(chunk)
        return chunk

    def close(self) -> None:
        """End the answer; servers call this once, also when the caller went away."""
        try:
            close = getattr(self._body, "close", None)
            if close is not None:
                close()
        finally:
            self._exchange.finish(self._bytes_out, self._fault)


def _declared_length(text: str | None) -> int | None:
    return int(text) if text and len(text) < 16 and text.isascii() and text.isdigit() else None
