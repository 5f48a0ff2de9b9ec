"""What HL7 PCO 1.0.0 and US Core (6.1.0 and 9.0.0) ask of the scores, and FHIR R4 of what carries
them, where a model of the resources cannot know it.
"""

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

UCUM = "http://unitsofmeasure.org"
CATEGORIES = "http://terminology.hl7.org/CodeSystem/observation-category"
PCO = "http://hl7.org/fhir/us/pco/StructureDefinition/pco-prom-score-observation"
US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-observation-screening-assessment"
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}.*")
URN = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
STATUSES = {
    "Observation": {"final", "preliminary", "amended"},
    "DetectedIssue": {"preliminary", "final"},
}


def faults(bundle: Json) -> list[str]:
    """Return everything that is wrong with a Bundle of scores."""
    return [*_bundle(bundle), *_empty(bundle, "Bundle")]


def _bundle(bundle: Json) -> Iterator[str]:
    if bundle.get("resourceType") != "Bundle" or bundle.get("type") != "transaction":
        yield "it is no transaction"
    urls = [entry.get("fullUrl", "") for entry in bundle["entry"]]
    if len(set(urls)) != len(urls):
        yield "two entries have one fullUrl"
    for entry in bundle["entry"]:
        resource, request = entry["resource"], entry.get("request", {})
        kind = resource["resourceType"]
        if not URN.fullmatch(entry.get("fullUrl", "")):
            yield f"{kind}: fullUrl is no uuid that is derived"
        if kind == "OperationOutcome":
            if request.get("method") != "GET":
                yield "an OperationOutcome is stored"
        elif request != {"method": "POST", "url": kind}:
            yield f"{kind}: the request does not create it"
        if kind in STATUSES and resource.get("status") not in STATUSES[kind]:
            yield f"{kind}: status"
        yield from (f"{kind}: {fault}" for fault in CHECKS.get(kind, _nothing)(resource, urls))


def _nothing(_resource: Json, _urls: list[str]) -> Iterator[str]:
    yield from ()


def _observation(one: Json, urls: list[str]) -> Iterator[str]:
    values = [name for name in one if name.startswith("value")]
    yield from _category(one)
    yield from _code(one.get("code"))
    if len(values) > 1:
        yield "two values"
    if values and "dataAbsentReason" in one:
        yield "obs-6: a value and a reason for having none"
    if not values and not {"dataAbsentReason", "hasMember", "component"} & one.keys():
        yield "us-core-2: neither value nor reason"
    if "hasMember" in one and values:
        yield "a panel has a value"
    for part in one.get("component", ()):
        inner = [name for name in part if name.startswith("value")]
        yield from _code(part.get("code"))
        if len(inner) + ("dataAbsentReason" in part) != 1:
            yield "us-core-3: a component without value or reason, or with both"
    for limits in one.get("referenceRange", ()):
        if not {"low", "high", "text"} & limits.keys():
            yield "obs-3: an empty reference range"
    for member in one.get("hasMember", ()):
        if member["reference"] not in urls:
            yield "a member is not in the Bundle"
    if "effectiveDateTime" in one:
        if not DAY.fullmatch(one["effectiveDateTime"]):
            yield "us-core-1: not to the day"
    elif "_effectiveDateTime" not in one:
        yield "no effective time and no reason"
    if "performer" in one:
        yield "a derived value has a performer"
    yield from _profiles(one)
    yield from _quantities(one)


def _profiles(one: Json) -> Iterator[str]:
    profiles = one.get("meta", {}).get("profile", [])
    if profiles and ("subject" not in one or "effectiveDateTime" not in one):
        yield "a profile is claimed without subject or day"
    if PCO in profiles and one.get("valueQuantity", {}).get("code") != "{score}":
        yield "PCO: the value is no quantity of points"
    complete = "subject" in one and "effectiveDateTime" in one
    if complete and (US_CORE not in profiles or (PCO in profiles) != ("valueQuantity" in one)):
        yield "the profiles that it keeps are not claimed"


def _category(one: Json) -> Iterator[str]:
    codings = [coding for part in one.get("category", ()) for coding in part.get("coding", ())]
    survey = [c for c in codings if (c.get("system"), c.get("code")) == (CATEGORIES, "survey")]
    if len(survey) != 1:
        yield "not exactly one category survey"


def _code(code: Any) -> Iterator[str]:
    codings = code.get("coding", []) if isinstance(code, dict) else []
    if not codings or not all(c.get("system") and c.get("code") for c in codings):
        yield "a code without system and code"


def _quantities(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if "value" in part and (part.get("system") != UCUM or not part.get("code")):
            yield "a quantity without a UCUM code"
        for name, below in part.items():
            if name not in ("identifier", "subject", "encounter", "patient"):
                yield from _quantities(below)
    elif isinstance(part, list):
        for below in part:
            yield from _quantities(below)


def _issue(issue: Json, urls: list[str]) -> Iterator[str]:
    yield from _code(issue.get("code"))
    if issue.get("severity") not in ("high", "moderate", "low"):
        yield "severity"
    details = [one for part in issue.get("evidence", ()) for one in part.get("detail", ())]
    if not details or not all(one["reference"] in urls for one in details):
        yield "the evidence is not in the Bundle"


def _provenance(provenance: Json, urls: list[str]) -> Iterator[str]:
    if not {one["reference"] for one in provenance["target"]} <= set(urls):
        yield "a target is not in the Bundle"
    if not re.fullmatch(r".*T.*(Z|[+-][0-9]{2}:[0-9]{2})", provenance.get("recorded", "")):
        yield "recorded is no instant"
    if not all(agent.get("who") for agent in provenance.get("agent", ())):
        yield "an agent that is nobody"


CHECKS = {"Observation": _observation, "DetectedIssue": _issue, "Provenance": _provenance}


def _empty(part: Any, where: str) -> Iterator[str]:
    """FHIR knows no empty arrays, objects, texts, and no null."""
    if part in ({}, [], "") or part is None:
        yield f"{where} is empty"
    elif isinstance(part, dict):
        for name, below in part.items():
            yield from _empty(below, f"{where}.{name}")
    elif isinstance(part, list):
        for index, below in enumerate(part):
            yield from _empty(below, f"{where}[{index}]")
