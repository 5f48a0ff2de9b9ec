"""Where the keys of issuers come from: a file, or an address that is asked again and again.

An address is asked by a thread of its own, in time, so that no request waits for keys that are
known. Each worker process has its own.
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from service.access.tokens.fetch import NotFetched
from service.access.tokens.key_set import NO_KEYS, KeySet, UnusableKeys, read_key_set
from service.access.watched_file import Kind, UnusableFile, WatchedFile

REFRESH_EVERY = 300.0
"""Seconds between two looks at an address."""
COOLDOWN = 30.0
"""Seconds after a look, even one that failed, in which an unknown key causes no other."""
PATIENCE = 2.0
"""Seconds that a request with an unknown key waits for a look."""

_log = logging.getLogger("gunicorn.error")
"""The server's own log."""


class KeySource(Protocol):
    """The keys of one issuer."""

    def begin(self) -> None:
        """Start in a process that was forked from the one that made this."""

    def current(self) -> KeySet:
        """Return the keys that are known; the same object as long as they are the same."""

    def renewed(self) -> KeySet:
        """Return the keys after a new look, for a token whose key is not among them."""

    def close(self) -> None:
        """Stop: nobody asks for these keys any more."""


class FileKeys(WatchedFile[KeySet]):
    """Keys in a file, looked at once a second."""

    def __init__(self, name: str, path: Path, clock: Callable[[], float]) -> None:
        """Read the file. Raises UnusableFile."""
        kind = Kind(f"The key file of {name}", "keys", f"token of {name}")

        def read(raw: bytes) -> KeySet:
            """Return the keys of a file. Raises UnusableFile."""
            try:
                return read_key_set(raw)
            except UnusableKeys as fault:
                raise UnusableFile(kind.setting, [str(fault)]) from None

        super().__init__(path, kind, read, NO_KEYS, clock)

    def renewed(self) -> KeySet:
        """Return the keys: whatever has changed has been seen."""
        return self.current()

    def close(self) -> None:
        """Do nothing: nothing runs."""


def in_background(run: Callable[[], None]) -> None:
    """Run something in a thread that ends with the process."""
    threading.Thread(target=run, name="keys", daemon=True).start()


class AddressKeys:
    """Keys at an address.

    `fetch` returns what it answers and raises NotFetched. Keys that were fetched stay in use for
    `max_stale` seconds beyond the usual time while it cannot be reached; `clock` gives seconds.
    """

    def __init__(
        self,
        name: str,
        fetch: Callable[[], bytes],
        max_stale: float,
        clock: Callable[[], float] = time.monotonic,
        start: Callable[[Callable[[], None]], None] = in_background,
    ) -> None:
        self._name = name
        self._fetch = fetch
        self._good_for = REFRESH_EVERY + max_stale
        self._clock = clock
        self._start = start
        self._keys, self._raw = NO_KEYS, b""
        self._fetched = self._attempted = float("-inf")
        self._failed = self._wanted = self._fetching = self._closed = False
        self._process = 0
        self._beginning = threading.Lock()
        self._changed = threading.Condition()

    def begin(self) -> None:
        """Look for the keys from now on, at once and then every five minutes, in this process."""
        with self._beginning:
            if self._process != os.getpid():
                self._changed = threading.Condition()  # another process may hold the one before
                self._fetching = False
                self._begin_to_look()
                self._wanted = True
                self._start(self._run)
                self._process = os.getpid()

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def current(self) -> KeySet:
        """Return the keys that are known, none where they were fetched too long ago."""
        if self._process != os.getpid():
            self.begin()
        return self._keys if self._clock() - self._fetched <= self._good_for else NO_KEYS

    def renewed(self) -> KeySet:
        """Return the keys after a look that is under way, or a new one where the last was more
        than COOLDOWN ago. Waits no longer than PATIENCE from the beginning of that look.
        """
        with self._changed:
            if not self._fetching and self._clock() - self._attempted >= COOLDOWN:
                self._begin_to_look()
                self._wanted = True
                self._changed.notify_all()
            left = self._attempted + PATIENCE - self._clock()
            self._changed.wait_for(lambda: not self._fetching, max(0.0, min(left, PATIENCE)))
        return self.current()

    def refresh(self) -> None:
        """Look once. What goes wrong changes nothing, and the log says so once."""
        with self._changed:
            self._begin_to_look()
            self._wanted = False
        try:
            raw = self._fetch()
            keys = self._keys if raw == self._raw else read_key_set(raw)
        except (NotFetched, UnusableKeys) as fault:
            self._fail(str(fault))
        except Exception as fault:  # this thread must not end, whatever a network comes up with
            self._fail(type(fault).__name__)
        else:
            self._succeed(keys, raw)
        with self._changed:
            self._fetching = False
            self._changed.notify_all()

    def seconds_to_next(self) -> float:
        """Return after how many seconds the address is to be asked again."""
        every = COOLDOWN if self._failed else REFRESH_EVERY
        return max(0.0, self._attempted + every - self._clock())

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._wanted or self._closed, timeout=self.seconds_to_next()
                )
                if self._closed:
                    return
            self.refresh()

    def _begin_to_look(self) -> None:
        if not self._fetching:
            self._fetching = True
            self._attempted = self._clock()

    def _succeed(self, keys: KeySet, raw: bytes) -> None:
        self._keys, self._raw, self._fetched = keys, raw, self._clock()
        if self._failed:
            self._failed = False
            _log.info(f"The keys of {self._name} were fetched again")

    def _fail(self, why: str) -> None:
        if not self._failed:
            self._failed = True
            _log.error(
                f"The keys of {self._name} could not be fetched: {why}. "
                "Those that were fetched last stay in use for a while"
            )
