"""Writing log lines without ever waiting for whoever reads them.

A pipe that nobody reads fills up, and then every write to it waits for ever. So lines are queued,
and a thread of its own writes them; what does not fit into the queue any more is dropped.
"""

import atexit
import os
import sys
import threading
import time
from collections import deque
from weakref import WeakSet

MOST_BYTES = 1 << 20
"""Bytes of lines that wait to be written; a few thousand lines."""

_AT_ONCE = 65536
_GATHERING_SECONDS = 0.02
"""How long lines are gathered before they are written together: a thread that woke for each line
would take time from the requests.
"""


class LogWriter:
    """Writes lines to a file descriptor, in order. A forked process gets a thread of its own."""

    def __init__(self, descriptor: int, most_bytes: int = MOST_BYTES) -> None:
        self._descriptor = descriptor
        self._most_bytes = most_bytes
        self._start_anew()
        _WRITERS.add(self)

    def _start_anew(self) -> None:
        """Begin with an empty queue: what waits in a parent is written by the parent."""
        self._lines: deque[bytes] = deque()
        self._n_bytes = 0
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_idle = False
        self._is_flushing = False

    def write(self, line: bytes) -> bool:
        """Queue a line that ends with a line feed; return False where it had to be dropped."""
        with self._changed:
            if self._n_bytes + len(line) > self._most_bytes:
                return False
            self._lines.append(line)
            self._n_bytes += len(line)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="log", daemon=True)
                self._thread.start()
            if self._is_idle:
                self._changed.notify_all()
        return True

    def flush(self, seconds: float = 1.0) -> bool:
        """Wait until everything is written, but not for long; return whether it is."""
        until = time.monotonic() + seconds
        with self._changed:
            self._is_flushing = True
            self._changed.notify_all()
            written = self._changed.wait_for(
                lambda: not self._n_bytes, max(0.0, until - time.monotonic())
            )
            self._is_flushing = False
        return written

    def _run(self) -> None:
        changed = self._changed
        while True:
            with changed:
                self._is_idle = True
                changed.wait_for(lambda: bool(self._lines))
                self._is_idle = False
                changed.wait_for(lambda: self._is_flushing, _GATHERING_SECONDS)
                taken = self._take()
            self._write(b"".join(taken))
            with changed:
                self._n_bytes -= sum(map(len, taken))
                changed.notify_all()

    def _take(self) -> list[bytes]:
        """Return some lines, at most what one write takes gladly."""
        taken = [self._lines.popleft()]
        size = len(taken[0])
        while self._lines and size + len(self._lines[0]) <= _AT_ONCE:
            taken.append(self._lines.popleft())
            size += len(taken[-1])
        return taken

    def _write(self, text: bytes) -> None:
        while text:
            try:
                text = text[os.write(self._descriptor, text) :]
            except OSError:
                return  # a log that cannot be written is no reason to refuse a score


_WRITERS = WeakSet[LogWriter]()
"""Those in use: every reload of the definitions makes an application with a writer of its own."""


def _start_all_anew() -> None:
    for writer in _WRITERS:
        writer._start_anew()


def _flush_all() -> None:
    for writer in _WRITERS:
        writer.flush()


os.register_at_fork(after_in_child=_start_all_anew)
atexit.register(_flush_all)


def keep_standard_streams() -> None:
    """Open standard streams that were closed at the start, on nothing.

    Otherwise the next file that is opened takes the number of a closed one, and whatever is printed
    goes into it.
    """
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r+"))  # noqa: SIM115 - as long as the process
