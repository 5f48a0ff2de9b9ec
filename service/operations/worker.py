"""A threaded gunicorn worker whose threads never wait for a caller.

gunicorn's threads read from the socket and write to it themselves, so a few silent or slow callers
hold all of them. Here the event loop, which waits for any number of sockets at once, collects each
request before a thread gets it, and sends what the thread leaves of the answer; a request that does
not come in time is answered with 408. Probes have a thread of their own.
"""

import errno
import resource
import selectors
import socket
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, ClassVar

from gunicorn.http import get_parser
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, TConn, ThreadWorker

from service.operations.answering import ANSWER_SECONDS, Answer, LongAnswer
from service.operations.arrival import Arrival

PROBES = frozenset({b"/livez", b"/readyz", b"/metrics", b"/version"})
BATCHES = frozenset({b"/v1/batch", b"/v1/batch/monitor"})
LINGER_SECONDS = 2.0
LINGER_BYTES = 65536
_RECEIVE_BYTES = 65536
_PIECE_BYTES = 8192
_TIMED_BYTES = 1 << 20  # of a long body that have the time of a whole request
_MAKE_ROOM_BELOW = 16  # free places among the connections under which the oldest arrival goes
_LEAST_HELD_BYTES = 64 << 20  # that may be held of requests that have not come whole, save batches
_OTHER_FILES = 100  # that a worker may have open beside its connections
_NO_MORE_FILES = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Connection(TConn):  # type: ignore[misc]  # the server has no types
    """A connection that is closed without keeping the event loop waiting for the caller."""

    def __init__(self, worker: "CollectingWorker", *of_server: Any) -> None:
        super().__init__(*of_server)
        self.worker = worker
        self.arrival: Arrival | None = None
        self.path = b""
        self.deadline = 0.0
        self.came_whole = True
        self.n_bytes: int | None = None
        self.is_batch = False
        self.batch_bytes = 0
        self.unsent = memoryview(b"")
        self.initialized = True  # plain sockets: there is nothing to agree on with the caller

    def read_from(self, data: bytearray) -> None:
        """Let the parser find this request, and then the end.

        In pieces as from a socket: the parser copies what is left of a piece with every chunk.
        """
        starts = range(0, len(data), _PIECE_BYTES)
        self._pieces = (bytes(data[start : start + _PIECE_BYTES]) for start in starts)
        self.parser = get_parser(self.cfg, self._pieces, self.client)

    def keep_ahead(self) -> None:
        """Put what came beyond this request where the server looks for the next."""
        unreader = self.parser.unreader
        unreader.unread(b"".join([unreader.take_buffered(), *self._pieces]))

    def send(self) -> None:
        """Send as much of the answer as the caller takes now."""
        with suppress(BlockingIOError):
            while self.unsent:
                self.unsent = self.unsent[self.sock.send(self.unsent) :]

    def close(self, graceful: bool = False) -> None:
        """Close at once, or when the caller has taken the answer."""
        if graceful:
            self.worker.linger(self.sock)
        else:
            super().close()


