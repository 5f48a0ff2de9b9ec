"""A load generator that counts what became of every request.

Callers are threads, each with a connection of its own. With a rate, a request is due at a time and
its latency counts from then, so that a server that stalls is not asked more gently.
"""

import itertools
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple, Self

import orjson

from benchmarks.forms import complete_forms, load_scorer
from benchmarks.server import HOST

INSTRUMENTS = ("wai-sr", "phq-9", "gad-7")
FORMS_OF_EACH = 20
PATIENCE_SECONDS = 30.0
_RECEIVE_BYTES = 65536
_PAUSE_SECONDS = 0.005  # where nobody listens


def request(path: str, body: bytes = b"", method: str = "POST") -> bytes:
    """Return a request of HTTP/1.1 as bytes."""
    head = f"{method} {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def scoring_requests() -> list[bytes]:
    """Return requests that score complete forms of a few instruments, each other answers."""
    return [
        request(f"/v1/instruments/{name}/score", orjson.dumps({"answers": form}))
        for name in INSTRUMENTS
        for form in complete_forms(load_scorer(name).instrument, FORMS_OF_EACH)
    ]


class Lost(NamedTuple):
    """A request that was not answered: when it was sent, and what happened instead."""

    sent: float
    why: str


class Tally:
    """What became of requests. Seconds are those of the answered ones."""

    def __init__(self) -> None:
        self.statuses: Counter[int] = Counter()
        self.lost: list[Lost] = []
        self.seconds: list[float] = []
        self.again = 0  # sent again: the server had ended the kept connection in between

    @property
    def sent(self) -> int:
        return self.statuses.total() + len(self.lost)

    @property
    def failed(self) -> int:
        """Return how many were not answered with 200, or not at all."""
        return self.sent - self.statuses[200]

    @property
    def faults(self) -> int:
        """Return how many were answered with a 5xx."""
        return sum(number for status, number in self.statuses.items() if status >= 500)

    def milliseconds(self, part: float) -> float:
        """Return the latency that this part of the answered requests did not exceed."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(part * len(ordered)))]


class Connection:
    """A kept connection to a port; a new one is opened where the last has ended."""

    def __init__(self) -> None:
        self.port = 0
        self.socket: socket.socket | None = None

    def exchange(self, data: bytes) -> tuple[int, bytes]:
        """Send a request on the open connection; return status and body. Raises EOFError where
        the server ended the connection without a word, OSError where it does so later.
        """
        assert self.socket is not None
        try:
            self.socket.sendall(data)
            received = self._receive()
        except ConnectionError as ended:
            raise EOFError from ended
        while b"\r\n\r\n" not in received:
            received += self._receive()
        head, _, body = received.partition(b"\r\n\r\n")
        fields = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(b":") for line in head.split(b"\r\n")[1:])
        }
        while len(body) < int(fields.get(b"content-length", 0)):
            body += self._receive()
        if fields.get(b"connection", b"").lower() == b"close":
            self.close()
        return int(head.split(maxsplit=2)[1]), body

    def open(self, port: int) -> None:
        """Connect to a port anew."""
        self.close()
        self.socket = socket.create_connection((HOST, port), timeout=PATIENCE_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.port = port

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
        self.socket = None

    def _receive(self) -> bytes:
        assert self.socket is not None
        if data := self.socket.recv(_RECEIVE_BYTES):
            return data
        raise ConnectionResetError


class Traffic:
    """Callers that send requests until the context is left, in turn to each of some ports. The
    list of ports may change meanwhile, as a balancer's does.
    """

    def __init__(
        self,
        ports: list[int],
        requests: Sequence[bytes],
        *,
        callers: int = 8,
        rate: float | None = None,
        kept: bool = True,
    ) -> None:
        self.tally = Tally()
        self._ports, self._kept, self._rate = ports, kept, rate
        self._requests = itertools.cycle(requests)
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._turn = 0
        self._which = itertools.count()
        self._threads = [threading.Thread(target=self._call) for _ in range(callers)]

    def __enter__(self) -> Self:
        self._started = time.perf_counter()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _due(self) -> Iterator[tuple[float, bytes]]:
        """Return when each next request is due, and the request."""
        while not self._stopping.is_set():
            with self._lock:
                number, data = self._turn, next(self._requests)
                self._turn += 1
            due = time.perf_counter()
            if self._rate is not None:
                due = self._started + number / self._rate
                if self._stopping.wait(max(0.0, due - time.perf_counter())):
                    return
            yield due, data

    def _call(self) -> None:
        connection = Connection()
        for due, data in self._due():
            self._ask(connection, due, data)
            if not self._kept:
                connection.close()
        connection.close()

    def _ask(self, connection: Connection, due: float, data: bytes) -> None:
        sent = time.perf_counter()
        try:
            status = self._answer(connection, data)
        except (OSError, EOFError) as broken:
            connection.close()
            with self._lock:
                self.tally.lost.append(Lost(sent, type(broken).__name__))
            self._stopping.wait(_PAUSE_SECONDS)
            return
        with self._lock:
            self.tally.statuses[status] += 1
            self.tally.seconds.append(time.perf_counter() - due)

    def _answer(self, connection: Connection, data: bytes) -> int:
        """Return the status of the answer. As every client does, send once more where a kept
        connection turns out to have been ended before the server said a word.
        """
        if connection.socket is not None and connection.port in self._ports:
            with suppress(EOFError):
                return connection.exchange(data)[0]
            with self._lock:
                self.tally.again += 1
        connection.open(self._port())
        return connection.exchange(data)[0]

    def _port(self) -> int:
        ports = list(self._ports)
        return ports[next(self._which) % len(ports)]
