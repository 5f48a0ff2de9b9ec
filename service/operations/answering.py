"""What a thread takes for the socket of its request."""

import errno
import select
import socket
import time
from collections.abc import Callable
from contextlib import suppress

ANSWER_SECONDS = 30
"""That a caller has to take an answer, or to begin taking a batch's."""
LEAST_RATE = 131_072
"""Bytes of a batch's answer that a caller takes in a second of waiting for it, on the average."""
MOST_UNSENT = 1 << 20
"""Bytes of a batch's answer that wait for the caller."""


class Answer:
    """What a thread takes for the socket of its request, of this path: it takes the answer at once,
    however slow the caller is.
    """

    def __init__(self, path: bytes = b"") -> None:
        self.path = path
        self.data = bytearray()
        self.has_begun = False

    def sendall(self, data: bytes) -> None:
        """Take a part of the answer."""
        self.has_begun = True
        self.data += data

    def send(self, data: bytes) -> int:
        """Take no notice of the server's own `100 Continue`: the event loop says it in time."""
        return len(data)

    def gettimeout(self) -> float:
        """Return that nobody waits here."""
        return 0.0

    def setblocking(self, flag: bool) -> None:
        """Go on never waiting."""

    def shutdown(self, how: int) -> None:
        """Leave closing to the event loop, which still has to send what is here."""
        raise OSError(errno.ENOTCONN, "There is no connection here.")

    def close(self) -> None:
        """Leave closing to the event loop."""


class LongAnswer(Answer):
    """The answer to a batch, which is made while it is taken: a caller that takes nothing of it, or
    too little, ends it.
    """

    def __init__(
        self,
        caller: socket.socket,
        clock: Callable[[], float] = time.monotonic,
        path: bytes = b"",
    ) -> None:
        super().__init__(path)
        self._caller = caller
        self._clock = clock
        self._is_writable = select.poll()
        self._is_writable.register(caller, select.POLLOUT)
        self._seconds_left = float(ANSWER_SECONDS)

    def sendall(self, data: bytes) -> None:
        """Take a part of the answer, and wait where too much of it has not been taken. Raises
        OSError where the caller is gone or takes too little.
        """
        super().sendall(data)
        while len(self.data) > MOST_UNSENT:
            began = self._clock()
            seconds = min(self._seconds_left, ANSWER_SECONDS)
            if seconds <= 0 or not self._is_writable.poll(1000 * seconds):
                raise TimeoutError(errno.ETIMEDOUT, "The response is not taken.")
            n_taken = 0
            with suppress(BlockingIOError):
                n_taken = self._caller.send(self.data)
                del self.data[:n_taken]
            self._seconds_left += n_taken / LEAST_RATE - (self._clock() - began)
