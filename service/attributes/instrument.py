"""The source attributes of an instrument, as far as they can be read off its definition."""

from collections.abc import Iterator, Mapping
from typing import Any

from service import __version__
from service.attributes.people import uses_of
from service.attributes.project import implementation
from service.attributes.shape import RULE, Attributes, InstrumentAttributes, known, unknown
from service.definitions.catalog import Entry
from service.definitions.glance import LEGEND

Json = Mapping[str, Any]

NOT_FOUND = "Not found in the sources read."


def attributes_of_instrument(entry: Entry) -> InstrumentAttributes:
    """Return the source attributes of a definition."""
    document = entry.document
    own = document.get("source_attributes", {}).get("sources", [])
    sources = [*document["sources"], *own]
    attributes = {
        **_citation(document, sources),
        **_origin(document),
        **implementation("definition"),
        **uses_of(document),
        **_populations(document, entry.summary["at_a_glance"]["norms"]),
        **_limits(document, entry.summary["at_a_glance"]),
        **_validation(document),
        **_licence(document),
        **_notices(document),
    }
    instrument = entry.instrument
    return {
        "instrument": {
            "id": instrument.id,
            "version": instrument.version,
            "digest": instrument.digest,
            "title": instrument.title,
        },
        "service_version": __version__,
        "rule": RULE,
        "attributes": attributes,
        "sources": {source["id"]: _without_id(source) for source in sources},
    }


def _without_id(source: Json) -> Any:
    return {name: text for name, text in source.items() if name != "id"}


def _citation(document: Json, sources: list[Json]) -> Attributes:
    key = document["key_sources"]["sources"]
    ordered = sorted(sources, key=lambda source: source["id"] not in key)
    cited = [source["citation"] for source in ordered]
    return known("bibliographic_citation", cited, [source["id"] for source in ordered])


def _origin(document: Json) -> Attributes:
    """Return what the definition says about the form itself."""
    holder = document["licence"]["holder"]
    stated = {
        "release_date": "released",
        "revision_dates": "revised",
        "funding_of_form": "funding",
        "intended_use": "intended_use",
        "population_of_development": "population",
    }
    told = _stated(document, "developer", "developer")
    if told["developer"]["value"] is None:
        told = known("developer", f"{holder}, as the holder of the rights")
    for name, member in stated.items():
        told |= _stated(document, name, member)
    return told


def _stated(document: Json, name: str, member: str) -> Attributes:
    part = document.get("source_attributes", {}).get(member, {})
    if "value" in part:
        return known(name, part["value"], [part["source"]])
    return unknown(name, part.get("reason", NOT_FOUND))


def _populations(document: Json, absent: str) -> Attributes:
    norms = document.get("norms", [])
    if not norms:
        return unknown("populations_of_norms", LEGEND[absent])
    whom = ("id", "population", "setting", "country", "n", "collected", "published", "age", "sex")
    members = (*whom, "default", "digital")
    groups = [{name: norm.get(name) for name in members} for norm in norms]
    return known("populations_of_norms", groups, _ids(norms))


def _limits(document: Json, parts: Mapping[str, str]) -> Attributes:
    lacking = [f"{part}: {LEGEND[code]}" for part, code in parts.items() if code != "yes"]
    warnings = [norm["warning"] for norm in document.get("norms", []) if "warning" in norm]
    limits = [*document.get("notes", []), *warnings, *lacking]
    if not limits:
        return unknown("known_limits", "The definition records none.")
    return known("known_limits", limits)


def _validation(document: Json) -> Attributes:
    reliabilities = [
        {
            "scale": scale["id"],
            **{name: part.get(name) for name in ("kind", "value", "sample", "source")},
        }
        for scale in document["scales"]
        for part in scale.get("reliability", [])
    ]
    key = document["key_sources"]
    checked = {
        "key": key["verification"],
        "key_sources": key["sources"],
        "worked_examples": len(document["examples"]),
    }
    told = known("verification", checked, list(key["sources"]))
    if reliabilities:
        return told | known("validation", reliabilities, _ids(reliabilities))
    return told | unknown("validation", f"No reliability of its scales. {NOT_FOUND}")


def _licence(document: Json) -> Attributes:
    licence = document["licence"]
    terms = {name: part for name, part in licence.items() if name != "url"}
    contact = _stated(document, "licence_contact", "contact")
    if contact["licence_contact"]["value"] is None and licence["url"] is not None:
        contact = known("licence_contact", licence["url"])
    return known("licence", terms) | contact


def _notices(document: Json) -> Attributes:
    notices = document.get("notices", [])
    if not notices:
        return unknown("notices", "It holds nothing that asks for a notice.")
    return known("notices", notices)


def _ids(parts: list[Any]) -> list[str]:
    return list(dict.fromkeys(_sources(parts)))


def _sources(parts: list[Any]) -> Iterator[str]:
    for part in parts:
        yield part["source"]
