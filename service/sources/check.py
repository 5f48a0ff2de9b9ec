"""The check of a mapping: every fault at once, and the mapping when there is none."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from marshmallow import ValidationError

from service.definitions.catalog import Catalog, Entry, UnknownInstrument, UnknownVersion
from service.definitions.limits import check_size
from service.definitions.shape.definition import SCHEMA_MEMBER
from service.scoring.issue import Issue
from service.sources.build import build_mapping
from service.sources.checks.filled import unconfirmed
from service.sources.checks.keys import box_keys, check_keys, tables
from service.sources.checks.values import check_values, counted_twice
from service.sources.mapping import Json, SourceMapping, container_of, is_flat
from service.sources.shape import GENERAL_SCHEMES, MappingShape
from service.strict.faults import in_document_order, shape_faults
from service.strict.fields import schema_of

_NEEDED = {
    "id": "none",
    "title": "None",
    "tool": "None",
    "instrument": "none",
    "items": {"none": "none"},
    "values": {"numeric": "none"},
}
"""Stands in for members that have a fault, so that the others can be looked at."""


class CheckedMapping(NamedTuple):
    """The result of a check: the mapping, or the faults; warnings either way."""

    mapping: SourceMapping | None
    faults: tuple[Issue, ...]
    warnings: tuple[Issue, ...] = ()


def check_mapping(document: object, catalog: Catalog) -> CheckedMapping:
    """Check a mapping: its shape, and what its members say about each other and about the
    instrument, as far as they are sound. Never raises.
    """
    if too_large := tuple(check_size(document)):
        return CheckedMapping(None, too_large)
    faults = _shape(document)
    if not isinstance(document, dict):
        return CheckedMapping(None, tuple(faults))
    loaded = _sound(document, faults)
    entry = _entry(loaded, catalog, faults)
    faults += _members(loaded)
    faults += check_keys(loaded, entry)
    faults += check_values(loaded, entry)
    faults += unconfirmed(document)
    warnings = (*_unmapped(loaded, entry), *counted_twice(loaded))
    if faults or entry is None:
        return CheckedMapping(None, in_document_order(faults, document), warnings)
    kept = {name: part for name, part in document.items() if name != SCHEMA_MEMBER}
    return CheckedMapping(build_mapping(loaded, kept, entry), (), warnings)


def _shape(document: object) -> list[Issue]:
    try:
        schema_of(MappingShape).load(document)  # type: ignore[arg-type]
    except ValidationError as error:
        return list(shape_faults(error.messages))
    return []


def _sound(document: Json, faults: list[Issue]) -> dict[str, Any]:
    """Return the members of a document without a fault, loaded."""
    faulty = {fault.path[0] for fault in faults if fault.path}
    sound = {name: part for name, part in document.items() if name not in faulty}
    loaded: dict[str, Any] = schema_of(MappingShape).load({**_NEEDED, **sound})
    return {name: part for name, part in loaded.items() if name not in faulty}


def _entry(loaded: Json, catalog: Catalog, faults: list[Issue]) -> Entry | None:
    name = loaded.get("instrument")
    if name is None:
        return None
    try:
        return catalog.get(name, loaded.get("version"))
    except UnknownInstrument as unknown:
        text = "is no instrument of the catalogue"
        faults.append(Issue(("instrument",), "unknown_instrument", text, list(unknown.suggestions)))
    except UnknownVersion as unknown:
        text = "is no version of the instrument"
        faults.append(Issue(("version",), "unknown_version", text, list(unknown.available)))
    return None


def _members(loaded: Json) -> Iterator[Issue]:
    """Yield the faults of members that need or exclude each other."""
    if loaded.get("template") and "template" not in loaded.get("title", "template").casefold():
        yield Issue(("title",), "not_allowed", 'must say "template", as the mapping is one')
    if "answers" in loaded:
        yield from _answers(loaded)
    yield from _table(loaded)
    signature = loaded.get("signature")
    if signature is not None:
        is_general = signature["scheme"] in GENERAL_SCHEMES
        if is_general and signature["header"] is None:
            yield Issue(("signature", "header"), "required", "is required with this scheme")
        if not is_general and signature["header"] is not None:
            yield Issue(("signature", "header"), "not_allowed", "is given by the scheme")


def _table(loaded: Json) -> Iterator[Issue]:
    table = loaded.get("table")
    if table is None:
        return
    answers = loaded.get("answers")
    if answers is not None and not is_flat(container_of(answers)):
        text = "is not allowed: a row of a table has no members in members, which `answers` wants"
        yield Issue(("table",), "not_allowed", text)
    if (table["header_rows"] > 1) != (table["header_mark"] is not None):
        text = "is required with several header rows, and not allowed with one"
        yield Issue(("table", "header_mark"), "required_with_rows", text)


def _answers(loaded: Json) -> Iterator[Issue]:
    answers = loaded["answers"]
    if answers is None:
        if "fhir" in loaded and loaded["fhir"] is None:
            yield Issue(("answers",), "required", "is required: only `fhir` can do without it")
        return
    if answers["kind"] == "list":
        for member in ("key", "value"):
            if not answers[member]:
                yield Issue(("answers", member), "required", "is required where kind is list")
    else:
        for member in ("key", "row_key"):
            if answers[member]:
                text = "is not allowed where kind is map: the member names are the keys"
                yield Issue(("answers", member), "not_allowed", text)


def _unmapped(loaded: Json, entry: Entry | None) -> Iterator[Issue]:
    """Yield a warning that names the items which the form needs and nothing maps."""
    if entry is None or "items" not in loaded or "other_editions" not in loaded:
        return
    boxed = {box["item"] for box in box_keys(loaded).values()}
    for place, table in tables(loaded):
        mapped = boxed.union(table.values())
        left = [
            item.id
            for item in entry.instrument.items
            if not item.optional and item.id not in mapped
        ]
        if left:
            text = f"maps no key to {', '.join(left[:20])}, which will be missing"
            yield Issue(place, "unmapped_items", text)
