"""Ways in which what we write could be wrong, and who refuses each today: the models of
`fhir.resources`, Medplum's validator, or our own checker.
"""

import copy
from typing import Any

Json = dict[str, Any]

DELETE = object()
SCORES, COURSE_OF_SCORES = "a safety item", "a course with an alert"
ANSWERS = "phq-9, complete, highest, with answers"
FORM, TOLD = "Questionnaire/phq-9", "ObservationDefinition/phq-9-total"
STATEMENT, OPERATION = "metadata", "OperationDefinition/score"

# In the Bundle of a safety item the first entry is the panel, then come score, issue, Provenance.
SEEDED: dict[str, tuple[str, str, object, str]] = {
    "no transaction": (SCORES, "type", "collection", "medplum ours"),
    "no known type of Bundle": (SCORES, "type", "wrong", "medplum ours"),
    "two of one address": (SCORES, "entry.0.fullUrl", "copy entry.1.fullUrl", "medplum ours"),
    "an address that is drawn": (
        SCORES,
        "entry.0.fullUrl",
        "urn:uuid:6e838b25-c36d-4952-9c27-e0009da8d32b",
        "ours",
    ),
    "not created": (SCORES, "entry.1.request.method", "PUT", "ours"),
    "created elsewhere": (SCORES, "entry.1.request.url", "Patient", "ours"),
    "an unknown resource": (
        SCORES,
        "entry.1.resource.resourceType",
        "Score",
        "models medplum ours",
    ),
    "an unknown member": (SCORES, "entry.1.resource.score", 12, "models medplum"),
    "a member of R5": (
        SCORES,
        "entry.1.resource.triggeredBy",
        [{"type": "reflex"}],
        "models medplum",
    ),
    "no status": (SCORES, "entry.1.resource.status", DELETE, "models medplum ours"),
    "a status that is null": (SCORES, "entry.1.resource.status", None, "models medplum ours"),
    "a wrong status": (SCORES, "entry.1.resource.status", "wrong", "ours"),
    "no category": (SCORES, "entry.1.resource.category", DELETE, "ours"),
    "an empty category": (SCORES, "entry.1.resource.category", [], "ours"),
    "another category": (SCORES, "entry.1.resource.category.0.coding.0.code", "laboratory", "ours"),
    "no code": (SCORES, "entry.1.resource.code", DELETE, "models medplum ours"),
    "a code of words": (SCORES, "entry.1.resource.code", {"text": "PHQ-9"}, "ours"),
    "a code without system": (SCORES, "entry.1.resource.code.coding.0.system", "", "ours"),
    "a second value": (SCORES, "entry.1.resource.valueString", "12", "models medplum ours"),
    "a value and a reason": (
        SCORES,
        "entry.1.resource.dataAbsentReason",
        {"text": "x"},
        "medplum ours",
    ),
    "neither value nor reason": (
        SCORES,
        "entry.1.resource",
        ("without", "valueQuantity", "component"),
        "ours",
    ),
    "a score that is no quantity": (SCORES, "entry.1.resource", ("as integer",), "ours"),
    "a score in words": (
        SCORES,
        "entry.1.resource.valueQuantity.value",
        "twelve",
        "models medplum",
    ),
    "no UCUM": (SCORES, "entry.1.resource.valueQuantity.system", "http://example.org", "ours"),
    "another unit": (SCORES, "entry.1.resource.valueQuantity.code", "mg", "ours"),
    "a unit without code": (SCORES, "entry.1.resource.valueQuantity.code", DELETE, "ours"),
    "a panel with a value": (SCORES, "entry.0.resource.valueInteger", 12, "ours"),
    "an empty range": (SCORES, "entry.1.resource.referenceRange.0", {}, "medplum ours"),
    "a range for somebody, of nothing": (
        SCORES,
        "entry.1.resource.referenceRange.0",
        {"appliesTo": [{"text": "all"}]},
        "medplum ours",
    ),
    "an empty list": (SCORES, "entry.1.resource.interpretation", [], "ours"),
    "a null": (SCORES, "entry.1.resource.encounter", None, "medplum ours"),
    "no effective time": (SCORES, "entry.1.resource.effectiveDateTime", DELETE, "ours"),
    "only the month": (SCORES, "entry.1.resource.effectiveDateTime", "2026-03", "ours"),
    "month 13": (SCORES, "entry.1.resource.effectiveDateTime", "2026-13-02", "models medplum"),
    "a time without zone": (
        SCORES,
        "entry.1.resource.effectiveDateTime",
        "2026-03-02T09:30:00",
        "models",
    ),
    "no subject": (SCORES, "entry.1.resource.subject", DELETE, "ours"),
    "a subject that is a text": (
        SCORES,
        "entry.1.resource.subject",
        "Patient/p1",
        "models medplum",
    ),
    "a performer": (SCORES, "entry.1.resource.performer", [{"reference": "Patient/p1"}], "ours"),
    "profiles not claimed": (SCORES, "entry.1.resource.meta", DELETE, "ours"),
    "derived from nothing": (SCORES, "entry.1.resource.derivedFrom", DELETE, "ours"),
    "derived from something else": (
        SCORES,
        "entry.1.resource.derivedFrom.0.reference",
        "QuestionnaireResponse/other",
        "ours",
    ),
    "a member elsewhere": (
        SCORES,
        "entry.0.resource.hasMember.0.reference",
        "Observation/1",
        "ours",
    ),
    "a member that is nowhere": (
        SCORES,
        "entry.0.resource.hasMember.0.reference",
        "urn:uuid:6e838b25-c36d-5952-9c27-e0009da8d32b",
        "medplum ours",
    ),
    "a score that is no member": (
        SCORES,
        "entry.0.resource.hasMember",
        DELETE,
        "ours",
    ),
    "an answer that is no member": (
        ANSWERS,
        "entry.0.resource.hasMember.0",
        DELETE,
        "ours",
    ),
    "an answer without a value": (
        ANSWERS,
        "entry.1.resource.valueCodeableConcept",
        DELETE,
        "ours",
    ),
    "an answer that claims to be a score": (
        ANSWERS,
        "entry.1.resource.meta.profile.0",
        "http://hl7.org/fhir/us/pco/StructureDefinition/pco-prom-score-observation",
        "ours",
    ),
    "an answer that is a number too": (
        ANSWERS,
        "entry.1.resource.valueInteger",
        3,
        "models medplum ours",
    ),
    "a component without value": (
        SCORES,
        "entry.1.resource.component.0.valueInteger",
        DELETE,
        "ours",
    ),
    "a component with two": (
        SCORES,
        "entry.1.resource.component.0.valueString",
        "9",
        "models medplum ours",
    ),
    "a component without code": (
        SCORES,
        "entry.1.resource.component.0.code",
        DELETE,
        "models medplum ours",
    ),
    "a wrong severity": (SCORES, "entry.2.resource.severity", "bad", "ours"),
    "no severity": (SCORES, "entry.2.resource.severity", DELETE, "ours"),
    "an issue with a wrong status": (SCORES, "entry.2.resource.status", "open", "ours"),
    "no evidence": (SCORES, "entry.2.resource.evidence", DELETE, "ours"),
    "evidence elsewhere": (
        SCORES,
        "entry.2.resource.evidence.0.detail.0.reference",
        "Observation/1",
        "ours",
    ),
    "a target elsewhere": (SCORES, "entry.3.resource.target.0.reference", "Observation/1", "ours"),
    "recorded on a day": (SCORES, "entry.3.resource.recorded", "2026-03-02", "models medplum ours"),
    "nobody's work": (SCORES, "entry.3.resource.agent.0.who", DELETE, "models medplum ours"),
    "an alert of a wrong severity": (COURSE_OF_SCORES, "last issue.severity", "urgent", "ours"),
    "an alert without evidence": (COURSE_OF_SCORES, "last issue.evidence", DELETE, "ours"),
    "an alert about a day that is none": (
        COURSE_OF_SCORES,
        "last issue.identifiedDateTime",
        "2026-02-30",
        "models",
    ),
    "a form of a wrong status": (FORM, "status", "wrong", "ours"),
    "a form without items": (FORM, "item", [], "ours"),
    "a linkId twice": (FORM, "item.1.linkId", "1", "ours"),
    "an item without linkId": (FORM, "item.0.linkId", DELETE, "models medplum ours"),
    "an item of no type": (FORM, "item.0.type", "coding", "medplum ours"),
    "a number with options": (FORM, "item.0.type", "decimal", "ours"),
    "an option without code": (FORM, "item.0.answerOption.0.valueCoding.code", DELETE, "ours"),
    "an option twice": (FORM, "item.0.answerOption.1.valueCoding.code", "LA6568-5", "ours"),
    "an option of two types": (FORM, "item.0.answerOption.0.valueInteger", 0, "models medplum"),
    "a weight in words": (
        FORM,
        "item.0.answerOption.0.extension.0.valueDecimal",
        "zero",
        "models medplum",
    ),
    "a form without licence": (FORM, "copyright", DELETE, "ours"),
    "no kind of interval": (TOLD, "qualifiedInterval.0.category", "usual", "ours"),
    "an interval for no sex": (TOLD, "qualifiedInterval.0.gender", "f", "ours"),
    "an interval that goes down": (TOLD, "qualifiedInterval.0.range.high.value", -1, "ours"),
    "a unit that is not UCUM's": (
        TOLD,
        "quantitativeDetails.unit.coding.0.system",
        "urn:x",
        "ours",
    ),
    "a data type that is none": (TOLD, "permittedDataType.0", "Score", "ours"),
    "a date that is none": (STATEMENT, "date", "2026-13-01", "models medplum"),
    "a mode that is none": (STATEMENT, "rest.0.mode", "both", "ours"),
    "a type twice": (STATEMENT, "rest.0.resource.1.type", "QuestionnaireResponse", "medplum ours"),
    "a kind of search that is none": (
        STATEMENT,
        "rest.0.resource.1.searchParam.0.type",
        "canonical",
        "ours",
    ),
    "a use that is none": (OPERATION, "parameter.0.use", "both", "ours"),
    "a parameter without name": (OPERATION, "parameter.0.name", DELETE, "models medplum"),
    "a parameter twice": (OPERATION, "parameter.1.name", "questionnaire-response", "ours"),
    "an operation for no one": (OPERATION, "type", DELETE, "models medplum ours"),
}


def spoiled(good: Json, place: str, value: object) -> Json:
    """Return a resource with something else at a place, or without what is there."""
    bad = copy.deepcopy(good)
    if place.startswith("last issue."):
        numbers = [
            number
            for number, entry in enumerate(good["entry"])
            if entry["resource"]["resourceType"] == "DetectedIssue"
        ]
        place = place.replace("last issue", f"entry.{numbers[-1]}.resource")
    steps: list[Any] = [int(step) if step.isdigit() else step for step in place.split(".")]
    where: Any = bad
    for step in steps[:-1]:
        where = where[step]
    match value:
        case ("without", *names):
            for name in names:
                del where[steps[-1]][name]
        case ("as integer",):
            where[steps[-1]]["valueInteger"] = where[steps[-1]].pop("valueQuantity")["value"]
        case "copy entry.1.fullUrl":
            where[steps[-1]] = good["entry"][1]["fullUrl"]
        case _ if value is DELETE:
            del where[steps[-1]]
        case _:
            where[steps[-1]] = value
    return bad
