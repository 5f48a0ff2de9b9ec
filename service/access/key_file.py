"""The file of keys while the service runs: read again when it has changed."""

import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from service.access.caller import Caller
from service.access.keys import KeyFileError, KeyRing, read_keys

LOOK_EVERY = 1.0
"""Seconds between two looks at the file."""
LARGEST = 1_048_576
"""Bytes of a file of keys."""

_log = logging.getLogger("gunicorn.error")
"""The server's own log."""

_State = tuple[int, int, int]


class KeyFile:
    """The keys of a file as it stands now.

    A file that became unreadable or faulty changes nothing: the keys read last go on being
    accepted, and the log says so once for each state of the file. `clock` gives seconds.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        """Read the file. Raises KeyFileError."""
        self._path = path
        self._clock = clock
        self._looking = threading.Lock()
        self._looked = clock()
        self._state = _state_of(path)
        self._ring = _read(path)

    def begin(self) -> None:
        """Read the file again for a process that was forked from the one that read it, if it has
        changed. Where it is faulty now, this process accepts no key: which of those that were read
        at the start have been withdrawn since cannot be known.
        """
        state = _state_of(self._path)
        if state != self._state:
            self._state = state
            self._ring = KeyRing(())
            self._read_again("This worker accepts no key")

    def identify(self, credential: str) -> Caller:
        """Return the client that holds a key. Raises Refused."""
        self._look()
        return self._ring.identify(credential)

    def _look(self) -> None:
        """Read the file again if it has changed, at most once a second and in one thread only."""
        if self._clock() - self._looked < LOOK_EVERY:
            return
        if not self._looking.acquire(blocking=False):
            return
        try:
            self._looked = self._clock()
            state = _state_of(self._path)  # before reading: what is written meanwhile is seen next
            if state != self._state:
                self._state = state
                self._read_again("The keys that were read last stay in force")
        finally:
            self._looking.release()

    def _read_again(self, otherwise: str) -> None:
        try:
            self._ring = _read(self._path)
        except KeyFileError as fault:
            _log.error(f"{fault}. {otherwise}")
        else:
            _log.info("API_KEYS_FILE has changed and was read again")


def _state_of(path: Path) -> _State | None:
    """Return what changes whenever a file does: time, size and inode. None where there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _read(path: Path) -> KeyRing:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        text = content.decode("utf-8")
    except OSError:
        raise KeyFileError(["it cannot be read"]) from None
    except UnicodeDecodeError:
        raise KeyFileError(["it is not UTF-8"]) from None
    if len(content) > LARGEST:
        raise KeyFileError([f"it is longer than {LARGEST} bytes"])
    return read_keys(text)
