"""The catalogue of instruments."""

import orjson
from flask import Blueprint, Response, request

from service.api.asked import JSON, require_acceptable
from service.api.conditional import conditional
from service.api.scores import find_entry
from service.definitions.catalog import Catalog, Entry


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


def instruments_blueprint(catalog: Catalog) -> Blueprint:
    """Return the catalogue routes."""
    blueprint = Blueprint("instruments", __name__)

    @blueprint.get("/v1/instruments")
    def list_instruments() -> Response:
        """Answer with the instruments that fit the query."""
        require_acceptable(request)
        wanted = (
            request.args.get("construct"),
            request.args.get("perspective"),
            request.args.get("q"),
        )
        found = [entry.summary for entry in catalog.entries() if _matches(entry, *wanted)]
        return conditional(orjson.dumps({"instruments": found}), JSON)

    @blueprint.get("/v1/instruments/<instrument_id>")
    def get_instrument(instrument_id: str) -> Response:
        """Answer with one definition, whole. Raises Problem 404."""
        require_acceptable(request)
        entry = find_entry(catalog, instrument_id, request.args.get("version"))
        request.environ["scoring.instrument"] = entry.instrument.id
        request.environ["scoring.version"] = entry.instrument.version
        return conditional(entry.body, JSON, entry.instrument.digest.removeprefix("sha256:"))

    return blueprint
