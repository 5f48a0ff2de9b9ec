"""Payloads of the shapes that are met in the field, written for the tests, and what they ask of an
answer.
"""

from collections.abc import Iterable
from typing import Any

Json = dict[str, Any]

SCORE = "/fhir/QuestionnaireResponse/$score"
LOINC = "http://loinc.org"
OURS = "urn:questionnaire-scoring"
PHQ_9 = [
    "44250-9",
    "44255-8",
    "44259-0",
    "44254-1",
    "44251-7",
    "44258-2",
    "44252-5",
    "44253-3",
    "44260-8",
]
GAD_7 = ["69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7"]
FREQUENCY = ["LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9"]


def coded(code: str, system: str | None = LOINC) -> Json:
    """Return a coded answer."""
    coding = {"code": code} if system is None else {"system": system, "code": code}
    return {"valueCoding": coding}


def item(link_id: str, *answers: Json, **members: object) -> Json:
    """Return an item with its answers."""
    return {"linkId": link_id, **({"answer": list(answers)} if answers else {}), **members}


def response(items: Iterable[Json], questionnaire: str | None = None, **members: object) -> Json:
    """Return a response with everything that a good one has."""
    made: Json = {
        "resourceType": "QuestionnaireResponse",
        "id": "form-1",
        "status": "completed",
        "subject": {"reference": "Patient/p1"},
        "authored": "2026-03-02T09:30:00+01:00",
        "item": list(items),
    }
    if questionnaire is not None:
        made["questionnaire"] = questionnaire
    return made | members


def ours(name: str) -> str:
    """Return the canonical address of one of our questionnaires."""
    return f"{OURS}:Questionnaire:{name}"


def phq_9(values: Iterable[int | None], **members: object) -> Json:
    """Return a PHQ-9 as US Core has it: linkIds and answers in LOINC, an address of its own."""
    items = [
        item(f"/{code}", *([] if value is None else [coded(FREQUENCY[value])]))
        for code, value in zip(PHQ_9, values, strict=False)
    ]
    return response(items, "http://example.org/Questionnaire/depression", **members)


def parameters(*pairs: tuple[str, Json]) -> Json:
    """Return Parameters: a name and the rest of each parameter."""
    return {
        "resourceType": "Parameters",
        "parameter": [{"name": name, **rest} for name, rest in pairs],
    }


def resources(bundle: Json, kind: str) -> list[Json]:
    """Return the resources of a type in a Bundle."""
    assert bundle["resourceType"] == "Bundle", bundle
    found = [entry["resource"] for entry in bundle["entry"]]
    return [resource for resource in found if resource["resourceType"] == kind]


def own_code(observation: Json) -> Json:
    """Return the coding of ours."""
    (found,) = [c for c in observation["code"]["coding"] if c["system"].startswith(OURS)]
    return found


def is_panel(observation: Json) -> bool:
    """Tell whether an Observation is of a whole form."""
    system: str = own_code(observation)["system"]
    return system.endswith(":CodeSystem:instruments")


def observation(bundle: Json, scale: str = "total") -> Json:
    """Return the Observation of the one scale of this id."""
    (found,) = [
        resource
        for resource in resources(bundle, "Observation")
        if own_code(resource)["code"] == scale and not is_panel(resource)
    ]
    return found


def scores(bundle: Json) -> dict[str, float | None]:
    """Return the score of each scale, None where there is none."""
    return {
        own_code(one)["code"]: one.get("valueQuantity", {}).get("value")
        for one in resources(bundle, "Observation")
        if not is_panel(one)
    }


def issues(outcome: Json) -> list[tuple[str, str | None]]:
    """Return code and place of each issue, of an OperationOutcome or of the one in a Bundle."""
    if outcome["resourceType"] == "Bundle":
        found = resources(outcome, "OperationOutcome")
        return issues(found[0]) if found else []
    return [
        (
            issue["details"]["coding"][0]["code"],
            issue["expression"][0] if "expression" in issue else None,
        )
        for issue in outcome["issue"]
    ]
