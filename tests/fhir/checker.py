"""What HL7 PCO 1.0.0 and US Core (6.1.0 and 9.0.0) ask of the scores, and FHIR R4 of what carries
them and of what is published, where validators of the base resources cannot know it or let it pass:
codes of required value sets, empty elements, references.
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
PUBLICATION = {"draft", "active", "retired", "unknown"}
CODES = {
    "Bundle.entry.request.method": {"GET", "POST"},
    "Bundle.entry.search.mode": {"match", "include", "outcome"},
    "CapabilityStatement.fhirVersion": {"4.0.1"},
    "CapabilityStatement.kind": {"instance"},
    "CapabilityStatement.rest.mode": {"server"},
    "CapabilityStatement.rest.resource.interaction.code": {"read", "search-type"},
    "CapabilityStatement.rest.resource.searchParam.type": {"uri", "token"},
    "CapabilityStatement.status": PUBLICATION,
    "DetectedIssue.severity": {"high", "moderate", "low"},
    "DetectedIssue.status": {"preliminary", "final"},
    "Observation.status": {"final", "preliminary", "amended"},
    "ObservationDefinition.permittedDataType": {"Quantity"},
    "ObservationDefinition.qualifiedInterval.category": {"reference", "absolute"},
    "ObservationDefinition.qualifiedInterval.gender": {"female", "male"},
    "OperationDefinition.kind": {"operation"},
    "OperationDefinition.parameter.max": {"1", "*"},
    "OperationDefinition.parameter.use": {"in", "out"},
    "OperationDefinition.status": PUBLICATION,
    "OperationOutcome.issue.severity": {"error", "warning", "information"},
    "Provenance.entity.role": {"source"},
    "Questionnaire.item.type": {"choice", "decimal", "time"},
    "Questionnaire.status": PUBLICATION,
}
"""Codes of required value sets of R4: those that we may use."""
REQUIRED = {
    "Observation": {"status", "category", "code"},
    "DetectedIssue": {"status", "code", "severity"},
    "Provenance": {"target", "recorded", "agent"},
    "OperationOutcome": {"issue"},
    "Questionnaire": {"url", "version", "status", "copyright", "code", "item"},
    "ObservationDefinition": {"code", "permittedDataType", "quantitativeDetails"},
    "CapabilityStatement": {"url", "status", "date", "kind", "fhirVersion", "format", "rest"},
    "OperationDefinition": {"url", "status", "kind", "code", "system", "type", "instance"},
}


def faults(bundle: Json) -> list[str]:
    """Return everything that is wrong with a Bundle of scores."""
    return [*_bundle(bundle), *_anywhere(bundle)]


def published_faults(resource: Json) -> list[str]:
    """Return everything that is wrong with a resource that is published."""
    kind = resource.get("resourceType", "")
    missing = REQUIRED.get(kind, set()) - resource.keys()
    return [
        *(f"{kind}.{name} is missing" for name in sorted(missing)),
        *PUBLISHED.get(kind, _unknown)(resource),
        *_anywhere(resource),
    ]


def _anywhere(resource: Json) -> Iterator[str]:
    kind = resource.get("resourceType", "")
    yield from _empty(resource, kind)
    yield from _codes(resource, kind)


def _codes(part: Any, where: str) -> Iterator[str]:
    """Yield every code that is none of its value set."""
    if isinstance(part, dict):
        for name, below in part.items():
            if name == "resource" and isinstance(below, dict):
                yield from _codes(below, below.get("resourceType", ""))
            else:
                yield from _codes(below, f"{where}.{name}")
    elif isinstance(part, list):
        for below in part:
            yield from _codes(below, where)
    elif where in CODES and part not in CODES[where]:
        yield f"{where}: no code of its value set"


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
        for name in sorted(REQUIRED.get(kind, set()) - resource.keys()):
            yield f"{kind}.{name} is missing"
        yield from (f"{kind}: {fault}" for fault in CHECKS.get(kind, _unexpected)(resource, urls))
    yield from _sources(bundle)
    yield from _strays(bundle)


def _unexpected(_resource: Json, _urls: list[str]) -> Iterator[str]:
    yield "not a resource that scores are told in"


def _strays(bundle: Json) -> Iterator[str]:
    """An Observation is a panel or the member of one."""
    found = [one for one in bundle["entry"] if one["resource"]["resourceType"] == "Observation"]
    members = {
        member["reference"] for one in found for member in one["resource"].get("hasMember", ())
    }
    for one in found:
        codings = one["resource"].get("code", {}).get("coding", ())
        is_panel = any(
            str(coding.get("system")).endswith("CodeSystem:instruments") for coding in codings
        )
        if not is_panel and one.get("fullUrl") not in members:
            yield "Observation: no panel has it as a member"


def _sources(bundle: Json) -> Iterator[str]:
    """Scores are derived from what their Provenance names as source."""
    by_url = {entry.get("fullUrl"): entry["resource"] for entry in bundle["entry"]}
    for one in by_url.values():
        if one["resourceType"] != "Provenance":
            continue
        named = [entity["what"] for entity in one.get("entity", ())]
        for target in one.get("target", ()):
            made = by_url.get(target["reference"], {})
            if made.get("resourceType") == "Observation" and made.get("derivedFrom", []) != named:
                yield "Observation: not derived from what its Provenance names"


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
    is_score = "valueQuantity" in one and not _is_item(one)
    if complete and (US_CORE not in profiles or (PCO in profiles) != is_score):
        yield "the profiles that it keeps are not claimed"


def _is_item(one: Json) -> bool:
    """Tell whether an Observation is an answer, which is no score."""
    codings = one["code"].get("coding", ()) if isinstance(one.get("code"), dict) else ()
    return any(str(coding.get("system")).endswith("-items") for coding in codings)


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


def _outcome(outcome: Json, _urls: object = None) -> Iterator[str]:
    for issue in outcome.get("issue", ()):
        if not issue.get("details", {}).get("text") or not issue.get("code"):
            yield "an issue that says nothing"


CHECKS = {
    "Observation": _observation,
    "DetectedIssue": _issue,
    "Provenance": _provenance,
    "OperationOutcome": _outcome,
}


def _searchset(bundle: Json) -> Iterator[str]:
    if bundle.get("type") != "searchset":
        yield "it is no searchset"
    for entry in bundle.get("entry", ()):
        yield from published_faults(entry["resource"])


def _unknown(_resource: Json) -> Iterator[str]:
    yield "not a resource that is published"


def _questionnaire(form: Json) -> Iterator[str]:
    items = form.get("item", [])
    links = [item.get("linkId") for item in items]
    if not all(links) or len(set(links)) != len(links):
        yield "que-2: a linkId is missing or there twice"
    for item in items:
        yield from _code({"coding": item.get("code", [])})
        if (item.get("type") == "choice") != ("answerOption" in item):
            yield "que-5: options where there is no choice, or none where there is one"
        yield from _options(item.get("answerOption", ()))


def _options(options: Any) -> Iterator[str]:
    codings = [option.get("valueCoding", {}) for option in options]
    if not all(coding.get("system") and coding.get("code") for coding in codings):
        yield "an option without system and code"
    if len({(one.get("system"), one.get("code")) for one in codings}) != len(codings):
        yield "two options with one code"


def _observation_definition(told: Json) -> Iterator[str]:
    yield from _code(told.get("code"))
    yield from _category({"category": told.get("category", [])})
    unit = told.get("quantitativeDetails", {}).get("unit", {})
    if [one.get("system") for one in unit.get("coding", ())] != [UCUM]:
        yield "the unit is none of UCUM"
    for interval in told.get("qualifiedInterval", ()):
        limits = interval.get("range", {})
        low, high = (limits.get(end, {}).get("value") for end in ("low", "high"))
        if "range" in interval and (low is None or high is None or low > high):
            yield "rng-2: a range that does not go up"
        if "range" not in interval and "condition" not in interval:
            yield "an interval that says nothing"
    yield from _quantities(told)


def _capabilities(statement: Json) -> Iterator[str]:
    for rest in statement.get("rest", ()):
        types = [one.get("type") for one in rest.get("resource", ())]
        if len(set(types)) != len(types):
            yield "cpb-9: a type of resource is there twice"
        for one in rest.get("resource", ()):
            names = [param.get("name") for param in one.get("searchParam", ())]
            if len(set(names)) != len(names):
                yield "cpb-12: a search parameter is there twice"
            if not all(made.get("definition") for made in one.get("operation", ())):
                yield "an operation without a definition"


def _operation(operation: Json) -> Iterator[str]:
    names = [(one.get("use"), one.get("name")) for one in operation.get("parameter", ())]
    if len(set(names)) != len(names):
        yield "a parameter is there twice"
    if not all(one.get("type") for one in operation.get("parameter", ())):
        yield "a parameter without a type"


PUBLISHED = {
    "Bundle": _searchset,
    "OperationOutcome": _outcome,
    "Questionnaire": _questionnaire,
    "ObservationDefinition": _observation_definition,
    "CapabilityStatement": _capabilities,
    "OperationDefinition": _operation,
}


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
