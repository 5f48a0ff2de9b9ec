"""Checks across a definition: every name is unique and every reference leads somewhere, every
number has its source.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from service.definitions.checks.parts import (
    Json,
    Parts,
    change_rules,
    comparisons,
    member_object,
    objects,
    rules,
    scale_items,
    strings,
)
from service.scoring.issue import Issue, Path

Claims = Sequence[tuple[Path, Json]]

_ATTRIBUTES = "source_attributes"
_COLLECTIONS = ("items", "scales", "sources", "norms", "criteria", "risks", "gates")
_SINGULAR = {
    "items": "item",
    "scales": "scale",
    "sources": "source",
    "criteria": "criterion",
    "risks": "risk",
}


_LISTED_SOURCES = ("key_sources", "label_sources", "code_sources")
"""Members that list the sources of something that stands in many places."""


def check_references(parts: Parts) -> Iterator[Issue]:
    """Yield a fault for every repeated id, dangling reference and unsupported claim of
    verification.
    """
    document = parts.document
    claims = _claims(document)
    sources = list(_source_references(document, claims))
    yield from _repeated_ids(document)
    yield from _response_sets(parts)
    references = [(path, "sources", name) for path, name in sources]
    for path, kind, name in (*_references(document), *references):
        if parts.is_unknown(kind, name):
            singular = _SINGULAR[kind]
            yield Issue(path, f"unknown_{singular}", f'there is no {singular} "{name}"')
    yield from _change_cutoffs(document)
    yield from _alert_cutoffs(parts)
    yield from _expected_bands(parts)
    yield from _verification(document, claims)
    yield from _attributes(parts)
    stated = {name for _, name in _statement_sources(document)}
    yield from _unused_sources(document, stated.union(name for _, name in sources))


def _repeated_ids(document: Json) -> Iterator[Issue]:
    for member in _COLLECTIONS:
        yield from _repeated(objects(document, member), "id")
    for where, scale in objects(document, "scales"):
        for system_where, system in objects(scale, "bands", where):
            yield from _repeated(objects(system, "bands", system_where), "id")


def _repeated(elements: Iterator[tuple[Path, Json]], member: str) -> Iterator[Issue]:
    seen: set[str] = set()
    for where, element in elements:
        name = element.get(member)
        if isinstance(name, str):
            if name in seen:
                yield Issue(
                    (*where, member),
                    "duplicate_id",
                    f'"{name}" is also the {member} of an earlier element',
                )
            seen.add(name)


def _response_sets(parts: Parts) -> Iterator[Issue]:
    if not isinstance(parts.document.get("response_sets"), dict):
        return
    for where, item in objects(parts.document, "items"):
        name = item.get("response_set")
        if isinstance(name, str) and name not in parts.response_sets:
            yield Issue(
                (*where, "response_set"),
                "unknown_response_set",
                f'there is no response set "{name}"',
            )


Reference = tuple[Path, str, str]
"""Path, collection and name of a reference to an item, scale, criterion or risk."""


def _references(document: Json) -> Iterator[Reference]:
    """Yield every reference to an item, scale, criterion or risk."""
    yield from _scale_references(document)
    for where, gate in objects(document, "gates"):
        for path, name in strings(gate, "items", where):
            yield path, "items", name
    yield from _item_of_each(document, "risks", ())
    for where, rule in rules(document):
        for comparison in comparisons(rule, where):
            if comparison.kind != "respondent":
                yield comparison.path, comparison.kind + "s", comparison.subject
    for where, norm in objects(document, "norms"):
        yield from _keys(norm, "scales", where, "scales")
    yield from _alert_references(member_object(document, "alerts"), ("alerts",))
    yield from _example_references(document)


def _scale_references(document: Json) -> Iterator[Reference]:
    for where, scale in objects(document, "scales"):
        for path, name in scale_items(scale, where):
            yield path, "items", name
        yield from _keys(scale, "weights", where, "items")
        yield from _keys(member_object(scale, "count"), "at_least", (*where, "count"), "items")
        for path, name in strings(member_object(scale, "composite"), "of", (*where, "composite")):
            yield path, "scales", name


def _alert_references(alerts: Json, where: Path) -> Iterator[Reference]:
    for path, name in strings(alerts, "watch", where):
        yield path, "scales", name
    yield from _keys(alerts, "parameters", where, "scales")
    yield from _item_of_each(alerts, "direct_report", where)


def _item_of_each(holder: Json, member: str, where: Path) -> Iterator[Reference]:
    """Yield the items that each of several flags is about."""
    for path, flag in objects(holder, member, where):
        if isinstance(flag.get("item"), str):
            yield (*path, "item"), "items", flag["item"]
        for below, name in strings(flag, "items", path):
            yield below, "items", name


def _keys(where: Json, member: str, path: Path, kind: str) -> Iterator[Reference]:
    for name in member_object(where, member):
        yield (*path, member, name), kind, name


def _example_references(document: Json) -> Iterator[tuple[Path, str, str]]:
    for where, example in objects(document, "examples"):
        yield from _keys(example, "answers", where, "items")
        for path, name in strings(example, "not_applicable", where):
            yield path, "items", name
        expect, below = member_object(example, "expect"), (*where, "expect")
        for member in ("scores", "sums", "means", "bands", "cutoffs"):
            yield from _keys(expect, member, below, "scales")
        yield from _keys(expect, "criteria", below, "criteria")
        yield from _keys(expect, "risks", below, "risks")


def _change_cutoffs(document: Json) -> Iterator[Issue]:
    for where, scale in objects(document, "scales"):
        systems = {cutoff.get("system") for _, cutoff in objects(scale, "cutoffs")}
        for rule_where, rule in change_rules(scale, where):
            name = rule.get("clinical_cutoff")
            if isinstance(name, str) and name not in systems:
                path = (*rule_where, "clinical_cutoff")
                yield Issue(path, "unknown_cutoff", f'this scale has no cut-off system "{name}"')


def _alert_cutoffs(parts: Parts) -> Iterator[Issue]:
    for where, settings in objects(
        member_object(parts.document, "alerts"), "parameters", ("alerts",)
    ):
        name = settings.get("cutoff")
        scale = parts.scales.get(str(where[-1]), {})
        if isinstance(name, str) and name not in {
            cutoff.get("system") for _, cutoff in objects(scale, "cutoffs")
        }:
            yield Issue(
                (*where, "cutoff"),
                "unknown_cutoff",
                f'this scale has no cut-off system "{name}"',
            )


def _expected_bands(parts: Parts) -> Iterator[Issue]:
    for where, example in objects(parts.document, "examples"):
        for scale_where, expected in objects(
            member_object(example, "expect"), "bands", (*where, "expect")
        ):
            systems = list(objects(parts.scales.get(str(scale_where[-1]), {}), "bands"))
            for system, band in expected.items():
                named = [part for _, part in systems if part.get("system") == system]
                bands = {
                    part.get("id")
                    for set_of_bands in named
                    for _, part in objects(set_of_bands, "bands")
                }
                if isinstance(band, str) and band not in bands:
                    text = f'there is no band "{band}" in a system "{system}" of this scale'
                    yield Issue((*scale_where, system), "unknown_band", text)


def _claims(document: Json) -> list[tuple[Path, Json]]:
    """Return every object, at any depth, that names the source of a number."""
    claims = []
    numbers = {name: part for name, part in document.items() if name != _ATTRIBUTES}
    ahead: list[tuple[tuple[str | int, ...], Any]] = [((), numbers)]
    while ahead:
        path, value = ahead.pop()
        if isinstance(value, dict):
            if isinstance(value.get("source"), str):
                claims.append((path, value))
            ahead += [
                ((*path, name), member)
                for name, member in value.items()
                if isinstance(member, dict | list)
            ]
        else:
            ahead += [
                ((*path, index), member)
                for index, member in enumerate(value)
                if isinstance(member, dict)
            ]
    return claims


def _source_references(document: Json, claims: Claims) -> Iterator[tuple[Path, str]]:
    for where, claim in claims:
        written_out = claim["source"] == "arithmetic" and where[0] == "examples"
        if not written_out:
            yield (*where, "source"), claim["source"]
        if isinstance(claim.get("confirmed_by"), str):
            yield (*where, "confirmed_by"), claim["confirmed_by"]
    for member in _LISTED_SOURCES:
        yield from strings(member_object(document, member), "sources", (member,))


def _verification(document: Json, claims: Claims) -> Iterator[Issue]:
    for where, claim in claims:
        confirmed, path = claim.get("confirmed_by"), (*where, "confirmed_by")
        if claim.get("verification") == "two-sources":
            if "confirmed_by" not in claim:
                yield Issue(
                    path,
                    "confirmation_missing",
                    "is required with two-sources: the id of the second source",
                )
            elif confirmed == claim["source"]:
                text = "must name another source than source: the second has to be independent"
                yield Issue(path, "confirmation_not_independent", text)
        elif confirmed is not None and claim.get("verification") in ("one-source", "site"):
            yield Issue(
                path, "confirmation_unexpected", "is only allowed with verification two-sources"
            )
    for member in _LISTED_SOURCES:
        yield from _listed(document, member)


def _listed(document: Json, member: str) -> Iterator[Issue]:
    listed, path = member_object(document, member), (member, "sources")
    named = listed.get("sources")
    if not isinstance(named, list):
        return
    if listed.get("verification") == "two-sources" and len({*map(str, named)}) < 2:
        text = "must name two different sources with verification two-sources"
        yield Issue(path, "confirmation_missing", text)
    elif not named and member != "key_sources":
        yield Issue(path, "wrong_length", "must name a source")
    elif not named and document.get("key", "included") == "included":
        text = "must name a source; it is empty only with key required"
        yield Issue(path, "wrong_length", text)


def _unused_sources(document: Json, used: Collection[str]) -> Iterator[Issue]:
    for where, source in objects(document, "sources"):
        name = source.get("id")
        if isinstance(name, str) and name not in used:
            yield Issue(where, "unused_source", f'nothing refers to the source "{name}"')


def _attributes(parts: Parts) -> Iterator[Issue]:
    """Yield a fault for every statement whose source is not there, and for every source of these
    statements that is named twice or never.
    """
    attributes = member_object(parts.document, _ATTRIBUTES)
    numbers = {source.get("id") for _, source in objects(parts.document, "sources")}
    own: dict[str, Path] = {}
    for where, source in objects(attributes, "sources", (_ATTRIBUTES,)):
        name = source.get("id")
        if not isinstance(name, str):
            return  # a source with a fault may be the one that is meant
        if name in own or name in numbers:
            text = f'"{name}" is also the id of another source'
            yield Issue((*where, "id"), "duplicate_id", text)
        own[name] = where
    cited = dict(_statement_sources(parts.document))
    for path, name in cited.items():
        if name not in own and parts.is_unknown("sources", name):
            yield Issue(path, "unknown_source", f'there is no source "{name}"')
    for name, where in own.items():
        if name not in cited.values():
            yield Issue(where, "unused_source", f'nothing refers to the source "{name}"')


def _statement_sources(document: Json) -> Iterator[tuple[Path, str]]:
    """Yield path and id of the source of each statement."""
    attributes = member_object(document, _ATTRIBUTES)
    for member in attributes:
        name = member_object(attributes, member).get("source")
        if isinstance(name, str):
            yield (_ATTRIBUTES, member, "source"), name
