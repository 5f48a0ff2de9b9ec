"""A threaded gunicorn worker that gives a thread only to requests that have come whole.

gunicorn's threads read from the socket themselves, so a few silent or slow callers hold all of
them. Here the event loop, which waits for any number of sockets at once, collects each request;
one that does not come in time is answered with 408. Probes have a thread of their own.
"""

import selectors
import socket
import struct
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, ClassVar

from gunicorn.workers.gthread import TConn, ThreadWorker

from service.operations.arrival import Arrival

PROBES = frozenset({b"/livez", b"/readyz", b"/metrics", b"/version"})
LINGER_SECONDS = 2.0
LINGER_BYTES = 65536
_RECEIVE_BYTES = 65536
_SEND_SECONDS = 10
_MAKE_ROOM_BELOW = 16  # free places among the connections under which the oldest arrival goes
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Connection(TConn):  # type: ignore[misc]  # the server has no types
    """A connection that is closed without keeping the event loop waiting for the caller."""

    def __init__(self, worker: "CollectingWorker", *of_server: Any) -> None:
        super().__init__(*of_server)
        self.worker = worker
        self.arrival: Arrival | None = None
        self.deadline = 0.0

    def close(self, graceful: bool = False) -> None:
        """Close at once, or when the caller has taken the answer."""
        if graceful:
            self.worker.linger(self.sock)
        else:
            super().close()


class CollectingWorker(ThreadWorker):  # type: ignore[misc]
    """The worker. Its limits are set on the class before the server starts.

    `request_timeout`: seconds that a caller has to send a whole request; `body_limit`: bytes of a
    body that are collected. What the application answers to a request that came too late it says
    itself in `answer_late()`: a whole HTTP response.
    """

    request_timeout: ClassVar[float] = 10.0
    body_limit: ClassVar[int] = 262_144

    def init_process(self) -> None:
        """Make the thread for probes beside those of the server."""
        self._probe_pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="probe")
        self._arriving: dict[Connection, None] = {}  # the oldest first
        self._lingering: dict[socket.socket, tuple[float, int]] = {}
        super().init_process()

    def accept(self, listener: socket.socket) -> None:
        """Take a new connection, if there is one, and wait for its request."""
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        # A caller who does not take the answer must not hold the thread that sends it.
        client.setsockopt(
            socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", _SEND_SECONDS, 0)
        )
        self.nr_conns += 1
        self.enqueue_req(Connection(self, self.cfg, client, address, listener.getsockname()))

    def enqueue_req(self, conn: Connection) -> None:
        """Collect the next request of a connection; only then a thread takes it."""
        conn.arrival = Arrival(self.body_limit)
        conn.deadline = time.monotonic() + self.request_timeout
        conn.sock.setblocking(False)
        self._arriving[conn] = None
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._receive, conn))
        # Bytes that were read beyond the request before do not make the socket readable again.
        ahead = conn.parser.unreader.take_buffered() if conn.initialized else b""
        if not ahead or not self._take(conn, ahead):
            self._receive(conn, conn.sock)
        if self.worker_connections - self.nr_conns < _MAKE_ROOM_BELOW:
            self._make_room()

    def _make_room(self) -> None:
        """Close the connection that has been idle the longest, so that others can come."""
        if self.keepalived_conns:
            self.keepalived_conns[0].timeout = 0.0
            self.murder_keepalived()
        elif self._arriving:
            self._give_up(next(iter(self._arriving)))

    def _receive(self, conn: Connection, client: socket.socket) -> None:
        try:
            data = client.recv(_RECEIVE_BYTES)
        except BlockingIOError:
            return
        except OSError:
            self._forget(conn)
            self.nr_conns -= 1
            conn.close()
            return
        if data:
            self._take(conn, data)
        else:  # the caller has said all it will: the parser finds out whether that is enough
            self._hand_over(conn)

    def _take(self, conn: Connection, data: bytes) -> bool:
        """Add to a request; return whether it is handed over."""
        arrival = conn.arrival
        assert arrival is not None
        had_head = arrival.has_head
        if arrival.feed(data):
            self._hand_over(conn)
            return True
        if arrival.has_head and not had_head and arrival.expects_continue:
            with suppress(OSError):  # where the caller is gone the next read tells
                conn.sock.send(_CONTINUE)
        return False

    def _forget(self, conn: Connection) -> None:
        self.poller.unregister(conn.sock)
        del self._arriving[conn]

    def _hand_over(self, conn: Connection) -> None:
        """Let a thread answer, a probe's own for probes."""
        self._forget(conn)
        arrival = conn.arrival
        assert arrival is not None
        conn.init()  # the sockets here are plain ones, so this does not wait for the caller
        conn.parser.unreader.unread(bytes(arrival.data))
        pool = self._probe_pool if arrival.path in PROBES else self.tpool
        conn.arrival = None
        answered = pool.submit(self.handle, conn)
        answered.add_done_callback(
            lambda done: self.method_queue.defer(self.finish_request, conn, done)
        )

    def murder_pending(self) -> None:
        """Give up on requests that do not come; the server calls this every second at least."""
        super().murder_pending()
        now = time.monotonic()
        while self._arriving:
            conn = next(iter(self._arriving))
            # A worker that stops does not wait for requests that have not begun.
            begun = conn.arrival is not None and bool(conn.arrival.data)
            if conn.deadline > now and (self.alive or begun):
                break
            self._give_up(conn)
        for sock, (until, _) in list(self._lingering.items()):
            if until > now:
                break
            self._end_lingering(sock)

    def _give_up(self, conn: Connection) -> None:
        """Answer a request that did not come in time, and close; one that never began gets no
        answer.
        """
        self._forget(conn)
        self.nr_conns -= 1
        answer_late = getattr(self.wsgi, "answer_late", None)
        if conn.arrival is not None and conn.arrival.data and answer_late is not None:
            with suppress(OSError):  # the caller is gone
                conn.sock.send(answer_late())
            conn.close(graceful=True)
        else:
            conn.close()

    def linger(self, sock: socket.socket) -> None:
        """Close a connection once the caller has: what it still sends must not cut its answer
        (RFC 9112, section 9.6).
        """
        try:
            sock.shutdown(socket.SHUT_WR)
            sock.setblocking(False)
            self._lingering[sock] = (time.monotonic() + LINGER_SECONDS, 0)
            self.poller.register(sock, selectors.EVENT_READ, self._drain)
        except OSError:
            self._lingering.pop(sock, None)
            sock.close()

    def _drain(self, sock: socket.socket) -> None:
        until, drained = self._lingering[sock]
        try:
            data = sock.recv(_RECEIVE_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        drained += len(data)
        if data and drained < LINGER_BYTES:
            self._lingering[sock] = (until, drained)
        else:
            self._end_lingering(sock)

    def _end_lingering(self, sock: socket.socket) -> None:
        del self._lingering[sock]
        self.poller.unregister(sock)
        sock.close()
