"""The catalogue of instruments."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, get_args

import orjson
from werkzeug.wrappers import Request, Response

from service.api.asked import Parameters
from service.api.conditional import conditional, keep, kept_answer
from service.api.negotiation import JSON
from service.api.route import Route, View
from service.api.scores import find_entry
from service.definitions.catalog import Catalog, Entry
from service.definitions.glance import LEGEND
from service.operations.facts import facts_of
from service.scoring.instrument import Perspective


def _matches(
    entry: Entry, construct: str | None, perspective: str | None, text: str | None
) -> bool:
    instrument = entry.document
    if construct is not None and instrument["construct"] != construct:
        return False
    if perspective is not None and perspective not in (
        instrument["perspective"],
        *instrument.get("perspectives", ()),
    ):
        return False
    return text is None or entry.findable.fits(text)


def _listing(
    catalog: Catalog, filters: Parameters, told: Callable[[Entry], Mapping[str, Any]]
) -> View:
    """Return the view that lists what is told of each instrument."""

    def write(entries: Iterable[Entry]) -> bytes:
        listed = [told(entry) for entry in entries]
        return orjson.dumps({"instruments": listed, "legend": LEGEND})

    whole = keep(write(catalog.entries()), JSON)

    def list_instruments(asked: Request) -> Response:
        """Answer with the instruments that fit the query."""
        if not asked.args:
            return kept_answer(asked, whole)
        wanted = [asked.args.get(name) for name in filters]
        found = write(entry for entry in catalog.entries() if _matches(entry, *wanted))
        return conditional(asked, found, JSON)

    return list_instruments


def instrument_routes(catalog: Catalog) -> list[Route]:
    """Return the catalogue routes."""
    filters = {
        "construct": sorted({entry.document["construct"] for entry in catalog.entries()}),
        "perspective": get_args(Perspective),
        "q": None,
    }

    def get_instrument(asked: Request, instrument_id: str) -> Response:
        """Answer with one definition, whole. Raises Problem 404."""
        entry = find_entry(catalog, instrument_id, asked.args.get("version"))
        facts = facts_of(asked.environ)
        facts.instrument, facts.version = entry.instrument.id, entry.instrument.version
        return conditional(asked, entry.body, JSON, entry.instrument.digest.removeprefix("sha256:"))

    return [
        Route(
            "GET",
            "/v1/instruments",
            _listing(catalog, filters, lambda entry: entry.summary),
            parameters=filters,
            scope="definitions",
        ),
        Route(
            "GET",
            "/v1/catalogue",
            _listing(catalog, filters, lambda entry: entry.short),
            parameters=filters,
            scope="definitions",
        ),
        Route(
            "GET",
            "/v1/instruments/<instrument_id>",
            get_instrument,
            parameters={"version": None},
            scope="definitions",
        ),
    ]
