"""Small parts that several resources are put together from."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha1
from typing import Any
from uuid import NAMESPACE_URL

from service.fhir.canonical import UCUM
from service.fhir.datetimes import is_to_the_day
from service.fhir.reading.response import Circumstances
from service.scoring.instrument import Number

Json = dict[str, Any]

HL7_EXTENSION = "http://hl7.org/fhir/StructureDefinition"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
_NAMESPACE = NAMESPACE_URL.bytes
_NOT_KNOWN = {"extension": [{"url": f"{HL7_EXTENSION}/data-absent-reason", "valueCode": "unknown"}]}


def urn(identity: str, role: str) -> str:
    """Return the address of a resource in its Bundle: a UUID of version 5 (RFC 9562, section 5.5),
    derived from the input, so that the same request gives the same bytes.
    """
    text = f"{identity}#{role}".encode("utf-8", "backslashreplace")
    hashed = sha1(_NAMESPACE + text, usedforsecurity=False).hexdigest()
    variant = "89ab"[int(hashed[16], 16) & 3]
    parts = hashed[:8], hashed[8:12], f"5{hashed[13:16]}", variant + hashed[17:20], hashed[20:32]
    return f"urn:uuid:{'-'.join(parts)}"


def quantity(value: Number, unit: str = "score") -> Json:
    """Return a number of points, or of another unit that UCUM knows only as an annotation."""
    return {"value": value, **_unit(unit)}


@cache
def _unit(unit: str) -> Json:
    return {"unit": unit, "system": UCUM, "code": f"{{{unit}}}"}


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


def around(about: Circumstances) -> Json:
    """Return what every Observation of a form says alike: whose it is, and when."""
    return {**whose(about), **when(about)}


def entry(full_url: str, resource: Json) -> Json:
    """Return a resource as an entry of a transaction that creates it."""
    return {
        "fullUrl": full_url,
        "resource": resource,
        "request": {"method": "POST", "url": resource["resourceType"]},
    }