class CollectingWorker(ThreadWorker):  # type: ignore[misc]
    """The worker. Its limits are set on the class before the server starts.

    `request_timeout`: seconds that a caller has to send a whole request, or the next part of a long
    one; `body_limit`, `batch_limit`: bytes of a body that are collected. What the application
    answers to a request that came too late it says itself in `answer_late(path)`: a whole HTTP
    response.
    """

    worker_connections: int
    request_timeout: ClassVar[float] = 10.0
    body_limit: ClassVar[int] = 262_144
    batch_limit: ClassVar[int] = 33_554_432
    batches_limit: ClassVar[int] = 67_108_864

    def init_process(self) -> None:
        """Make the threads for probes and for batches beside those of the server."""
        self._probe_pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="probe")
        self._batch_pool = ThreadPoolExecutor(self.cfg.threads, thread_name_prefix="batch")
        self._most_held_bytes = max(_LEAST_HELD_BYTES, 2 * self.body_limit)
        self._arriving: dict[Connection, None] = {}  # the oldest first
        self._sending: dict[Connection, Future[bool]] = {}  # the oldest first
        self._lingering: dict[socket.socket, tuple[float, int]] = {}
        self._held_bytes = 0
        self._batch_bytes = 0  # of batches, until they are answered
        self._stopping_since: float | None = None
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[0] - _OTHER_FILES
        if files > _MAKE_ROOM_BELOW:  # where there is no limit, it is -1
            self.worker_connections = min(self.worker_connections, files)
        super().init_process()

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Call what waits for what has happened, save for a connection that was closed to make
        room while an earlier event was dealt with.
        """
        waiting = self.poller.get_map()
        for key, _ in self.poller.select(timeout):
            if waiting.get(key.fd) is key:
                key.data(key.fileobj)

    def accept(self, listener: socket.socket) -> None:
        """Take a new connection, if there is one, and wait for its request."""
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        except OSError as error:
            if error.errno not in _NO_MORE_FILES:
                raise
            self._make_room()
            return
        self.nr_conns += 1
        self.enqueue_req(Connection(self, self.cfg, client, address, listener.getsockname()))

    def enqueue_req(self, conn: Connection) -> None:
        """Collect the next request of a connection; only then a thread takes it."""
        conn.arrival = Arrival(self._limit_of)
        conn.is_batch = False
        conn.deadline = time.monotonic() + self.request_timeout
        conn.sock.setblocking(False)
        self._arriving[conn] = None
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._receive, conn))
        # Bytes beyond the request before do not make the socket readable again.
        ahead = conn.parser.unreader.take_buffered() if conn.parser else b""
        if not ahead or not self._take(conn, ahead):
            self._receive(conn, conn.sock)
        while self._is_crowded() and self._make_room():
            pass

    def _limit_of(self, path: bytes) -> int:
        return self.batch_limit if path in BATCHES else self.body_limit

    def _is_crowded(self) -> bool:
        places = self.worker_connections - self.nr_conns - len(self._lingering)
        return places < _MAKE_ROOM_BELOW or self._held_bytes > self._most_held_bytes

    def _make_room(self) -> bool:
        """Close what has been idle the longest, so that others can come; return whether there was
        anything.
        """
        if self._lingering:
            self._end_lingering(next(iter(self._lingering)))
        elif self.keepalived_conns:
            self.keepalived_conns[0].timeout = 0.0
            self.murder_keepalived()
        elif self._arriving:
            self._give_up(next(iter(self._arriving)))
        else:
            return False
        return True

    def _receive(self, conn: Connection, client: socket.socket) -> None:
        try:
            data = client.recv(_RECEIVE_BYTES)
        except BlockingIOError:
            return
        except OSError:
            self._forget(conn)
            self._release(conn)
            self.nr_conns -= 1
            conn.close()
            return
        if data:
            self._take(conn, data)
        else:  # the caller has said all it will: the parser finds out whether that is enough
            self._hand_over(conn)

    def _take(self, conn: Connection, data: bytes) -> bool:
        """Add to a request; return whether it is waited for no more."""
        arrival = conn.arrival
        assert arrival is not None
        had_head, n_before = arrival.has_head, len(arrival.data)
        is_complete = arrival.feed(data)
        if arrival.has_head and not had_head and arrival.path in BATCHES:
            conn.is_batch = True
            self._held_bytes -= n_before
        if not conn.is_batch:
            self._held_bytes += len(data)
        elif not self._admit(conn, arrival):
            self._give_up(conn, "answer_busy")
            return True
        if is_complete:
            self._hand_over(conn)
            return True
        if len(arrival.data) // _TIMED_BYTES > n_before // _TIMED_BYTES:
            self._renew(conn)
        if arrival.has_head and not had_head and arrival.expects_continue:
            with suppress(OSError):  # where the caller is gone the next read tells
                conn.sock.send(_CONTINUE)
        return False

    def _admit(self, conn: Connection, arrival: Arrival) -> bool:
        """Count what is held of a batch; return whether there is room for all of it, as for the
        only one there always is.
        """
        n_bytes = len(arrival.data)
        others = self._batch_bytes - conn.batch_bytes
        conn.batch_bytes, self._batch_bytes = n_bytes, others + n_bytes
        return not others or others + max(n_bytes, arrival.n_needed) <= self.batches_limit

    def _release(self, conn: Connection) -> None:
        """Count no more what was held of a batch."""
        self._batch_bytes -= conn.batch_bytes
        conn.batch_bytes = 0

    def _renew(self, conn: Connection) -> None:
        """Give the next part of a long body the time that a whole request has."""
        conn.deadline = time.monotonic() + self.request_timeout
        del self._arriving[conn]
        self._arriving[conn] = None

    def _forget(self, conn: Connection) -> None:
        self.poller.unregister(conn.sock)
        del self._arriving[conn]
        assert conn.arrival is not None
        if not conn.is_batch:
            self._held_bytes -= len(conn.arrival.data)

    def _hand_over(self, conn: Connection) -> None:
        """Let a thread answer, a probe's own for probes."""
        self._forget(conn)
        arrival = conn.arrival
        assert arrival is not None
        conn.arrival = None
        conn.path, conn.came_whole, conn.n_bytes = arrival.path, arrival.is_whole, arrival.n_decoded
        conn.read_from(arrival.data)
        pool = self.tpool
        if arrival.path in PROBES:
            pool = self._probe_pool
        elif conn.is_batch:
            pool = self._batch_pool
        answered = pool.submit(self._answer, conn)
        answered.add_done_callback(
            lambda done: self.method_queue.defer(self.finish_request, conn, done)
        )

    def _answer(self, conn: Connection) -> bool:
        """Answer a request in a thread; return whether the connection is kept."""
        caller = conn.sock
        answer = LongAnswer(caller, path=conn.path) if conn.is_batch else Answer(conn.path)
        conn.sock = answer
        try:
            kept: bool = self.handle(conn)
            conn.keep_ahead()
        finally:
            conn.sock = caller
        conn.unsent = memoryview(answer.data)
        conn.send()
        return kept

    def handle_request(self, req: Any, conn: Connection) -> bool:
        """Answer one request; where more of it is to come, nothing else can come after it. A
        body of chunks tells how long it is, as far as that is known.
        """
        if not conn.came_whole:
            req.force_close()
        req.body.n_bytes = conn.n_bytes
        kept: bool = super().handle_request(req, conn)
        return kept

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Refuse a request whose head or framing the parser does not take, with the server's status
        and in the application's words. Where it has its answer already, that was found out behind
        it: another would be taken for the answer to the next request.
        """
        refusal = Answer()
        super().handle_error(req, refusal, addr, exc)
        if not client.has_begun:
            in_our_words = getattr(self.wsgi, "answer_unreadable", lambda *_: refusal.data)
            status = int(refusal.data.split()[1])
            client.sendall(in_our_words(status, client.path.decode("latin-1")))

    def finish_request(self, conn: Connection, fs: "Future[bool]") -> None:
        """Send the rest of the answer, however slowly the caller takes it; then go on or close."""
        self._release(conn)
        if conn.unsent and fs.exception() is None:
            conn.deadline = time.monotonic() + ANSWER_SECONDS
            self._sending[conn] = fs
            self.poller.register(conn.sock, selectors.EVENT_WRITE, partial(self._send, conn))
        else:
            super().finish_request(conn, fs)

    def _send(self, conn: Connection, client: socket.socket) -> None:
        try:
            conn.send()
        except OSError:  # the caller is gone
            self._stop_sending(conn)
            self.nr_conns -= 1
            conn.close()
        else:
            if not conn.unsent:
                super().finish_request(conn, self._stop_sending(conn))

    def _stop_sending(self, conn: Connection) -> "Future[bool]":
        self.poller.unregister(conn.sock)
        return self._sending.pop(conn)

    def murder_pending(self) -> None:
        """Give up on requests that do not come and answers that are not taken; the server calls
        this every second at least.
        """
        super().murder_pending()
        now = time.monotonic()
        while self._arriving:
            conn = next(iter(self._arriving))
            begun = conn.arrival is not None and bool(conn.arrival.data)
            if conn.deadline > now and (begun or self._waits_for_beginnings(now)):
                break
            self._give_up(conn)
        for conn in list(self._sending):
            if conn.deadline > now:
                break
            self._stop_sending(conn)
            self.nr_conns -= 1
            conn.close()
        for sock, (until, _) in list(self._lingering.items()):
            if until > now:
                break
            self._end_lingering(sock)

    def _waits_for_beginnings(self, now: float) -> bool:
        """Tell whether a request that has not begun may still come: to a worker that stops only for
        as long as one over a kept connection, since a caller that has just connected is about to
        ask.
        """
        if self.alive:
            return True
        if self._stopping_since is None:
            self._stopping_since = now
        return bool(now - self._stopping_since < STOP_KEEPALIVE_LINGER)

    def _give_up(self, conn: Connection, answer: str = "answer_late") -> None:
        """Answer a request that is waited for no more, and close; one that never began gets no
        answer.
        """
        self._forget(conn)
        self._release(conn)
        self.nr_conns -= 1
        whole_response = getattr(self.wsgi, answer, None)
        if conn.arrival is not None and conn.arrival.data and whole_response is not None:
            with suppress(OSError):  # the caller is gone
                conn.sock.send(whole_response(conn.arrival.path.decode("latin-1")))
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
