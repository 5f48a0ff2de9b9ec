"""Mappings of invented source forms, written for the tests."""

from typing import Any

Json = dict[str, Any]

FREQUENCY = {
    "Not at all": 0,
    "Several days": 1,
    "More than half the days": 2,
    "Nearly every day": 3,
}
NINE = [str(number) for number in range(1, 10)]


def flat(**members: object) -> Json:
    """Return a mapping of a flat object `{"q1": 0, …}` to the nine scored items of the PHQ-9."""
    made: Json = {
        "id": "flat-phq-9",
        "title": "An invented form",
        "tool": "None",
        "instrument": "phq-9",
        "answers": {"kind": "map"},
        "items": {f"q{name}": name for name in NINE},
        "values": {"numeric": "as-is"},
    }
    return made | members


def listed(**members: object) -> Json:
    """Return a mapping of an array `[{"question": "q1", "answer": 0}, …]` to the same items."""
    answers = {"at": "/answers", "kind": "list", "key": ["/question"], "value": ["/answer"]}
    return flat(id="listed-phq-9", answers=answers) | members


def linked(**members: object) -> Json:
    """Return a mapping of a FHIR form with local linkIds to the same items."""
    fhir = {"questionnaires": ["Questionnaire/17"]}
    made = flat(id="linked-phq-9", fhir=fhir) | members
    del made["answers"]
    return made


def payload(*values: object) -> Json:
    """Return a flat payload with these answers."""
    return {f"q{name}": value for name, value in zip(NINE, values, strict=False)}


def deep_walk() -> Json:
    """Return a mapping that looks for as much in every element as it may."""
    return flat(
        answers={
            "at": "/answers",
            "kind": "list",
            "key": [f"/k{k}" for k in range(10)],
            "value": [f"/v{k}/v/v/v" for k in range(20)],
            "descend": [f"d{k}" for k in range(20)],
        }
    )
