"""Whether a Bundle is all that a search found."""

from typing import Any

from service.fhir.reading.node import Node
from service.fhir.reading.values import is_number

_BESIDE = ("include", "outcome")
"""Modes of entries that a search did not look for."""


def is_page(bundle: Node) -> bool:
    """Tell whether a Bundle says that others follow it, or that more was found than is there."""
    links = bundle.value.get("link")
    if isinstance(links, list) and any(
        isinstance(link, dict) and link.get("relation") == "next" for link in links
    ):
        return True
    total: Any = bundle.value.get("total")
    entries = bundle.value.get("entry")
    n_matches = sum(map(_is_match, entries)) if isinstance(entries, list) else 0
    return is_number(total) and total > n_matches


def mode_of(entry: Node) -> object:
    """Return how an entry came into a Bundle, None where it does not say."""
    search = entry.value.get("search")
    return search.get("mode") if isinstance(search, dict) else None


def is_beside(entry: Node) -> bool:
    """Tell whether an entry is something that a search did not look for."""
    return mode_of(entry) in _BESIDE


def _is_match(entry: object) -> bool:
    return isinstance(entry, dict) and not is_beside(Node(entry, ()))
