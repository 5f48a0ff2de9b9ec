"""Small parts that several resources are put together from."""

from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from service.fhir.canonical import UCUM
from service.fhir.datetimes import is_to_the_day
from service.fhir.reading.response import Circumstances
from service.scoring.instrument import Number

Json = dict[str, Any]

HL7_EXTENSION = "http://hl7.org/fhir/StructureDefinition"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
_NOT_KNOWN = {"extension": [{"url": f"{HL7_EXTENSION}/data-absent-reason", "valueCode": "unknown"}]}


def urn(identity: str, role: str) -> str:
    """Return the address of a resource in its Bundle. It is derived from the input, so that the
    same request gives the same bytes.
    """
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{identity}#{role}')}"


def quantity(value: Number, unit: str = "score") -> Json:
    """Return a number of points, or of another unit that UCUM knows only as an annotation."""
    return {"value": value, "unit": unit, "system": UCUM, "code": f"{{{unit}}}"}


def concept(text: str, *codings: Mapping[str, str]) -> Json:
    """Return a CodeableConcept."""
    return {"coding": list(codings), "text": text}


def coding(system: str, code: str, display: str | None = None) -> dict[str, str]:
    """Return a coding."""
    plain = {"system": system, "code": code}
    return plain if display is None else {**plain, "display": display}


def when(about: Circumstances) -> Json:
    """Return the effective time of what was answered: to the day at least, else not known."""
    if about.authored is not None and is_to_the_day(about.authored):
        return {"effectiveDateTime": about.authored}
    return {"_effectiveDateTime": _NOT_KNOWN}


def whose(about: Circumstances) -> Json:
    """Return subject, encounter and source, as far as they are known."""
    known: Json = {}
    if about.subject is not None:
        known["subject"] = about.subject
    if about.encounter is not None:
        known["encounter"] = about.encounter
    if about.sources:
        known["derivedFrom"] = [{"reference": source} for source in about.sources]
    return known


def entry(full_url: str, resource: Json) -> Json:
    """Return a resource as an entry of a transaction that creates it."""
    return {
        "fullUrl": full_url,
        "resource": resource,
        "request": {"method": "POST", "url": resource["resourceType"]},
    }
