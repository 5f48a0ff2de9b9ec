"""Which sources of a definition a report names: those of its numbers."""

from collections.abc import Iterator, Mapping
from typing import Any

_BESIDE = ("label_sources", "code_sources", "response_sets")
"""Members that name where the words and codes of answers were read."""


def sources_of_numbers(loaded: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return the sources by id, without those that only labels or codes come from."""
    beside = {name for member in _BESIDE for name in _named(loaded.get(member))}
    numbers = {
        name for member, value in loaded.items() if member not in _BESIDE for name in _named(value)
    }
    return {
        part["id"]: {name: text for name, text in part.items() if name != "id"}
        for part in loaded["sources"]
        if part["id"] in numbers or part["id"] not in beside
    }


def _named(value: object) -> Iterator[str]:
    """Yield every id of a source in a part of a definition, at any depth that the shape allows."""
    if isinstance(value, Mapping):
        for member, inner in value.items():
            if member in ("source", "confirmed_by") and isinstance(inner, str):
                yield inner
            elif member == "sources" and isinstance(inner, list):
                yield from (name for name in inner if isinstance(name, str))
            else:
                yield from _named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner)
