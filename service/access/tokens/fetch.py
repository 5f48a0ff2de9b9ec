"""Fetching a document from an address that the operator named."""

import socket
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from typing import Any
from urllib.error import HTTPError
from urllib.request import (
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    Request,
    build_opener,
)

SECONDS = 2.0
LARGEST = 262_144
"""Bytes of a document."""
_PIECE = 16_384
_HEADERS = {"Accept": "application/json", "User-Agent": "questionnaire-scoring"}


class NotFetched(Exception):
    """Nothing was fetched; the text says why in a few fixed words."""


class _StayHere(HTTPRedirectHandler):
    """Follow no redirection: the address that was named is the one that is trusted."""

    def redirect_request(self, *_: Any) -> None:
        """Return no other request, so that the answer counts as an error."""


class _Deadline:
    """Cuts the connection of one fetch when its time is over, whatever it waits for: a timeout of
    the socket begins anew with every byte that comes.
    """

    def __init__(self, seconds: float) -> None:
        self._connection: socket.socket | None = None
        self._timer = Timer(seconds, self._cut)
        self._timer.daemon = True
        self.is_over = False

    def __enter__(self) -> "_Deadline":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._timer.join()
        if self._connection is not None:
            self._connection.close()

    def watch(self, connection: socket.socket) -> None:
        """Take charge of a connection. Raises TimeoutError where the time is over already."""
        self._connection = connection.dup()  # TLS goes on with another object
        if self.is_over:
            raise TimeoutError

    def _cut(self) -> None:
        self.is_over = True
        if self._connection is not None:
            with suppress(OSError):  # it has been closed from the other side
                self._connection.shutdown(socket.SHUT_RDWR)


class _Connection(HTTPConnection):
    """A connection that a deadline watches from its first byte on."""

    deadline: _Deadline

    def connect(self) -> None:
        """Connect, and let the deadline know."""
        super().connect()
        self.deadline.watch(self.sock)


class _SecureConnection(HTTPSConnection, _Connection):
    """The same with TLS, whose handshake is watched too."""


def _watched(kind: type[_Connection], deadline: _Deadline) -> Any:
    def connection(host: str, **about: Any) -> _Connection:
        made = kind(host, **about)
        made.deadline = deadline
        return made

    return connection


class _Open(HTTPHandler):
    def __init__(self, deadline: _Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def http_open(self, req: Request) -> Any:
        """Open an address through a watched connection."""
        return self.do_open(_watched(_Connection, self._deadline), req)


class _OpenSecurely(HTTPSHandler):
    def __init__(self, deadline: _Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def https_open(self, req: Request) -> Any:
        """Open an address through a watched connection; certificates are verified."""
        return self.do_open(_watched(_SecureConnection, self._deadline), req)


def fetch(address: str, *, seconds: float = SECONDS) -> bytes:
    """Return what an address answers, with status 200. Raises NotFetched.

    `seconds` limit all of it, from connecting to the last byte; looking up the name of the host
    alone is left to the system's own limit.
    """
    with _Deadline(seconds) as deadline:
        try:
            found = _ask(address, deadline, seconds)
        except NotFetched:
            if not deadline.is_over:
                raise
        if deadline.is_over:
            raise NotFetched("it took too long to answer")
        return found


def _ask(address: str, deadline: _Deadline, seconds: float) -> bytes:
    opener = build_opener(_StayHere, _Open(deadline), _OpenSecurely(deadline))
    try:
        with opener.open(Request(address, headers=_HEADERS), timeout=seconds) as answer:
            if answer.status != 200:
                raise NotFetched(f"it answered {answer.status}")
            return _read(answer)
    except HTTPError as refused:
        raise NotFetched(f"it answered {refused.code}") from None
    except (OSError, HTTPException, ValueError):
        raise NotFetched("it did not answer in time, or not in HTTP") from None


def _read(answer: Any) -> bytes:
    parts: list[bytes] = []
    size = 0
    while part := answer.read1(_PIECE):
        parts.append(part)
        size += len(part)
        if size > LARGEST:
            raise NotFetched(f"it answered more than {LARGEST} bytes")
    if answer.length:
        raise NotFetched("its answer broke off")
    return b"".join(parts)
