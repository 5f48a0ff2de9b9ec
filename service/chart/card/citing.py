"""The sources of a card, numbered in the order in which they are first named."""

from collections.abc import Iterator, Mapping
from typing import Any


class Citations:
    """Numbers the sources that the facts of a card name."""

    def __init__(self, sources: Mapping[str, Mapping[str, Any]]) -> None:
        self._sources = sources
        self._number: dict[str, int] = {}

    def mark(self, source: str | None) -> str:
        """Return the mark of a source to stand behind what it is for; "" where there is none."""
        if source is None or source not in self._sources:
            return ""
        return f" [{self._number.setdefault(source, len(self._number) + 1)}]"

    def listed(self) -> Iterator[str]:
        """Yield every source that was named: number, citation, and where in it."""
        for source, number in self._number.items():
            cited = self._sources[source]
            where = cited.get("where")
            yield f"[{number}] {cited['citation']}{f' ({where})' if where else ''}"
