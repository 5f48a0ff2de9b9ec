"""What the query of a batch asks for: an instrument, or a mapping through which lines are read."""

from typing import NamedTuple

from werkzeug.wrappers import Request

from service.api.batch_routes.writing import CSV, DECLARED, WARNINGS
from service.api.problems import Problem
from service.api.scores import find_entry, require_key
from service.api.source_routes.reports import unusable_codes, with_missing
from service.definitions.catalog import Catalog, Entry
from service.sources.catalogue import Mappings
from service.sources.declared import missing_codes, numbers_of
from service.sources.mapping import SourceMapping

_OF_A_MAPPING = ("strict", "allow_partial")


class Batch(NamedTuple):
    """How the lines of a batch are read: `usual` is the instrument of those that name none, and
    with a mapping the only one.
    """

    usual: Entry | None
    mapping: SourceMapping | None = None
    missing: frozenset[str] = frozenset()
    strict: bool = False
    allow_partial: bool = False

    @property
    def remarks(self) -> tuple[str, ...]:
        """The columns of a CSV that tell how a row was read."""
        if self.mapping is not None:
            return DECLARED, WARNINGS
        return (DECLARED,) if self.missing else ()


def batch_of(
    asked: Request, catalog: Catalog, mappings: Mappings, *, kind: str, sought: str
) -> Batch:
    """Return what a query asks for. Raises Problem 404, 409 or 422."""
    if "mapping" in asked.args:
        return _mapped(asked, mappings, kind)
    for name in _OF_A_MAPPING:
        if name in asked.args:
            raise _unusable(name, f"The query parameter {name} needs a `mapping`.")
    usual = _usual(asked, catalog, needed=CSV in (kind, sought))
    codes = asked.args.get("missing")
    if codes is None:
        return Batch(usual)
    if kind != CSV or usual is None:
        detail = "Codes for missing are declared for CSV, or for payloads that a `mapping` reads."
        raise _unusable("missing", detail)
    missing, faults = missing_codes(codes, numbers_of(usual.instrument))
    if faults:
        raise unusable_codes(faults)
    return Batch(usual, missing=missing)


def _mapped(asked: Request, mappings: Mappings, kind: str) -> Batch:
    for name in ("instrument", "version"):
        if name in asked.args:
            raise _unusable(name, "A mapping names its instrument: leave this parameter out.")
    mapping = mappings.get(asked.args["mapping"])
    if mapping is None:
        raise Problem(404, "unknown_mapping", "GET /v1/sources lists the mappings.")
    if mapping.signature is not None:
        detail = "Payloads of this mapping are signed one by one, which lines of a batch are not."
        raise _unusable("mapping", detail)
    if kind == CSV and not mapping.is_flat:
        detail = "Rows of CSV are flat, and this mapping looks for members in members: send NDJSON."
        raise _unusable("mapping", detail)
    require_key(mapping.entry.scorer)
    return Batch(
        mapping.entry,
        with_missing(mapping, asked.args.get("missing")),
        strict=asked.args.get("strict") == "true",
        allow_partial=asked.args.get("allow_partial") == "true",
    )


def _usual(asked: Request, catalog: Catalog, *, needed: bool) -> Entry | None:
    """Return the instrument that the query names. Raises Problem 404, 409 or 422."""
    named = asked.args.get("instrument")
    if named is None:
        if needed:
            detail = "CSV is of one form: name its instrument, or the mapping that reads it."
            raise _unusable("instrument", detail)
        return None
    entry = find_entry(catalog, named, asked.args.get("version"))
    require_key(entry.scorer)
    return entry


def _unusable(parameter: str, detail: str) -> Problem:
    return Problem(422, "invalid_parameter", detail, parameter=parameter)
