"""What is known of one request, gathered while it is answered and written at its end."""

from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

from service.operations.metrics import UNMATCHED_ROUTE

_KEY = "scoring.facts"


@dataclass(slots=True)
class Facts:
    """Facts of one request for its log line and for the metrics.

    They hold loaded or fixed values only: nothing that the caller wrote.
    """

    request_id: str
    route: str = UNMATCHED_ROUTE
    """The template of the path, such as `/v1/instruments/<instrument_id>`."""
    instrument: str | None = None
    version: str | None = None
    problem: str | None = None
    """The code of the problem that was answered with."""
    n_responses: int | None = None
    """How many forms were scored."""
    caller: str | None = None
    bytes_in: int | None = None
    """How long the body was, where it was read."""


def begin_facts(environ: MutableMapping[str, Any], request_id: str) -> Facts:
    """Return the facts of a new request, kept in its WSGI environment."""
    facts = environ[_KEY] = Facts(request_id)
    return facts


def facts_of(environ: MutableMapping[str, Any]) -> Facts:
    """Return the facts of a request; one that did not pass the edge has no id."""
    facts: Facts | None = environ.get(_KEY)
    return begin_facts(environ, "") if facts is None else facts
