"""A file that decides who may call, read again when it has changed while the service runs."""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

LOOK_EVERY = 1.0
"""Seconds between two looks at a file."""
LARGEST = 1_048_576
"""Bytes of a file."""

_log = logging.getLogger("gunicorn.error")
"""The server's own log."""

_State = tuple[int, int, int]
Content = TypeVar("Content")


class UnusableFile(ValueError):
    """A file has faults, each told with its place; the file's text is never quoted."""

    def __init__(self, what: str, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"{what} cannot be used: {'; '.join(self.faults)}")


class Kind(NamedTuple):
    """What is told of a file: the setting that names it, what is in it, and what it admits."""

    setting: str
    content: str
    admits: str


class WatchedFile(Generic[Content]):
    """The content of a file as it stands now.

    `read` makes it of the file's bytes and raises UnusableFile. A file that became unreadable or
    faulty changes nothing: what was read last stays in force, and the log says so once for each
    state of the file. `nothing` is content that admits nobody; `clock` gives seconds.
    """

    def __init__(
        self,
        path: Path,
        kind: Kind,
        read: Callable[[bytes], Content],
        nothing: Content,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Read the file. Raises UnusableFile."""
        self._path = path
        self._kind = kind
        self._read = read
        self._nothing = nothing
        self._clock = clock
        self._looking = threading.Lock()
        self._looked = clock()
        self._state = _state_of(path)
        self._content = self._read_whole()

    def begin(self) -> None:
        """Read the file again for a process that was forked from the one that read it, if it has
        changed. Where it is faulty now, this process admits nobody by it: what of that which was
        read at the start has been withdrawn since cannot be known.
        """
        state = _state_of(self._path)
        if state != self._state:
            self._state = state
            self._content = self._nothing
            self._read_again(f"This worker accepts no {self._kind.admits}")

    def current(self) -> Content:
        """Return the content, read again if the file has changed: looked at once a second at most,
        and in one thread only.
        """
        if self._clock() - self._looked >= LOOK_EVERY and self._looking.acquire(blocking=False):
            try:
                self._looked = self._clock()
                state = _state_of(self._path)  # before reading: later changes are seen next time
                if state != self._state:
                    self._state = state
                    self._read_again(f"The {self._kind.content} that were read last stay in force")
            finally:
                self._looking.release()
        return self._content

    def _read_again(self, otherwise: str) -> None:
        try:
            self._content = self._read_whole()
        except UnusableFile as fault:
            _log.error(f"{fault}. {otherwise}")
        else:
            _log.info(f"{self._kind.setting} has changed and was read again")

    def _read_whole(self) -> Content:
        try:
            with self._path.open("rb") as file:
                raw = file.read(LARGEST + 1)
        except OSError:
            raise UnusableFile(self._kind.setting, ["it cannot be read"]) from None
        if len(raw) > LARGEST:
            raise UnusableFile(self._kind.setting, [f"it is longer than {LARGEST} bytes"])
        return self._read(raw)


def _state_of(path: Path) -> _State | None:
    """Return what changes whenever a file does: time, size and inode. None where there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
