"""Forms of the PHQ-9 that are whole or not, and what is expected of each way to score them.

What the evaluators give is their own, observed with the versions that are pinned here; what this
project gives follows from the published rule that the PHQ-9 wants all of its nine answers.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from benchmarks.fhirpath.evaluators import (
    FHIRPATH_AGGREGATE,
    FHIRPATH_WEIGHT,
    FHIRPATHPY,
    MEDPLUM,
    MEDPLUM_AGGREGATE,
)
from service.fhir.canonical import LOINC
from service.fhir.publishing.questionnaire import ITEM_WEIGHT

Json = dict[str, Any]

ANSWERS = ("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")
"""LOINC list LL358-3, worth 0 to 3."""
NOTHING = "empty"
OURS = "this project"
_NO_WEIGHT = "error: Unrecognized function: weight"
_NO_AGGREGATE = "error: Unrecognized function: aggregate"


def coded(value: int = 3, *, system: bool = True) -> Json:
    """Return an answer as a coding of LOINC's list, with its system or without."""
    code = {"code": ANSWERS[value]}
    return {"valueCoding": {"system": LOINC, **code} if system else code}


def response(answers: Sequence[Json | None]) -> Json:
    """Return a response with the answer of each item, None where the item is left out."""
    items = [
        {"linkId": str(number), "answer": [answer]}
        for number, answer in enumerate(answers, 1)
        if answer is not None
    ]
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": "urn:questionnaire-scoring:Questionnaire:phq-9",
        "status": "completed",
        "subject": {"reference": "Patient/p1"},
        "authored": "2026-03-02T09:30:00+01:00",
        "item": items,
    }


def with_weights(sent: Json) -> Json:
    """Return a response whose coded answers carry what they weigh, as PACIO's GAD-7 does."""
    items = [
        {**item, "answer": [_weighted(one) for one in item["answer"]]} for item in sent["item"]
    ]
    return {**sent, "item": items}


def _weighted(answer: Json) -> Json:
    coding = answer.get("valueCoding")
    if coding is None or coding["code"] not in ANSWERS:
        return answer
    weight = {"url": ITEM_WEIGHT, "valueDecimal": ANSWERS.index(coding["code"])}
    return {"valueCoding": {"extension": [weight], **coding}}


class Case(NamedTuple):
    """A form with what each way to score it gives."""

    name: str
    response: Json
    expected: dict[str, str]


def _expected(weight: str, aggregate: str, ours: str) -> dict[str, str]:
    """Return what is expected of a form: a sum by `aggregate` begins with 0 in either library, and
    @medplum/core has neither function.
    """
    return {
        FHIRPATH_WEIGHT.name: weight,
        FHIRPATH_AGGREGATE.name: aggregate,
        FHIRPATHPY.name: aggregate,
        MEDPLUM.name: _NO_WEIGHT,
        MEDPLUM_AGGREGATE.name: _NO_AGGREGATE,
        OURS: ours,
    }


_REFUSED = "refused: no_answers"
CASES = (
    Case("nine answers", response([coded()] * 9), _expected("27", "27", "27")),
    Case(
        "three of nine answers",
        response([coded()] * 3),
        _expected("9", "9", "no score: missing_items"),
    ),
    Case("no answer", response([]), _expected(NOTHING, "0", _REFUSED)),
    Case("nine times answer: [{}]", response([{}] * 9), _expected(NOTHING, "0", _REFUSED)),
    Case("nine integers", response([{"valueInteger": 3}] * 9), _expected(NOTHING, "0", "27")),
    Case(
        "nine codings without system",
        response([coded(system=False)] * 9),
        _expected(NOTHING, "27", "27"),
    ),
    Case(
        "eight answers and a code that is not of the list",
        response([*[coded()] * 8, {"valueCoding": {"system": LOINC, "code": "LA0-0"}}]),
        _expected("24", "24", "no score: answer_not_read"),
    ),
)
