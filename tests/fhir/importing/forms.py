"""Forms of the shapes that are met in the field, with invented questions."""

from typing import Any

from service.definitions.check import Checked, check_for_author

Json = dict[str, Any]

LOINC = "http://loinc.org"
EXTENSIONS = "http://hl7.org/fhir/StructureDefinition"
CALCULATED = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression"
MARK = "TODO"
# Codes of LOINC with the right check digit, for questions that are none of theirs.
CODES = ("44250-9", "44255-8", "44259-0", "44254-1", "44251-7")


def weight(value: object, name: str = "itemWeight") -> Json:
    """Return a weight as one of the extensions."""
    return {"url": f"{EXTENSIONS}/{name}", "valueDecimal": value}


def option(code: str, *weights: Json, inside: bool = False, **coding: str) -> Json:
    """Return an answer, its weights beside the coding or inside of it."""
    made: Json = {"system": "urn:answers", "code": code, **coding}
    if inside:
        return {"valueCoding": {**made, "extension": [*weights]}}
    return {"valueCoding": made, **({"extension": [*weights]} if weights else {})}


def options(*values: object, name: str = "itemWeight") -> list[Json]:
    """Return answers a, b, c … with these weights."""
    return [
        option(letter, weight(value, name))
        for letter, value in zip("abcdefgh", values, strict=False)
    ]


def choice(link_id: str, answers: list[Json] | None = None, **members: object) -> Json:
    """Return a question with answers worth 0 to 3."""
    answers = options(0, 1, 2, 3) if answers is None else answers
    return {"linkId": link_id, "type": "choice", "answerOption": answers, **members}


def number(link_id: str, low: object, high: object, kind: str = "integer") -> Json:
    """Return a question that is answered with a number."""
    value = "valueInteger" if kind == "integer" else "valueDecimal"
    limits = [
        {"url": f"{EXTENSIONS}/{end}", value: limit}
        for end, limit in (("minValue", low), ("maxValue", high))
    ]
    return {"linkId": link_id, "type": kind, "extension": limits}


def form(*items: Json, **members: object) -> Json:
    """Return a Questionnaire."""
    return {"resourceType": "Questionnaire", "status": "draft", "item": list(items), **members}


def bundle(*resources: Json) -> Json:
    """Return a Bundle of resources."""
    entries = [{"resource": one} for one in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def places(part: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return where a draft still has something to be filled in."""
    if isinstance(part, str):
        return [path] if part.startswith(MARK) else []
    if not isinstance(part, dict | list):
        return []
    members = part.items() if isinstance(part, dict) else enumerate(part)
    return [place for step, below in members for place in places(below, (*path, step))]


FILLED_IN = {
    "construct": "nothing",
    "direction": "higher_is_worse",
    "language": "en",
    "submitted_as": "codes",
}


def confirmed(draft: Json) -> Json:
    """Return a draft as an author leaves it who agrees with all of it."""

    def fill(part: Any, member: object) -> Any:
        if isinstance(part, dict):
            return {name: fill(below, name) for name, below in part.items()}
        if isinstance(part, list):
            return [fill(below, member) for below in part]
        if isinstance(part, str) and part.startswith(MARK):
            return FILLED_IN.get(str(member), f"Confirmed {member}")
        return part

    filled: Json = fill(draft, None)
    filled.pop("notes", None)
    return filled


def checked(draft: Json) -> Checked:
    """Check a draft that was confirmed as `python -m service check` does."""
    return check_for_author(confirmed(draft))
