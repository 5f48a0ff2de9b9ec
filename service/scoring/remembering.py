"""Remembering what was worked out, within a bound of bytes over everything that shares a memory."""

import sys
from collections.abc import Hashable, Mapping
from typing import Any

MOST_BYTES = 2_000_000
"""What one memory holds at most, over all instruments that share it."""

_ENTRY = 200
"""Bytes of an entry besides what its key and value take: its place in the table, with room."""


class Memory:
    """Values by key, of which the ones that are asked for stay.

    Values are kept in two generations. When the young one has reached half of the bytes it becomes
    the old one, and what is not asked for again while it is old is forgotten. Several threads may
    share a memory without a lock: the worst that their races can do is to forget a value or to
    hold one a little longer.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = self._room = most_bytes // 2
        self._young: dict[Hashable, Any] = {}
        self._old: dict[Hashable, Any] = {}

    def __len__(self) -> int:
        """Return how many values are kept."""
        return len(self._young) + len(self._old.keys() - self._young.keys())

    def recall(self, key: Hashable) -> Any:
        """Return the value of a key, None where there is none."""
        value = self._young.get(key)
        if value is None:
            value = self._old.get(key)
            if value is not None:
                self.keep(key, value)
        return value

    def keep(self, key: Hashable, value: Any) -> None:
        """Remember a value, other than None, which nobody may change from now on."""
        size = _ENTRY + bytes_of(key) + bytes_of(value)
        if size > self._most:
            return
        if size > self._room:
            self._old, self._young, self._room = self._young, {}, self._most
        self._room -= size
        self._young[key] = value


def bytes_of(value: object) -> int:
    """Return the bytes that a value takes, without the texts and names that it shares with its
    definition.
    """
    if value is None or isinstance(value, (str, int)):
        return 0
    size = sys.getsizeof(value)
    if isinstance(value, Mapping):
        return size + sum(map(bytes_of, value.values()))
    if isinstance(value, tuple | list):
        return size + sum(map(bytes_of, value))
    return size
