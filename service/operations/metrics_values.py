"""Where a process keeps its counts so that every process can read them: the client's files, written
directly.

The client's own class asks for the process id, looks up where the value lies and packs it, on every
count. Here the place is known and the number is changed where it is. A forked process gets files of
its own when it starts.
"""

import os
from collections.abc import Sequence
from threading import Lock
from typing import Any

from prometheus_client import values
from prometheus_client.mmap_dict import MmapedDict, mmap_key

NUMBER_BYTES = 8


class _File:
    """A file of the client, and a view of it as numbers."""

    def __init__(self, path: str) -> None:
        self._entries: Any = MmapedDict(path)
        self.numbers = memoryview(self._entries._m).cast("d")

    def place(self, key: str) -> int:
        """Return the index of a key's value among the numbers, making room for a new key."""
        self._entries.read_value(key)
        self.numbers = memoryview(self._entries._m).cast("d")  # the file may have grown
        place: int = self._entries._positions[key] // NUMBER_BYTES
        return place

    def close(self) -> None:
        """Give the view back, then close the file."""
        self.numbers.release()
        self._entries.close()


class SharedValue:
    """A number in a file of this process, with the methods that the client's metrics call."""

    __slots__ = ("_file", "_key", "_kind", "_place")
    _multiprocess = True

    def __init__(
        self,
        typ: str,
        metric_name: str,
        name: str,
        labelnames: Sequence[str],
        labelvalues: Sequence[str],
        help_text: str,
        multiprocess_mode: str = "",
        **_: object,
    ) -> None:
        self._kind = f"{typ}_{multiprocess_mode}" if typ == "gauge" else typ
        self._key = mmap_key(metric_name, name, list(labelnames), list(labelvalues), help_text)
        with _lock:
            _values.append(self)
            self._open()

    def _open(self) -> None:
        if self._kind not in _files:
            path = os.path.join(
                os.environ["PROMETHEUS_MULTIPROC_DIR"], f"{self._kind}_{os.getpid()}.db"
            )
            _files[self._kind] = _File(path)
        self._file = _files[self._kind]
        self._place = self._file.place(self._key)

    def inc(self, amount: float) -> None:
        """Add to the number."""
        with _lock:
            self._file.numbers[self._place] += amount

    def set(self, value: float, timestamp: float | None = None) -> None:
        """Replace the number; `timestamp` says which process's is the most recent, where that
        matters.
        """
        with _lock:
            self._file.numbers[self._place] = value
            self._file.numbers[self._place + 1] = timestamp or 0.0

    def get(self) -> float:
        """Return the number."""
        return self._file.numbers[self._place]

    def set_exemplar(self, exemplar: object) -> None:
        """Do nothing: processes do not share exemplars."""

    def get_exemplar(self) -> None:
        """Return none."""


_lock = Lock()
_files: dict[str, _File] = {}
_values: list[SharedValue] = []


def _start_anew() -> None:
    """Give a forked process its own files, which start at zero."""
    global _lock
    _lock = Lock()  # another thread of the parent may have held it
    for file in _files.values():
        file.close()
    _files.clear()
    for value in _values:
        value._open()


def share_values() -> None:
    """Make metrics built from now on keep their values here, if the client was told to share them
    at all.
    """
    if values.ValueClass._multiprocess and values.ValueClass is not SharedValue:
        values.ValueClass = SharedValue
        os.register_at_fork(after_in_child=_start_anew)
